import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { KinesisStreamRecord } from 'aws-lambda';
import { archivedEventsKey } from '../../shared/stores/archived-events.ts';
import type { ObjectWriter } from '../../shared/stores/object-writer.ts';

export interface ArchivePorts {
  readonly write: ObjectWriter;
  /** The archive. */
  readonly bucket: string;
}

const compress = promisify(gzip);

/**
 * Copies a batch of the stream into one object for each hour of arrival: a line a record, as it came, whatever it is, compressed.
 * Nothing is read, so nothing that a producer sends can stop it. An object is named after what it holds: a batch that comes again
 * takes its place, and one that was cut elsewhere lies beside it.
 *
 * @throws when S3 doesn't take it; the batch then comes again, until the stream forgets it
 */
export async function archive(records: readonly KinesisStreamRecord[], ports: ArchivePorts): Promise<void> {
  const hours = Map.groupBy(records, (record) => Math.floor(arrivalOf(record) / HOUR_MS));
  await Promise.all([...hours.values()].map((ofHour) => archiveTogether(ofHour, ports)));
}

const HOUR_MS = 3_600_000;
const arrivalOf = ({ kinesis }: KinesisStreamRecord) => kinesis.approximateArrivalTimestamp * 1000;

async function archiveTogether(records: readonly KinesisStreamRecord[], { write, bucket }: ArchivePorts) {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return;
  const [shardId = ''] = first.eventID.split(':');
  await write({
    bucket,
    key: archivedEventsKey({
      arrival: arrivalOf(first),
      shardId,
      first: first.kinesis.sequenceNumber,
      last: last.kinesis.sequenceNumber,
    }),
    body: await compress(Buffer.concat(records.flatMap((record) => [lineOf(record), LINE_END]))),
    contentType: 'application/gzip',
  });
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LINE_END = Buffer.of(LINE_FEED);

/** A record on one line: a line's end is but space between the parts of JSON, and no text of JSON holds one as it is. */
const lineOf = ({ kinesis: { data } }: KinesisStreamRecord): Uint8Array =>
  Buffer.from(data, 'base64').map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
