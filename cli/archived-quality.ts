import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { archivedObjectOf } from '../shared/stores/archived-events.ts';
import { type ArchivePlace, archivedObject } from './archived-lines.ts';
import { awsFailure } from './aws-failure.ts';
import { recordedAccesses } from './recorded-access.ts';
import { startSourceQuality } from './source-quality.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * How complete sources were in a week, from a sample of a deployment's archive: of each hour of arrival the first object of each shard,
 * since one actor's accesses are all on one. Each is up to five minutes of traffic, and a lag is right to as many: it lasts from the access
 * to the arrival of its object's first.
 *
 * @param place the bucket and what comes before the year in its keys @param endDay days since 1970-01-01 of the day after the week
 * @throws CommandFailure naming the bucket or the object
 */
export async function archivedQuality(client: S3Client, { bucket, prefix }: ArchivePlace, endDay: number) {
  const quality = startSourceQuality();
  let objects = 0;
  for (let day = endDay - 7; day < endDay; day++)
    for (const [key, arrival] of await firstOfEachHour(client, bucket, prefix, day)) {
      objects++;
      for await (const reading of recordedAccesses(archivedObject(client, bucket, key))) quality.take(reading, arrival);
    }
  // Accesses of before the week that came in it tell of lags, too.
  return { objects, quality: quality.ofDays(Number.NEGATIVE_INFINITY, endDay) };
}

/** @returns when the first event of each object arrived, by its key */
async function firstOfEachHour(client: S3Client, bucket: string, prefix: string, day: number) {
  const folder = `${prefix}${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '/')}/`;
  const seen = new Set<string>();
  const first = new Map<string, number>();
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder }))
      for (const { Key = '', Size = 0 } of Contents) {
        const object = archivedObjectOf(Key);
        if (Size === 0 || !object) continue;
        const place = `${Math.floor(object.arrival / HOUR_MS)} ${object.shardId}`;
        if (!seen.has(place)) first.set(Key, object.arrival);
        seen.add(place);
      }
  } catch (error) {
    throw awsFailure(error, 'S3', `bucket ${bucket}`);
  }
  return first;
}
