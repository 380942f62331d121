import type { Access } from '../model/access.ts';
import type { AccessEvent } from '../model/access-event.ts';
import {
  LAG_LIMITS_MS,
  NO_COUNTRY_DAY,
  OTHER_SOURCES,
  SOURCES_KEPT,
  type SourceDay,
  sourceNameOf,
} from '../model/source-day.ts';
import { fieldsLacking, QUALITY_FIELDS } from '../model/source-fields.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Where a person belongs, as far as the directory or the address tells. */
export const countryOf = ({ peerGroup }: Pick<Access, 'peerGroup'>): string =>
  peerGroup.slice(peerGroup.lastIndexOf('/') + 1);

/** One access, as far as the health of its source goes. */
export interface Arrival {
  readonly event: AccessEvent;
  /** Where the person belongs: an ISO code, or `unknown`. */
  readonly country: string;
  /** Epoch milliseconds: when it happened, and when the stream took it. */
  readonly time: number;
  readonly arrival: number;
}

interface Counting {
  readonly hours: number[];
  readonly missing: number[];
  readonly lags: number[];
}

interface Day extends SourceDay {
  readonly countries: Map<string, Counting>;
}

/** Counts under way. */
export interface SourceTally {
  readonly take: (arrival: Arrival) => void;
  /** Everything that was counted and not dropped, in no order. */
  readonly days: () => readonly SourceDay[];
  /** Forgets days before one. @param day days since 1970-01-01 */
  readonly dropBefore: (day: number) => void;
}

/** Counts what came from each source, by country and hour of arrival. It tells so many sources apart as are kept. */
export function startSourceTally(): SourceTally {
  const days = new Map<string, Day>();
  const names = new Set<string>();
  const nameOf = ({ source }: AccessEvent) => {
    const name = sourceNameOf(source);
    if (names.size < SOURCES_KEPT) names.add(name);
    return names.has(name) ? name : OTHER_SOURCES;
  };
  // The day and source of the last arrival, which nearly always are the next one's too.
  let last: Day | undefined;
  const dayOf = (source: string, day: number): Day => {
    if (last?.day === day && last.source === source) return last;
    const key = `${day} ${source}`;
    last = days.get(key) ?? { source, day, countries: new Map() };
    days.set(key, last);
    return last;
  };
  const countingOf = (source: string, day: number, country: string): Counting => {
    const known = dayOf(source, day);
    let counting = known.countries.get(country);
    if (!counting) {
      const { hours, missing, lags } = NO_COUNTRY_DAY;
      counting = { hours: [...hours], missing: [...missing], lags: [...lags] };
      known.countries.set(country, counting);
    }
    return counting;
  };
  return {
    take: ({ event, country, time, arrival }) => {
      const day = Math.floor(arrival / DAY_MS);
      const { hours, missing, lags } = countingOf(nameOf(event), day, country);
      increment(hours, Math.floor((arrival - day * DAY_MS) / HOUR_MS));
      const lacking = fieldsLacking(event);
      QUALITY_FIELDS.forEach((field, index) => {
        if (lacking[field]) increment(missing, index);
      });
      const limit = LAG_LIMITS_MS.findIndex((longest) => arrival - time <= longest);
      increment(lags, limit < 0 ? LAG_LIMITS_MS.length : limit);
    },
    days: () => [...days.values()],
    dropBefore: (first) => {
      for (const [key, { day }] of days) if (day < first) days.delete(key);
      last = undefined;
    },
  };
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
