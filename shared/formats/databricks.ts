import { accessReading } from './access-reading.ts';
import { isObject, type JsonObject, own, ownNumber, ownText } from './own-field.ts';
import { recordId } from './record-id.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { epochText, timeText } from './source-time.ts';

/**
 * Actions that touch data, by service and action (Databricks, "Audit log reference"). Whoever computes with a table is handed credentials for
 * it: that is the access. `getTable` only reads a definition.
 */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['unityCatalog.generateTemporaryTableCredential', 'query'],
  ['unityCatalog.deltaSharingQueriedTable', 'export'],
  ['databrickssql.downloadQueryResult', 'export'],
  ['notebook.downloadPreviewResults', 'export'],
  ['notebook.downloadLargeResults', 'export'],
]);
const TABLE_NAMES = ['table_full_name', 'full_name_arg', 'table_name'];
const [REFUSED_LEAST, FORBIDDEN, UNAUTHORIZED] = [400, 403, 401];

/** Databricks' audit log, as delivered (camelCase) or from `system.access.audit` (snake_case). */
export const databricksFormat = statelessFormat(
  {
    name: 'databricks',
    about: 'Databricks audit log: tables for which credentials were handed out, results that were downloaded',
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
  const status =
    ownNumber(objectOf(get('response')), 'statusCode') ?? ownNumber(objectOf(get('response')), 'status_code') ?? 200;
  const denied = status === FORBIDDEN || status === UNAUTHORIZED;
  if (status >= REFUSED_LEAST && !denied) return { kind: 'not-concerned', why: 'failed-request' };
  const identity = objectOf(get('userIdentity'));
  const name = ownText(identity, 'email') ?? ownText(identity, 'subjectName');
  if (!name) return { kind: 'invalid', reason: 'userIdentity: names nobody' };
  const parameters = objectOf(get('requestParams'));
  const table = TABLE_NAMES.map((field) => ownText(parameters, field)).find((text) => text !== undefined);
  const workspace = get('workspaceId');
  if (!table && typeof workspace !== 'number' && typeof workspace !== 'string')
    return { kind: 'invalid', reason: 'requestParams: names no table' };
  const writes = ownText(parameters, 'operation') === 'READ_WRITE';
  return accessReading(
    {
      id: idOf(get, record),
      time: epochText(ownNumber(record, 'timestamp')) ?? timeText(textOf(get('eventTime'))) ?? '',
      source: 'databricks',
      // A service principal goes by its application id, which is no address.
      actor: { id: name, type: name.includes('@') ? 'employee' : 'service' },
      ip: textOf(get('sourceIPAddress')),
      action: action === 'query' && writes ? 'update' : action,
      // A downloaded result names no table: the workspace stands for all that is in it.
      resource: { kind: 'table', source: 'databricks', name: table?.slice(0, 500) ?? `workspace.${workspace}` },
      denied,
    },
    context,
  );
}

/** A request may be logged as several actions. */
function idOf(get: (name: string) => unknown, record: unknown): string {
  const event = textOf(get('eventId'));
  if (event) return event;
  const request = textOf(get('requestId'));
  return request ? `${request}/${get('actionName')}`.slice(0, 256) : recordId('databricks', record);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function objectOf(value: unknown): JsonObject | undefined {
  if (isObject(value)) return value;
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    const decoded: unknown = JSON.parse(value);
    return isObject(decoded) ? decoded : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
