import { resolveActor } from '../model/actors.ts';
import { accessReading, type SourceAccess } from './access-reading.ts';
import { hostOf } from './host-and-port.ts';
import { readMongoCommand } from './mongo-command.ts';
import { isObject, own, ownNumber, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';
import { actionOfSql } from './sql-verb.ts';

/**
 * Events that carry a statement, and where it is in them. Those of DynamoDB, Elasticsearch and OpenSearch have none.
 *
 * @see https://goteleport.com/docs/reference/audit-events/database/
 */
const STATEMENTS: ReadonlyMap<string, (event: unknown) => string | undefined> = new Map([
  ['db.session.query', (event: unknown) => ownText(event, 'db_query')],
  ['db.session.query.failed', (event: unknown) => ownText(event, 'db_query')],
  ['db.session.postgres.statements.parse', (event: unknown) => ownText(event, 'query')],
  ['db.session.mysql.statements.prepare', (event: unknown) => ownText(event, 'query')],
  ['db.session.cassandra.prepare', (event: unknown) => ownText(event, 'query')],
  ['db.session.sqlserver.rpc_request', statementOfProcedure],
  ['db.session.spanner.rpc', (event: unknown) => ownText(event, 'args', 'sql')],
]);
const SESSION_STARTS = new Set(['db.session.start', 'user.login']);
const REFUSED = /denied|not authori[sz]ed|insufficient privilege/i;
/** `user_kind` of a machine's identity (bot). */
const BOT = 2;

/**
 * Teleport's audit log. Only a login says where from (`addr.remote`): a session is joined with its user's last one, its queries
 * with the session by `sid`.
 *
 * @see https://goteleport.com/docs/reference/audit-events/users-authentication/
 * @see https://goteleport.com/docs/enroll-resources/database-access/reference/audit/
 */
export const teleportFormat = statelessFormat(
  {
    name: 'teleport',
    about: 'Teleport audit log: database queries, joined with their session’s start',
    recognises: (record) =>
      isObject(record) &&
      typeof record.event === 'string' &&
      typeof record.code === 'string' &&
      typeof record.uid === 'string',
  },
  readEvent,
);

function readEvent(record: unknown, context: SourceContext): RecordReading {
  const event = ownText(record, 'event') ?? '';
  if (SESSION_STARTS.has(event)) return readStart(record, event, context);
  const statement = STATEMENTS.get(event)?.(record);
  if (statement === undefined) return { kind: 'not-concerned', why: 'management-event' };
  const isMongo = ownText(record, 'db_protocol') === 'mongodb';
  const { action, collection } = (isMongo ? readMongoCommand(statement) : { action: actionOfSql(statement) }) ?? {};
  if (!action) return { kind: 'not-concerned', why: 'management-event' };
  const failed = own(record, 'success') === false;
  const denied = failed && REFUSED.test(ownText(record, 'error') ?? ownText(record, 'message') ?? '');
  if (failed && !denied) return { kind: 'not-concerned', why: 'failed-request' };
  return databaseAccess(record, { action, denied, session: sessionOf(record), collection }, context);
}

/** SQL Server's clients hand their statements to a procedure. */
function statementOfProcedure(event: unknown): string | undefined {
  const parameters = own(event, 'parameters');
  const isStatement = /^sp_executesql$/i.test(ownText(event, 'proc_name') ?? '');
  return isStatement && Array.isArray(parameters) && typeof parameters[0] === 'string' ? parameters[0] : undefined;
}

/** A refused session is a refused access; one that began is where its queries come from. */
function readStart(record: unknown, event: string, context: SourceContext): RecordReading {
  if (own(record, 'success') === false) {
    if (event === 'user.login') return { kind: 'not-concerned', why: 'context' };
    const denied = REFUSED.test(ownText(record, 'error') ?? ownText(record, 'message') ?? '');
    if (!denied) return { kind: 'not-concerned', why: 'failed-request' };
    return databaseAccess(record, { action: 'query', denied, session: undefined }, context);
  }
  const time = Date.parse(timeText(ownText(record, 'time')) ?? '');
  const actor = actorOf(record);
  if (!actor || Number.isNaN(time)) return { kind: 'invalid', reason: 'user or time: a session needs both' };
  const ip = addressOf(record);
  const session = sessionOf(record);
  const deviceId = ownText(record, 'trusted_device', 'device_id');
  return {
    kind: 'sign-in',
    value: {
      actorId: resolveActor(context.actors, 'teleport', actor).id,
      time,
      ...(session && { session }),
      ...(ip && { ip }),
      ...(deviceId && { deviceId }),
    },
  };
}

function databaseAccess(
  record: unknown,
  told: Pick<SourceAccess, 'action' | 'denied' | 'session'> & { readonly collection?: string | undefined },
  context: SourceContext,
): RecordReading {
  const actor = actorOf(record);
  if (!actor) return { kind: 'invalid', reason: 'user: the event names nobody' };
  const { collection, ...access } = told;
  const parts = [ownText(record, 'db_service'), ownText(record, 'db_name'), collection];
  const name = parts.filter((part) => part !== undefined).join('.');
  if (name === '') return { kind: 'invalid', reason: 'db_service: the event names no database' };
  const requests = own(record, 'access_requests');
  return accessReading(
    {
      ...access,
      id: ownText(record, 'uid') ?? '',
      time: timeText(ownText(record, 'time')) ?? '',
      source: 'teleport',
      actor,
      ip: addressOf(record),
      deviceId: ownText(record, 'trusted_device', 'device_id'),
      resource: { kind: 'table', source: 'teleport', name },
      // A role that was granted on request: the request is the ticket.
      ticket: Array.isArray(requests) && typeof requests[0] === 'string' ? requests[0] : undefined,
    },
    context,
  );
}

const sessionOf = (record: unknown): string | undefined => {
  const sid = ownText(record, 'sid');
  return sid && `teleport:${sid}`;
};

const addressOf = (record: unknown): string | undefined => hostOf(ownText(record, 'addr.remote'));

function actorOf(record: unknown): SourceAccess['actor'] | undefined {
  const id = ownText(record, 'user');
  // The kind is there since version 15, the name for longer.
  const isBot = ownNumber(record, 'user_kind') === BOT || ownText(record, 'bot_name') !== undefined;
  return id ? { id, type: isBot ? 'service' : 'employee' } : undefined;
}
