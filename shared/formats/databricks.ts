import type { TechnicalResource } from '../model/resources.ts';
import { accessReading } from './access-reading.ts';
import { hostOf } from './host-and-port.ts';
import { type JsonObject, objectIn, own, ownNumber, ownText } from './own-field.ts';
import { recordId } from './record-id.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { epochText, timeText } from './source-time.ts';

/**
 * Actions that touch data, by service and action. Whoever computes with a table, a volume or a path is handed credentials for it:
 * that is the access. Files of a volume are fetched by the Files API without any. `getTable` only reads a definition, and
 * `commandSubmit` of verbose logs names no table.
 *
 * @see https://docs.databricks.com/aws/en/admin/account-settings/audit-logs
 * @see https://docs.databricks.com/aws/en/delta-sharing/audit-logs
 */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['unityCatalog.generateTemporaryTableCredential', 'query'],
  ['unityCatalog.generateTemporaryVolumeCredential', 'query'],
  ['unityCatalog.generateTemporaryPathCredential', 'query'],
  ['filesystem.filesGet', 'export'],
  ['filesystem.createDownloadUrl', 'export'],
  ['filesystem.filesPut', 'update'],
  // A share's recipient, by address or by credentials.
  ['unityCatalog.deltaSharingQueriedTable', 'export'],
  ['unityCatalog.deltaSharingQueriedTableChanges', 'export'],
  ['unityCatalog.generateTemporaryTableCredentials', 'export'],
  ['unityCatalog.generateTemporaryVolumeCredentials', 'export'],
  ['databrickssql.downloadQueryResult', 'export'],
  ['notebook.downloadPreviewResults', 'export'],
  ['notebook.downloadLargeResults', 'export'],
]);
const NAMES = ['table_full_name', 'volume_full_name', 'full_name_arg'];
/** Credentials for tables, volumes and paths that may write. */
const WRITING = new Set(['READ_WRITE', 'WRITE_VOLUME', 'PATH_READ_WRITE', 'PATH_CREATE_TABLE']);
const VOLUME_PATH = /^\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)/;
const S3_URL = /^s3a?:\/\/([^/]+)\/?(.*)$/;
const [REFUSED_LEAST, FORBIDDEN, UNAUTHORIZED] = [400, 403, 401];

/**
 * Databricks' audit log, as delivered (camelCase) or from `system.access.audit` (snake_case).
 *
 * @see https://docs.databricks.com/aws/en/admin/system-tables/audit-logs
 */
export const databricksFormat = statelessFormat(
  {
    name: 'databricks',
    about:
      'Databricks audit log: credentials handed out for tables and volumes, results and files that were downloaded',
    recognises: (record) => {
      const get = fieldsOf(record);
      return (
        typeof get('serviceName') === 'string' &&
        typeof get('actionName') === 'string' &&
        get('userIdentity') !== undefined
      );
    },
  },
  readLogEntry,
);

/** A field under either name; CSV holds objects as JSON text. */
const fieldsOf =
  (record: unknown) =>
  (name: string): unknown =>
    own(record, name) ??
    own(
      record,
      name.replace(/IP(?=A)/, 'Ip').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );

function readLogEntry(record: unknown, context: SourceContext): RecordReading {
  const get = fieldsOf(record);
  const action = ACTIONS.get(`${get('serviceName')}.${get('actionName')}`);
  if (!action) return { kind: 'not-concerned', why: 'management-event' };
  const response = objectIn(get('response'));
  const status = ownNumber(response, 'statusCode') ?? ownNumber(response, 'status_code') ?? 200;
  const denied = status === FORBIDDEN || status === UNAUTHORIZED;
  if (status >= REFUSED_LEAST && !denied) return { kind: 'not-concerned', why: 'failed-request' };
  const identity = objectIn(get('userIdentity'));
  const metadata = objectIn(get('identityMetadata'));
  const parameters = objectIn(get('requestParams'));
  const name =
    ownText(identity, 'email') ??
    ownText(identity, 'subjectName') ??
    ownText(identity, 'subject_name') ??
    ownText(metadata, 'run_by') ??
    ownText(metadata, 'runBy') ??
    // Whom a share goes to need not be a user here.
    ownText(parameters, 'recipient_name');
  if (!name) return { kind: 'invalid', reason: 'userIdentity: names nobody' };
  const named = namedResource(parameters);
  // A path that is no volume's (the workspace's own files), or in another cloud's store.
  if (!named && (ownText(parameters, 'path') ?? ownText(parameters, 'url')))
    return { kind: 'not-concerned', why: 'other-service' };
  const workspace = get('workspaceId');
  if (!named && typeof workspace !== 'number' && typeof workspace !== 'string')
    return { kind: 'invalid', reason: 'requestParams: names no table' };
  // What a share's recipient was handed; other responses have no such fields.
  const result = objectIn(own(response, 'result'));
  const writes = WRITING.has(ownText(parameters, 'operation') ?? '');
  return accessReading(
    {
      id: idOf(get, record),
      time: epochText(ownNumber(record, 'timestamp')) ?? timeText(textOf(get('eventTime'))) ?? '',
      source: 'databricks',
      // A service principal goes by its application id, which is no address.
      actor: { id: name, type: name.includes('@') ? 'employee' : 'service' },
      ip: hostOf(textOf(get('sourceIPAddress'))),
      action: action === 'query' && writes ? 'update' : action,
      // A downloaded result names no table: the workspace stands for all that is in it.
      resource: named ?? tableNamed(`workspace.${workspace}`),
      rows: ownNumber(result, 'numRecords'),
      bytes: ownNumber(result, 'scannedAddFileSize'),
      denied,
    },
    context,
  );
}

const tableNamed = (name: string): TechnicalResource => ({
  kind: 'table',
  source: 'databricks',
  name: name.slice(0, 500),
});

/** A table or a volume by name, a volume by the path of a file in it, or a place in S3 by its URL. */
function namedResource(parameters: JsonObject | undefined): TechnicalResource | undefined {
  const [, bucket, key = ''] = S3_URL.exec(ownText(parameters, 'url') ?? '') ?? [];
  if (bucket) return { kind: 's3', bucket, key };
  const volume = VOLUME_PATH.exec(ownText(parameters, 'path') ?? '');
  const name =
    NAMES.map((field) => ownText(parameters, field)).find((text) => text !== undefined) ?? volume?.slice(1).join('.');
  return name === undefined ? undefined : tableNamed(name);
}

/** A request may be logged as several actions. */
function idOf(get: (name: string) => unknown, record: unknown): string {
  const event = textOf(get('eventId'));
  if (event) return event;
  const request = textOf(get('requestId'));
  return request ? `${request}/${get('actionName')}`.slice(0, 256) : recordId('databricks', record);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
