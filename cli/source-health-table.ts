import {
  accessesOf,
  addCountryDays,
  type CountryDay,
  LAG_LIMITS_MS,
  NO_COUNTRY_DAY,
  type SourceDay,
} from '../shared/model/source-day.ts';
import { QUALITY_FIELDS } from '../shared/model/source-fields.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { type HourlyAccesses, hourlyAccesses } from '../shared/pipeline/source-silence.ts';
import { countOf } from '../shared/signals/wording.ts';
import { textTable } from './text-table.ts';

/** Days before today that are looked at: what is usual, and a week's lags and fields. */
export const HEALTH_DAYS = 28;
const RECENT_DAYS = 7;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** Of the accesses of a week, so many were under way for no longer than is said. */
const MOST = 0.95;
const LAGS = [...['a minute', '10 minutes', 'an hour', '6 hours', 'a day'].map((limit) => `≤ ${limit}`), '> a day'];

const HEADS = ['Source', 'Country', 'Last 24 h', 'Usual', 'Nothing for', '95% under way', 'Without'];

/**
 * A table of all sources and the countries in them, the largest first.
 *
 * @param days of the last `HEALTH_DAYS` and today @param now epoch milliseconds
 */
export function sourceHealthTable(days: readonly SourceDay[], now: number): readonly string[] {
  const sources = [...Map.groupBy(days, ({ source }) => source)]
    .map(([source, ofSource]) => ({ source, ofSource, hourly: hourlyAccesses(ofSource) }))
    .sort((a, b) => sum(b.hourly) - sum(a.hourly) || (a.source < b.source ? -1 : 1));
  const rows = sources.flatMap(({ source, ofSource, hourly }) => {
    const countries = [...new Set(ofSource.flatMap(({ countries }) => [...countries.keys()]))]
      .map((country) => ({ country, ofCountry: hourlyAccesses(ofSource, country) }))
      .sort((a, b) => sum(b.ofCountry) - sum(a.ofCountry) || (a.country < b.country ? -1 : 1));
    return [
      [cleanLine(source, 60), 'all', ...healthOf(ofSource, hourly, undefined, now)],
      ...countries.map(({ country, ofCountry }) => ['', country, ...healthOf(ofSource, ofCountry, country, now)]),
    ];
  });
  return textTable([HEADS, ...rows]);
}

function healthOf(
  days: readonly SourceDay[],
  hourly: HourlyAccesses,
  country: string | undefined,
  now: number,
): readonly string[] {
  const hour = Math.floor(now / HOUR_MS);
  const within = (from: number, to: number) =>
    [...hourly].reduce((total, [at, count]) => total + (at >= from && at < to ? count : 0), 0);
  const first = Math.min(...hourly.keys());
  const last = Math.max(...hourly.keys());
  // The hour under way counts as a part of the last day; what is usual are whole days before it, and before a silence.
  const lastDay = within(hour + 1 - DAY_HOURS, hour + 1);
  const usualEnd = Math.min(hour + 1 - DAY_HOURS, last + 1);
  const daysBefore = Math.min(HEALTH_DAYS - 1, Math.floor((usualEnd - first) / DAY_HOURS));
  const before = within(usualEnd - daysBefore * DAY_HOURS, usualEnd);
  const silent = hour - last;
  const recent = sumOf(days, country, Math.floor(hour / DAY_HOURS) - RECENT_DAYS);
  return [
    String(lastDay),
    daysBefore > 0 ? String(Math.round(before / daysBefore)) : '-',
    silent > 1 ? countOf(silent - 1, 'hour') : '-',
    lagOf(recent),
    missingOf(recent),
  ];
}

function sumOf(days: readonly SourceDay[], country: string | undefined, from: number): CountryDay {
  let total = NO_COUNTRY_DAY;
  for (const { day, countries } of days)
    for (const [of, counted] of countries)
      if (day >= from && (country === undefined || of === country)) total = addCountryDays(total, counted);
  return total;
}

function lagOf({ lags }: CountryDay): string {
  const total = lags.reduce((all, count) => all + count, 0);
  if (total === 0) return '-';
  let covered = 0;
  const limit = lags.findIndex((count) => {
    covered += count;
    return covered >= MOST * total;
  });
  return LAGS[limit] ?? LAGS[LAG_LIMITS_MS.length] ?? '';
}

function missingOf(counted: CountryDay): string {
  const total = accessesOf(counted);
  const shares = QUALITY_FIELDS.flatMap((field, index) => {
    const share = total > 0 ? (counted.missing[index] ?? 0) / total : 0;
    return share > 0 ? [`${field} ${share < 0.01 ? '<1' : Math.round(share * 100)}%`] : [];
  });
  return shares.join(', ') || '-';
}

const sum = (hourly: HourlyAccesses) => [...hourly.values()].reduce((total, count) => total + count, 0);
