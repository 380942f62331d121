const DATE_AND_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/;

/**
 * A time as sources write it (`2026-11-23 10:15:30.123 UTC`, `… +0800`, RFC 3339) as RFC 3339. Abbreviations other than UTC and GMT stand
 * for several zones each and are refused, and so is a time without a zone: an hour that is guessed is an hour that is wrong.
 *
 * @returns undefined where the text is none
 */
export function timeText(text: string | undefined): string | undefined {
  const [, date, time, zone] = DATE_AND_TIME.exec(text ?? '') ?? [];
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  return `${date}T${time.replace(',', '.')}${offsetText(zone)}`;
}

function offsetText(zone: string): string {
  if (!/^[+-]/.test(zone)) return 'Z';
  const minutes = zone.length > 3 ? zone.slice(-2) : '00';
  return `${zone.slice(0, 3)}:${minutes}`;
}

/** The last moment that RFC 3339 can write: its years have four digits. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Epoch milliseconds as RFC 3339. @returns undefined for what is no such time */
export function epochText(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined || !(milliseconds >= 0 && milliseconds <= LAST_MS)) return undefined;
  return new Date(milliseconds).toISOString();
}
