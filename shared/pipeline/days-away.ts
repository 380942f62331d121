import type { Baseline } from '../model/baseline.ts';
import { DAY_OFF } from '../stats/daily-series.ts';

/**
 * Days without any access before the running one. A day that people were alerted about stands as a day off in the daily series,
 * because it teaches nothing; that somebody was there is still known of the last days with a protected access.
 *
 * @returns undefined for somebody who is too new to have been away
 */
export function daysAway({ day, dailyReads, closedDays, habits }: Baseline): number | undefined {
  const learned = dailyReads.findIndex((code) => code !== DAY_OFF);
  if (learned < 0 && habits.activeDays === 0) return undefined;
  const seen = closedDays[0] ? day.day - 1 - closedDays[0].day : Infinity;
  return Math.min(learned < 0 ? dailyReads.length : learned, seen);
}
