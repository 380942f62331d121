import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { jitteredPause, type Pause } from './back-off.ts';

/** What goes on the stream. */
export interface OutgoingRecord {
  /** At most 256 characters. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/**
 * A call takes 500 records and 10 MiB, 5 MiB until 2025; nothing is won by more than these. A record may have 1 MiB unless its
 * stream was told to take more (Kinesis Data Streams API reference, PutRecords; developer guide, "Handle large records"). Keys count.
 */
export const RECORDS_A_CALL = 500;
export const BYTES_A_CALL = 5 * 1_048_576;
export const BYTES_A_RECORD = 1_048_576;
/** So many calls in a row without one accepted record: the stream takes nothing any more. */
const FRUITLESS_CALLS = 8;

/** Records that the stream did not take; those of the same call that aren't among them it did. */
export class RecordsNotTaken<Outgoing extends OutgoingRecord = OutgoingRecord> extends Error {
  override readonly name = 'RecordsNotTaken';
  readonly records: readonly Outgoing[];

  constructor(message: string, records: readonly Outgoing[], options?: ErrorOptions) {
    super(message, options);
    this.records = records;
  }
}

/** How much of a call a record takes up. */
export const sizeOf = ({ partitionKey, data }: OutgoingRecord): number => Buffer.byteLength(partitionKey) + data.length;

/** As many items as one call takes, in their order. @param recordOf what of an item goes on the stream */
export function* inCalls<Item>(
  items: readonly Item[],
  recordOf: (item: Item) => OutgoingRecord,
): Generator<readonly Item[]> {
  let call: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(recordOf(item));
    if (call.length === RECORDS_A_CALL || (call.length > 0 && bytes + size > BYTES_A_CALL)) {
      yield call;
      call = [];
      bytes = 0;
    }
    call.push(item);
    bytes += size;
  }
  if (call.length > 0) yield call;
}

/**
 * Puts records on a stream in one call, and those that it refuses again until it takes them: a shard that is full refuses
 * some records of a call and takes others. A record that had to wait may so come behind a later one of the same actor.
 *
 * @param records no more than one call takes
 * @param pause waited before refused records are sent again. @default full jitter, 100 ms doubling to 5 s
 * @throws RecordsNotTaken with what the stream doesn't have, and the SDK's error as its cause where a call failed
 */
export async function putRecords<Outgoing extends OutgoingRecord>(
  client: KinesisClient,
  streamName: string,
  records: readonly Outgoing[],
  pause: Pause = jitteredPause(100, 5_000),
): Promise<void> {
  let pending = records;
  for (let fruitless = 0; pending.length > 0; ) {
    const refusals = await putOnce(client, streamName, pending);
    const refused = pending.filter((_, index) => refusals[index] !== undefined);
    fruitless = refused.length < pending.length ? 0 : fruitless + 1;
    pending = refused;
    if (pending.length === 0) return;
    if (fruitless === FRUITLESS_CALLS) {
      const reasons = new Set(refusals.filter((reason) => reason !== undefined));
      throw new RecordsNotTaken(`the stream takes no more records: ${[...reasons].join('; ')}`, pending);
    }
    await pause(fruitless);
  }
}

/** @returns by record, why it was refused */
async function putOnce(client: KinesisClient, streamName: string, pending: readonly OutgoingRecord[]) {
  const Records = pending.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data }));
  try {
    const answer = await client.send(new PutRecordsCommand({ StreamName: streamName, Records }));
    return pending.map((_, index) => answer.Records?.[index]?.ErrorCode);
  } catch (cause) {
    throw new RecordsNotTaken('a call failed', pending, { cause });
  }
}
