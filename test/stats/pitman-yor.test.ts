import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pitmanYor } from '../../shared/stats/pitman-yor.ts';

/** A vocabulary: each value's count, 0 for those never used, and the parent's probability, all summing to 1. */
const vocabulary = fc
  .array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 30 })
  .map((entries) => {
    const weight = entries.reduce((sum, [, part]) => sum + part, 0);
    const counts = entries.map(([count]) => count);
    return {
      entries: entries.map(([count, part]) => ({ count, parent: part / weight })),
      total: counts.reduce((sum, count) => sum + count, 0),
      distinct: counts.filter((count) => count > 0).length,
    };
  });

describe('the Pitman-Yor back-off', () => {
  it('shares out exactly 1 over a vocabulary', () => {
    fc.assert(
      fc.property(vocabulary, ({ entries, total, distinct }) => {
        const shares = entries.map(({ count, parent }) => pitmanYor(count, total, distinct, parent));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        for (const share of shares) expect(share).toBeGreaterThan(0);
      }),
    );
  });

  it('is the parent’s opinion while nothing was seen', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (parent) => {
        expect(pitmanYor(0, 0, 0, parent)).toBeCloseTo(parent, 12);
      }),
    );
  });

  it('expects more of what was seen more often, and of what the parent expects more', () => {
    expect(pitmanYor(6, 20, 3, 0.1)).toBeGreaterThan(pitmanYor(5, 20, 3, 0.1));
    expect(pitmanYor(5, 20, 3, 0.2)).toBeGreaterThan(pitmanYor(5, 20, 3, 0.1));
    expect(pitmanYor(1, 20, 3, 0.1)).toBeGreaterThan(pitmanYor(0, 20, 3, 0.1));
  });

  it('is surprised by a first more, the longer nothing new came, and less by those who often try new things', () => {
    expect(pitmanYor(0, 200, 3, 0.01)).toBeLessThan(pitmanYor(0, 20, 3, 0.01));
    expect(pitmanYor(0, 200, 30, 0.01)).toBeGreaterThan(pitmanYor(0, 200, 3, 0.01));
  });

  it('ends at the share of what was seen', () => {
    expect(pitmanYor(300_000, 1_000_000, 4, 0.9)).toBeCloseTo(0.3, 4);
  });
});
