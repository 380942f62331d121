import type { AccessEvent } from '../model/access-event.ts';
import { parseAddress } from '../model/ip-address.ts';
import type { RecordReading, SignIn } from './record-reading.ts';

/** So many sessions and actors are remembered; those that signed in longest ago are forgotten first. */
export const SIGN_INS_KEPT = 100_000;
/** A sign-in says where somebody is for a working day, not longer: who signs in daily is found again the next day. */
export const SIGN_IN_HOURS = 12;
/** Of one actor so many sign-ins are kept, for accesses that come in late. */
const KEPT_AN_ACTOR = 4;

/** Who signed in where. Belongs to one reader and is changed in place. */
export interface SignIns {
  readonly bySession: Map<string, SignIn>;
  /** Newest last. */
  readonly byActor: Map<string, readonly SignIn[]>;
  readonly kept: number;
}

export const startSignIns = (kept = SIGN_INS_KEPT): SignIns => ({ bySession: new Map(), byActor: new Map(), kept });

/** The longest id that an access event takes. */
const MAXIMUM_ID = 256;

export function rememberSignIn(signIns: SignIns, told: SignIn): void {
  const signIn = soundSignIn(told);
  if (signIn.actorId.length > MAXIMUM_ID) return;
  if (signIn.session !== undefined && signIn.session.length <= MAXIMUM_ID)
    remember(signIns.bySession, signIn.session, signIn, signIns.kept);
  // One that doesn't say where must not hide an earlier one that does.
  if (signIn.ip === undefined && signIn.deviceId === undefined) return;
  const earlier = signIns.byActor.get(signIn.actorId) ?? [];
  const all = [...earlier, signIn].sort((a, b) => a.time - b.time).slice(-KEPT_AN_ACTOR);
  remember(signIns.byActor, signIn.actorId, all, signIns.kept);
}

/** Only what an access event can take over: sources write names of hosts where addresses belong, and ids of any length. */
function soundSignIn({ ip, deviceId, ...rest }: SignIn): SignIn {
  return {
    ...rest,
    ...(ip !== undefined && parseAddress(ip) && { ip }),
    ...(deviceId !== undefined && deviceId.length <= MAXIMUM_ID && { deviceId }),
  };
}

/** A Map iterates in the order of insertion, so its first key is the one that was written longest ago. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, kept: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > kept ? map.keys().next() : undefined;
  if (oldest && !oldest.done) map.delete(oldest.value);
}

type EventReading = Extract<RecordReading, { kind: 'event' }>;

/**
 * Gives an access the address and the device of its session, or else of its actor's last sign-in in the twelve hours before it. What the
 * access says itself stays, and an access with an address of its own takes no device from a sign-in elsewhere.
 *
 * @returns the reading, marked `unjoined` where it names a session of which nothing is known
 */
export function joinSignIn(signIns: SignIns, reading: EventReading): EventReading {
  const { network, actor } = reading.value;
  const session = reading.session === undefined ? undefined : signIns.bySession.get(reading.session);
  const isUnjoined = reading.session !== undefined && !session && !network?.ip;
  const known: EventReading = isUnjoined ? { ...reading, unjoined: 'session' } : reading;
  // A session that doesn't say where from is as good as none.
  const found = session?.ip === undefined ? (lastSignIn(signIns, actor.id, reading.time) ?? session) : session;
  if (!found || (network?.ip !== undefined && network.ip !== found.ip)) return known;
  const joined: AccessEvent['network'] = {
    ...(found.ip !== undefined && { ip: found.ip }),
    ...(found.deviceId !== undefined && { deviceId: found.deviceId }),
    ...network,
  };
  if (Object.keys(joined).length === 0) return known;
  return { ...known, value: { ...reading.value, network: joined } };
}

const lastSignIn = ({ byActor }: SignIns, actorId: string, time: number): SignIn | undefined =>
  byActor.get(actorId)?.findLast((signIn) => signIn.time <= time && time - signIn.time <= SIGN_IN_HOURS * 3_600_000);
