import { createHash, createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash32, hash64, hash64Hex, subjectHash } from '../../shared/stats/hash64.ts';

const texts = () => fc.string({ unit: 'binary', maxLength: 300 });

describe('hashes', () => {
  it('are what the digits of the digest say, whatever the text', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const hex = createHash('sha256').update(text).digest('hex');
        expect(hash64(text)).toEqual([Number.parseInt(hex.slice(0, 8), 16), Number.parseInt(hex.slice(8, 16), 16)]);
        expect(hash64Hex(text)).toBe(hex.slice(0, 16));
      }),
    );
  });

  it('of subjects are what the digits of the HMAC say, whatever the key and the id', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), texts(), (bytes, id) => {
        const key = createSecretKey(bytes);
        expect(subjectHash(key, id)).toBe(createHmac('sha256', key).update(id).digest('hex').slice(0, 16));
      }),
    );
  });

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
