import { describe, expect, it } from 'vitest';
import type { RecordReading, SignIn } from '../../shared/formats/record-reading.ts';
import { joinSignIn, rememberSignIn, SIGN_IN_HOURS, startSignIns } from '../../shared/formats/sign-ins.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const TIME = Date.UTC(2026, 10, 23, 10);
const HOUR = 3_600_000;
type Reading = Extract<RecordReading, { kind: 'event' }>;

function reading(network?: Reading['value']['network'], more: Partial<Reading> = {}): Reading {
  const { network: _, ...event } = anAccessEvent({ actor: { id: 'e-1', type: 'employee' } });
  return { kind: 'event', value: { ...event, ...(network && { network }) }, time: TIME, ...more };
}
const signIn = (changes: Partial<SignIn> = {}): SignIn => ({
  actorId: 'e-1',
  time: TIME - HOUR,
  ip: '36.110.4.7',
  deviceId: 'd-1',
  ...changes,
});
function joined(access: Reading, ...signedIn: readonly SignIn[]) {
  const signIns = startSignIns();
  for (const each of signedIn) rememberSignIn(signIns, each);
  return joinSignIn(signIns, access);
}

describe('joining an access with a sign-in', () => {
  it('gives it the place and the device of its actor’s last one', () => {
    const before = signIn({ time: TIME - 2 * HOUR, ip: '192.0.2.1' });
    expect(joined(reading(), signIn(), before).value.network).toEqual({ ip: '36.110.4.7', deviceId: 'd-1' });
  });

  it('goes by the session first', () => {
    const other = signIn({ session: 'okta:1', ip: '192.0.2.1', actorId: 'admin' });
    const access = joined(reading(undefined, { session: 'okta:1' }), other, signIn());
    expect(access.value.network?.ip).toBe('192.0.2.1');
    expect(access).not.toHaveProperty('unjoined');
  });

  it.each([
    ['nobody signed in', []],
    ['somebody else did', [signIn({ actorId: 'e-2' })]],
    ['they did later', [signIn({ time: TIME + 1 })]],
    ['it was too long ago', [signIn({ time: TIME - SIGN_IN_HOURS * HOUR - 1 })]],
  ])('invents no place where %s', (_, signIns) => {
    expect(joined(reading(), ...signIns).value).not.toHaveProperty('network');
  });

  it('looks past a later one that does not say where', () => {
    const { ip: _, deviceId: __, ...nowhere } = signIn({ time: TIME - 1, session: 'teleport:1' });
    const access = joined(reading(undefined, { session: 'teleport:1' }), signIn(), nowhere);
    expect(access.value.network?.ip).toBe('36.110.4.7');
    expect(access).not.toHaveProperty('unjoined');
  });

  it('keeps what the access says itself', () => {
    expect(joined(reading({ ip: '36.110.4.7' }), signIn()).value.network).toEqual({
      ip: '36.110.4.7',
      deviceId: 'd-1',
    });
    expect(joined(reading({ ip: '198.51.100.1' }), signIn()).value.network).toEqual({ ip: '198.51.100.1' });
    expect(joined(reading({ deviceId: 'd-2' }), signIn()).value.network).toEqual({ ip: '36.110.4.7', deviceId: 'd-2' });
  });

  it.each([{ ip: 'laptop.example.com' }, { ip: '1'.repeat(3000) }, { deviceId: 'x'.repeat(257) }])(
    'takes over nothing that an access event could not take: %j',
    (changes) => {
      const [[name = '', value]] = Object.entries(changes) as [[string, string]];
      expect(joined(reading(), signIn(changes)).value.network).not.toHaveProperty(name, value);
    },
  );

  it('says when the session never came, unless the access needs it for nothing', () => {
    expect(joined(reading(undefined, { session: 'okta:2' }))).toMatchObject({ unjoined: 'session' });
    expect(joined(reading({ ip: '192.0.2.1' }, { session: 'okta:2' }))).not.toHaveProperty('unjoined');
  });

  it('remembers so many actors and sessions and no more, the newest', () => {
    const signIns = startSignIns(100);
    for (let i = 0; i < 10_000; i++) rememberSignIn(signIns, signIn({ actorId: `e-${i}`, session: `s-${i}` }));
    for (let i = 0; i < 100; i++) rememberSignIn(signIns, signIn({ actorId: 'e-9999', time: TIME - i }));
    expect(signIns.bySession.size).toBe(100);
    expect(signIns.byActor.size).toBe(100);
    expect(signIns.bySession.has('s-9999')).toBe(true);
    expect(signIns.byActor.get('e-9999')?.map(({ time }) => TIME - time)).toEqual([3, 2, 1, 0]);
  });
});
