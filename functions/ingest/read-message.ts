import { decodedRecord } from '../../shared/formats/record-json.ts';
import type { WrittenObject } from '../../shared/stores/s3-object-source.ts';

/** What a queue's message brings: objects to read, one record, or nothing to do. */
export type Message =
  | { readonly kind: 'objects'; readonly objects: readonly WrittenObject[] }
  | { readonly kind: 'record'; readonly text: string }
  | { readonly kind: 'nothing' };

type Fields = { readonly [name: string]: unknown };

/**
 * Reads a message of the queue: S3's own notification, the same from EventBridge, or an event from EventBridge whose detail is the
 * record (CloudTrail's API calls). Anything else counts as a record, so that it is put aside whole and seen.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function readMessage(body: string): Message {
  const message = parsed(body);
  if (message?.Event === 's3:TestEvent') return { kind: 'nothing' };
  const notified = arrayOf(message?.Records).map(asFields);
  if (notified.length > 0 && notified.every((record) => record?.eventSource === 'aws:s3' && record.s3)) {
    const written = notified.filter((record) => String(record?.eventName).startsWith('ObjectCreated:'));
    return objectsOf(written.map((record) => ofNotification(asFields(record?.s3) ?? {})));
  }
  if (message?.['detail-type'] === 'Object Created' && message.source === 'aws.s3')
    return objectsOf([ofEvent(asFields(message.detail) ?? {})]);
  if (message && typeof message['detail-type'] === 'string' && asFields(message.detail))
    return { kind: 'record', text: JSON.stringify(message.detail) };
  return { kind: 'record', text: body };
}

function objectsOf(objects: readonly (WrittenObject | undefined)[]): Message {
  const found = objects.filter((object) => object !== undefined);
  return found.length > 0 ? { kind: 'objects', objects: found } : { kind: 'nothing' };
}

/** Keys are encoded as in the query of a URL, with + for a space. */
function ofNotification({ bucket, object }: Fields): WrittenObject | undefined {
  const key = asFields(object)?.key;
  return writtenObject(
    asFields(bucket)?.name,
    typeof key === 'string' ? decoded(key.replaceAll('+', ' ')) : undefined,
    asFields(object)?.versionId,
    asFields(object)?.eTag,
  );
}

const ofEvent = ({ bucket, object }: Fields): WrittenObject | undefined =>
  writtenObject(
    asFields(bucket)?.name,
    asFields(object)?.key,
    asFields(object)?.['version-id'],
    asFields(object)?.etag,
  );

function writtenObject(bucket: unknown, key: unknown, versionId: unknown, etag: unknown): WrittenObject | undefined {
  // What consoles call a folder is an empty object.
  if (typeof bucket !== 'string' || typeof key !== 'string' || key.endsWith('/')) return undefined;
  return {
    bucket,
    key,
    ...(typeof versionId === 'string' && versionId !== '' && { versionId }),
    ...(typeof etag === 'string' && etag !== '' && { etag }),
  };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    // A stray percent sign: then it wasn't encoded.
    if (error instanceof URIError) return key;
    throw error;
  }
}

/** @returns nothing for what can't be read: as a record it is put aside, with the reason */
function parsed(body: string): Fields | undefined {
  const decoded = decodedRecord(body);
  return decoded.kind === 'record' ? asFields(decoded.value) : undefined;
}

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
