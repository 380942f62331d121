import { isObject, own, ownText } from './own-field.ts';
import { jsonWithin } from './record-json.ts';

/**
 * The CloudTrail records in a value: itself, the `Records` of a trail's file, the `detail` of an EventBridge event, or the
 * `eventJson` that a query of CloudTrail Lake selects (column names come in any case).
 *
 * @returns undefined where there is none
 */
export function cloudTrailRecords(value: unknown): readonly unknown[] | undefined {
  if (!isObject(value)) return undefined;
  const records = own(value, 'Records');
  if (Array.isArray(records)) return records.every(isRecord) ? records : undefined;
  if (isRecord(value)) return [value];
  if (isRecord(own(value, 'detail')) && typeof own(value, 'detail-type') === 'string') return [own(value, 'detail')];
  for (const name of ['eventJson', 'eventjson', 'EVENTJSON']) {
    const text = own(value, name);
    if (typeof text !== 'string') continue;
    const record = jsonWithin(text);
    return isRecord(record) ? [record] : undefined;
  }
  return undefined;
}

/** OCSF and our own access events have neither field; an access event with both is still an access event. */
const isRecord = (value: unknown): boolean =>
  isObject(value) && (('eventSource' in value && 'eventName' in value && !('actor' in value)) || isTrailSummary(value));

const SUMMARY_TYPES = new Set(['AwsCloudTrailInsight', 'AwsAggregatedEvent']);

/**
 * Whether it sums calls up and is none itself: trails put the digests of their files (every hour, with log file validation), what
 * Insights found and aggregated data events into the same bucket.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aggregated-events.html
 */
export const isTrailSummary = (value: unknown): boolean =>
  SUMMARY_TYPES.has(ownText(value, 'eventType') ?? '') ||
  (ownText(value, 'digestStartTime') !== undefined && Array.isArray(own(value, 'logFiles')));
