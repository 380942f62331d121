import type { StreamRecord } from '../../infra/local/kinesis-event.ts';

/** A shard: what was put on it, in order, and where it comes from. */
export interface Shard {
  readonly id: string;
  /** The partition keys' hashes that it takes: from, up to and not including. */
  readonly from: number;
  readonly to: number;
  readonly parents: readonly Shard[];
  readonly records: StreamRecord[];
  /** A closed shard keeps its records and takes no more. */
  closed: boolean;
}

/** One record to be put on a stream. */
export interface PutRequest {
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
  /** Epoch milliseconds; the stream's clock is approximate. */
  readonly arrivedAt: number;
  readonly payloadBytes: number;
}

/**
 * A stream that can be resharded. Sequence numbers rise over the whole stream, so a child's are above its parents' (Kinesis
 * Data Streams Developer Guide, "Key concepts" and "Resharding a stream"); they are long, and grow by a digit on the way.
 */
export interface Stream {
  readonly shards: () => readonly Shard[];
  readonly put: (request: PutRequest) => { readonly shard: Shard; readonly record: StreamRecord };
  /** Closes an open shard and opens two for its keys. @param where between 0 and 1 */
  readonly split: (where: number) => void;
  /** Closes two neighbours and opens one for their keys; nothing where there is but one shard. */
  readonly merge: (where: number) => void;
}

export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:111122223333:stream/accesses';
const HASHES = 2 ** 32;
/** So near below the next length that a run's records get there: as texts they would be out of order. */
const FIRST_SEQUENCE_NUMBER = 10n ** 55n - 24n;

export function createStream(): Stream {
  const shards: Shard[] = [];
  let sequenceNumber = FIRST_SEQUENCE_NUMBER;
  const open = (from: number, to: number, parents: readonly Shard[]) => {
    const id = `shardId-${String(shards.length).padStart(12, '0')}`;
    shards.push({ id, from, to, parents, records: [], closed: false });
  };
  const takers = () => shards.filter(({ closed }) => !closed).sort((a, b) => a.from - b.from);
  open(0, HASHES, []);
  return {
    shards: () => shards,
    put: ({ partitionKey, data, arrivedAt, payloadBytes }) => {
      const hash = hashOf(partitionKey);
      const shard = takers().find(({ to }) => hash < to);
      if (!shard) throw new Error('no shard takes this key');
      const number = String(++sequenceNumber);
      const record: StreamRecord = {
        event: {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey,
            sequenceNumber: number,
            data,
            approximateArrivalTimestamp: arrivedAt / 1_000,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `${shard.id}:${number}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::111122223333:role/detect',
          awsRegion: 'us-east-1',
          eventSourceARN: STREAM_ARN,
        },
        sequenceNumber: number,
        partitionKey,
        arrivedAt,
        payloadBytes,
      };
      shard.records.push(record);
      return { shard, record };
    },
    split: (where) => {
      const taking = takers();
      const parent = taking[Math.floor(where * taking.length)];
      if (!parent) return;
      parent.closed = true;
      const middle = Math.floor((parent.from + parent.to) / 2);
      open(parent.from, middle, [parent]);
      open(middle, parent.to, [parent]);
    },
    merge: (where) => {
      const taking = takers();
      const at = Math.floor(where * (taking.length - 1));
      const [lower, upper] = [taking[at], taking[at + 1]];
      if (!lower || !upper) return;
      lower.closed = true;
      upper.closed = true;
      open(lower.from, upper.to, [lower, upper]);
    },
  };
}

/** Kinesis takes MD5; here any spread over the range will do. */
function hashOf(partitionKey: string): number {
  let hash = 0x9e3779b9;
  for (let index = 0; index < partitionKey.length; index++)
    hash = Math.imul(hash ^ partitionKey.charCodeAt(index), 0x85ebca6b) ^ (hash >>> 13);
  return hash >>> 0;
}
