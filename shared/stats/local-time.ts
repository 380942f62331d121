/** What a clock on the wall shows. */
export interface LocalTime {
  /** Days since 1970-01-01 of the local calendar. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
  /** 0 is Monday. */
  readonly weekday: number;
}

/** The offsets of one UTC day: `before` holds until `changesAt`, `after` from then on. All in milliseconds. */
interface DayOffsets {
  readonly before: number;
  readonly after: number;
  readonly changesAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** More than five years of days, 56 bytes each. */
const MAXIMUM_DAYS = 2048;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 3;

/**
 * A clock in a time zone. Asking Intl costs microseconds, so offsets are kept by UTC day; where a day's two ends differ, the
 * instant of the change is found to the millisecond. Assumes no zone changes its offset twice within one UTC day and back.
 *
 * @param timeZone IANA name
 * @returns local time of an instant in epoch milliseconds; it throws RangeError when that isn't a valid time
 * @throws RangeError naming the zone when it is unknown
 */
export function localClock(timeZone: string): (time: number) => LocalTime {
  const offsetAt = zoneOffset(timeZone);
  const days = new Map<number, DayOffsets>();
  return (time) => {
    const utcDay = Math.floor(time / DAY);
    let offsets = days.get(utcDay);
    if (offsets === undefined) {
      offsets = offsetsOfDay(offsetAt, utcDay);
      if (days.size >= MAXIMUM_DAYS) days.clear();
      days.set(utcDay, offsets);
    }
    const local = time + (time < offsets.changesAt ? offsets.before : offsets.after);
    const day = Math.floor(local / DAY);
    const inDay = local - day * DAY;
    const hour = Math.floor(inDay / HOUR);
    const weekday = (((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
    return { day, hour, minute: Math.floor((inDay - hour * HOUR) / MINUTE), weekday };
  };
}

function offsetsOfDay(offsetAt: (time: number) => number, utcDay: number): DayOffsets {
  let before = utcDay * DAY;
  let changesAt = before + DAY;
  const first = offsetAt(before);
  const last = offsetAt(changesAt);
  if (first === last) return { before: first, after: last, changesAt };
  while (changesAt - before > 1) {
    const middle = Math.floor((before + changesAt) / 2);
    if (offsetAt(middle) === first) before = middle;
    else changesAt = middle;
  }
  return { before: first, after: last, changesAt };
}

/** Milliseconds to add to UTC, as Intl's tables have it. */
function zoneOffset(timeZone: string): (time: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    // Intl also takes offsets such as +05:30, which know no daylight saving and are no place.
    if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError('not an IANA name');
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  } catch (cause) {
    throw new RangeError(`unknown time zone: ${timeZone}`, { cause });
  }
  return (time) => {
    const text = format.format(time);
    const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
    if (!sign) {
      if (text.endsWith('GMT')) return 0;
      throw new RangeError(`no offset of ${timeZone} in ${text}`);
    }
    const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * 1000;
    return sign === '-' ? -size : size;
  };
}
