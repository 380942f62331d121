/**
 * How often an ordinary employee-day reaches a strength: a histogram of daily maxima turned into −log10 of its upper tail.
 *
 * What attacks leave in the histogram must not raise the bar for the next attack, so what lies more than a decade beyond an
 * exponential fitted to the q80-q95 body, or beyond the assumed tail where there is no body, is dropped first. Beyond the last
 * day observed the fitted exponential goes on.
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
  const priorTails = priorTailsOf(prior);
  const priorTail = (bucket: number) => priorTails[bucket] as number;
  const priorSlope = prior.slope / STRENGTH_STEPS_PER_UNIT;
  const fitted = fitBody(survival, total);
  const slope = fitted
    ? (fitted.days * fitted.slope + PRIOR_EMPLOYEE_DAYS * priorSlope) / (fitted.days + PRIOR_EMPLOYEE_DAYS)
    : priorSlope;
  const expected = fitted ? fitted.expected : (bucket: number) => total * priorTail(bucket);
  const { dropped, from } = daysBeyond(survival, total, expected);
  const kept = total - dropped;
  const levels: number[] = new Array(size);
  let level = 0;
  for (let i = 0; i < size; i++) {
    const days = i < from ? Math.max(0, (survival[i] as number) - dropped) : 0;
    const tail = (days + PRIOR_EMPLOYEE_DAYS * priorTail(i)) / (kept + PRIOR_EMPLOYEE_DAYS);
    const empirical = -Math.log10(Math.max(tail, 1e-300));
    // Below one expected day the histogram says nothing: go on with the fitted slope.
    const next = days >= 1 || i === 0 ? empirical : Math.min(Math.max(empirical, level), level + slope);
    level = Math.max(level, next);
    levels[i] = level;
  }
  return { levels, slope, employeeDays: kept, trimmedShare: total > 0 ? dropped / total : 0 };
}

const tabulated = new WeakMap<PriorTail, Float64Array>();

/** The prior tail at each bucket: there are as many priors as measures, and curves are drawn again whenever days were counted. */
function priorTailsOf(prior: PriorTail): Float64Array {
  let tails = tabulated.get(prior);
  if (!tails) {
    const { start, slope } = prior;
    tails = Float64Array.from(
      { length: STRENGTH_BUCKETS },
      (_, bucket) => 10 ** Math.min(0, (start - bucket / STRENGTH_STEPS_PER_UNIT) * slope),
    );
    tabulated.set(prior, tails);
  }
  return tails;
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
  /** Employee-days that the fit rests on. */
  readonly days: number;
  /** Decades per bucket. */
  readonly slope: number;
  /** How many days the fitted exponential has at a bucket or above. */
  readonly expected: (bucket: number) => number;
}

/** Fewer employee-days have no quantiles worth a fit. */
const LEAST_DAYS_TO_FIT = 40;

/**
 * Exponential through the 80% and 95% quantiles; none where the body is too thin or has no width. What happens on fewer than one
 * day in five has these quantiles among the days on which it happens at all.
 */
function fitBody(survival: Float64Array, total: number): BodyFit | undefined {
  const odd = survival[1] as number;
  const days = odd < 0.2 * total ? odd : total;
  if (days < LEAST_DAYS_TO_FIT) return undefined;
  const quantile = (share: number) => {
    let i = 0;
    while (i < STRENGTH_BUCKETS - 1 && (survival[i + 1] as number) > (1 - share) * days) i++;
    return i;
  };
  const from = quantile(0.8);
  const to = quantile(0.95);
  if (to <= from || (survival[from + 1] as number) <= 0) return undefined;
  const there = survival[from] as number;
  const decades = Math.log10(there / Math.max(survival[to] as number, 1e-9));
  if (!(decades > 0)) return undefined;
  const slope = decades / (to - from);
  return { days, slope, expected: (bucket) => (bucket <= from ? total : there * 10 ** (-slope * (bucket - from))) };
}

/** What lies beyond the fit is taken for attacks only while it is rare: of all days, and of the days that are odd at all. */
const MOST_DROPPED = 0.05;
const MOST_DROPPED_OF_ODD = 0.2;
/** Where hardly any day is odd, so few of all days may be attacks whatever share of the odd ones they are. */
const ALWAYS_DROPPED = 0.002;
/** Nor may one attack, which leaves two days when it passes midnight, raise the bar of a company so small that two days are many. */
const DAYS_ALWAYS_DROPPED = 2;

/** How many of the top employee-days lie more than a decade beyond what is expected, and from which bucket on. */
function daysBeyond(
  survival: Float64Array,
  total: number,
  expected: (bucket: number) => number,
): { readonly dropped: number; readonly from: number } {
  const most = Math.min(
    MOST_DROPPED * total,
    Math.max(MOST_DROPPED_OF_ODD * (survival[1] as number), ALWAYS_DROPPED * total, DAYS_ALWAYS_DROPPED),
  );
  for (let i = 1; i < STRENGTH_BUCKETS; i++) {
    const seen = survival[i] as number;
    if (seen <= 0) break;
    if (seen > 10 * expected(i) && seen <= most) return { dropped: Math.max(0, seen - expected(i)), from: i };
  }
  return { dropped: 0, from: STRENGTH_BUCKETS };
}
