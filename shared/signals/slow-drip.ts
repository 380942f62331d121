import { decodeDailyReads } from '../stats/daily-series.ts';
import { betaBinomialTail, studentTail } from '../stats/tails.ts';
import type { Measure, Signal, View } from './signal.ts';

/** Worked days that a baseline needs before anything can be said to have grown. */
const LEAST_BASELINE_DAYS = 8;
/** A day counts for no more than this many times the baseline's mean plus a few: a spike is no drip. */
const WINSOR_FACTOR = 4;
const WINSOR_FLOOR = 6;

/** Protected reads of the actor's worked days, today first. */
function workedDays({ baseline }: View): readonly number[] {
  const days = [baseline.day.protectedReads];
  for (const code of baseline.dailyReads) {
    const reads = decodeDailyReads(code);
    if (reads !== undefined) days.push(reads);
  }
  return days;
}

interface Comparison {
  readonly recentMean: number;
  readonly usualMean: number;
  readonly usualSpread: number;
  readonly strength: number;
}

/**
 * Compares the last worked days with those before the longest window, which a drip of that length has not touched: how many
 * days are touched at all (beta-binomial) and how much is read (Welch's t on winsorised days); the weaker of the two.
 */
function compare(view: View, window: number): Comparison | undefined {
  const days = workedDays(view);
  const usual = days.slice(LONG_WINDOW);
  const recent = days.slice(0, window);
  if (usual.length < LEAST_BASELINE_DAYS || recent.length < window) return undefined;
  const cap = WINSOR_FLOOR + WINSOR_FACTOR * mean(usual);
  const winsorised = (values: readonly number[]) => values.map((value) => Math.min(value, cap));
  const before = winsorised(usual);
  const now = winsorised(recent);
  const usualMean = mean(before);
  const variance = before.reduce((sum, x) => sum + (x - usualMean) ** 2, usualMean + 1) / before.length;
  const recentMean = mean(now);
  const t = (recentMean - usualMean) / Math.sqrt(variance / now.length + variance / before.length);
  const touched = (values: readonly number[]) => values.filter((value) => value > 0).length;
  const amount = t > 0 ? studentTail(t, before.length) : 0;
  const breadth = betaBinomialTail(touched(now), window, touched(before) + 0.5, before.length - touched(before) + 1);
  return { recentMean, usualMean, usualSpread: Math.sqrt(variance), strength: Math.min(amount, 2 * breadth) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const SHORT_WINDOW = 4;
const LONG_WINDOW = 10;

const growth = (name: string, window: number): Measure => ({
  name,
  priorTail: { start: 1.2, slope: 1 },
  ownBias: false,
  // Honest projects grow just so: drip supports, and only its strongest cases stand alone.
  mostLevel: 2.6,
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
      text: `${rounded(found?.recentMean ?? 0)} reads of ${view.access.region} users a day over the last ${window} worked days; ${rounded(usual)} a day before`,
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
