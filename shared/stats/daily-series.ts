/** One byte a day: whether the day was worked, and how many protected reads it had (exact below 64, then by sixteenths of a doubling). */

export const DAILY_SERIES_DAYS = 35;
/** A day without any access. */
export const DAY_OFF = 0;

const EXACT = 64;
const STEPS_PER_DOUBLING = 16;

/** @param reads protected reads of a day that was worked, ≥ 0 */
export function encodeDailyReads(reads: number): number {
  const code = reads < EXACT ? reads : EXACT + Math.round(STEPS_PER_DOUBLING * Math.log2(reads / EXACT));
  return Math.min(code, 254) + 1;
}

/** By code: a fold decodes thousands. */
const READS = Array.from({ length: 256 }, (_, code) => {
  const value = code - 1;
  return value < EXACT ? value : EXACT * 2 ** ((value - EXACT) / STEPS_PER_DOUBLING);
});

/** @returns reads, or undefined for a day off */
export function decodeDailyReads(code: number): number | undefined {
  if (code === DAY_OFF) return undefined;
  return READS[code];
}

/** Adds a closed day and the days off since; newest first. */
export function appendDay(series: readonly number[], code: number, daysOffSince: number): number[] {
  const off = new Array<number>(Math.min(daysOffSince, DAILY_SERIES_DAYS)).fill(DAY_OFF);
  return [...off, code, ...series].slice(0, DAILY_SERIES_DAYS);
}
