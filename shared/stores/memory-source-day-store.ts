import { addCountryDays, OTHER_SOURCES, SOURCES_KEPT, type SourceDay } from '../model/source-day.ts';
import type { SourceDayStore } from './ports.ts';

/** Counts of sources in memory, for tests. */
export function createMemorySourceDayStore(): SourceDayStore {
  const days = new Map<string, SourceDay>();
  const names = new Set<string>();
  return {
    add: async (counted) => {
      if (names.size < SOURCES_KEPT) names.add(counted.source);
      const { day, countries } = counted;
      const source = names.has(counted.source) ? counted.source : OTHER_SOURCES;
      const key = `${day} ${source}`;
      const sums = new Map(days.get(key)?.countries);
      for (const [country, counts] of countries) sums.set(country, addCountryDays(sums.get(country), counts));
      days.set(key, { source, day, countries: sums });
    },
    ofDays: async (from, to) => [...days.values()].filter(({ day }) => day >= from && day < to),
  };
}
