import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localClock } from '../../shared/stats/local-time.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Local time by Intl's calendar, with no offset computed by us. */
function wallClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (time: number) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      day: Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)) / DAY,
      hour: Number(parts.hour),
      minute: Number(parts.minute),
      weekday: WEEKDAYS.indexOf(parts.weekday ?? ''),
    };
  };
}

const ZONES = [
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'Europe/Dublin',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];

describe('local time', () => {
  it.each(ZONES)('agrees with Intl in %s at every hour of two years', (timeZone) => {
    const clock = localClock(timeZone);
    const intl = wallClock(timeZone);
    const differences: string[] = [];
    const from = Date.UTC(2025, 0, 1);
    for (let time = from; time < Date.UTC(2027, 0, 1); time += HOUR) {
      const [ours, theirs] = [clock(time), intl(time)];
      if (
        ours.day !== theirs.day ||
        ours.hour !== theirs.hour ||
        ours.minute !== theirs.minute ||
        ours.weekday !== theirs.weekday
      ) {
        differences.push(`${new Date(time).toISOString()} ${JSON.stringify(ours)}`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('agrees with Intl at any millisecond from 1973 to 2036, asked in any order', () => {
    const clocks = new Map(ZONES.map((zone) => [zone, { ours: localClock(zone), theirs: wallClock(zone) }]));
    fc.assert(
      fc.property(
        fc.constantFrom(...clocks.values()),
        fc.integer({ min: 1e11, max: 2.1e12 }),
        ({ ours, theirs }, time) => {
          expect(ours(time)).toEqual(theirs(time));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('changes at the very millisecond of the clock change, there and back', () => {
    const newYork = localClock('America/New_York');
    const spring = Date.UTC(2026, 2, 8, 7);
    const autumn = Date.UTC(2026, 10, 1, 6);
    expect([newYork(spring - 1).hour, newYork(spring).hour]).toEqual([1, 3]);
    expect([newYork(autumn - 1).hour, newYork(autumn).hour]).toEqual([1, 1]);
    expect([newYork(autumn - 1).minute, newYork(autumn).minute]).toEqual([59, 0]);
  });

  it('moves Lord Howe by half an hour, in the middle of a UTC hour', () => {
    const lordHowe = localClock('Australia/Lord_Howe');
    const spring = Date.UTC(2026, 9, 3, 15, 30);
    expect(lordHowe(spring - 1)).toMatchObject({ hour: 1, minute: 59 });
    expect(lordHowe(spring)).toMatchObject({ hour: 2, minute: 30, weekday: 6 });
  });

  it('counts days and weekdays from Thursday, 1 January 1970, also before it', () => {
    const utc = localClock('UTC');
    expect(utc(0)).toEqual({ day: 0, hour: 0, minute: 0, weekday: 3 });
    expect(utc(-1)).toEqual({ day: -1, hour: 23, minute: 59, weekday: 2 });
    expect(utc(-4 * DAY)).toEqual({ day: -4, hour: 0, minute: 0, weekday: 6 });
  });

  it('stays right over more days than it remembers', () => {
    const clock = localClock('Asia/Kolkata');
    for (let day = 0; day < 5000; day++) expect(clock(day * DAY)).toMatchObject({ day, hour: 5, minute: 30 });
  });

  it.each(['Nope/Zone', '', '+05:30', 'Asia/Shanghai ', 'GMT+8'])('refuses %j by name', (timeZone) => {
    expect(() => localClock(timeZone)).toThrow(new RangeError(`unknown time zone: ${timeZone}`));
  });

  it('refuses an instant that is none', () => {
    expect(() => localClock('UTC')(Number.NaN)).toThrow(RangeError);
  });
});
