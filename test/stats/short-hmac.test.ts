import { createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortHmac } from '../../shared/stats/short-hmac.ts';

const secrets = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => createSecretKey(bytes));
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 140 }), { minLength: 1, maxLength: 6 });

describe('HMAC of short texts', () => {
  it('is what node makes of them, whatever key and texts, one after the other', () => {
    fc.assert(
      fc.property(secrets, texts, (key, all) => {
        const hmacOf = shortHmac(key);

        const made = all.map(hmacOf);

        expect(made).toEqual(all.map((text) => createHmac('sha256', key).update(text).digest('hex')));
      }),
    );
  });

  it('holds at the longest short text, at the next one, and for half a surrogate pair', () => {
    const key = createSecretKey(Buffer.from('Jefe'));
    const hmacOf = shortHmac(key);
    for (const text of ['', '漢'.repeat(128), '漢'.repeat(129), 'us-\ud800', 'us-1'])
      expect(hmacOf(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
  });
});
