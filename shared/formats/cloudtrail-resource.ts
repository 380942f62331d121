import type { TechnicalResource } from '../model/resources.ts';

/** The parts of a record that say what was touched. */
export interface TouchedParts {
  readonly eventSource: string;
  readonly awsRegion?: string | null | undefined;
  readonly requestParameters?:
    | {
        readonly bucketName?: string | null | undefined;
        readonly key?: unknown;
        readonly prefix?: unknown;
        readonly 'x-amz-copy-source'?: unknown;
        readonly tableName?: string | null | undefined;
      }
    | null
    | undefined;
  readonly resources?: readonly { readonly type?: unknown; readonly ARN?: unknown }[] | null | undefined;
}

/**
 * What a record touched: one bucket, or each table of a batch. A copy touches its source, where the record names it: that is whose
 * data leaves.
 *
 * @returns none where the record names nothing
 */
export function touchedResources(record: TouchedParts, action: string): readonly TechnicalResource[] {
  if (record.eventSource === 'dynamodb.amazonaws.com') return tables(record);
  const object = (action === 'export' && copySource(record)) || target(record);
  return object ? [object] : [];
}

/** `resources` names every table; the request only that of an operation on one. */
function tables({ awsRegion, requestParameters, resources }: TouchedParts): readonly TechnicalResource[] {
  const names = new Set<string>();
  for (const { type, ARN } of resources ?? []) {
    // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME, an index of it with /index/… behind.
    const name = type === 'AWS::DynamoDB::Table' && typeof ARN === 'string' ? ARN.split('/')[1] : undefined;
    if (name) names.add(name);
  }
  const asked = requestParameters?.tableName;
  // Since 2024 a request may name the table by its ARN.
  if (names.size === 0 && asked) names.add(asked.split('/')[1] ?? asked);
  return [...names].map((table) => ({ kind: 'dynamodb', table, awsRegion: awsRegion ?? undefined }));
}

type S3Place = Extract<TechnicalResource, { kind: 's3' }>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** ARNs of a bucket's objects, whose keys may have any character. */
const OBJECT = /^arn:[^:]+:s3:::([^/]+)\/(.*)$/s;

/**
 * Called through an access point, the request names that, and only `resources` the bucket. Where the request says nothing (Security
 * Lake's older records), the object's ARN does.
 */
function target({ requestParameters, resources }: TouchedParts): S3Place | undefined {
  const arnOf = (...types: readonly unknown[]) => text(resources?.find(({ type }) => types.includes(type))?.ARN);
  const [, itsBucket, itsKey = ''] = OBJECT.exec(arnOf('AWS::S3::Object')) ?? [];
  const bucket =
    arnOf('AWS::S3::Bucket', 'AWS::S3Express::Bucket')
      .split(':')
      .at(-1)
      ?.replace(/^bucket\//, '') ||
    requestParameters?.bucketName ||
    itsBucket;
  const key = text(requestParameters?.key) || text(requestParameters?.prefix) || itsKey;
  return bucket ? { kind: 's3', bucket, key } : undefined;
}

/** The request's header: [/]BUCKET/KEY[?versionId=ID] or ACCESS_POINT_ARN/object/KEY, percent-encoded. */
function copySource({ requestParameters }: TouchedParts): S3Place | undefined {
  const source = text(requestParameters?.['x-amz-copy-source']);
  if (!source) return undefined;
  const path = decoded(source.replace(/\?versionId=.*$/, '').replace(/^\//, ''));
  const separator = path.startsWith('arn:') ? '/object/' : '/';
  const at = path.indexOf(separator);
  return at > 0 ? { kind: 's3', bucket: path.slice(0, at), key: path.slice(at + separator.length) } : undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    // A stray percent sign: then it wasn't encoded.
    if (error instanceof URIError) return path;
    throw error;
  }
}
