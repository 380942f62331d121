import { localClock } from '../stats/local-time.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** One clock a zone, because a clock keeps the offsets it has looked up. */
const clocks = new Map<string, ReturnType<typeof localClock>>();

/** How far a zone's clocks are ahead of UTC, in milliseconds. @param instant epoch milliseconds */
function utcOffset(timeZone: string, instant: number): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = localClock(timeZone);
    clocks.set(timeZone, clock);
  }
  const { day, hour, minute } = clock(instant);
  return day * DAY + hour * HOUR + minute * MINUTE - Math.floor(instant / MINUTE) * MINUTE;
}

/**
 * The instant at which a zone's clocks show a time.
 *
 * @param timeZone a name of the IANA database
 * @param wall what the clocks show, as if it were epoch milliseconds of UTC; a time that the clocks skip or show twice
 *   becomes one of the instants beside it
 * @returns epoch milliseconds
 * @throws RangeError when there is no such zone
 */
export function wallToInstant(timeZone: string, wall: number): number {
  const guess = wall - utcOffset(timeZone, wall);
  return wall - utcOffset(timeZone, guess);
}
