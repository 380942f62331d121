import type { BatchRecord } from './read-batch.ts';

/** What came from one source with a batch. */
export interface SourceArrivals {
  readonly source: string;
  readonly events: number;
  /** From an access to its arrival in the stream, at most, milliseconds; 0 where nothing came. */
  readonly lagMilliseconds: number;
}

/**
 * What came from each of the sources that are watched. Others are left out, however many names a producer may think of: each name is
 * a metric that costs.
 *
 * @param byActor a batch's good records @param watched names, as events give them in `source`
 */
export function arrivalsBySource(
  byActor: ReadonlyMap<string, readonly BatchRecord[]>,
  watched: readonly string[],
): readonly SourceArrivals[] {
  const arrivals = new Map(watched.map((source) => [source, { events: 0, lagMilliseconds: 0 }]));
  if (arrivals.size > 0)
    for (const record of [...byActor.values()].flat()) {
      const sofar = record.kind === 'access' ? arrivals.get(record.event.source ?? '') : undefined;
      if (!sofar || record.kind !== 'access') continue;
      sofar.events++;
      sofar.lagMilliseconds = Math.max(sofar.lagMilliseconds, record.arrival - record.time);
    }
  return [...arrivals].map(([source, counted]) => ({ source, ...counted }));
}
