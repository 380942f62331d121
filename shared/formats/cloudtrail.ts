import * as z from 'zod/mini';
import { parseAccessEvent } from '../model/access-event.ts';
import { parseAddress } from '../model/ip-address.ts';
import { lookUpS3Resource, type ResourceMap } from '../model/resources.ts';
import { issueText } from '../model/schema-issue.ts';
import { actorOf, userIdentitySchema } from './cloudtrail-identity.ts';
import type { RecordReading } from './record-reading.ts';

/**
 * S3's object-level operations, and what they do with user data. Metadata count as read, names as searched, access rules as granted.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
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
const ACTION_OF = new Map(Object.entries(ACTIONS).flatMap(([action, names]) => names.map((name) => [name, action])));

/** `s3express` is where directory buckets are read. */
const S3 = new Set(['s3.amazonaws.com', 's3express.amazonaws.com']);

/** Refusals. CloudTrail doesn't log requests whose credentials are wrong, so there is no error code for those. */
const REFUSED = /AccessDenied|AllAccessDisabled|Unauthorized/;

const text = z.nullish(z.string());
const flag = z.nullish(z.boolean());

const headSchema = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  eventCategory: text,
  managementEvent: flag,
});

const recordSchema = z.object({
  eventID: z.string(),
  eventTime: text,
  /** The name that exporters by way of Logstash give `eventTime`. */
  '@timestamp': text,
  eventName: z.string(),
  readOnly: flag,
  errorCode: text,
  sourceIPAddress: text,
  userIdentity: userIdentitySchema,
  requestParameters: z.nullish(z.object({ bucketName: text, key: text, prefix: text, 'x-amz-copy-source': text })),
  additionalEventData: z.nullish(z.object({ bytesTransferredOut: z.nullish(z.number()) })),
  resources: z.nullish(z.array(z.object({ type: text, ARN: text }))),
});
type CloudTrailRecord = z.output<typeof recordSchema>;

/**
 * Turns one CloudTrail record into an access event. What the record doesn't say is absent: no count of subjects, no country,
 * a region only from the resource map.
 *
 * Data events of S3 are concerned, management events and other services are not. A refusal is an access with outcome `denied`,
 * without bytes (they would be the error's text). Any other error is `failed-request`.
 *
 * A copy is an export of its source, where the record names it: that is whose data leaves.
 *
 * @param record one decoded record, the members of `Records` in CloudTrail's files
 * @param resources what buckets hold; an unmapped one becomes data set `s3:BUCKET`, and is named in `unmapped`
 */
export function fromCloudTrail(record: unknown, resources?: ResourceMap): RecordReading {
  const head = headSchema.safeParse(record);
  if (!head.success) return invalid(head.error);
  if (!isDataEvent(head.data)) return { kind: 'not-concerned', why: 'management-event' };
  if (!S3.has(head.data.eventSource)) return { kind: 'not-concerned', why: 'other-service' };

  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return invalid(parsed.error);
  const { eventID, eventName, readOnly, errorCode, userIdentity, sourceIPAddress, additionalEventData } = parsed.data;
  const denied = REFUSED.test(errorCode ?? '');
  if (errorCode && !denied) return { kind: 'not-concerned', why: 'failed-request' };

  const action = ACTION_OF.get(eventName) ?? (readOnly === true ? 'read' : readOnly === false ? 'update' : undefined);
  if (!action)
    return { kind: 'invalid', reason: `eventName: ${eventName.slice(0, 64)} is unknown and readOnly is absent` };
  const actor = actorOf(userIdentity);
  if (!actor) return { kind: 'invalid', reason: 'userIdentity: names nobody' };
  const object = (action === 'export' && copySource(parsed.data)) || target(parsed.data);
  if (!object) return { kind: 'invalid', reason: 'requestParameters.bucketName: no bucket' };

  const mapped = resources && lookUpS3Resource(resources, object.bucket, object.key);
  const name = `s3:${object.bucket}`;
  const bytes = denied ? undefined : additionalEventData?.bytesTransferredOut;
  const event = parseAccessEvent({
    id: eventID,
    time: parsed.data.eventTime ?? parsed.data['@timestamp'],
    source: 'cloudtrail',
    actor,
    // For calls by way of an AWS service there is the service's DNS name instead.
    ...(sourceIPAddress && parseAddress(sourceIPAddress) && { network: { ip: sourceIPAddress } }),
    action,
    resource: {
      dataset: mapped?.dataset ?? name,
      ...(mapped?.dataClass && { dataClass: mapped.dataClass }),
      ...(mapped?.store && { store: mapped.store }),
    },
    subjects: { region: mapped?.region ?? 'unknown' },
    ...(typeof bytes === 'number' && { bytes }),
    outcome: denied ? 'denied' : 'allowed',
  });
  if (!event.ok) return { kind: 'invalid', reason: event.reason };
  return { kind: 'event', value: event.event, time: event.time, ...(!mapped && { unmapped: name }) };
}

/** `eventCategory` is there since version 1.07, `managementEvent` since 1.06; before, only the operation's name tells. */
function isDataEvent({ eventSource, eventName, eventCategory, managementEvent }: z.output<typeof headSchema>): boolean {
  if (eventCategory) return eventCategory === 'Data' && managementEvent !== true;
  return managementEvent == null ? S3.has(eventSource) && ACTION_OF.has(eventName) : !managementEvent;
}

/** A bucket, and an object's key or the prefix listed; '' where the record doesn't say. */
interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** Called through an access point, the request names that, and only `resources` the bucket. */
function target({ requestParameters, resources }: CloudTrailRecord): S3Place | undefined {
  const arn = resources?.find(({ type }) => type === 'AWS::S3::Bucket' || type === 'AWS::S3Express::Bucket')?.ARN;
  const bucket =
    arn
      ?.split(':')
      .at(-1)
      ?.replace(/^bucket\//, '') || requestParameters?.bucketName;
  return bucket ? { bucket, key: requestParameters?.key ?? requestParameters?.prefix ?? '' } : undefined;
}

/** The request's header: [/]BUCKET/KEY[?versionId=ID] or ACCESS_POINT_ARN/object/KEY, percent-encoded. */
function copySource({ requestParameters }: CloudTrailRecord): S3Place | undefined {
  const source = requestParameters?.['x-amz-copy-source'];
  if (!source) return undefined;
  const path = decoded(source.replace(/\?versionId=.*$/, '').replace(/^\//, ''));
  const separator = path.startsWith('arn:') ? '/object/' : '/';
  const at = path.indexOf(separator);
  return at > 0 ? { bucket: path.slice(0, at), key: path.slice(at + separator.length) } : undefined;
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

const invalid = ({ issues: [issue] }: z.core.$ZodError): RecordReading => ({
  kind: 'invalid',
  reason: issueText(issue, 'record'),
});
