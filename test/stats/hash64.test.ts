import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hash32, hash64, hash64Hex, subjectHash } from '../../shared/stats/hash64.ts';

describe('hashes', () => {
  it('are the first bits of SHA-256', () => {
    expect(hash64('abc')).toEqual([0xba7816bf, 0x8f01cfea]);
    expect(hash64('')).toEqual([0xe3b0c442, 0x98fc1c14]);
    expect(hash64Hex('abc')).toBe('ba7816bf8f01cfea');
    expect(hash32('abc')).toBe(0xba7816bf);
  });

  it('of subjects are the first bits of HMAC-SHA-256 (RFC 4231, test case 2)', () => {
    const key = createSecretKey(Buffer.from('Jefe'));
    expect(subjectHash(key, 'what do ya want for nothing?')).toBe('5bdcc146bf60754e');
  });

  it('of one subject under two keys have nothing to do with each other', () => {
    const [one, other] = ['one key', 'another key'].map((text) => createSecretKey(Buffer.from(text)));
    if (!one || !other) throw new Error('two keys');
    expect(subjectHash(one, 'us-4f2')).not.toBe(subjectHash(other, 'us-4f2'));
    expect(subjectHash(one, 'us-4f2')).toBe(subjectHash(one, 'us-4f2'));
  });
});
