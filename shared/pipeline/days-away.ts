import type { Baseline } from '../model/baseline.ts';
import { countOf } from '../signals/wording.ts';
import { DAILY_SERIES_DAYS, DAY_OFF } from '../stats/daily-series.ts';

/**
 * Days without any access before the running one. A day that people were alerted about stands as a day off in the daily series,
 * because it teaches nothing; that somebody was there is still known of the last days with a protected access.
 *
 * @returns at most the length of the series; undefined for somebody who is too new to have been away
 */
export function daysAway({ day, dailyReads, closedDays, habits }: Baseline): number | undefined {
  const learned = dailyReads.findIndex((code) => code !== DAY_OFF);
  if (learned < 0 && habits.activeDays === 0) return undefined;
  const seen = closedDays[0] ? day.day - 1 - closedDays[0].day : Infinity;
  return Math.min(learned < 0 ? dailyReads.length : learned, seen);
}

/** `12 days`, and `35 days or more` where the series reaches no further back. */
export const awayInWords = (days: number): string =>
  `${countOf(days, 'day')}${days < DAILY_SERIES_DAYS ? '' : ' or more'}`;
