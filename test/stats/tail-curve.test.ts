import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PriorTail,
  STRENGTH_BUCKETS,
  STRENGTH_STEPS_PER_UNIT,
  strengthBucket,
  tailCurve,
  tailLevel,
} from '../../shared/stats/tail-curve.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const PRIOR: PriorTail = deepFreeze({ start: 1, slope: 1 });

const histogram = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true })), {
  maxLength: STRENGTH_BUCKETS,
});
const prior = fc.record({
  start: fc.double({ min: 0, max: 3, noNaN: true }),
  slope: fc.double({ min: 0.2, max: 2, noNaN: true }),
});

/** Days whose strengths are spread as a distribution has it, from its upper tail turned round. */
function daysOf(count: number, strengthAbove: (tail: number) => number): number[] {
  const days = new Array<number>(STRENGTH_BUCKETS).fill(0);
  for (let i = 0; i < count; i++) {
    const bucket = strengthBucket(strengthAbove((i + 0.5) / count));
    days[bucket] = (days[bucket] ?? 0) + 1;
  }
  return deepFreeze(days);
}

/** A decade of rarity for every 1.5 of strength: 2.3 / 1.5 a unit. */
const exponential = (tail: number) => -1.5 * Math.log10(tail);
/** Thinner than any exponential far out. */
const rayleigh = (tail: number) => 2 * Math.sqrt(-Math.log10(tail));

const strengths = Array.from({ length: 200 }, (_, i) => i / 4);

describe('a tail curve', () => {
  it('never falls, starts at nothing and ends nowhere, whatever was observed', () => {
    fc.assert(
      fc.property(histogram, prior, (days, assumed) => {
        const curve = tailCurve(deepFreeze(days), assumed);
        const levels = strengths.map((strength) => tailLevel(curve, strength));

        expect(levels[0]).toBe(0);
        levels.reduce((before, level) => {
          expect(Number.isFinite(level)).toBe(true);
          expect(level).toBeGreaterThanOrEqual(before);
          return level;
        });
        expect(tailLevel(curve, 1000)).toBeGreaterThan(tailLevel(curve, 100));
      }),
    );
  });

  it.each([
    ['exponential', exponential],
    ['thinner than exponential', rayleigh],
  ])('is how rare a strength was among many days, where their tail is %s', (_, strengthAbove) => {
    const count = 40_000;
    const curve = tailCurve(daysOf(count, strengthAbove), PRIOR);
    // A bucket's days begin half a step below it.
    const halfStep = 0.5 / STRENGTH_STEPS_PER_UNIT;
    for (const level of [0.3, 0.7, 1, 1.5, 2, 2.5, 3]) {
      const strength = strengthAbove(10 ** -level) - halfStep;
      expect(Math.abs(tailLevel(curve, strength + halfStep) - level)).toBeLessThan(0.15);
    }
  });

  it('is the assumed tail and nothing else before anything was observed', () => {
    const curve = tailCurve([], deepFreeze({ start: 1.5, slope: 0.6 }));
    for (const strength of [2, 5, 10, 25, 40, 300])
      expect(tailLevel(curve, strength)).toBeCloseTo((strength - 1.5) * 0.6, 6);
    expect(tailLevel(curve, 1.5)).toBe(0);
    expect(curve).toMatchObject({ employeeDays: 0, trimmedShare: 0 });
  });

  it('leaves the assumption behind as days are observed', () => {
    const truth = 2;
    const strength = exponential(10 ** -truth);
    const wrong = { start: 0, slope: 3 };
    const errors = [0, 100, 1_000, 10_000, 100_000].map((count) =>
      Math.abs(tailLevel(tailCurve(daysOf(count, exponential), wrong), strength) - truth),
    );
    errors.reduce((before, error) => {
      expect(error).toBeLessThan(Math.max(before, 0.05));
      return error;
    });
    expect(errors[0]).toBeGreaterThan(1);
  });

  it('goes on where observation ends, at the pace of the body', () => {
    const curve = tailCurve(daysOf(100_000, exponential), PRIOR);
    const perUnit = tailLevel(curve, 31) - tailLevel(curve, 30);
    expect(perUnit).toBeCloseTo(1 / 1.5, 1);
    expect(tailLevel(curve, 60)).toBeGreaterThan(tailLevel(curve, 30) + 15);
  });

  it('goes on at the pace of the odd days where most days have nothing odd', () => {
    const odd = daysOf(4_000, exponential);
    const rare = deepFreeze(odd.map((days, bucket) => days + (bucket === 0 ? 76_000 : 0)));

    const curve = tailCurve(rare, { start: 1, slope: 3 });

    expect(tailLevel(curve, 31) - tailLevel(curve, 30)).toBeCloseTo(1 / 1.5, 1);
  });

  it('counts the days beyond its last bucket', () => {
    const days = Object.assign(new Array<number>(STRENGTH_BUCKETS).fill(0), { 0: 900, [STRENGTH_BUCKETS - 1]: 100 });

    const curve = tailCurve(deepFreeze(days), PRIOR);

    expect(curve).toMatchObject({ employeeDays: 1_000, trimmedShare: 0 });
    expect(tailLevel(curve, 20)).toBeCloseTo(1, 1);
  });

  it.each([
    [3, 0.9],
    [10, 0.9],
    [30, 0.9],
    // One in fifty also bends the body that the fit rests on.
    [100, 0.75],
  ])('does not let %d days of attacks among 5,000 raise the bar for the next', (attacks, share) => {
    const ordinary = daysOf(5_000, exponential);
    const attacked = ordinary.map((days, bucket) => days + (bucket >= 150 && bucket < 160 ? attacks / 10 : 0));

    const [clean, dirty] = [tailCurve(ordinary, PRIOR), tailCurve(deepFreeze(attacked), PRIOR)];

    expect(dirty.trimmedShare).toBeGreaterThan(0);
    expect(dirty.employeeDays).toBeCloseTo((5_000 + attacks) * (1 - dirty.trimmedShare), 6);
    for (const strength of [1, 2, 3, 4, 5, 6, 8, 10, 15, 20])
      expect(tailLevel(dirty, strength)).toBeGreaterThan(tailLevel(clean, strength) * share - 0.1);
  });

  it('does not let one attack raise the bar in a company of a hundred employee-days, even if it passed midnight', () => {
    const quiet = [96, 2];
    const attacked = Object.assign(new Array<number>(70).fill(0), quiet, { 60: 1, 66: 1 });

    const [clean, dirty] = [tailCurve(deepFreeze(quiet), PRIOR), tailCurve(deepFreeze(attacked), PRIOR)];

    for (const strength of [2, 4, 6])
      expect(tailLevel(dirty, strength)).toBeGreaterThan(tailLevel(clean, strength) * 0.85);
  });

  it('drops nothing from days that are ordinary throughout, and never more than a twentieth', () => {
    expect(tailCurve(daysOf(40_000, exponential), PRIOR).trimmedShare).toBe(0);
    fc.assert(
      fc.property(histogram, prior, (days, assumed) => {
        const { trimmedShare, employeeDays } = tailCurve(days, assumed);
        expect(trimmedShare).toBeGreaterThanOrEqual(0);
        expect(trimmedShare).toBeLessThanOrEqual(0.05);
        const total = days.reduce((sum, count) => sum + count, 0);
        expect(employeeDays).toBeCloseTo(total * (1 - trimmedShare), 6);
      }),
    );
  });
});

describe("a strength's byte", () => {
  it('counts tenths, to the nearest, from nothing to 25.5', () => {
    expect([0, 0.04, 0.06, 1, 12.34, 25.5].map(strengthBucket)).toEqual([0, 0, 1, 10, 123, 255]);
    expect([-3, -1e300, 25.6, 1e300, Number.POSITIVE_INFINITY].map(strengthBucket)).toEqual([0, 0, 255, 255, 255]);
  });
});
