import { decodeDailyReads } from '../stats/daily-series.ts';
import type { Contribution } from './fold-groups.ts';

/** Past days that say how quiet a country ever is: weekends and holidays are among them. */
const HISTORY_DAYS = 28;
/** So many people on the quietest day make two whole days without anybody a chance of e⁻⁸. */
const PEOPLE_EVERY_DAY = 4;
/** So many people on an average day make an office, whose days off it then takes to wait out. */
const PEOPLE_ON_AVERAGE = 4;
const DAY_MS = 86_400_000;

/** Whole days without anybody after which people are told, and told again. */
export interface Patience {
  readonly told: number;
  readonly toldAgain: number;
}
/** Somebody is there every day, at weekends and on holidays too. */
const NEVER_EMPTY: Patience = { told: 2, toldAgain: 4 };
/** It has been empty before, so it may be a holiday: longer than Golden Week, the Lunar New Year, or the days around New Year. */
export const SOMETIMES_EMPTY: Patience = { told: 12, toldAgain: 16 };

/** How long a country has been silent, and how quiet it ever is. */
export interface Silence {
  /** Event time of the country's last access, epoch milliseconds. */
  readonly since: number;
  readonly people: number;
  /** People at work, on average and on the quietest of the days looked at. */
  readonly usual: number;
  readonly quietest: number;
  readonly patience: Patience;
}

/**
 * What a country's own days say about its silence. Only whole days count: each holds one night and one working day, wherever
 * on earth, so no clock is needed. The quietest day stands for holidays that are still to come.
 *
 * @param people of one country
 * @param now epoch milliseconds of the fold
 * @returns undefined where too few are at work, or too few days are known, to tell silence from a day off; and while nobody is to
 * be told of any
 */
export function silenceOf(people: readonly Contribution[], now: number): Silence | undefined {
  const since = people.reduce((latest, { baseline }) => Math.max(latest, baseline.updatedAt), 0);
  // At nearly every fold of every country: what follows looks at four weeks of everybody.
  if (wholeDays(since, now) < NEVER_EMPTY.told) return undefined;
  const last = people.reduce((latest, { baseline }) => Math.max(latest, baseline.day.day), -1);
  const days = Array.from({ length: HISTORY_DAYS }, (_, i) => atWorkOn(people, last - 1 - i));
  const quietest = Math.min(...days);
  const usual = days.reduce((sum, present) => sum + present, 0) / HISTORY_DAYS;
  const isKnown = people.some(({ baseline }) => baseline.firstDay <= last - HISTORY_DAYS);
  if (!isKnown || usual < PEOPLE_ON_AVERAGE) return undefined;
  const patience = quietest >= PEOPLE_EVERY_DAY ? NEVER_EMPTY : SOMETIMES_EMPTY;
  return { since, people: people.length, usual, quietest, patience };
}

/** @param now epoch milliseconds @returns how often people are to have been told by then: 0, 1 or 2 */
export function timesTold({ since, patience }: Silence, now: number): 0 | 1 | 2 {
  const days = wholeDays(since, now);
  return days >= patience.toldAgain ? 2 : days >= patience.told ? 1 : 0;
}

export const wholeDays = (since: number, now: number): number => Math.floor((now - since) / DAY_MS);

const atWorkOn = (people: readonly Contribution[], wanted: number): number =>
  people.filter(({ baseline: { day, dailyReads } }) =>
    wanted === day.day
      ? true
      : wanted < day.day && decodeDailyReads(dailyReads[day.day - 1 - wanted] ?? 0) !== undefined,
  ).length;
