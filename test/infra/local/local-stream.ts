import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import { createLocalClients } from '../../../infra/local/clients.ts';
import { type Emulators, startEmulators } from '../../../infra/local/emulators.ts';
import type { EventSourceMappingOptions } from '../../../infra/local/event-source-mapping.ts';

/** A key and a text: one record. */
export type Entry = readonly [key: string, text: string];

/** A real stream on this machine, and what tests do to it. */
export interface LocalStream {
  readonly kinesis: KinesisClient;
  readonly emulators: Emulators;
  readonly streamName: string;
  readonly put: (...entries: readonly Entry[]) => Promise<void>;
  /** Splits an open shard in the middle of its hash keys. */
  readonly split: () => Promise<void>;
  /** Merges two open shards that are neighbours. */
  readonly merge: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

let streams = 0;

export async function startLocalStream(shards = 1): Promise<LocalStream> {
  const emulators = await startEmulators();
  const clients = createLocalClients(emulators.environment);
  const { kinesis } = clients;
  streams += 1;
  const StreamName = `stream-${streams}`;

  const untilActive = async () => {
    for (;;) {
      const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
      if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
      await sleep(5);
    }
  };
  const openShards = async () => {
    const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
    const open = Shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber);
    const ranges = open.map(({ ShardId = '', HashKeyRange }) => ({
      ShardId,
      from: BigInt(HashKeyRange?.StartingHashKey ?? 0),
      to: BigInt(HashKeyRange?.EndingHashKey ?? 0),
    }));
    return ranges.sort((one, other) => (one.from < other.from ? -1 : 1));
  };

  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  await untilActive();
  return {
    kinesis,
    emulators,
    streamName: StreamName,
    put: async (...entries) => {
      for (let start = 0; start < entries.length; start += 500) {
        const Records = entries
          .slice(start, start + 500)
          .map(([PartitionKey, text]) => ({ PartitionKey, Data: Buffer.from(text) }));
        await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
      }
    },
    split: async () => {
      const [shard] = await openShards();
      if (!shard) throw new Error('No shard to split.');
      const NewStartingHashKey = String((shard.from + shard.to) / 2n);
      await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey }));
      await untilActive();
    },
    merge: async () => {
      const [one, other] = await openShards();
      if (!one || !other) throw new Error('No shards to merge.');
      const command = { StreamName, ShardToMerge: one.ShardId, AdjacentShardToMerge: other.ShardId };
      await kinesis.send(new MergeShardsCommand(command));
      await untilActive();
    },
    stop: async () => {
      clients.destroy();
      await emulators.stop();
    },
  };
}

/** Numbered records of a few keys: `key-0` has 0, 4, 8, … */
export const numbered = (count: number, keys = 4, from = 0): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => [`key-${(from + index) % keys}`, String(from + index)]);

/** What a handler was given: per invocation, key and text of each record. */
export const entriesOf = (event: KinesisStreamEvent): readonly Entry[] =>
  event.Records.map(({ kinesis }) => [kinesis.partitionKey, Buffer.from(kinesis.data, 'base64').toString()]);

/** The texts of each key, in the order in which they came. */
export function textsByKey(entries: readonly Entry[]): Readonly<Record<string, readonly string[]>> {
  const texts: Record<string, string[]> = {};
  for (const [key, text] of entries) texts[key] = [...(texts[key] ?? []), text];
  return texts;
}

/** The settings of `detect`, with retries at once and errors kept out of the test's output. */
export const mappingOptions = (stream: LocalStream): Omit<EventSourceMappingOptions, 'handler'> => ({
  kinesis: stream.kinesis,
  streamName: stream.streamName,
  batchSize: 1_000,
  maximumBatchingWindowSeconds: 0,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: 2,
  maximumRecordAgeInSeconds: -1,
  reportBatchItemFailures: true,
  onFailure: async () => {},
  retryDelayMs: () => 0,
  onError: () => {},
});
