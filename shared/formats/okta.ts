import { resolveActor } from '../model/actors.ts';
import { isObject, own, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { timeText } from './source-time.ts';

/**
 * Events at which somebody proved who they are, at a place. In Identity Engine the whole sign-in is `user.authentication.verify`; a session
 * starts after its first factor already, and in Classic there is only that. `auth_via_mfa` is one factor, and with a push it may be the
 * telephone's place.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
const SIGN_INS = new Set(['user.session.start', 'user.authentication.verify', 'user.authentication.sso']);

/** Okta's System Log. It has no accesses to data; it says where people are and on which device, for accesses that don't. */
export const oktaFormat = statelessFormat(
  {
    name: 'okta',
    about: 'Okta System Log: where people signed in, for accesses that do not say',
    recognises: (record) => isLogEvent(record) || isLogEvent(own(record, 'detail')),
  },
  (record, context) => readLogEvent(isLogEvent(record) ? record : own(record, 'detail'), context),
);

/** As the API gives it; log streaming to EventBridge puts it into `detail`. */
const isLogEvent = (record: unknown): boolean =>
  isObject(record) && typeof record.eventType === 'string' && typeof record.uuid === 'string' && 'published' in record;

function readLogEvent(record: unknown, context: SourceContext): RecordReading {
  const isSignIn = SIGN_INS.has(ownText(record, 'eventType') ?? '');
  if (!isSignIn || ownText(record, 'outcome', 'result') !== 'SUCCESS') return { kind: 'not-concerned', why: 'context' };
  const time = Date.parse(timeText(ownText(record, 'published')) ?? '');
  const name = ownText(record, 'actor', 'alternateId') ?? ownText(record, 'actor', 'id');
  if (!name || Number.isNaN(time)) return { kind: 'invalid', reason: 'actor or published: a sign-in needs both' };
  if (ownText(record, 'actor', 'type') !== 'User') return { kind: 'not-concerned', why: 'context' };
  const session = ownText(record, 'authenticationContext', 'externalSessionId');
  const ip = ownText(record, 'client', 'ipAddress');
  const device = own(record, 'device');
  const deviceId = own(device, 'registered') === false ? undefined : ownText(device, 'id');
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
