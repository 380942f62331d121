import { setTimeout as sleepFor } from 'node:timers/promises';

/** Spreads work over time when its size is only known afterwards. */
export interface RateLimit {
  /** Waits until what was charged so far has been paid off. @throws when the signal aborts */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
  readonly charge: (units: number) => void;
}

/** Where a rate limit takes its time from. */
export interface RateLimitTime {
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const realTime: RateLimitTime = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await sleepFor(milliseconds, undefined, signal ? { signal } : {});
  },
};

/**
 * A rate limit without bursts: idle time is not saved up.
 *
 * @param perSecond units a second on average, above 0
 */
export function createRateLimit(perSecond: number, time: RateLimitTime = realTime): RateLimit {
  let paidOffAt = Number.NEGATIVE_INFINITY;
  return {
    ready: async (signal) => {
      for (let wait = paidOffAt - time.now(); wait > 0; wait = paidOffAt - time.now()) await time.sleep(wait, signal);
    },
    charge: (units) => {
      paidOffAt = Math.max(paidOffAt, time.now()) + (units * 1000) / perSecond;
    },
  };
}
