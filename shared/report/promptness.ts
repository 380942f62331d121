import type { ReportedCase } from './weekly-report.ts';

/** How long something took over several cases. */
export interface Delays {
  readonly cases: number;
  /** Milliseconds; of two in the middle the longer one. */
  readonly median: number;
  readonly longest: number;
  /** The case that took longest, by alertId. */
  readonly slowest: string;
}

/** How soon people learned of what happened, and how soon they answered. What is undefined happened in no case. */
export interface Promptness {
  /** From the access that opened a case to the first time that people were told of it: of cases opened within the week. */
  readonly told: Delays | undefined;
  /** From there to the verdict: of cases that somebody judged within the week, whenever they were opened. */
  readonly judged: Delays | undefined;
}

type Delay = readonly [alertId: string, milliseconds: number];

/** @param inWeek of epoch milliseconds */
export function promptnessOf(cases: readonly ReportedCase[], inWeek: (time: number) => boolean): Promptness {
  const told = cases.flatMap(({ alert, openedAt, toldAt }): Delay[] =>
    toldAt !== undefined && inWeek(openedAt) ? [[alert.alertId, toldAt - openedAt]] : [],
  );
  const judged = cases.flatMap(({ alert, toldAt, history }) =>
    history.flatMap(({ state, at }): Delay[] => {
      const time = Date.parse(at);
      return toldAt !== undefined && state !== 'expired' && inWeek(time) ? [[alert.alertId, time - toldAt]] : [];
    }),
  );
  return { told: delaysOf(told), judged: delaysOf(judged) };
}

/** A clock that is ahead makes no delay negative. */
function delaysOf(delays: readonly Delay[]): Delays | undefined {
  const sorted = [...delays].sort(([, a], [, b]) => a - b).map(([id, delay]) => [id, Math.max(0, delay)] as const);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const last = sorted.at(-1);
  return middle && last && { cases: sorted.length, median: middle[1], longest: last[1], slowest: last[0] };
}
