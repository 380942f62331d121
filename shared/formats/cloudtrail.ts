import * as z from 'zod/mini';
import { issueText } from '../model/schema-issue.ts';
import { MOST_CHARACTERS } from '../model/sound-access-event.ts';
import { accessReading } from './access-reading.ts';
import { actionOfPartiQl, DATA_OPERATIONS } from './cloudtrail-actions.ts';
import { actorOf, userIdentitySchema } from './cloudtrail-identity.ts';
import { touchedResources } from './cloudtrail-resource.ts';
import { cloudTrailRecords, isTrailSummary } from './cloudtrail-wrapping.ts';
import { own } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { NO_CONTEXT, type SourceContext, statelessFormat } from './source-format.ts';

/** Refusals. CloudTrail doesn't log requests whose credentials are wrong, so there is no error code for those. */
const REFUSED = /AccessDenied|AllAccessDisabled|Unauthorized/;

const text = z.nullish(z.string());
const anything = z.optional(z.unknown());
const flag = z.nullish(z.boolean());

const headSchema = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  eventCategory: text,
  managementEvent: flag,
});

const recordSchema = z.object({
  eventVersion: text,
  eventID: z.string(),
  /** Both accounts of a call across accounts have a record of it, each with an `eventID` of its own, and this is the same in both. */
  sharedEventID: text,
  eventTime: text,
  /** The name that exporters by way of Logstash give `eventTime`. */
  '@timestamp': text,
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: text,
  readOnly: flag,
  errorCode: text,
  sourceIPAddress: text,
  userIdentity: userIdentitySchema,
  requestParameters: z.nullish(
    z.object({
      bucketName: text,
      tableName: text,
      // An object's key in S3, an item's in DynamoDB.
      key: anything,
      prefix: anything,
      'x-amz-copy-source': anything,
    }),
  ),
  additionalEventData: z.nullish(z.object({ bytesTransferredOut: z.nullish(z.number()) })),
  resources: z.nullish(z.array(z.object({ type: anything, ARN: anything }))),
});

/** CloudTrail from AWS: data events of S3 and DynamoDB, each record on its own or in a trail's file, an EventBridge event or Lake's `eventJson`. */
export const cloudTrailFormat = statelessFormat(
  {
    name: 'cloudtrail',
    about: 'AWS CloudTrail data events of S3 and DynamoDB',
    recognises: (record) => cloudTrailRecords(record) !== undefined,
  },
  (record, context) => (cloudTrailRecords(record) ?? [record]).flatMap((one) => fromCloudTrail(one, context)),
);

/**
 * Turns one CloudTrail record into access events: one, or one a table for a batch over several tables of DynamoDB. What the
 * record doesn't say is absent: no count of subjects, no country, a region only from the resource map.
 *
 * Data events are concerned, management events, summaries and other services are not. A refusal is an access with outcome `denied`,
 * without bytes (they would be the error's text). Any other error is `failed-request`.
 *
 * @param record one decoded record, the members of `Records` in CloudTrail's files
 */
export function fromCloudTrail(record: unknown, context: SourceContext = NO_CONTEXT): readonly RecordReading[] {
  if (isTrailSummary(record)) return notConcerned('management-event');
  const head = headSchema.safeParse(record);
  if (!head.success) return invalid(head.error);
  if (!isDataEvent(head.data)) return notConcerned('management-event');
  const operations = DATA_OPERATIONS.get(head.data.eventSource);
  if (!operations) return notConcerned('other-service');

  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return invalid(parsed.error);
  const { eventID, sharedEventID, eventName, readOnly, errorCode, userIdentity, eventVersion } = parsed.data;
  const denied = REFUSED.test(errorCode ?? '');
  if (errorCode && !denied) return notConcerned('failed-request');

  const action =
    actionOfPartiQl(eventName, own(record, 'requestParameters')) ??
    operations.get(eventName) ??
    (readOnly === true ? 'read' : readOnly === false ? 'update' : undefined);
  if (!action) return refused(`eventName: ${eventName.slice(0, 64)} is unknown and readOnly is absent`);
  const actor = actorOf(userIdentity);
  if (!actor) return refused('userIdentity: names nobody');
  const touched = touchedResources(parsed.data, action);
  if (touched.length === 0) return refused('requestParameters: names no bucket and no table');

  const id = sharedEventID || eventID;
  return touched.map((resource) =>
    accessReading(
      {
        id: touched.length > 1 && resource.kind === 'dynamodb' ? idOfTable(id, resource.table) : id,
        time: parsed.data.eventTime ?? parsed.data['@timestamp'] ?? '',
        source: 'cloudtrail',
        actor,
        // For calls by way of an AWS service there is the service's DNS name instead.
        ip: parsed.data.sourceIPAddress,
        action,
        resource,
        bytes: parsed.data.additionalEventData?.bytesTransferredOut,
        denied,
        // Only major versions change what fields mean (CloudTrail record contents, eventVersion).
        unknownVersion: eventVersion && !eventVersion.startsWith('1.') ? eventVersion : undefined,
      },
      context,
    ),
  );
}

/** A table's name may have 255 characters, too many for all of it: accesses whose ids are then the same still differ in their data set. */
const idOfTable = (id: string, table: string): string => `${id}/${table}`.slice(0, MOST_CHARACTERS.id);

/** `eventCategory` is there since version 1.07, `managementEvent` since 1.06; before, only the operation's name tells. */
function isDataEvent({ eventSource, eventName, eventCategory, managementEvent }: z.output<typeof headSchema>): boolean {
  if (eventCategory) return eventCategory === 'Data' && managementEvent !== true;
  if (managementEvent != null) return !managementEvent;
  return DATA_OPERATIONS.get(eventSource)?.has(eventName) ?? false;
}

const notConcerned = (why: 'management-event' | 'other-service' | 'failed-request'): readonly RecordReading[] => [
  { kind: 'not-concerned', why },
];
const refused = (reason: string): readonly RecordReading[] => [{ kind: 'invalid', reason }];
const invalid = ({ issues: [issue] }: z.core.$ZodError) => refused(issueText(issue, 'record'));
