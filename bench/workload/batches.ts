import type { KinesisStreamRecord } from 'aws-lambda';
import type { Delivery } from '../../shared/simulation/delivery.ts';

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/accesses';
const SHARD = 'shardId-000000000000';
/** As long as those of a real stream, which are 56 digits. */
const FIRST_SEQUENCE_NUMBER = 49_590_338_271_490_256n * 10n ** 39n;

/** One invocation's records. */
export type Batch = readonly KinesisStreamRecord[];

/** What `detect` takes at most at once (infra/detect-function.ts). */
export const BATCH_SIZE = 1_000;
const BATCH_WINDOW_MS = 1_000;

/** Puts deliveries on a shard, in their order. */
function toBatches(groups: readonly (readonly Delivery[])[]): readonly Batch[] {
  let place = 0n;
  return groups.map((group) => group.map((delivery) => toRecord(delivery, FIRST_SEQUENCE_NUMBER + place++)));
}

function toRecord({ arrival, event }: Delivery, number: bigint): KinesisStreamRecord {
  const sequenceNumber = String(number);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: event.actor.id,
      sequenceNumber,
      data: Buffer.from(JSON.stringify(event)).toString('base64'),
      approximateArrivalTimestamp: arrival / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${SHARD}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/detect',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM_ARN,
  };
}

/**
 * Batches as full as they get, each with the next few events of as many employees as fit. Employees take turns; who has
 * no more events for a whole turn is left out.
 *
 * @param eventsEach events of each employee in a batch
 * @throws Error where there aren't enough employees with enough events
 */
export function fullBatches(deliveries: readonly Delivery[], eventsEach: number, count: number): readonly Batch[] {
  const employees = Math.floor(BATCH_SIZE / eventsEach);
  const waiting = [...Map.groupBy(deliveries, ({ event }) => event.actor.id).values()];
  const taken = waiting.map(() => 0);
  let turn = 0;
  const nextGroup = (): readonly Delivery[] => {
    const group: Delivery[] = [];
    for (let asked = 0, found = 0; found < employees; asked++) {
      if (asked === waiting.length) throw new Error(`fewer than ${employees} employees have ${eventsEach} events left`);
      const place = turn++ % waiting.length;
      const from = taken[place] ?? 0;
      const events = waiting[place]?.slice(from, from + eventsEach) ?? [];
      if (events.length < eventsEach) continue;
      taken[place] = from + eventsEach;
      group.push(...events);
      found++;
    }
    return group.sort((a, b) => a.arrival - b.arrival);
  };
  return toBatches(Array.from({ length: count }, nextGroup));
}

/** Batches as an event source mapping makes them of one shard: a second's worth, or a full one. */
export function batchesByArrival(deliveries: readonly Delivery[]): readonly Batch[] {
  const groups: Delivery[][] = [];
  let until = 0;
  for (const delivery of deliveries) {
    const group = groups.at(-1);
    if (group && delivery.arrival < until && group.length < BATCH_SIZE) group.push(delivery);
    else {
      groups.push([delivery]);
      until = delivery.arrival + BATCH_WINDOW_MS;
    }
  }
  return toBatches(groups);
}

/** Events of each distinct employee and batch, on average. */
export function eventsPerEmployee(batches: readonly Batch[]): number {
  const events = batches.reduce((sum, batch) => sum + batch.length, 0);
  const employees = batches.reduce(
    (sum, batch) => sum + new Set(batch.map(({ kinesis }) => kinesis.partitionKey)).size,
    0,
  );
  return events / employees;
}
