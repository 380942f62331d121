import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { EVENTS_PREFIX, withoutRepeated } from '../shared/stores/archived-events.ts';
import { awsFailure } from './aws-failure.ts';
import { type Line, linesOf } from './read-lines.ts';
import { CommandFailure } from './usage-error.ts';

/** A place in the archive: the bucket, and what the keys of its objects begin with. */
export interface ArchivePlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** @param url such as s3://borderwatch-prod-archive or s3://borderwatch-prod-archive/events/2026/11 @returns nothing when it is none */
export function archivePlace(url: string): ArchivePlace | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})(?:\/(.*))?$/.exec(url) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix || EVENTS_PREFIX };
}

/**
 * The archived events, hour by hour: keys begin with the hour of arrival, so their order is nearly that of the
 * stream. Within an hour the objects of several shards overlap by minutes, as late events do; while a backlog was copied, by all of the hour.
 *
 * @param onObject told of each object and how many there are, for progress
 * @throws CommandFailure naming the bucket or the object
 */
export async function* archivedLines(
  client: S3Client,
  { bucket, prefix }: ArchivePlace,
  onObject: (done: number, all: number) => void,
): AsyncGenerator<readonly Line[]> {
  const keys: string[] = [];
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
      for (const { Key, Size = 0 } of Contents) if (Key !== undefined && Size > 0) keys.push(Key);
  } catch (error) {
    throw awsFailure(error, 'S3', `bucket ${bucket}`);
  }
  if (keys.length === 0) throw new CommandFailure(`s3://${bucket}/${prefix}: there are no objects`);
  const wanted = withoutRepeated(keys.sort());
  for (const [done, key] of wanted.entries()) {
    onObject(done, wanted.length);
    yield* archivedObject(client, bucket, key);
  }
}

/** The lines of one object. @throws CommandFailure naming it */
export async function* archivedObject(client: S3Client, bucket: string, key: string): AsyncGenerator<readonly Line[]> {
  yield* linesOf(await open(client, bucket, key), key.endsWith('.gz'), `s3://${bucket}/${key}`);
}

async function open(client: S3Client, bucket: string, key: string): Promise<Readable> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body instanceof Readable) return Body;
    throw new CommandFailure(`s3://${bucket}/${key} is empty`);
  } catch (error) {
    throw awsFailure(error, 'S3', `s3://${bucket}/${key}`);
  }
}
