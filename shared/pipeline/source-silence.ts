import type { CountryDay, SourceDay } from '../model/source-day.ts';
import { SOMETIMES_EMPTY } from './office-silence.ts';

/** What a source and a country within it are compared with: their own last four weeks. */
export const SOURCE_HISTORY_DAYS = 28;
/** The same four weeks are looked at until a silence is as long: days that have to be read. */
export const SOURCE_DAYS_READ = 2 * SOURCE_HISTORY_DAYS;
const DAY_HOURS = 24;
/** On the quietest of the days looked at so many accesses came in the hours that are silent now: by chance none comes once in e⁸. */
export const LEAST_ACCESSES = 8;
/** A longer silence than any before by so much: pauses of every night stay within it. */
const LONGER_THAN_EVER = 2;

const HOUR_MS = 3_600_000;
/** Counts are written down within minutes; an hour is judged when it is over for so long. */
const SETTLED_MS = 10 * 60_000;

/** The hour that is not to be judged yet, in hours since 1970-01-01: those before it are over and counted. */
export const hourUnderWay = (time: number): number => Math.floor((time - SETTLED_MS) / HOUR_MS);

/** Accesses by hour of arrival, in hours since 1970-01-01. */
export type HourlyAccesses = ReadonlyMap<number, number>;

/** How long nothing has come, and how quiet it ever was. */
export interface SourceSilence {
  /** The first hour without any, in hours since 1970-01-01. */
  readonly since: number;
  /** Whole hours without any. */
  readonly hours: number;
  /** Accesses in the same hours of the day, on the quietest of the days looked at and on an average one. */
  readonly quietest: number;
  readonly usual: number;
  /** The longest time without any in the four weeks before, hours. */
  readonly longestBefore: number;
}

/** Adds up what came by hour. @param country of these people alone. @default of all */
export function hourlyAccesses(days: readonly SourceDay[], country?: string): HourlyAccesses {
  const hourly = new Map<number, number>();
  for (const sourceDay of days)
    for (const { hours } of partsOf(sourceDay, country))
      hours.forEach((count, hour) => {
        const at = sourceDay.day * DAY_HOURS + hour;
        if (count > 0) hourly.set(at, (hourly.get(at) ?? 0) + count);
      });
  return hourly;
}

/** Whether anything came in an hour: then there is no silence to look for. @param hour since 1970-01-01 */
export const hasCome = (days: readonly SourceDay[], hour: number, country?: string): boolean =>
  days.some(
    (sourceDay) =>
      sourceDay.day === Math.floor(hour / DAY_HOURS) &&
      partsOf(sourceDay, country).some(({ hours }) => (hours[hour % DAY_HOURS] ?? 0) > 0),
  );

function partsOf({ countries }: SourceDay, country: string | undefined): readonly CountryDay[] {
  if (country === undefined) return [...countries.values()];
  const part = countries.get(country);
  return part ? [part] : [];
}

/**
 * What a series says about its own silence. The hours that are silent now are looked up on each of the last 28 days, so nights
 * need no clock, and the quietest day stands for holidays that are still to come.
 *
 * @param now the hour that isn't over, in hours since 1970-01-01
 * @returns undefined where something came in the last whole hour, or less than four weeks are known
 */
export function sourceSilenceOf(hourly: HourlyAccesses, now: number): SourceSilence | undefined {
  const times = [...hourly.keys()].filter((hour) => hour < now).sort((a, b) => a - b);
  const since = (times.at(-1) ?? now) + 1;
  const hours = now - since;
  const from = since - SOURCE_HISTORY_DAYS * DAY_HOURS;
  if (hours <= 0 || (times[0] ?? since) > from) return undefined;
  const sameHours: number[] = [];
  // Days that the silence itself reaches into say nothing of what is usual.
  for (let back = Math.ceil(hours / DAY_HOURS); back <= SOURCE_HISTORY_DAYS; back++) {
    let count = 0;
    for (let hour = since; hour < now; hour++) count += hourly.get(hour - back * DAY_HOURS) ?? 0;
    sameHours.push(count);
  }
  if (sameHours.length === 0) return undefined;
  const seen = times.filter((hour) => hour >= from);
  const longestBefore = seen.reduce((longest, hour, i) => Math.max(longest, hour - (seen[i - 1] ?? from - 1) - 1), 0);
  return {
    since,
    hours,
    quietest: Math.min(...sameHours),
    usual: sameHours.reduce((sum, count) => sum + count, 0) / sameHours.length,
    longestBefore,
  };
}

/**
 * Told once the silent hours are worth enough accesses on the quietest day and last longer than any pause before; where a whole day was
 * ever empty, as at a weekend, not before as many days as a country is waited for, since it may be a holiday.
 *
 * @param silence undefined where there is none
 * @returns how often people are to have been told by then
 */
export function timesSourceTold(silence: SourceSilence | undefined): 0 | 1 | 2 {
  if (!silence) return 0;
  const { hours, quietest, longestBefore } = silence;
  const isPast = (times: 1 | 2, wholeDaysAway: number) =>
    quietest >= times * LEAST_ACCESSES &&
    hours > times * LONGER_THAN_EVER * Math.max(1, longestBefore) &&
    (longestBefore < DAY_HOURS || hours >= wholeDaysAway * DAY_HOURS);
  return isPast(2, SOMETIMES_EMPTY.toldAgain) ? 2 : isPast(1, SOMETIMES_EMPTY.told) ? 1 : 0;
}
