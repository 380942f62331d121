import { resolveActor } from '../model/actors.ts';
import { accessReading, type SourceAccess } from './access-reading.ts';
import { isObject, own, ownNumber, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';
import { actionOfSql } from './sql-verb.ts';

/** Events that carry a statement, and the field it is in (Teleport, "Databases Audit Events"). */
const STATEMENTS: Readonly<Record<string, string>> = {
  'db.session.query': 'db_query',
  'db.session.query.failed': 'db_query',
  'db.session.postgres.statements.parse': 'query',
  'db.session.mysql.statements.prepare': 'query',
};
const SESSION_STARTS = new Set(['db.session.start', 'user.login']);
const REFUSED = /denied|not authori[sz]ed|insufficient privilege/i;
/** `user_kind` of a machine's identity (bot). */
const BOT = 2;

/** Teleport's audit log. A session's start says where from, its queries don't: they are joined by `sid`, or else by the user's last sign-in. */
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
  if (!Object.hasOwn(STATEMENTS, event)) return { kind: 'not-concerned', why: 'management-event' };
  const action = actionOfSql(ownText(record, STATEMENTS[event] ?? '') ?? '');
  if (!action) return { kind: 'not-concerned', why: 'management-event' };
  const failed = own(record, 'success') === false;
  const denied = failed && REFUSED.test(ownText(record, 'error') ?? ownText(record, 'message') ?? '');
  if (failed && !denied) return { kind: 'not-concerned', why: 'failed-request' };
  return databaseAccess(record, { action, denied, session: sessionOf(record) }, context);
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
  told: Pick<SourceAccess, 'action' | 'denied' | 'session'>,
  context: SourceContext,
): RecordReading {
  const actor = actorOf(record);
  if (!actor) return { kind: 'invalid', reason: 'user: the event names nobody' };
  const database = [ownText(record, 'db_service'), ownText(record, 'db_name') ?? ownText(record, 'db_database')];
  const name = database.filter((part) => part !== undefined).join('.');
  if (name === '') return { kind: 'invalid', reason: 'db_service: the event names no database' };
  const requests = own(record, 'access_requests');
  return accessReading(
    {
      ...told,
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

/** HOST:PORT, the host an address of either version, in brackets where it is version 6. */
const addressOf = (record: unknown): string | undefined =>
  ownText(record, 'addr.remote')
    ?.replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');

function actorOf(record: unknown): SourceAccess['actor'] | undefined {
  const id = ownText(record, 'user');
  return id ? { id, type: ownNumber(record, 'user_kind') === BOT ? 'service' : 'employee' } : undefined;
}
