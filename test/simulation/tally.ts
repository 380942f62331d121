import type { Played } from './play.ts';

/** What many runs come to. */
export interface Tally {
  readonly schedules: number;
  readonly applied: number;
  readonly alerts: number;
  readonly invocations: number;
  readonly faultsMet: number;
  readonly zombies: number;
  readonly conflicts: number;
  readonly overtaken: number;
  readonly beyondMemory: number;
}

export const NO_TALLY: Tally = {
  schedules: 0,
  applied: 0,
  alerts: 0,
  invocations: 0,
  faultsMet: 0,
  zombies: 0,
  conflicts: 0,
  overtaken: 0,
  beyondMemory: 0,
};

export const addPlayed = (tally: Tally, { counts, ...played }: Played): Tally =>
  addTallies(tally, { ...NO_TALLY, ...pickFrom(played), ...pickFrom(counts), schedules: 1 });

export function addTallies(a: Tally, b: Tally): Tally {
  const names = Object.keys(NO_TALLY) as (keyof Tally)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Tally;
}

/** The numbers of a record that a tally counts. */
function pickFrom(numbers: object): Partial<Tally> {
  return Object.fromEntries(Object.entries(numbers).filter(([name]) => name in NO_TALLY && name !== 'schedules'));
}
