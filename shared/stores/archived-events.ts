/** Where events lie in the archive bucket, below it by the hour in which they came. */
export const EVENTS_PREFIX = 'events/';

/** The first record of an object. */
export interface FirstRecord {
  /** When the stream took it, epoch milliseconds. */
  readonly arrival: number;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/**
 * The key of an object of events: hour, time of arrival, and the record that it begins with, so that keys in their order are nearly
 * the order of arrival, and an object that is written again takes its own place.
 */
export function archivedEventsKey({ arrival, shardId, sequenceNumber }: FirstRecord): string {
  const [day = '', time = ''] = new Date(arrival).toISOString().split('T');
  const hour = `${day.replaceAll('-', '/')}/${time.slice(0, 2)}`;
  return `${EVENTS_PREFIX}${hour}/${time.replace(/\D/g, '')}-${shardId}-${sequenceNumber}.ndjson.gz`;
}
