import { describe, expect, it } from 'vitest';
import { oktaFormat } from '../../shared/formats/okta.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';

const logEvent = (changes: object = {}) => ({
  uuid: 'k-1',
  published: '2026-11-23T01:55:00.000Z',
  eventType: 'user.session.start',
  actor: { id: '00u1', type: 'User', alternateId: 'jane.smith@example.com' },
  client: { ipAddress: '36.110.4.8' },
  device: { id: 'guo-77', registered: true },
  outcome: { result: 'SUCCESS' },
  authenticationContext: { externalSessionId: '102abc' },
  ...changes,
});
const read = (record: unknown) => oktaFormat.read(record, oktaFormat.start(), NO_CONTEXT).readings[0];

describe('an event of the System Log', () => {
  it('says where its user signed in, on which machine and in which session', () => {
    expect(read(logEvent())).toMatchObject({
      kind: 'sign-in',
      value: { ip: '36.110.4.8', deviceId: 'guo-77', session: 'okta:102abc', time: Date.UTC(2026, 10, 23, 1, 55) },
    });
  });

  it('says the same in the envelope of EventBridge', () => {
    const envelope = { 'detail-type': 'SystemLog', detail: logEvent() };

    expect(oktaFormat.recognises(envelope)).toBe(true);
    expect(read(envelope)).toEqual(read(logEvent()));
  });

  it.each([
    ['user.session.start', 'sign-in'],
    ['user.authentication.verify', 'sign-in'],
    ['user.authentication.sso', 'sign-in'],
    // One factor of several, and with a push perhaps the telephone's place.
    ['user.authentication.auth_via_mfa', 'not-concerned'],
    ['user.session.end', 'not-concerned'],
  ])('%s is a %s', (eventType, kind) => {
    expect(read(logEvent({ eventType }))?.kind).toBe(kind);
  });

  it.each(['FAILURE', 'DENY', 'CHALLENGE', 'UNKNOWN'])('with outcome %s says nothing of where anybody is', (result) => {
    expect(read(logEvent({ outcome: { result } }))).toEqual({ kind: 'not-concerned', why: 'context' });
  });

  it('names no machine that is not registered, and no session that Okta does not know', () => {
    const reading = read(
      logEvent({
        device: { id: 'new', registered: false },
        authenticationContext: { externalSessionId: 'unknown' },
      }),
    );

    expect(reading).toMatchObject({ kind: 'sign-in', value: { ip: '36.110.4.8' } });
    expect(reading).not.toHaveProperty('value.deviceId');
    expect(reading).not.toHaveProperty('value.session');
  });
});
