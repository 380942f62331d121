import { judge, type Verdict } from './judge.ts';
import type { RunCounts } from './observed.ts';
import { runSchedule } from './run-schedule.ts';
import type { Schedule } from './schedule.ts';

/** A schedule that was run and judged. */
export interface Played extends Verdict {
  readonly counts: RunCounts;
}

const NO_COUNTS: RunCounts = { steps: 0, invocations: 0, conflicts: 0, faultsMet: 0, zombies: 0 };

/** Runs and judges a schedule; a run that itself breaks is wrong as well. */
export async function play(schedule: Schedule): Promise<Played> {
  try {
    const observed = await runSchedule(schedule);
    return { ...(await judge(schedule, observed)), counts: observed.counts };
  } catch (error) {
    const wrong = [`the run broke: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
    return { wrong, overtaken: 0, beyondMemory: 0, applied: 0, alerts: 0, counts: NO_COUNTS };
  }
}
