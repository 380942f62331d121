import { resolveActor } from '../model/actors.ts';
import { accessReading, type SourceAccess } from './access-reading.ts';
import { hostOf } from './host-and-port.ts';
import { isObject, own, ownNumber, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';
import { readDatabaseRequest } from './teleport-request.ts';

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
  const request = readDatabaseRequest(event, record);
  if (!request) return { kind: 'not-concerned', why: 'management-event' };
  const failed = own(record, 'success') === false;
  if (failed && !isRefusal(record)) return { kind: 'not-concerned', why: 'failed-request' };
  return databaseAccess(record, { ...request, denied: failed, session: sessionOf(record) }, context);
}

/** A refused session is a refused access; one that began is where its queries come from. */
function readStart(record: unknown, event: string, context: SourceContext): RecordReading {
  if (own(record, 'success') === false) {
    if (event === 'user.login') return { kind: 'not-concerned', why: 'context' };
    if (!isRefusal(record)) return { kind: 'not-concerned', why: 'failed-request' };
    return databaseAccess(record, { action: 'query', denied: true, session: undefined }, context);
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

const isRefusal = (record: unknown): boolean =>
  REFUSED.test(ownText(record, 'error') ?? ownText(record, 'message') ?? '');

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
