import { hash, type KeyObject } from 'node:crypto';
import { shortHmac } from './short-hmac.ts';

/**
 * The first 64 bits of SHA-256. Cryptographic, because whoever can choose a colliding event could hide one behind another.
 *
 * @returns two unsigned 32-bit halves
 */
export function hash64(text: string): readonly [high: number, low: number] {
  const hex = hash('sha256', text);
  return [wordOf(hex, 0), wordOf(hex, 8)];
}

/** The first 32 bits of SHA-256: enough to tell apart the few dozen categories that one baseline holds. */
export function hash32(text: string): number {
  return wordOf(hash('sha256', text), 0);
}

/** Eight hexadecimal digits; `parseInt` would take as long as the hash. */
function wordOf(hex: string, from: number): number {
  let word = 0;
  for (let i = from; i < from + 8; i++) {
    const code = hex.charCodeAt(i);
    word = word * 16 + (code & 15) + (code > 64 ? 9 : 0);
  }
  return word;
}

/** By key object: there is one. */
const hmacs = new WeakMap<KeyObject, (text: string) => string>();

/**
 * HMAC-SHA-256 of a subject's id, 64 bits kept: the only form in which a subject leaves the record it came in.
 *
 * @returns 16 lower-case hexadecimal digits
 */
export function subjectHash(key: KeyObject, subjectId: string): string {
  let hmacOf = hmacs.get(key);
  if (!hmacOf) {
    hmacOf = shortHmac(key);
    hmacs.set(key, hmacOf);
  }
  return hmacOf(subjectId).slice(0, 16);
}
