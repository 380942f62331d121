/**
 * How often an ordinary employee-day reaches a strength: a histogram of daily maxima turned into −log10 of its upper tail.
 *
 * What attacks leave in the histogram must not raise the bar for the next attack, so what lies more than a decade beyond an
 * exponential fitted to the q80-q95 body is dropped first. Beyond the last day observed the fitted exponential goes on.
 *
 * @see Siffer et al., KDD 2017 (SPOT), for fitting the tail of a stream's maxima
 */

/** Strengths are stored in tenths, one byte. */
export const STRENGTH_STEPS_PER_UNIT = 10;
export const STRENGTH_BUCKETS = 256;

/** The byte for a strength: tenths, rounded, saturating. */
export function strengthBucket(strength: number): number {
  const tenths = Math.round(strength * STRENGTH_STEPS_PER_UNIT);
  return tenths < 0 ? 0 : tenths > 255 ? 255 : tenths;
}

/** A tail assumed before there is history: P(strength ≥ x) = min(1, 10^((start − x)·slope)). */
export interface PriorTail {
  /** Up to this strength nothing is unusual. */
  readonly start: number;
  /** Decades lost per unit of strength beyond it. */
  readonly slope: number;
}

/** As many employee-days as the prior tail counts for: the first days of a small company outweigh it. */
export const PRIOR_EMPLOYEE_DAYS = 50;

export interface TailCurve {
  /** −log10 tail probability at each bucket, non-decreasing. */
  readonly levels: readonly number[];
  /** Decades per bucket beyond the last one. */
  readonly slope: number;
  /** Ordinary employee-days behind it, after trimming. */
  readonly employeeDays: number;
  /** Share of employee-days dropped as not ordinary. */
  readonly trimmedShare: number;
}

/**
 * @param histogram employee-days by bucket, may be fractional (decayed); index 0 counts the days on which nothing was odd
 */
export function tailCurve(histogram: readonly number[], prior: PriorTail): TailCurve {
  const size = STRENGTH_BUCKETS;
  // survival[i]: employee-days at bucket i or above
  const survival = new Float64Array(size + 1);
  for (let i = size - 1; i >= 0; i--) survival[i] = (survival[i + 1] as number) + (histogram[i] ?? 0);
  const total = survival[0] as number;
  const priorTail = (bucket: number) =>
    10 ** Math.min(0, (prior.start - bucket / STRENGTH_STEPS_PER_UNIT) * prior.slope);
  const fitted = fitBody(survival, total);
  const priorSlope = prior.slope / STRENGTH_STEPS_PER_UNIT;
  const slope = fitted
    ? (total * fitted.slope + PRIOR_EMPLOYEE_DAYS * priorSlope) / (total + PRIOR_EMPLOYEE_DAYS)
    : priorSlope;
  const dropped = fitted ? beyondFit(survival, total, fitted) : 0;
  const kept = total - dropped;
  const levels: number[] = new Array(size);
  let level = 0;
  for (let i = 0; i < size; i++) {
    const days = Math.max(0, (survival[i] as number) - dropped);
    const tail = (days + PRIOR_EMPLOYEE_DAYS * priorTail(i)) / (kept + PRIOR_EMPLOYEE_DAYS);
    const empirical = -Math.log10(Math.max(tail, 1e-300));
    // Below one expected day the histogram says nothing: go on with the fitted slope.
    const next = days >= 1 || i === 0 ? empirical : Math.min(Math.max(empirical, level), level + slope);
    level = Math.max(level, next);
    levels[i] = level;
  }
  return { levels, slope, employeeDays: kept, trimmedShare: total > 0 ? dropped / total : 0 };
}

/** −log10 of how often an ordinary employee-day is at least this strong; linear between buckets, no cap. */
export function tailLevel(curve: TailCurve, strength: number): number {
  const x = strength * STRENGTH_STEPS_PER_UNIT;
  const last = STRENGTH_BUCKETS - 1;
  if (x >= last) return (curve.levels[last] as number) + (x - last) * curve.slope;
  if (x <= 0) return 0;
  const i = Math.floor(x);
  const low = curve.levels[i] as number;
  return low + ((curve.levels[i + 1] as number) - low) * (x - i);
}

interface BodyFit {
  /** Bucket of the 80% quantile, and the survival there. */
  readonly from: number;
  readonly survivalThere: number;
  /** Decades per bucket. */
  readonly slope: number;
}

/** Exponential through the 80% and 95% quantiles; none where the body is too thin or has no width. */
function fitBody(survival: Float64Array, total: number): BodyFit | undefined {
  if (total < 40) return undefined;
  const quantile = (share: number) => {
    let i = 0;
    while (i < STRENGTH_BUCKETS - 1 && (survival[i + 1] as number) > (1 - share) * total) i++;
    return i;
  };
  const from = quantile(0.8);
  const to = quantile(0.95);
  const upper = survival[from + 1] as number;
  if (to <= from || upper <= 0) return undefined;
  // Mean excess between the quantiles, so that one bucket's luck does not set the slope.
  const decades = Math.log10((survival[from] as number) / Math.max(survival[to] as number, 1e-9));
  return decades > 0 ? { from, survivalThere: survival[from] as number, slope: decades / (to - from) } : undefined;
}

/** How many of the top employee-days lie more than a decade beyond the fit. */
function beyondFit(survival: Float64Array, total: number, fit: BodyFit): number {
  for (let i = fit.from + 1; i < STRENGTH_BUCKETS; i++) {
    const seen = survival[i] as number;
    if (seen <= 0) return 0;
    const expected = fit.survivalThere * 10 ** (-fit.slope * (i - fit.from));
    // At least a handful of days must be expected less than a tenth as often; never more than 5% of all.
    if (seen > 10 * expected && seen <= 0.05 * total) return Math.max(0, seen - expected);
  }
  return 0;
}
