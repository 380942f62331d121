import type { DirectoryRow } from '../model/directory.ts';
import type { Network } from '../model/networks.ts';
import { type StreamState, streamAccesses } from './access-stream.ts';
import { hideAttacks, type Label, NOTHING_HIDDEN } from './attacks.ts';
import { isWorkday } from './calendar.ts';
import type { Delivery } from './delivery.ts';
import { type Occasion, planOccasions } from './occasions.ts';
import { createPerson, type Person } from './people.ts';
import { KNOWN_NETWORKS } from './places.ts';
import { createServices, serviceRow } from './services.ts';
import { DAY } from './wall-clock.ts';
import type { World } from './world.ts';

/** What can be asked of a simulated company. */
export interface CompanyOptions {
  /** A whole number below 2³². @default 10 */
  readonly seed?: number;
  /** Employees, besides a few services. @default 60 */
  readonly people?: number;
  /** @default 21 */
  readonly days?: number;
  /** The first day, YYYY-MM-DD. The default is a Monday, and both Europe's and America's clocks change in the three weeks after it. @default 2026-10-12 */
  readonly start?: string;
  /** Whether attacks are hidden in the last days. @default true */
  readonly attacks?: boolean;
}

export const DEFAULT_COMPANY: Required<CompanyOptions> = {
  seed: 10,
  people: 60,
  days: 21,
  start: '2026-10-12',
  attacks: true,
};

/** An option that can't be. */
export class InvalidCompanyOption extends Error {
  override readonly name = 'InvalidCompanyOption';
}

/** A company with everything that happens in it. */
export interface Company {
  readonly options: Required<CompanyOptions>;
  /** Epoch milliseconds: midnight UTC of the first day, and of the day after the last. Late events arrive after that. */
  readonly start: number;
  readonly end: number;
  /** From this day on, from 0, attacks are hidden. */
  readonly firstAttackDay: number;
  readonly staff: readonly Person[];
  readonly occasions: readonly Occasion[];
  readonly directoryRows: readonly DirectoryRow[];
  readonly networks: readonly Network[];
  readonly hidden: readonly Label[];
  /** Kinds of attack for which nobody was found: small companies and short runs have too few people and days. */
  readonly unplayed: readonly string[];
  /**
   * All events in the order of arrival, made as they are asked for; the same every time it is called.
   *
   * @param observe called for every ten simulated minutes, and once at the end
   */
  readonly events: (observe?: (state: StreamState) => void) => Generator<Delivery, void, undefined>;
}

/**
 * Builds a company. Only people and attacks are made here; days are made as the events are asked for.
 *
 * @throws InvalidCompanyOption naming the option
 */
export function buildCompany(options: CompanyOptions = {}): Company {
  const chosen = { ...DEFAULT_COMPANY, ...options };
  const { seed, people, days } = chosen;
  wholeNumber('seed', seed, 0, 2 ** 32 - 1);
  wholeNumber('people', people, 1, 1_000_000);
  wholeNumber('days', days, 1, 3660);
  const start = midnight(chosen.start);

  const staff = Array.from({ length: people }, (_, index) => createPerson(seed, index));
  const occasions = planOccasions({ seed, start, days, staff });
  const world: World = {
    seed,
    start,
    end: start + days * DAY,
    days,
    staff,
    occasions: Map.groupBy(occasions, ({ person }) => person.index),
  };
  const firstAttackDay = dayOfFirstAttack(start, days);
  const services = createServices(people);
  const { labels, accesses, unplayed } = chosen.attacks ? hideAttacks(world, firstAttackDay) : NOTHING_HIDDEN;
  const longAgo = start - 400 * DAY;
  return {
    options: chosen,
    start,
    end: world.end,
    firstAttackDay,
    staff,
    occasions,
    directoryRows: [
      ...staff.map((person) => employeeRow(world, person, longAgo)),
      ...services.map((service) => serviceRow(service, longAgo)),
    ],
    networks: KNOWN_NETWORKS,
    hidden: labels,
    unplayed,
    events: (observe) => streamAccesses(world, { services, hidden: accesses }, observe),
  };
}

/** Somebody who is hired during the run is in the directory from the day before, in whatever zone that day begins. */
function employeeRow(world: World, { index, id, place, team, timeZone }: Person, longAgo: number): DirectoryRow {
  const hired = world.occasions.get(index)?.find(({ kind }) => kind === 'not-yet-hired');
  return {
    employeeId: id,
    type: 'employee',
    homeCountry: place.country,
    team: team.name,
    timeZone,
    effectiveFrom: hired ? world.start + (hired.untilDay - 1) * DAY : longAgo,
    extra: {},
  };
}

/** After 16 of 21 days, and so in proportion; in short runs earlier, so that at least two working days are left. */
function dayOfFirstAttack(start: number, days: number): number {
  const working = (from: number) =>
    Array.from({ length: days - from }, (_, n) => from + n).filter((day) => isWorkday('DE', start + day * DAY)).length;
  let day = Math.floor((days * 16) / 21);
  while (day > 0 && working(day) < 2) day--;
  return day;
}

function wholeNumber(name: string, value: number, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new InvalidCompanyOption(`${name} must be a whole number from ${lowest} to ${highest}`);
  }
}

function midnight(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  const exact = /^\d{4}-\d\d-\d\d$/.test(date) && time > 0 && new Date(time).toISOString().startsWith(date);
  if (!exact) throw new InvalidCompanyOption('start must be a date such as 2026-10-12');
  return time;
}
