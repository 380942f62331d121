import { sourceNameOf } from '../shared/model/source-day.ts';
import { fieldsLacking, QUALITY_FIELDS, type QualityField } from '../shared/model/source-fields.ts';
import type { SourceQuality } from '../shared/report/weekly-report.ts';
import type { RecordedAccess } from './recorded-access.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Counted {
  events: number;
  longestLag: number | undefined;
  readonly missing: Record<QualityField, number>;
}

/** Counts how complete each source's events are, by day, since it is known only at the end which days are the week. */
export function startSourceQuality() {
  const sources = new Map<string, Map<number, Counted>>();
  let invalid = 0;
  return {
    /** @param arrival when it came, epoch milliseconds. @default it was not kept */
    take: (reading: RecordedAccess, arrival?: number): void => {
      if (reading.kind === 'invalid') {
        invalid++;
        return;
      }
      const days = gotOrSet(sources, sourceNameOf(reading.value.source), () => new Map<number, Counted>());
      const counted = gotOrSet(days, Math.floor(reading.time / DAY_MS), nothing);
      counted.events++;
      const lacking = fieldsLacking(reading.value);
      for (const field of QUALITY_FIELDS) if (lacking[field]) counted.missing[field]++;
      if (arrival !== undefined)
        counted.longestLag = Math.max(counted.longestLag ?? 0, (arrival - reading.time) / HOUR_MS);
    },
    /** What is no access at all, of whatever day: it has no time that could be believed. */
    invalid: () => invalid,
    /** The largest source first; what is no access names none. @param from first day @param to the day after the last */
    ofDays: (from: number, to: number): readonly SourceQuality[] => {
      const rows = [...sources].map(([source, days]): SourceQuality => {
        const among = [...days].filter(([day]) => day >= from && day < to).map(([, counted]) => counted);
        const missing = noneMissing();
        for (const field of QUALITY_FIELDS) missing[field] = among.reduce((sum, each) => sum + each.missing[field], 0);
        const events = among.reduce((sum, each) => sum + each.events, 0);
        const lags = among.flatMap(({ longestLag }) => longestLag ?? []);
        return { source, events, missing, invalid: 0, longestLagHours: lags.length ? Math.max(...lags) : undefined };
      });
      const unreadable = {
        source: 'unreadable',
        events: 0,
        missing: noneMissing(),
        invalid,
        longestLagHours: undefined,
      };
      return [...rows.sort((a, b) => b.events - a.events), ...(invalid > 0 ? [unreadable] : [])];
    },
  };
}

const nothing = (): Counted => ({ events: 0, longestLag: undefined, missing: noneMissing() });

const noneMissing = (): Record<QualityField, number> => ({
  address: 0,
  device: 0,
  'data class': 0,
  store: 0,
  'users counted': 0,
  'user region': 0,
});

function gotOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
