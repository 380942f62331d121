import type { _Record } from '@aws-sdk/client-kinesis';
import type { DeliveryOutcome } from './batch-delivery.ts';
import { MAXIMUM_PAYLOAD_BYTES } from './batch-outcome.ts';
import type { StreamRecord } from './kinesis-event.ts';
import { pause } from './pause.ts';
import type { ShardReader } from './shard-reader.ts';

export interface ShardPoll {
  readonly shardId: string;
  readonly reader: ShardReader;
  readonly toRecord: (record: _Record) => StreamRecord;
  readonly deliverShard: (shardId: string, records: readonly StreamRecord[]) => Promise<DeliveryOutcome>;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly pollIntervalMs: number;
  readonly onError: (error: unknown, doing: string) => void;
}

/** Wait after a failed read, so that a service that is down isn't hammered. */
const ERROR_PAUSE_MS = 1_000;

/** Polls one shard until it ends or the signal says stop; records that were read and not handled are put back. */
export async function pollShard(poll: ShardPoll, signal: AbortSignal): Promise<void> {
  const gather = createGatherer(poll, signal);
  while (!signal.aborted) {
    try {
      const { records, ended } = await gather();
      const { unfinishedAt, error } = await poll.deliverShard(poll.shardId, records);
      if (error !== undefined) throw error;
      if (ended && !unfinishedAt) return;
    } catch (error) {
      if (signal.aborted) return;
      poll.onError(error, `polling ${poll.shardId}`);
      await pause(ERROR_PAUSE_MS, signal);
    }
  }
}

/**
 * Reads until a batch is full, the payload limit is reached or the batching window is over; a window begins when the
 * invocation before it ended (Lambda Developer Guide, "Batching behavior"). A shard that had nothing is asked again after the
 * poll interval, across windows too.
 */
function createGatherer(poll: ShardPoll, signal: AbortSignal) {
  const { shardId, reader, toRecord, batchSize, maximumBatchingWindowSeconds, pollIntervalMs } = poll;
  let nextReadAt = 0;
  return async (): Promise<{ readonly records: readonly StreamRecord[]; readonly ended: boolean }> => {
    const windowEnd = performance.now() + maximumBatchingWindowSeconds * 1_000;
    const records: StreamRecord[] = [];
    let bytes = 0;
    let first: string | undefined;
    try {
      for (;;) {
        const readAt = records.length > 0 ? Math.min(nextReadAt, windowEnd) : nextReadAt;
        if (readAt > performance.now()) {
          await pause(readAt - performance.now(), signal);
          const windowOver = records.length > 0 && performance.now() >= windowEnd;
          if (windowOver || signal.aborted) return { records, ended: false };
        }
        const read = await reader.read(shardId);
        nextReadAt = read.records.length === 0 ? performance.now() + pollIntervalMs : 0;
        first ??= read.records[0]?.SequenceNumber;
        for (const record of read.records.map(toRecord)) {
          records.push(record);
          bytes += record.payloadBytes;
        }
        const full = records.length >= batchSize || bytes >= MAXIMUM_PAYLOAD_BYTES;
        const over = performance.now() >= windowEnd;
        if (full || over || read.ended || signal.aborted) return { records, ended: read.ended };
      }
    } catch (error) {
      if (first) reader.rewind(shardId, first);
      throw error;
    }
  };
}
