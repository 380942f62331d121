/** Where events lie in the archive bucket, below it by the hour in which they came. */
export const EVENTS_PREFIX = 'events/';

/** Records that follow each other in one shard, in one object. */
export interface ArchivedObject {
  /** When the stream took the first of them, epoch milliseconds. */
  readonly arrival: number;
  readonly shardId: string;
  /** Sequence numbers of the first and the last of them. */
  readonly first: string;
  readonly last: string;
}

/**
 * The key of an object of events: hour, time of arrival, and what it holds. Keys in their order are nearly the order of arrival; the
 * same records have the same key, others never.
 */
export function archivedEventsKey({ arrival, shardId, first, last }: ArchivedObject): string {
  const [day = '', time = ''] = new Date(arrival).toISOString().split('T');
  const hour = `${day.replaceAll('-', '/')}/${time.slice(0, 2)}`;
  return `${EVENTS_PREFIX}${hour}/${time.replace(/\D/g, '')}-${shardId}-${first}-${last}.ndjson.gz`;
}

const KEY = /(\d{4})\/(\d\d)\/(\d\d)\/\d\d\/(\d\d)(\d\d)(\d\d)(\d{3})-(.+)-(\d+)-(\d+)\.ndjson\.gz$/;

/** What an object of that key holds; undefined where something else named it. */
export function archivedObjectOf(key: string): ArchivedObject | undefined {
  const [, year, month, day, hour, minute, second, millisecond, shardId, first, last] = KEY.exec(key) ?? [];
  if (shardId === undefined || first === undefined || last === undefined) return undefined;
  const arrival = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return { arrival, shardId, first, last };
}

/**
 * Leaves out objects whose records lie all in another one of the shard: a batch that came again may have been cut elsewhere.
 *
 * @returns the other keys, as they stood
 */
export function withoutRepeated(keys: readonly string[]): readonly string[] {
  const repeated = new Set<string>();
  const named = keys.flatMap((key) => {
    const object = archivedObjectOf(key);
    return object ? [{ key, shardId: object.shardId, first: BigInt(object.first), last: BigInt(object.last) }] : [];
  });
  for (const objects of Map.groupBy(named, ({ shardId }) => shardId).values()) {
    let reached = -1n;
    for (const { key, last } of objects.sort((a, b) => compare(a.first, b.first) || compare(b.last, a.last))) {
      if (last <= reached) repeated.add(key);
      else reached = last;
    }
  }
  return keys.filter((key) => !repeated.has(key));
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
