import {
  afterInvocation,
  completedRecords,
  cutBatches,
  expiredRecords,
  type FailurePolicy,
  type InvocationResult,
} from './batch-outcome.ts';
import type { DiscardedBatch } from './failure-record.ts';
import type { StreamRecord } from './kinesis-event.ts';
import { pause } from './pause.ts';

/** How records become invocations; names and values of the settings are those of AWS. */
export interface Delivery extends FailurePolicy {
  readonly batchSize: number;
  readonly parallelizationFactor: number;
  /** -1 for any age. */
  readonly maximumRecordAgeInSeconds: number;
  readonly invoke: (records: readonly StreamRecord[]) => Promise<InvocationResult>;
  readonly discard: (batch: DiscardedBatch) => Promise<void>;
  /** Milliseconds to wait after so many failures in a row. */
  readonly retryDelayMs: (failures: number) => number;
  /** Epoch milliseconds, for the age of records. */
  readonly now: () => number;
}

export interface DeliveryOutcome {
  /** Records that are done with: handled, or discarded and given to the on-failure destination. */
  readonly handled: number;
  /** The first record that is not, when the signal or an error of `discard` came in between. */
  readonly unfinishedAt?: string;
  readonly error?: unknown;
}

/**
 * Hands the records of one shard to the function, in order per partition key, failures and retries included.
 *
 * @param records of one shard in the order of the stream
 * @param signal when aborted, the invocation under way is the last one
 */
export async function deliver(
  delivery: Delivery,
  shardId: string,
  records: readonly StreamRecord[],
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const lanes = lanesOf(records, delivery.parallelizationFactor);
  const done = lanes.map(() => 0);
  const settled = await Promise.allSettled(
    lanes.map((lane, index) =>
      deliverLane(delivery, shardId, lane, signal, (count) => {
        done[index] = count;
      }),
    ),
  );
  const unfinished = lanes.flatMap((lane, index) => lane[done[index] ?? 0]?.sequenceNumber ?? []);
  const failed = settled.find((result) => result.status === 'rejected');
  return {
    handled: done.reduce((sum, count) => sum + count, 0),
    ...(unfinished.length > 0 && { unfinishedAt: unfinished.reduce(lower) }),
    ...(failed && { error: failed.reason }),
  };
}

/** Works through one lane's batches; a batch that fails comes back to the front, so nothing overtakes it. */
async function deliverLane(
  delivery: Delivery,
  shardId: string,
  lane: readonly StreamRecord[],
  signal: AbortSignal,
  doneWith: (count: number) => void,
): Promise<void> {
  const payloads = lane.map(({ payloadBytes }) => payloadBytes);
  const pending = [...cutBatches(payloads, delivery.batchSize)];
  let failures = 0;
  let lastResult: InvocationResult | undefined;
  for (let batch = pending.shift(); batch && !signal.aborted; batch = pending.shift()) {
    const { from, to, invocations } = batch;
    const records = lane.slice(from, to);
    const arrivals = records.map(({ arrivedAt }) => arrivedAt);
    const expired = expiredRecords(arrivals, delivery.now(), delivery.maximumRecordAgeInSeconds);
    if (expired > 0) {
      const tooOld = records.slice(0, expired);
      const seen = invocations > 0 ? lastResult : undefined;
      await delivery.discard({
        records: tooOld,
        shardId,
        condition: 'RecordAgeExceeded',
        invocations,
        lastResult: seen,
      });
      doneWith(from + expired);
      if (from + expired < to) pending.unshift({ from: from + expired, to, invocations: 0 });
      continue;
    }
    lastResult = await delivery.invoke(records);
    const sequenceNumbers = records.map(({ sequenceNumber }) => sequenceNumber);
    const completed = completedRecords(lastResult, sequenceNumbers, delivery.reportBatchItemFailures);
    doneWith(from + completed);
    const next = afterInvocation(delivery, batch, completed);
    if (next.kind === 'invoke') {
      failures = completed > 0 ? 1 : failures + 1;
      pending.unshift(...next.batches);
      await pause(delivery.retryDelayMs(failures), signal);
      continue;
    }
    failures = 0;
    if (next.kind === 'discard') {
      const tried = next.batch.invocations;
      await delivery.discard({ records, shardId, condition: 'RetryAttemptsExhausted', invocations: tried, lastResult });
      doneWith(to);
    }
  }
}

/** Spreads records over so many lanes, all records of a partition key on the same one, in their order. */
function lanesOf(records: readonly StreamRecord[], count: number): readonly (readonly StreamRecord[])[] {
  if (count === 1) return [records];
  const lanes: StreamRecord[][] = Array.from({ length: count }, () => []);
  for (const record of records) lanes[laneOf(record.partitionKey, count)]?.push(record);
  return lanes.filter((lane) => lane.length > 0);
}

/** FNV-1a over the key's UTF-16 units: any hash will do, AWS doesn't say which one is used. */
export function laneOf(partitionKey: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < partitionKey.length; index += 1) {
    hash = Math.imul(hash ^ partitionKey.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % count;
}

/** Sequence numbers have up to 128 digits: longer than a number, and not of one length, so not comparable as text. */
const lower = (one: string, other: string) => (BigInt(one) < BigInt(other) ? one : other);
