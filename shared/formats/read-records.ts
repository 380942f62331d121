import { parseAccessEvent } from '../model/access-event.ts';
import { isAdjudication } from '../model/adjudication.ts';
import type { ResourceMap } from '../model/resources.ts';
import { fromCloudTrail } from './cloudtrail.ts';
import type { RecordReading } from './record-reading.ts';

/** The formats in which accesses arrive. */
export type RecordFormat = 'access-event' | 'cloudtrail';

/**
 * Which format a record is in, by the fields that only that format has. What is neither is taken for an access event, so that
 * the reason for refusing it is said in the terms of the contract.
 */
export function recordFormat(value: unknown): RecordFormat {
  if (typeof value !== 'object' || value === null) return 'access-event';
  return 'eventSource' in value && 'eventName' in value && !('actor' in value) ? 'cloudtrail' : 'access-event';
}

/**
 * Turns one source record, in whichever format, into an access event. Throws at nothing that JSON.parse can return.
 *
 * @param value one decoded JSON line
 * @param resources what technical resources hold, for formats that know no data sets
 */
export function readRecord(value: unknown, resources?: ResourceMap): RecordReading {
  const format = recordFormat(value);
  switch (format) {
    case 'cloudtrail':
      return fromCloudTrail(value, resources);
    case 'access-event': {
      // The archive holds whatever was on the stream.
      if (isAdjudication(value)) return { kind: 'not-concerned', why: 'adjudication' };
      const parsed = parseAccessEvent(value);
      return parsed.ok
        ? { kind: 'event', value: parsed.event, time: parsed.time }
        : { kind: 'invalid', reason: parsed.reason };
    }
    default:
      return format satisfies never;
  }
}
