import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendDay,
  DAILY_SERIES_DAYS,
  DAY_OFF,
  decodeDailyReads,
  encodeDailyReads,
} from '../../shared/stats/daily-series.ts';

const LARGEST = 240_000;
const reads = fc.nat(LARGEST);

describe('a day’s reads in one byte', () => {
  it('are exact below 64', () => {
    for (let count = 0; count < 64; count++) expect(decodeDailyReads(encodeDailyReads(count))).toBe(count);
  });

  it('are right to within 2.2% up to 240,000', () => {
    fc.assert(
      fc.property(fc.integer({ min: 64, max: LARGEST }), (count) => {
        const decoded = decodeDailyReads(encodeDailyReads(count)) ?? Number.NaN;
        expect(Math.abs(decoded / count - 1)).toBeLessThanOrEqual(2 ** (1 / 32) - 1 + 1e-12);
      }),
    );
  });

  it('fit a byte, and never look like a day off, whatever the count', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (count) => {
        const code = encodeDailyReads(count);
        expect(Number.isInteger(code)).toBe(true);
        expect(code).toBeGreaterThan(DAY_OFF);
        expect(code).toBeLessThanOrEqual(255);
        expect(decodeDailyReads(code)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(decodeDailyReads(DAY_OFF)).toBeUndefined();
  });

  it('keep their order', () => {
    fc.assert(
      fc.property(reads, reads, (a, b) => {
        expect(encodeDailyReads(Math.max(a, b))).toBeGreaterThanOrEqual(encodeDailyReads(Math.min(a, b)));
      }),
    );
  });
});

describe('the series of days', () => {
  it('has the newest day first, after the days off that followed it', () => {
    const before = Object.freeze([7, 8]);
    expect(appendDay(before, 9, 0)).toEqual([9, 7, 8]);
    expect(appendDay(before, 9, 2)).toEqual([DAY_OFF, DAY_OFF, 9, 7, 8]);
  });

  it('never holds more than its days, however long somebody was away', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.nat(100)), { maxLength: 60 }), (days) => {
        let series: readonly number[] = [];
        let expected: number[] = [];
        for (const [code, off] of days) {
          series = appendDay(Object.freeze(series), code, off);
          expected = [...new Array(off).fill(DAY_OFF), code, ...expected];
        }
        expect(series).toEqual(expected.slice(0, DAILY_SERIES_DAYS));
      }),
    );
    expect(appendDay([1], 2, 1e9)).toEqual(new Array(DAILY_SERIES_DAYS).fill(DAY_OFF));
  });
});
