import { DAY_OFF, decodeDailyReads } from '../stats/daily-series.ts';
import { betaBinomialTail, studentTail } from '../stats/tails.ts';
import type { Measure, Signal, View } from './signal.ts';

/** Worked days that a baseline needs before anything can be said to have grown. */
const LEAST_BASELINE_DAYS = 8;
/** A day counts for no more than this many times the baseline's mean plus a few: a spike is no drip. */
const WINSOR_FACTOR = 4;
const WINSOR_FLOOR = 6;
/** What other work says about an assignment is believed up to some 150 to 1. */
const MOST_LOG_RATIO = 5;

/** Protected reads of the actor's worked days, today first. */
function workedDays({ baseline: { day, dailyReads } }: View): readonly number[] {
  const days = [day.protectedReads];
  for (const code of dailyReads) if (code !== DAY_OFF) days.push(decodeDailyReads(code) ?? 0);
  return days;
}

/** Reads about users of other regions on the same days. */
function otherWork({ baseline: { day, dailyReads, dailyOthers } }: View): readonly number[] {
  const days = [day.reads - day.protectedReads];
  dailyReads.forEach((code, i) => {
    if (code !== DAY_OFF) days.push(decodeDailyReads(dailyOthers[i] ?? DAY_OFF) ?? 0);
  });
  return days;
}

interface Comparison {
  /** As it was read: only what is judged is winsorised. */
  readonly recentMean: number;
  /** Winsorised, as its spread. */
  readonly usualMean: number;
  readonly usualSpread: number;
  readonly strength: number;
}

/**
 * Compares the last worked days with those before the longest window, which a drip of that length has not touched: on how
 * many days more is read than on the median day before (beta-binomial) and how much is read (Welch's t on winsorised days); the
 * weaker of the two, less what a change of assignment explains. For somebody who seldom reads any, the median is none at all.
 */
function compare(view: View, window: number): Comparison | undefined {
  const days = workedDays(view);
  if (days.length < LONG_WINDOW + LEAST_BASELINE_DAYS) return undefined;
  const before = winsorised(days, LONG_WINDOW, days.length);
  const now = winsorised(days, 0, window, before.mean);
  const t = (now.mean - before.mean) / Math.sqrt(before.variance / now.days + before.variance / before.days);
  if (!(t > 0)) return undefined;
  const amount = studentTail(t, before.days);
  const usual = days.slice(LONG_WINDOW);
  const recent = days.slice(0, window);
  const median = medianOf(usual);
  const above = (days: readonly number[]) => days.filter((reads) => reads > median).length;
  const breadth = betaBinomialTail(above(recent), window, above(usual) + 0.5, usual.length - above(usual) + 1);
  const growth = now.mean - before.mean;
  const strength = Math.max(
    0,
    Math.min(amount, 2 * breadth) + Math.log10(2 * additionProbability(otherWork(view), window, growth)),
  );
  return {
    recentMean: meanOf(days, 0, window),
    usualMean: before.mean,
    usualSpread: Math.sqrt(before.variance),
    strength,
  };
}

/**
 * An assignment changes what is read: other work goes down by what this work grew. A leak adds to it: other work stays. The
 * probability of the second, both being as likely beforehand, from the mean of other reads over the closed days of the window
 * (normal, with the spread of the days before).
 */
function additionProbability(others: readonly number[], window: number, growth: number): number {
  const before = winsorised(others, LONG_WINDOW, others.length);
  // Today is not over: what it lacks of other work says nothing yet.
  const now = winsorised(others, 1, window, before.mean);
  const variance = before.variance / now.days + before.variance / before.days;
  const fall = before.mean - now.mean;
  const logRatio = ((growth - fall) ** 2 - fall ** 2) / (2 * variance);
  return 1 / (1 + Math.exp(-Math.max(-MOST_LOG_RATIO, Math.min(MOST_LOG_RATIO, logRatio))));
}

/**
 * By index: most accesses end here, and copies of the days would cost more than all else about them.
 *
 * @param end the first day left out
 * @param usual mean that a day's weight is bounded by. @default the mean of these days
 */
function winsorised(days: readonly number[], begin: number, end: number, usual: number = meanOf(days, begin, end)) {
  const cap = WINSOR_FLOOR + WINSOR_FACTOR * usual;
  const count = end - begin;
  let sum = 0;
  for (let i = begin; i < end; i++) sum += Math.min(days[i] ?? 0, cap);
  const average = sum / count;
  // One more day at a Poisson's distance: a calm history must not make every busier day a leak.
  let squares = average + 1;
  for (let i = begin; i < end; i++) squares += (Math.min(days[i] ?? 0, cap) - average) ** 2;
  return { days: count, mean: average, variance: squares / count };
}

const medianOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function meanOf(days: readonly number[], begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += days[i] ?? 0;
  return sum / (end - begin);
}

const SHORT_WINDOW = 4;
const LONG_WINDOW = 10;

const growth = (name: string, window: number): Measure => ({
  name,
  priorTail: { start: 1.2, slope: 1 },
  ownBias: false,
  // Honest projects grow just so: growth alone is never more than once in ten thousand employee-days.
  mostLevel: 4,
  strength: (view) => (view.access.protected && view.access.allowed ? (compare(view, window)?.strength ?? 0) : 0),
  explain: (view) => {
    const found = compare(view, window);
    const rounded = (x: number) => Math.round(Math.max(0, x) * 10) / 10;
    const usual = found?.usualMean ?? 0;
    const spread = found?.usualSpread ?? 0;
    return {
      observed: rounded(found?.recentMean ?? 0),
      expected: { median: rounded(usual), low: rounded(usual - spread), high: rounded(usual + spread) },
      unit: 'reads a worked day',
      text: `${rounded(found?.recentMean ?? 0)} reads of ${view.access.region} users a day over the last ${window} worked days; typically ${rounded(usual)} before`,
    };
  },
});

/** A slow leak: a little more every day, never a spike. */
export const slowDrip: Signal = {
  name: 'slow-drip',
  family: 'drip',
  judges: 'foreign',
  measures: [growth('slow-drip.days-4', SHORT_WINDOW), growth('slow-drip.days-10', LONG_WINDOW)],
};
