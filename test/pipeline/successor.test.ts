import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { successorOf } from '../../shared/pipeline/successor.ts';

describe('the id that follows', () => {
  it.each([
    ['1041', '1042'],
    ['user-0099', 'user-0100'],
    ['999', '1000'],
    ['us-4f2', 'us-4f3'],
    ['us-4fz', 'us-4g0'],
    ['0a1f', '0a20'],
    ['00ff', '0100'],
    ['0AFF', '0B00'],
    ['zz', '100'],
    ['acct:12/000', 'acct:12/001'],
  ])('of %s is %s', (id, next) => {
    expect(successorOf(id)).toBe(next);
  });

  it('is unknown where an id ends in no counter, or in one too long to be counted', () => {
    expect(['', 'user-', 'π', 'd41d8cd98f00b204', '5f1c-ab12cd34ef56a'].map(successorOf)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it('counts decimal ids as numbers are counted, at any length that was padded', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 10 }), (n, width) => {
        expect(successorOf(`u-${String(n).padStart(width, '0')}`)).toBe(`u-${String(n + 1).padStart(width, '0')}`);
      }),
    );
  });
});
