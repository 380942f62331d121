import type { DayMaxima } from '../model/baseline.ts';
import type { CalibrationHistograms, Snapshot } from '../model/snapshot.ts';
import { MEASURES } from '../signals/index.ts';
import { STRENGTH_BUCKETS } from '../stats/tail-curve.ts';
import type { Contribution } from './fold-groups.ts';

const DAY_MS = 86_400_000;
/** A local day is over everywhere on earth 12 hours after it ended in UTC. */
const OVER_EVERYWHERE_MS = 12 * 3_600_000;
/** Employee-days lose half their weight in so many days, which makes about four weeks count. */
const HALF_LIFE_DAYS = 14;
/** The system's own first days don't calibrate: nobody has habits yet. */
export const SYSTEM_UNSETTLED_DAYS = 14;

export interface CalibrationState {
  readonly calibration: Snapshot['calibration'];
  readonly calibratedThroughDay: number;
  readonly systemSinceDay: number;
}

/**
 * Counts every employee-day that is over everywhere into the histograms, once: by local calendar day, in order. Days that were missed
 * (no fold ran for longer than a baseline keeps closed days) are lost to the calibration and to nothing else.
 *
 * @param now epoch milliseconds of the fold
 */
export function foldCalibration(
  previous: Snapshot,
  contributions: readonly Contribution[],
  now: number,
): CalibrationState {
  const overDay = lastDayOver(now);
  const systemSinceDay = previous.systemSinceDay >= 0 ? previous.systemSinceDay : firstDayOf(contributions);
  if (previous.calibratedThroughDay < 0)
    return { calibration: previous.calibration, calibratedThroughDay: overDay, systemSinceDay };
  let { calibration } = previous;
  for (let day = previous.calibratedThroughDay + 1; day <= overDay; day++) {
    if (systemSinceDay < 0 || day < systemSinceDay + SYSTEM_UNSETTLED_DAYS) continue;
    const maxima = contributions.map(({ baseline }) => maximaOf(baseline, day)).filter((found) => found !== undefined);
    calibration = {
      foreign: countDay(
        calibration.foreign,
        maxima.filter(({ population }) => population === 1),
      ),
      home: countDay(
        calibration.home,
        maxima.filter(({ population }) => population === 2),
      ),
    };
  }
  return { calibration, calibratedThroughDay: Math.max(overDay, previous.calibratedThroughDay), systemSinceDay };
}

/** The last local calendar day that is over everywhere: days since 1970-01-01. */
export const lastDayOver = (now: number): number => Math.floor((now - OVER_EVERYWHERE_MS) / DAY_MS) - 1;

/** The first day on which anybody was seen; −1 where nobody was. */
function firstDayOf(contributions: readonly Contribution[]): number {
  const days = contributions.map(({ baseline }) => baseline.firstDay).filter((day) => day >= 0);
  return days.length > 0 ? days.reduce((first, day) => Math.min(first, day)) : -1;
}

function maximaOf({ day, closedDays }: Contribution['baseline'], wanted: number): DayMaxima | undefined {
  const maxima = day.day === wanted ? day.maxima : closedDays.find((closed) => closed.day === wanted);
  return maxima && maxima.population !== 0 ? maxima : undefined;
}

const DECAY = 2 ** (-1 / HALF_LIFE_DAYS);
/** Fewer digits keep a snapshot small; a thousandth of an employee-day decides nothing. */
const rounded = (x: number) => Math.round(x * 1000) / 1000;

function countDay(histograms: CalibrationHistograms, everybody: readonly DayMaxima[]): CalibrationHistograms {
  const maxima = everybody.filter(({ settled }) => settled);
  return {
    days: rounded(histograms.days * DECAY + 1),
    unsettledDays: rounded(histograms.unsettledDays * DECAY + everybody.length - maxima.length),
    evidence: decayedPlus(
      histograms.evidence,
      maxima.map(({ evidence }) => evidence),
    ),
    measures: MEASURES.map(({ index }) =>
      decayedPlus(
        histograms.measures[index] ?? [],
        maxima.map(({ strengths }) => strengths[index] ?? 0),
      ),
    ),
  };
}

function decayedPlus(histogram: readonly number[], buckets: readonly number[]): number[] {
  const sum = new Array<number>(STRENGTH_BUCKETS).fill(0);
  for (let i = 0; i < STRENGTH_BUCKETS; i++) sum[i] = (histogram[i] ?? 0) * DECAY;
  for (const bucket of buckets) sum[bucket] = (sum[bucket] ?? 0) + 1;
  let length = STRENGTH_BUCKETS;
  while (length > 0 && (sum[length - 1] ?? 0) < 0.0005) length--;
  return sum.slice(0, length).map(rounded);
}
