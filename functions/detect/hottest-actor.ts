import type { BatchRecord } from './read-batch.ts';

/**
 * How fast the busiest actor of a batch sends, events a second. One actor is one partition key and so one shard, which takes a
 * thousand: whoever comes near has to be summed up before the stream.
 *
 * @param byActor a batch's good records
 */
export function hottestActorPerSecond(byActor: ReadonlyMap<string, readonly Pick<BatchRecord, 'arrival'>[]>): number {
  let hottest = 0;
  for (const records of byActor.values()) {
    let [first, last] = [Infinity, -Infinity];
    for (const { arrival } of records) {
      first = Math.min(first, arrival);
      last = Math.max(last, arrival);
    }
    // Less than a second of arrivals says little: a batch is what came within about one.
    hottest = Math.max(hottest, records.length / Math.max(1, (last - first) / 1000));
  }
  return hottest;
}
