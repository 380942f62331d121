import { isObject, ownText } from './own-field.ts';
import { actionOfSql } from './sql-verb.ts';

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
/** A PartiQL request is a query unless its statement says otherwise: `readOnly` doesn't tell, it is false of a SELECT too. */
const PARTIQL = ['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'];
const DYNAMODB_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  read: ['GetItem', 'BatchGetItem', 'TransactGetItems'],
  query: ['Query', 'Scan', ...PARTIQL],
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

/**
 * What a PartiQL request does with data, by its first statement: a batch or a transaction has a list of them, which either all
 * read or all write.
 *
 * @param parameters the record's `requestParameters`
 * @returns undefined for other operations, and where no statement is there
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/understanding-ddb-log-entries.html
 */
export function actionOfPartiQl(eventName: string, parameters: unknown): string | undefined {
  if (!PARTIQL.includes(eventName)) return undefined;
  const lists = isObject(parameters) ? Object.values(parameters).filter(Array.isArray) : [];
  const [statement] = [parameters, ...lists.flat()].flatMap((each: unknown) => ownText(each, 'statement') ?? []);
  return statement === undefined ? undefined : (actionOfSql(statement) ?? 'query');
}
