import { createHmac, hash, type KeyObject } from 'node:crypto';
import { hex64 } from './hex64.ts';

/**
 * The first 64 bits of SHA-256. Cryptographic, because whoever can choose a colliding event could hide one behind another.
 *
 * @returns two unsigned 32-bit halves
 */
export function hash64(text: string): readonly [high: number, low: number] {
  // Read byte by byte: 64 hexadecimal digits, of which 16 are read again, take as long as the hash.
  const digest = hash('sha256', text, 'binary');
  return [wordAt(digest, 0), wordAt(digest, 4)];
}

/** @param digest one character a byte */
const wordAt = (digest: string, at: number): number =>
  digest.charCodeAt(at) * 0x1_00_00_00 +
  digest.charCodeAt(at + 1) * 0x1_00_00 +
  digest.charCodeAt(at + 2) * 0x1_00 +
  digest.charCodeAt(at + 3);

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
  const digest = createHmac('sha256', key).update(subjectId).digest('binary');
  return hex64(wordAt(digest, 0), wordAt(digest, 4));
}
