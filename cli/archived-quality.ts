import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type ArchivePlace, archivedObject } from './archived-lines.ts';
import { awsFailure } from './aws-failure.ts';
import { recordedAccesses } from './recorded-access.ts';
import { startSourceQuality } from './source-quality.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * How complete sources were in a week, from a sample of a deployment's archive: one object of each hour of arrival, which is minutes of
 * traffic. A lag is known to the hour: from the access to the beginning of the hour in which its object began.
 *
 * @param place the bucket and what comes before the year in its keys @param endDay days since 1970-01-01 of the day after the week
 * @throws CommandFailure naming the bucket or the object
 */
export async function archivedQuality(client: S3Client, { bucket, prefix }: ArchivePlace, endDay: number) {
  const quality = startSourceQuality();
  let objects = 0;
  for (let day = endDay - 7; day < endDay; day++)
    for (const [hour, key] of await firstOfEachHour(client, bucket, prefix, day)) {
      objects++;
      const arrival = day * DAY_MS + hour * HOUR_MS;
      for await (const reading of recordedAccesses(archivedObject(client, bucket, key))) quality.take(reading, arrival);
    }
  // Accesses of before the week that came in it tell of lags, too.
  return { objects, quality: quality.ofDays(Number.NEGATIVE_INFINITY, endDay) };
}

async function firstOfEachHour(client: S3Client, bucket: string, prefix: string, day: number) {
  const folder = `${prefix}${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '/')}/`;
  const first = new Map<number, string>();
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder }))
      for (const { Key = '', Size = 0 } of Contents) {
        const hour = Number(Key.slice(folder.length).split('/')[0]);
        if (Size > 0 && Number.isInteger(hour) && !first.has(hour)) first.set(hour, Key);
      }
  } catch (error) {
    throw awsFailure(error, 'S3', `bucket ${bucket}`);
  }
  return first;
}
