import { randomBytes } from 'node:crypto';
import type { Access } from '../../shared/model/access.ts';
import { anAccess } from '../factories/an-access.ts';

/** An hour begins. */
export const NOON = Date.UTC(2026, 8, 7, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** The longest name that an actor can have: 256 characters, of three bytes each. */
export const LONGEST_ACTOR = '名'.repeat(256);

/** The HMAC of a user whom no other test knows. */
export const aSubject = (): string => randomBytes(8).toString('hex');

/** Somebody in China looks at users in the US, without a ticket. @param time epoch milliseconds */
export const aLook = (actorId: string, subjectHashes: readonly string[], time = NOON): Access => ({
  ...anAccess({ time: new Date(time).toISOString() }),
  actorId,
  subjectHashes,
  subjectCount: subjectHashes.length,
});

/** Somebody is refused users in the US. @param time epoch milliseconds */
export const aRefusal = (actorId: string, subjectHashes: readonly string[], time = NOON): Access => ({
  ...aLook(actorId, subjectHashes, time),
  allowed: false,
});
