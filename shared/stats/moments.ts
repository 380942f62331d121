/** Mean and variance of a series with a limited memory. Every number is a float32, so that a stored state loads unchanged. */
export interface Moments {
  /** How many observations the estimate rests on; it stops at the memory's length. */
  readonly n: number;
  readonly mean: number;
  /** Mean squared deviation from the mean (population variance). */
  readonly variance: number;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, variance: 0 };

/**
 * Adds one observation (Welford's recurrence; from `memory` observations on, exponential forgetting with weight 1/memory).
 *
 * @param memory how many observations back the estimate reaches
 * @see Welford, Technometrics 4(3), 1962; West, CACM 22(9), 1979
 */
export function learnMoments(moments: Moments, x: number, memory: number): Moments {
  const n = Math.min(Math.fround(moments.n + 1), memory);
  const deviation = x - moments.mean;
  const mean = moments.mean + deviation / n;
  const variance = moments.variance + (deviation * (x - mean) - moments.variance) / n;
  return { n, mean: Math.fround(mean), variance: Math.max(0, Math.fround(variance)) };
}

/** Trusts an estimate less, as if it rested on fewer observations: after a change of role, say. */
export function discountMoments(moments: Moments, factor: number): Moments {
  return { ...moments, n: Math.fround(moments.n * factor) };
}
