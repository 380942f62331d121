import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type FailureRecord, failureRecordKey } from './failure-record.ts';

/** Stands for the mapping's own id in the object's name. */
const MAPPING_ID = 'local';

/** Writes a discarded batch where Lambda writes it. */
export async function writeFailureRecord(s3: S3Client, bucketName: string, record: FailureRecord): Promise<void> {
  const Key = failureRecordKey(record, MAPPING_ID);
  await s3.send(
    new PutObjectCommand({ Bucket: bucketName, Key, Body: JSON.stringify(record), ContentType: 'application/json' }),
  );
}
