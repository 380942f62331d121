import type { SourceDay } from '../../shared/model/source-day.ts';
import { type Arrival, startSourceTally } from '../../shared/pipeline/tally-sources.ts';
import type { SourceDayStore } from '../../shared/stores/ports.ts';

/** Counts arrivals by source for as long as an environment lives. */
export interface SourceCounter {
  /** Never throws: an access is not lost because it could not be counted. */
  readonly take: (arrivals: readonly Arrival[]) => Promise<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What the store did not take is kept for so many sources and days. */
const WAITING_KEPT = 200;

/**
 * Writes counts down once a minute, and whenever an hour begins: one update a source then, instead of one a batch. Time is that of
 * arrivals, so an environment that nothing is sent to keeps less than a minute's counts to itself.
 */
export function createSourceCounter(
  store: Pick<SourceDayStore, 'add'>,
  warn: (message: string, error: unknown) => void,
): SourceCounter {
  let tally = startSourceTally();
  let waiting: readonly SourceDay[] = [];
  let writtenAt = 0;
  return {
    take: async (arrivals) => {
      const latest = arrivals.reduce((sofar, arrival) => Math.max(sofar, arrival.arrival), writtenAt);
      for (const arrival of arrivals) tally.take(arrival);
      const sameHour = Math.floor(latest / HOUR_MS) === Math.floor(writtenAt / HOUR_MS);
      if (sameHour && latest - writtenAt < MINUTE_MS) return;
      writtenAt = latest;
      const due = [...waiting, ...tally.days()];
      tally = startSourceTally();
      waiting = [];
      for (const [index, day] of due.entries())
        try {
          await store.add(day);
        } catch (error) {
          warn('arrivals by source could not be counted, and will be later', error);
          // A table that is down is asked once a minute, and what it never takes keeps nothing else waiting.
          waiting = [...due.slice(index + 1), day].slice(-WAITING_KEPT);
          return;
        }
    },
  };
}
