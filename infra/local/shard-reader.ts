import { setTimeout as sleep } from 'node:timers/promises';
import {
  type _Record,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  LimitExceededException,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';

/** How far one shard was read. */
interface ShardState {
  readonly shardId: string;
  readonly parents: readonly string[];
  /** From where to ask for a new iterator: the whole shard, at a record or after one. */
  position: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber'>;
  iterator: string | undefined;
  /** It has children, so nothing will be added to it any more. */
  closed: boolean;
  /** Everything in it was read. */
  ended: boolean;
}

export interface ShardRead {
  readonly shardId: string;
  readonly records: readonly _Record[];
  /** Nothing more to read at this moment: the tip of an open shard, or the end of a closed one. */
  readonly atTip: boolean;
  /** The shard is read to its end; its children may be read. */
  readonly ended: boolean;
}

/** GetRecords gives no more than this (Kinesis API Reference). */
const MAXIMUM_RECORDS = 10_000;
const BACK_OFF_MS = 100;
const MAXIMUM_BACK_OFF_MS = 5_000;

/**
 * Reads a stream shard by shard from the trim horizon, parents before children, and remembers where it is.
 *
 * @param signal ends waiting between attempts when the service throttles; the read under way then rejects
 * @param limit records a read may give
 */
export function createShardReader(
  kinesis: KinesisClient,
  streamName: string,
  signal: () => AbortSignal,
  limit = MAXIMUM_RECORDS,
) {
  const shards = new Map<string, ShardState>();

  const known = (shardId: string): ShardState => {
    const shard = shards.get(shardId);
    if (!shard) throw new Error(`Shard ${shardId} of stream ${streamName} was never listed.`);
    return shard;
  };

  const iteratorOf = async (shard: ShardState): Promise<string> => {
    if (shard.iterator) return shard.iterator;
    const input = { StreamName: streamName, ShardId: shard.shardId, ...shard.position };
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(input));
    if (!ShardIterator) throw new Error(`Kinesis gave no iterator for shard ${shard.shardId} of ${streamName}.`);
    shard.iterator = ShardIterator;
    return ShardIterator;
  };

  const getRecords = async (shard: ShardState) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await kinesis.send(new GetRecordsCommand({ ShardIterator: await iteratorOf(shard), Limit: limit }));
      } catch (error) {
        if (error instanceof ExpiredIteratorException) {
          // Five minutes without a read: its place is known, so ask again from there.
          shard.iterator = undefined;
        } else if (error instanceof ProvisionedThroughputExceededException || error instanceof LimitExceededException) {
          await sleep(Math.min(BACK_OFF_MS * 2 ** attempt, MAXIMUM_BACK_OFF_MS), undefined, { signal: signal() });
        } else {
          throw new Error(`Reading shard ${shard.shardId} of stream ${streamName} failed.`, { cause: error });
        }
      }
    }
  };

  return {
    /** Looks for shards that are new since the last call; their parents are closed. */
    async discover(): Promise<void> {
      const newest = [...shards.keys()].sort().at(-1);
      let input: { StreamName?: string; ExclusiveStartShardId?: string; NextToken?: string } = {
        StreamName: streamName,
        ...(newest !== undefined && { ExclusiveStartShardId: newest }),
      };
      for (;;) {
        const { Shards = [], NextToken } = await kinesis.send(new ListShardsCommand(input));
        for (const { ShardId, ParentShardId, AdjacentParentShardId } of Shards) {
          if (!ShardId || shards.has(ShardId)) continue;
          const parents = [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined);
          const position = { ShardIteratorType: 'TRIM_HORIZON' } as const;
          shards.set(ShardId, {
            shardId: ShardId,
            parents,
            position,
            iterator: undefined,
            closed: false,
            ended: false,
          });
          for (const parent of parents) {
            const state = shards.get(parent);
            if (state) state.closed = true;
          }
        }
        if (!NextToken) return;
        input = { NextToken };
      }
    },

    /** Shards to read now, in order of their ids: not ended, and with parents that are (or have been trimmed away). */
    readable: (): readonly string[] =>
      [...shards.values()]
        .filter(({ ended, parents }) => !ended && parents.every((parent) => shards.get(parent)?.ended ?? true))
        .map(({ shardId }) => shardId)
        .sort(),

    /** Reads on from where the last read ended. */
    async read(shardId: string): Promise<ShardRead> {
      const shard = known(shardId);
      const { Records: records = [], NextShardIterator, MillisBehindLatest = 0 } = await getRecords(shard);
      shard.iterator = NextShardIterator;
      shard.ended = NextShardIterator === undefined;
      const last = records.at(-1)?.SequenceNumber;
      if (last) shard.position = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last };
      // Zero says that nothing is left, but kinesalite says zero always: there a read that isn't full says so. A closed shard
      // is only done with when there is no next iterator.
      const caughtUp = MillisBehindLatest === 0 && records.length < limit;
      const atTip = shard.ended || (caughtUp && !shard.closed);
      return { shardId, records, atTip, ended: shard.ended };
    },

    /** Goes back to a record that was read but not handled. */
    rewind(shardId: string, sequenceNumber: string): void {
      const shard = known(shardId);
      shard.position = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber };
      shard.iterator = undefined;
      shard.ended = false;
    },
  };
}

export type ShardReader = ReturnType<typeof createShardReader>;
