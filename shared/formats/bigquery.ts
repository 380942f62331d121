import { accessReading } from './access-reading.ts';
import { objectIn, own, ownNumber, ownText } from './own-field.ts';
import { recordId } from './record-id.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';

const BIGQUERY = 'bigquery.googleapis.com';
/**
 * How a table was read (`TableDataRead.Reason`), and what that is here.
 *
 * @see https://cloud.google.com/bigquery/docs/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata
 */
const READ_ACTIONS: Readonly<Record<string, string>> = {
  JOB: 'query',
  QUERY_REQUEST: 'query',
  GET_QUERY_RESULTS_REQUEST: 'query',
  TABLEDATA_LIST_REQUEST: 'read',
  // The Storage API hands out whole tables, in bulk.
  CREATE_READ_SESSION: 'export',
};
/** The service refreshes by itself; nobody sees anything. */
const OWN_WORK = 'MATERIALIZED_VIEW_REFRESH';
/** google.rpc.Code */
const PERMISSION_DENIED = 7;
const TABLE = /^projects\/([^/]+)\/datasets\/([^/]+)\/tables\/([^/]+)/;

/**
 * BigQuery's audit log (BigQueryAuditMetadata), from Cloud Logging or from a sink into BigQuery or Cloud Storage. One sink takes all
 * services' entries, so those of others are known here too, and passed over.
 */
export const bigQueryFormat = statelessFormat(
  {
    name: 'bigquery',
    about: 'Google BigQuery audit log: tables read and changed',
    recognises: (record) => ownText(payloadOf(record), 'serviceName') !== undefined,
  },
  readLogEntry,
);

/** A sink into BigQuery renames the payload. */
const payloadOf = (record: unknown): unknown => own(record, 'protoPayload') ?? own(record, 'protopayload_auditlog');

function readLogEntry(record: unknown, context: SourceContext): RecordReading {
  const payload = payloadOf(record);
  if (ownText(payload, 'serviceName') !== BIGQUERY) return { kind: 'not-concerned', why: 'other-service' };
  // A sink into BigQuery writes the metadata as text.
  const metadata = objectIn(own(payload, 'metadata')) ?? objectIn(own(payload, 'metadataJson'));
  const read = own(metadata, 'tableDataRead');
  const change = own(metadata, 'tableDataChange');
  const code = ownNumber(payload, 'status', 'code') ?? 0;
  const denied = code === PERMISSION_DENIED;
  if (code !== 0 && !denied) return { kind: 'not-concerned', why: 'failed-request' };
  const reason = ownText(read, 'reason') ?? '';
  if (reason === OWN_WORK || (!read && !change && !denied)) return { kind: 'not-concerned', why: 'management-event' };
  const table = TABLE.exec(ownText(payload, 'resourceName') ?? '') ?? deniedTable(payload, denied);
  if (!table) return { kind: 'not-concerned', why: 'management-event' };
  const [, project = '', dataset = '', name = ''] = table;
  // Results of queries are kept in data sets of BigQuery's own, whose names begin so.
  if (dataset.startsWith('_')) return { kind: 'not-concerned', why: 'management-event' };
  const actor = actorOf(payload);
  if (!actor) return { kind: 'invalid', reason: 'authenticationInfo: names nobody' };
  return accessReading(
    {
      id: ownText(record, 'insertId') ?? recordId('bigquery', record),
      time: timeText(ownText(record, 'timestamp')) ?? '',
      source: 'bigquery',
      actor,
      // Within Google's network there is a word instead: private, gce-internal-ip.
      ip: ownText(payload, 'requestMetadata', 'callerIp'),
      action: change ? 'update' : denied ? 'query' : (READ_ACTIONS[reason] ?? 'read'),
      resource: {
        kind: 'table',
        source: 'bigquery',
        name: `${project}.${dataset}.${name.replace(/[$@].*$/, '')}`,
        columns: own(read, 'fieldsTruncated') === true ? undefined : fieldsOf(read),
      },
      denied,
    },
    context,
  );
}

/** A refusal names the table in what was asked for. */
function deniedTable(payload: unknown, denied: boolean): RegExpExecArray | null {
  const asked = own(payload, 'authorizationInfo');
  if (!denied || !Array.isArray(asked)) return null;
  for (const each of asked) {
    const table = TABLE.exec(ownText(each, 'resource') ?? '');
    if (table) return table;
  }
  return null;
}

function fieldsOf(read: unknown): readonly string[] | undefined {
  const fields = own(read, 'fields');
  return Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : undefined;
}

/**
 * Who it was. A service account that somebody impersonates is whoever that is: the first person in the history of its delegation,
 * which is in the order in which it went from hand to hand. A service that impersonates another is only a service.
 *
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
function actorOf(payload: unknown) {
  const info = own(payload, 'authenticationInfo');
  const id = principalOf(info);
  if (!id || !isService(id)) return id ? ({ id, type: 'employee' } as const) : undefined;
  const history = own(info, 'serviceAccountDelegationInfo');
  const person = (Array.isArray(history) ? history : [])
    .map((each: unknown) => principalOf(own(each, 'firstPartyPrincipal')) ?? principalOf(each))
    .find((name) => name !== undefined && !isService(name));
  return person ? ({ id: person, type: 'employee' } as const) : ({ id, type: 'service' } as const);
}

/** The address; without one there is a subject: user:ADDRESS, serviceAccount:…, principal://… */
const principalOf = (info: unknown): string | undefined =>
  ownText(info, 'principalEmail') ?? ownText(info, 'principalSubject')?.replace(/^user:/, '');

/** Workforce pools hold people, workload identity pools machines. */
const isService = (id: string): boolean =>
  id.endsWith('gserviceaccount.com') || id.startsWith('serviceAccount:') || id.includes('/workloadIdentityPools/');
