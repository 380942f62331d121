import { DAY } from './wall-clock.ts';

/** Month and day of holidays that have a fixed date. Movable religious feasts are left out. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  US: ['01-01', '06-19', '07-04', '11-11', '12-25'],
  CN: ['01-01', '05-01', '05-02', '05-03', '10-01', '10-02', '10-03', '10-04', '10-05', '10-06', '10-07'],
  SG: ['01-01', '05-01', '08-09', '12-25'],
  IE: ['01-01', '03-17', '12-25', '12-26'],
  IN: ['01-26', '08-15', '10-02'],
  GB: ['01-01', '12-25', '12-26'],
  PH: ['01-01', '05-01', '06-12', '11-01', '11-30', '12-25', '12-30'],
  BR: ['01-01', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '11-20', '12-25'],
  DE: ['01-01', '05-01', '10-03', '12-25', '12-26'],
};

/** Mondays and Thursdays that are holidays: month (1-12), weekday (0 is Sunday), which one of the month; −1 is the last. */
const BY_WEEKDAY: Readonly<Record<string, readonly (readonly [month: number, weekday: number, nth: number])[]>> = {
  US: [
    [1, 1, 3],
    [2, 1, 3],
    [5, 1, -1],
    [9, 1, 1],
    [10, 1, 2],
    [11, 4, 4],
  ],
  IE: [
    [5, 1, 1],
    [6, 1, 1],
    [8, 1, 1],
    [10, 1, -1],
  ],
  GB: [
    [5, 1, 1],
    [5, 1, -1],
    [8, 1, -1],
  ],
};

/** Weekend days that are worked to make up for a long holiday, as the State Council announces them every year. */
const MADE_UP: Readonly<Record<string, readonly string[]>> = { CN: ['2026-09-20', '2026-10-10'] };

/**
 * Whether people in a country ordinarily work on a date.
 *
 * @param date midnight UTC of that date, epoch milliseconds
 */
export function isWorkday(country: string, date: number): boolean {
  const when = new Date(date);
  const weekday = when.getUTCDay();
  if (weekday === 0 || weekday === 6) {
    return MADE_UP[country]?.includes(when.toISOString().slice(0, 10)) ?? false;
  }
  if (FIXED[country]?.includes(when.toISOString().slice(5, 10))) return false;
  const dayOfMonth = when.getUTCDate();
  const isLast = new Date(date + 7 * DAY).getUTCMonth() !== when.getUTCMonth();
  return !BY_WEEKDAY[country]?.some(
    ([month, onWeekday, nth]) =>
      month === when.getUTCMonth() + 1 &&
      onWeekday === weekday &&
      (nth < 0 ? isLast : nth === Math.ceil(dayOfMonth / 7)),
  );
}
