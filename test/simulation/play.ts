import { judge, type Verdict } from './judge.ts';
import type { Observed, RunCounts } from './observed.ts';
import { runSchedule } from './run-schedule.ts';
import { NO_FAULTS, type Schedule } from './schedule.ts';

/** A schedule that was run and judged. */
export interface Played extends Verdict {
  readonly counts: RunCounts;
}

const NO_COUNTS: RunCounts = { steps: 0, invocations: 0, conflicts: 0, met: NO_FAULTS, zombies: 0 };
const NO_VERDICT: Verdict = {
  wrong: [],
  overtaken: 0,
  beyondMemory: 0,
  writtenOlder: 0,
  applied: 0,
  verdicts: 0,
  learnedLate: 0,
  linkedLate: 0,
  alerts: 0,
};

/** Runs and judges a schedule; a run that itself breaks, or can't be judged, is wrong as well. */
export async function play(schedule: Schedule): Promise<Played> {
  let observed: Observed;
  try {
    observed = await runSchedule(schedule);
  } catch (error) {
    return { ...NO_VERDICT, wrong: [`the run broke: ${textOf(error)}`], counts: NO_COUNTS };
  }
  const { counts, wrong } = observed;
  // It ended early: there is nothing to compare.
  if (wrong.length > 0) return { ...NO_VERDICT, wrong, counts };
  try {
    return { ...(await judge(schedule, observed)), counts };
  } catch (error) {
    return { ...NO_VERDICT, wrong: [`the run could not be judged: ${textOf(error)}`], counts };
  }
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
