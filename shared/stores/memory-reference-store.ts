import { type PublishedReference, type ReferenceSeries, type ReferenceStore, WriteConflict } from './ports.ts';
import { checkStamp, DEFAULT_RETENTION, type ReferenceRetention } from './reference-retention.ts';

/**
 * Reference values in memory, for replay and tests.
 *
 * @param retention what is dropped once superseded; time is the stamps' own, so a long replay stays small
 */
export function createMemoryReferenceStore(retention: ReferenceRetention = DEFAULT_RETENTION): ReferenceStore {
  const values = new Map<string, Uint8Array>();
  const published = new Map<ReferenceSeries, readonly PublishedReference[]>();
  const entriesOf = (series: ReferenceSeries) => published.get(series) ?? [];

  const dropExpired = (series: ReferenceSeries) => {
    const keep = retention[series];
    if (keep === undefined) return;
    const entries = entriesOf(series);
    const now = entries.at(-1)?.stamp ?? 0;
    const isKept = (index: number) => now <= (entries[index + 1]?.stamp ?? now) + keep;
    const kept = entries.filter((_, index) => isKept(index));
    published.set(series, kept);
    const named = new Set([...published.values()].flat().map(({ name }) => name));
    for (const { name } of entries) if (!named.has(name)) values.delete(name);
  };

  return {
    put: async (name, bytes) => {
      const stored = values.get(name);
      if (stored && Buffer.compare(stored, bytes) !== 0) throw new WriteConflict(`${name} holds other bytes already`);
      values.set(name, Uint8Array.from(bytes));
    },
    get: async (name) => {
      const bytes = values.get(name);
      return bytes && Uint8Array.from(bytes);
    },
    publish: async (series, stamp, name) => {
      checkStamp(stamp);
      const entries = entriesOf(series);
      if (entries.some((entry) => entry.stamp === stamp && entry.name === name)) return;
      if (entries.some((entry) => entry.stamp >= stamp)) {
        throw new WriteConflict(`${series} has a stamp that is not before ${stamp}`);
      }
      if (!values.has(name)) throw new Error(`${name} can't be published: no such value`);
      published.set(series, [...entries, { series, stamp, name }]);
      dropExpired(series);
    },
    newest: async (series, notAfter) => entriesOf(series).findLast(({ stamp }) => stamp <= notAfter),
  };
}
