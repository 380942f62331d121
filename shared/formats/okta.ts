import { resolveActor } from '../model/actors.ts';
import { isObject, own, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';

/**
 * Events at which somebody proved who they are, at a place.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
const SIGN_INS = new Set(['user.session.start', 'user.authentication.sso', 'user.authentication.auth_via_mfa']);

/** Okta's System Log. It has no accesses to data; it says where people are and on which device, for accesses that don't. */
export const oktaFormat = statelessFormat(
  {
    name: 'okta',
    about: 'Okta System Log: where people signed in, for accesses that do not say',
    recognises: (record) =>
      isObject(record) &&
      typeof record.eventType === 'string' &&
      typeof record.uuid === 'string' &&
      'published' in record,
  },
  readLogEvent,
);

function readLogEvent(record: unknown, context: SourceContext): RecordReading {
  const isSignIn = SIGN_INS.has(ownText(record, 'eventType') ?? '');
  if (!isSignIn || ownText(record, 'outcome', 'result') !== 'SUCCESS') return { kind: 'not-concerned', why: 'context' };
  const time = Date.parse(timeText(ownText(record, 'published')) ?? '');
  const name = ownText(record, 'actor', 'alternateId') ?? ownText(record, 'actor', 'id');
  if (!name || Number.isNaN(time)) return { kind: 'invalid', reason: 'actor or published: a sign-in needs both' };
  if (ownText(record, 'actor', 'type') !== 'User') return { kind: 'not-concerned', why: 'context' };
  const session = ownText(record, 'authenticationContext', 'externalSessionId');
  const ip = ownText(record, 'client', 'ipAddress');
  const deviceId = ownText(own(record, 'device'), 'id');
  return {
    kind: 'sign-in',
    value: {
      actorId: resolveActor(context.actors, 'okta', { id: name, type: 'employee' }).id,
      time,
      ...(session && session !== 'unknown' && { session: `okta:${session}` }),
      ...(ip && { ip }),
      ...(deviceId && { deviceId }),
    },
  };
}
