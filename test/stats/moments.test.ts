import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountMoments, learnMoments, type Moments, NO_MOMENTS } from '../../shared/stats/moments.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const MEMORY = 40;
const values = (maxLength: number) =>
  fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength });

/** The estimate after each prefix of a series. */
function prefixes(series: readonly number[], from: Moments = NO_MOMENTS): Moments[] {
  const estimates: Moments[] = [];
  series.reduce((before, x) => {
    const after = deepFreeze(learnMoments(before, x, MEMORY));
    estimates.push(after);
    return after;
  }, deepFreeze(from));
  return estimates;
}

/** Weighted mean and variance by their definitions. */
function batch(series: readonly number[], weights: readonly number[]) {
  const sum = (of: (x: number) => number) => series.reduce((total, x, i) => total + (weights[i] ?? 0) * of(x), 0);
  const mean = sum((x) => x);
  return { mean, variance: sum((x) => (x - mean) ** 2) };
}

/** Equal weights up to the memory's length; from then on each new one takes 1/memory and leaves the rest to those before. */
function weightsOf(length: number): number[] {
  const known = Math.min(length, MEMORY);
  const kept = (1 - 1 / MEMORY) ** Math.max(0, length - MEMORY);
  return Array.from({ length }, (_, i) => (i < known ? kept / known : (1 - 1 / MEMORY) ** (length - 1 - i) / MEMORY));
}

describe('moments', () => {
  it('are mean and population variance at every prefix up to the memory, and forget exponentially after it', () => {
    fc.assert(
      fc.property(values(3 * MEMORY), (series) => {
        prefixes(series).forEach((estimate, i) => {
          const { mean, variance } = batch(series.slice(0, i + 1), weightsOf(i + 1));
          expect(Math.abs(estimate.mean - mean)).toBeLessThan(1e-3);
          expect(Math.abs(estimate.variance - variance)).toBeLessThan(1e-6 * variance + 1);
          expect(estimate.n).toBe(Math.min(i + 1, MEMORY));
        });
      }),
    );
  });

  it('keep small variances apart from nothing', () => {
    const [last] = prefixes([5, 5.5, 5, 5.5, 5, 5.5]).slice(-1);
    expect(last?.variance).toBeCloseTo(0.0625, 5);
  });

  it('are exactly the observation, and no spread, while every observation is the same', () => {
    fc.assert(
      fc.property(fc.float({ min: -1000, max: 1000, noNaN: true }), (x) => {
        for (const { mean, variance } of prefixes(new Array(100).fill(x))) expect([mean, variance]).toEqual([x + 0, 0]);
      }),
    );
  });

  it('follow a change of level within a few memories', () => {
    const last = prefixes([...new Array(200).fill(10), ...new Array(8 * MEMORY).fill(30)]).at(-1);
    expect(last?.mean).toBeCloseTo(30, 1);
    expect(last?.variance).toBeLessThan(1);
  });

  it('stay numbers, with no negative variance, however wide the series', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e15, max: 1e15, noNaN: true }), { maxLength: 60 }), (series) => {
        for (const { mean, variance } of prefixes(series)) {
          expect(Number.isFinite(mean)).toBe(true);
          expect(variance).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(variance)).toBe(true);
        }
      }),
    );
  });

  it('are made of float32 numbers at every step, also after a discount, so that a stored state loads unchanged', () => {
    fc.assert(
      fc.property(values(50), fc.double({ min: 0.01, max: 1, noNaN: true }), values(50), (before, factor, after) => {
        const discounted = discountMoments(prefixes(before).at(-1) ?? NO_MOMENTS, factor);
        for (const moments of [...prefixes(before), discounted, ...prefixes(after, discounted)])
          for (const number of Object.values(moments)) expect(number).toBe(Math.fround(number));
      }),
    );
  });

  it('that are discounted keep their level and give way to new observations sooner', () => {
    const sure = prefixes(new Array(30).fill(10)).at(-1) ?? NO_MOMENTS;
    const discounted = discountMoments(sure, 0.2);

    expect(discounted.mean).toBe(10);
    expect(learnMoments(discounted, 30, MEMORY).mean).toBeGreaterThan(learnMoments(sure, 30, MEMORY).mean);
    expect(learnMoments(discounted, 30, MEMORY).mean).toBeLessThan(30);
  });
});
