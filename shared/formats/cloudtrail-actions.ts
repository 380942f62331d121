/**
 * Operations on data, and what they do with user data: metadata count as read, names as searched, access rules as granted.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
 */
const S3_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  read: [
    ...['GetObject', 'HeadObject', 'GetObjectAcl', 'GetObjectAttributes', 'GetObjectTagging', 'GetObjectTorrent'],
    ...['GetObjectRetention', 'GetObjectLegalHold'],
  ],
  search: ['ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'ListParts', 'ListMultipartUploads', 'HeadBucket'],
  query: ['SelectObjectContent'],
  export: ['CopyObject', 'UploadPartCopy'],
  update: [
    ...[
      'PutObject',
      'PostObject',
      'CreateMultipartUpload',
      'UploadPart',
      'CompleteMultipartUpload',
      'AbortMultipartUpload',
    ],
    ...[
      'RestoreObject',
      'RenameObject',
      'PutObjectTagging',
      'DeleteObjectTagging',
      'PutObjectRetention',
      'PutObjectLegalHold',
    ],
  ],
  delete: ['DeleteObject', 'DeleteObjects'],
  grant: ['PutObjectAcl'],
};
/** A PartiQL statement may be of any kind; `readOnly` of the record tells, so they aren't here. */
const DYNAMODB_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  read: ['GetItem', 'BatchGetItem', 'TransactGetItems'],
  query: ['Query', 'Scan'],
  update: ['PutItem', 'UpdateItem', 'BatchWriteItem', 'TransactWriteItems'],
  delete: ['DeleteItem'],
};

const byName = (actions: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(actions).flatMap(([action, names]) => names.map((name) => [name, action] as const)));

const S3 = byName(S3_ACTIONS);

/** By event source. `s3express` is where directory buckets are read. */
export const DATA_OPERATIONS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['s3.amazonaws.com', S3],
  ['s3express.amazonaws.com', S3],
  ['dynamodb.amazonaws.com', byName(DYNAMODB_ACTIONS)],
]);
