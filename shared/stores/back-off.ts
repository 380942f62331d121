import { setTimeout as sleep } from 'node:timers/promises';

/** Waits before a further attempt. @param attempt 0 after the first failure @throws when the signal aborts */
export type Pause = (attempt: number, signal?: AbortSignal) => Promise<void>;

/**
 * Exponential back-off with full jitter, so that Lambdas that were throttled together don't come back together
 * (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015).
 *
 * @param baseMilliseconds the longest first wait
 * @param maximumMilliseconds the longest of all waits
 */
export const jitteredPause =
  (baseMilliseconds: number, maximumMilliseconds: number): Pause =>
  async (attempt, signal) => {
    const longest = Math.min(maximumMilliseconds, baseMilliseconds * 2 ** attempt);
    await sleep(Math.random() * longest, undefined, signal ? { signal } : {});
  };
