import { QUALITY_FIELDS } from './source-fields.ts';

/** How long accesses may have been under way, milliseconds: a minute, ten, an hour, six, a day. What took longer is counted behind these. */
export const LAG_LIMITS_MS = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000] as const;

/** Accesses of one source by people of one country, on one day. */
export interface CountryDay {
  /** How many arrived in UTC hour 0 … 23. */
  readonly hours: readonly number[];
  /** How many left a field unsaid, in the order of QUALITY_FIELDS. */
  readonly missing: readonly number[];
  /** How many had been under way for at most each of LAG_LIMITS_MS, and the rest. */
  readonly lags: readonly number[];
}

/**
 * What came from one source on one UTC day of arrival. It counts deliveries: what is delivered again is counted again, and the last
 * minute of a function that is ended may be missing.
 */
export interface SourceDay {
  /** As accesses give it in `source`; see `sourceNameOf`. */
  readonly source: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** By ISO code of the country where people belong, or `unknown`. */
  readonly countries: ReadonlyMap<string, CountryDay>;
}

export const NO_COUNTRY_DAY: CountryDay = {
  hours: Array.from({ length: 24 }, () => 0),
  missing: QUALITY_FIELDS.map(() => 0),
  lags: [...LAG_LIMITS_MS, Number.POSITIVE_INFINITY].map(() => 0),
};

/** So many sources are told apart. */
export const SOURCES_KEPT = 50;
/** Whatever is named beyond them: a producer may think of any number of names. */
export const OTHER_SOURCES = 'other sources';
const NO_SOURCE = 'no source named';

/** The name that accesses are counted under, by what they give in `source`. */
export const sourceNameOf = (source: string | undefined): string => source || NO_SOURCE;

/** The number of accesses. */
export const accessesOf = ({ hours }: CountryDay): number => hours.reduce((sum, count) => sum + count, 0);

export function addCountryDays(a: CountryDay = NO_COUNTRY_DAY, b: CountryDay): CountryDay {
  const sum = (counts: readonly number[], more: readonly number[]) => counts.map((count, i) => count + (more[i] ?? 0));
  return { hours: sum(a.hours, b.hours), missing: sum(a.missing, b.missing), lags: sum(a.lags, b.lags) };
}
