import type { DirectoryRow } from '../model/directory.ts';
import { PART } from './people.ts';
import { BATCH_CLOUD } from './places.ts';
import { bytesRead, type PlannedAccess } from './planned-access.ts';
import { logNormal, randomSource } from './random.ts';
import type { Dataset } from './teams.ts';
import { MINUTE } from './wall-clock.ts';

/** A program that reads all day and all night, much the same each time. */
export interface Service {
  readonly index: number;
  readonly id: string;
  readonly homeCountry: string;
  readonly dataset: Dataset;
  readonly region: string;
  readonly store: string;
  readonly everyMinutes: number;
  readonly usersARead: number;
  readonly ip: string;
}

const JOBS = [
  {
    homeCountry: 'US',
    dataset: 'behavior.interactions',
    region: 'US',
    store: 'us-vault',
    everyMinutes: 10,
    usersARead: 900,
  },
  {
    homeCountry: 'SG',
    dataset: 'behavior.watch-history',
    region: 'ID',
    store: 'apac-lake',
    everyMinutes: 15,
    usersARead: 600,
  },
  {
    homeCountry: 'US',
    dataset: 'payments.transactions',
    region: 'US',
    store: 'us-vault',
    everyMinutes: 30,
    usersARead: 250,
  },
] as const;

/** Three services, and one more for every 500 people. */
export function createServices(people: number): readonly Service[] {
  return Array.from({ length: JOBS.length + Math.floor(people / 500) }, (_, index) => {
    const job = JOBS[index % JOBS.length] ?? JOBS[0];
    const ip = BATCH_CLOUD.cidr.replace(/\.0\/24$/, `.${20 + (index % 200)}`);
    return { ...job, index, id: `s-${String(index + 1).padStart(5, '0')}`, ip };
  });
}

/** The row of a service in the directory. @param effectiveFrom epoch milliseconds */
export const serviceRow = ({ id, homeCountry }: Service, effectiveFrom: number): DirectoryRow => ({
  employeeId: id,
  type: 'service',
  homeCountry,
  team: 'data-infra',
  timeZone: 'UTC',
  effectiveFrom,
  extra: {},
});

/**
 * What a service reads from one time to another; a run begins on the minute and takes a few seconds, never the same number.
 *
 * @param from epoch milliseconds @param until excluded
 */
export function serviceAccesses(seed: number, service: Service, from: number, until: number): readonly PlannedAccess[] {
  const every = service.everyMinutes * MINUTE;
  const accesses: PlannedAccess[] = [];
  for (let run = Math.ceil(from / every); run * every < until; run++) {
    const random = randomSource(seed, PART.service, service.index, run);
    const count = Math.max(1, Math.round(logNormal(random, service.usersARead, 0.15)));
    accesses.push({
      time: run * every + Math.round(20_000 * random()),
      actor: { id: service.id, type: 'service' },
      source: 'batch',
      ip: service.ip,
      deviceId: `host-${service.id}`,
      action: 'query',
      dataset: service.dataset,
      store: service.store,
      region: service.region,
      count,
      users: undefined,
      bytes: bytesRead(random, count),
      denied: false,
      approval: undefined,
    });
  }
  return accesses;
}
