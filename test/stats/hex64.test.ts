import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halvesOfHex64, hex64 } from '../../shared/stats/hex64.ts';

const half = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('64 bits as digits', () => {
  it('are what they are as a number', () => {
    fc.assert(
      fc.property(half, half, (high, low) => {
        expect(BigInt(`0x${hex64(high, low)}`)).toBe((BigInt(high) << 32n) | BigInt(low));
        expect(hex64(high, low)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });

  it('are two signed halves again', () => {
    fc.assert(
      fc.property(half, half, (high, low) => {
        const expected = [high, low].map((unsigned) => Number(BigInt.asIntN(32, BigInt(unsigned))));
        expect(halvesOfHex64(hex64(high, low))).toEqual(expected);
      }),
    );
  });
});
