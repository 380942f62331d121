import { createHmac, hash, type KeyObject } from 'node:crypto';

/**
 * The first 64 bits of SHA-256. Cryptographic, because whoever can choose a colliding event could hide one behind another.
 *
 * @returns two unsigned 32-bit halves
 */
export function hash64(text: string): readonly [high: number, low: number] {
  const hex = hash('sha256', text);
  return [Number.parseInt(hex.slice(0, 8), 16), Number.parseInt(hex.slice(8, 16), 16)];
}

/** The same as a name: 16 lower-case hexadecimal digits. */
export const hash64Hex = (text: string): string => hash('sha256', text).slice(0, 16);

/** The first 32 bits of SHA-256: enough to tell apart the few dozen categories that one baseline holds. */
export function hash32(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 8), 16);
}

/**
 * HMAC-SHA-256 of a subject's id, 64 bits kept: the only form in which a subject leaves the record it came in.
 *
 * @returns 16 lower-case hexadecimal digits
 */
export function subjectHash(key: KeyObject, subjectId: string): string {
  return createHmac('sha256', key).update(subjectId).digest('hex').slice(0, 16);
}
