import { type _Record, DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import { type Delivery, type DeliveryOutcome, deliver } from './batch-delivery.ts';
import type { InvocationResult } from './batch-outcome.ts';
import { createDriver } from './driver.ts';
import { checkMappingSettings, type MappingSettings } from './event-source-mapping-settings.ts';
import { type FailureRecord, failureRecord } from './failure-record.ts';
import { type StreamIdentity, type StreamRecord, streamIdentity, toEvent, toStreamRecord } from './kinesis-event.ts';
import { pause } from './pause.ts';
import { pollShard } from './shard-poll.ts';
import { createShardReader, type ShardRead } from './shard-reader.ts';

export interface EventSourceMappingOptions extends MappingSettings {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  /** The function; what it returns is judged as Lambda judges it, see completedRecords. */
  readonly handler: (event: KinesisStreamEvent) => Promise<unknown>;
  /** The on-failure destination: what Lambda would write to S3, and the records in it. */
  readonly onFailure: (record: FailureRecord, records: readonly StreamRecord[]) => Promise<void>;
  /**
   * Rewrites `approximateArrivalTimestamp`, for simulated time: epoch milliseconds. Called once for each time a record is read,
   * shard by shard in the order of their ids, in the order of the stream. The age of records stays that of the stream.
   */
  readonly arrival?: (record: _Record) => number;
  /** How often `start` asks a shard that had nothing. @default 1000, as Lambda does */
  readonly pollIntervalMs?: number;
  /** Wait after so many failures in a row. @default 100 ms, doubled each time, at most 10 s */
  readonly retryDelayMs?: (failures: number) => number;
  /** For ARNs in events and failure records. @default detect */
  readonly functionName?: string;
  /** Epoch milliseconds, for the age of records. @default the wall clock */
  readonly now?: () => number;
  /** Told of everything that goes wrong and is retried. @default writes to standard error */
  readonly onError?: (error: unknown, doing: string) => void;
}

/** Lambda's event source mapping for a Kinesis stream, on one machine. */
export interface EventSourceMapping {
  /**
   * Reads every shard to its tip and hands over everything, retries included. What was put on the stream before the call is
   * handled when it returns; what the function itself puts there may be left to the next call.
   *
   * @returns how many records were handled or given to the on-failure destination
   * @throws what onFailure threw; the batch then comes again
   */
  readonly drain: () => Promise<number>;
  /** Polls on its own until stopped. */
  readonly start: () => void;
  /** Lets the invocation under way finish; what was not handled by then comes again after the next start or drain. */
  readonly stop: () => Promise<void>;
}

const DISCOVERY_MS = 1_000;

/**
 * Models Lambda's event source mapping over a real Kinesis endpoint: shards from their trim horizon, parents before children, in
 * order per partition key, with the retries, splits and discards that AWS documents. One driver at a time: `start` or `drain`.
 *
 * @throws RangeError when a setting is outside of what AWS allows
 */
export function createEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  checkMappingSettings(options);
  const { kinesis, streamName, handler, onFailure, arrival, functionName = 'detect', now = Date.now } = options;
  const { pollIntervalMs = 1_000, retryDelayMs = defaultRetryDelayMs, onError = reportError } = options;
  const driver = createDriver(`The event source mapping of ${streamName}`);
  let described: Promise<StreamIdentity> | undefined;
  const reader = createShardReader(kinesis, streamName, driver.signal);

  const stream = () => {
    described ??= describe(kinesis, streamName, functionName).catch((error) => {
      described = undefined;
      throw error;
    });
    return described;
  };

  const delivery: Delivery = {
    ...options,
    retryDelayMs,
    now,
    invoke: async (records): Promise<InvocationResult> => {
      try {
        return { kind: 'returned', value: await handler(toEvent(records)) };
      } catch (error) {
        onError(error, `${functionName} with ${records.length} records of ${streamName}`);
        return { kind: 'threw', error };
      }
    },
    discard: async (batch) => onFailure(failureRecord(batch, await stream(), functionName, now()), batch.records),
  };

  /** Delivers what was read of a shard, and goes back to the first record that is not done with. */
  const deliverShard = async (shardId: string, records: readonly StreamRecord[]): Promise<DeliveryOutcome> => {
    const outcome = await deliver(delivery, shardId, records, driver.signal());
    if (outcome.unfinishedAt) reader.rewind(shardId, outcome.unfinishedAt);
    return outcome;
  };

  /** In the order of the shards, so that `arrival` sees the same order each time. */
  const toRecords = (reads: readonly ShardRead[], identity: StreamIdentity) => {
    try {
      return reads.map(({ shardId, records }) => ({
        shardId,
        records: records.map((record) => toStreamRecord(record, shardId, identity, arrival)),
      }));
    } catch (error) {
      for (const { shardId, records } of reads) {
        const first = records[0]?.SequenceNumber;
        if (first) reader.rewind(shardId, first);
      }
      throw error;
    }
  };

  const drainShards = async (signal: AbortSignal): Promise<number> => {
    const identity = await stream();
    const atTip = new Set<string>();
    const due = () => reader.readable().filter((shardId) => !atTip.has(shardId));
    let handled = 0;
    await reader.discover();
    for (let shardIds = due(); shardIds.length > 0 && !signal.aborted; shardIds = due()) {
      const settled = await Promise.allSettled(shardIds.map((shardId) => reader.read(shardId)));
      const reads = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const read = toRecords(reads, identity);
      // What could be read is delivered even where another shard's read failed: its iterator has moved on.
      const outcomes = await Promise.all(read.map(({ shardId, records }) => deliverShard(shardId, records)));
      for (const outcome of outcomes) handled += outcome.handled;
      for (const shard of reads) if (shard.atTip) atTip.add(shard.shardId);
      if (signal.aborted) break;
      for (const result of settled) if (result.status === 'rejected') throw result.reason;
      for (const { error } of outcomes) if (error !== undefined) throw error;
    }
    return handled;
  };

  const pollShards = async (signal: AbortSignal): Promise<void> => {
    const polls = new Map<string, Promise<void>>();
    let nap = new AbortController();
    signal.addEventListener('abort', () => nap.abort());
    while (!signal.aborted) {
      nap = new AbortController();
      try {
        const identity = await stream();
        await reader.discover();
        for (const shardId of reader.readable()) {
          if (polls.has(shardId)) continue;
          const toRecord = (record: _Record) => toStreamRecord(record, shardId, identity, arrival);
          const poll = { ...options, shardId, reader, deliverShard, toRecord, pollIntervalMs, onError };
          polls.set(
            shardId,
            pollShard(poll, signal).finally(() => {
              polls.delete(shardId);
              // A shard that ended has children: a reason to look again at once.
              nap.abort();
            }),
          );
        }
      } catch (error) {
        onError(error, `looking for shards of ${streamName}`);
      }
      await pause(DISCOVERY_MS, nap.signal);
    }
    await Promise.all(polls.values());
  };

  return {
    drain: async () => driver.run(drainShards),
    start: () => {
      driver.run(pollShards).catch((error) => onError(error, `polling ${streamName}`));
    },
    stop: driver.stop,
  };
}

async function describe(kinesis: KinesisClient, streamName: string, functionName: string): Promise<StreamIdentity> {
  const answer = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
  const arn = answer.StreamDescriptionSummary?.StreamARN;
  if (!arn) throw new Error(`Kinesis gave no ARN for stream ${streamName}.`);
  return streamIdentity(arn, functionName);
}

const defaultRetryDelayMs = (failures: number) => Math.min(100 * 2 ** (failures - 1), 10_000);

const reportError = (error: unknown, doing: string) => console.error(`${doing}:`, error);
