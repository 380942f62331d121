import type { Played } from './play.ts';
import { CALL_FAULTS, type FaultCounts, NO_FAULTS } from './schedule.ts';

/** What many runs come to. */
export interface Tally extends Numbers {
  /** Calls that went wrong, by how. */
  readonly met: FaultCounts;
}

interface Numbers {
  readonly schedules: number;
  readonly applied: number;
  readonly alerts: number;
  readonly invocations: number;
  readonly zombies: number;
  readonly conflicts: number;
  readonly overtaken: number;
  readonly beyondMemory: number;
  readonly writtenOlder: number;
  readonly verdicts: number;
  readonly learnedLate: number;
  readonly linkedLate: number;
}

const NO_NUMBERS: Numbers = {
  schedules: 0,
  applied: 0,
  alerts: 0,
  invocations: 0,
  zombies: 0,
  conflicts: 0,
  overtaken: 0,
  beyondMemory: 0,
  writtenOlder: 0,
  verdicts: 0,
  learnedLate: 0,
  linkedLate: 0,
};

export const NO_TALLY: Tally = { ...NO_NUMBERS, met: NO_FAULTS };

export const addPlayed = (tally: Tally, { counts, ...played }: Played): Tally =>
  addTallies(tally, { ...NO_NUMBERS, ...pickFrom(played), ...pickFrom(counts), schedules: 1, met: counts.met });

export const addTallies = (a: Tally, b: Tally): Tally => ({
  ...sums(a, b, Object.keys(NO_NUMBERS) as (keyof Numbers)[]),
  met: sums(a.met, b.met, CALL_FAULTS),
});

export const faultsMet = ({ met }: Tally): number => CALL_FAULTS.reduce((sum, fault) => sum + met[fault], 0);

const sums = <Name extends string>(
  a: Readonly<Record<Name, number>>,
  b: Readonly<Record<Name, number>>,
  names: readonly Name[],
) => Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Readonly<Record<Name, number>>;

/** The numbers of a record that a tally counts. */
function pickFrom(numbers: object): Partial<Numbers> {
  return Object.fromEntries(Object.entries(numbers).filter(([name]) => name in NO_NUMBERS && name !== 'schedules'));
}
