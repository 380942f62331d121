import type { AccessEvent } from '../model/access-event.ts';
import { below, chance, logNormal, type Random } from './random.ts';
import { type Action, DATASETS, type Dataset } from './teams.ts';
import { SECOND } from './wall-clock.ts';

/** Up to this many users are named one by one; above it the source only counts them. */
const MOST_NAMED = 20;
const USERS_A_REGION = 5_000_000;
const WELL_KNOWN_USERS = 300;

/** One access of the simulation, before it gets its number and is delivered. */
export interface PlannedAccess {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly actor: { readonly id: string; readonly type: 'employee' | 'service' };
  readonly source: string;
  readonly ip: string;
  readonly deviceId: string;
  readonly action: Action;
  readonly dataset: Dataset;
  readonly store: string;
  readonly region: string;
  readonly count: number;
  /** The users, where the source names them. */
  readonly users: readonly string[] | undefined;
  readonly bytes: number;
  readonly denied: boolean;
  readonly approval: Approval | undefined;
}

/** A ticket that allows a piece of work. @property expires epoch milliseconds */
export interface Approval {
  readonly ticket: string;
  readonly expires: number;
}

/** Any user of a region; a few are known to everybody and looked up far more often. */
export const anyUser = (random: Random, region: string): string =>
  `${region.toLowerCase()}-${below(random, chance(random, 0.04) ? WELL_KNOWN_USERS : USERS_A_REGION).toString(36)}`;

/** @returns the users of one read, or nothing where there are too many to name */
export const namedUsers = (random: Random, region: string, count: number): readonly string[] | undefined =>
  count > MOST_NAMED ? undefined : Array.from({ length: count }, () => anyUser(random, region));

/** About 600 bytes a user. */
export const bytesRead = (random: Random, count: number): number => Math.round(count * logNormal(random, 600, 0.5));

/** Milliseconds between two reads of one sitting: short, sometimes long, never long enough to end the sitting. */
export const pause = (random: Random, medianSeconds: number): number =>
  Math.round(SECOND * Math.min(1500, Math.max(1.5, logNormal(random, medianSeconds, 0.9))));

/** The access as its source reports it. @param id unique in the run */
export function toAccessEvent(access: PlannedAccess, id: string): AccessEvent {
  const { actor, dataset, count, users, approval } = access;
  const estimated = !users && access.action === 'query';
  return {
    id,
    time: new Date(access.time).toISOString(),
    source: access.source,
    actor: { id: actor.id, type: actor.type },
    network: { ip: access.ip, deviceId: access.deviceId },
    action: access.action,
    resource: { dataset, dataClass: DATASETS[dataset], store: access.store },
    subjects: {
      region: access.region,
      count,
      ...(users ? { ids: [...users] } : {}),
      ...(estimated ? { countBasis: 'estimated' as const } : {}),
    },
    ...(access.denied ? {} : { bytes: access.bytes }),
    outcome: access.denied ? 'denied' : 'allowed',
    ...(approval ? { approval: { ticket: approval.ticket, expires: new Date(approval.expires).toISOString() } } : {}),
  };
}
