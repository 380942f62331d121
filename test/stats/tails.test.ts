import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  betaBinomialTail,
  logGamma,
  negativeBinomialTail,
  normalTail,
  studentQuantile,
  studentTail,
} from '../../shared/stats/tails.ts';
import {
  betaBinomialReference,
  negativeBinomialReference,
  normalReference,
  studentReference,
} from './reference-tails.ts';

const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("the normal's upper tail", () => {
  it.each([
    [-3, 0.99865010197],
    [-1, 0.84134474607],
    [0, 0.5],
    [1, 0.15865525393],
    [1.644853627, 0.05],
    [2.326347874, 0.01],
    [3.0902323062, 0.001],
    [5, 2.8665157187919e-7],
    [6, 9.865876450377e-10],
    [8, 6.2209605742718e-16],
    [10, 7.6198530241605e-24],
    [20, 2.7536241186062e-89],
  ])('above %d is %d, as tables have it', (z, probability) => {
    expect(normalTail(z)).toBeCloseTo(-Math.log10(probability), 3);
  });

  it('agrees with its continued fraction from 1 to where no probability can be written down any more', () => {
    for (let z = 1; z < 200; z += 0.37) expect(normalTail(z) / normalReference(z)).toBeCloseTo(1, 4);
  });

  it('and the lower one are all there is', () => {
    fc.assert(
      fc.property(double(0, 7), (z) => {
        expect(10 ** -normalTail(z) + 10 ** -normalTail(-z)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('never rises with the deviate, also where one approximation hands over to the other', () => {
    const near5 = double(4.999, 5.001);
    fc.assert(
      fc.property(fc.oneof(double(-40, 40), near5), fc.oneof(double(-40, 40), near5), (a, b) => {
        expect(normalTail(Math.max(a, b))).toBeGreaterThanOrEqual(normalTail(Math.min(a, b)) - 1e-6);
      }),
    );
  });

  it('is a number, not negative, at any deviate whose square is one', () => {
    fc.assert(
      fc.property(double(-1e150, 1e150), (z) => {
        const level = normalTail(z);
        expect(Number.isFinite(level)).toBe(true);
        expect(level).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("Student's upper tail", () => {
  it.each([
    [5, 2.015, 0.05],
    [5, 3.365, 0.01],
    [10, 1.812, 0.05],
    [10, 2.764, 0.01],
    [10, 4.144, 0.001],
    [30, 1.697, 0.05],
    [30, 2.457, 0.01],
    [30, 3.385, 0.001],
    [120, 2.358, 0.01],
  ])('with %d degrees of freedom above %d is %d, as tables have it', (freedom, t, probability) => {
    expect(Math.abs(studentTail(t, freedom) + Math.log10(probability))).toBeLessThan(0.01);
    expect(10 ** -studentTail(-t, freedom)).toBeCloseTo(1 - probability, 3);
  });

  it('is within a twentieth of a decade, or of itself, of the integral of the density', () => {
    for (const freedom of [8, 10, 15, 30, 110]) {
      for (const t of [0.5, 1, 2, 4, 8, 16, 40]) {
        const exact = studentReference(t, freedom);
        expect(Math.abs(studentTail(t, freedom) - exact)).toBeLessThan(0.05 * Math.max(1, exact));
      }
    }
  });

  it('is heavier than the normal’s, the more so the fewer degrees of freedom', () => {
    fc.assert(
      fc.property(double(2, 30), double(3, 100), (t, freedom) => {
        expect(studentTail(t, freedom)).toBeLessThan(normalTail(t));
        expect(studentTail(t, freedom)).toBeLessThanOrEqual(studentTail(t, freedom * 1.5));
      }),
    );
    expect(studentTail(6, 1e9)).toBeCloseTo(normalTail(6), 6);
  });

  it('never rises with the deviate and is a number at any', () => {
    const deviate = fc.oneof(double(-50, 50), double(-1e100, 1e100));
    fc.assert(
      fc.property(deviate, deviate, double(1, 1e4), (a, b, freedom) => {
        const [low, high] = [studentTail(Math.min(a, b), freedom), studentTail(Math.max(a, b), freedom)];
        expect([low, high].every(Number.isFinite)).toBe(true);
        expect(high).toBeGreaterThanOrEqual(low - 1e-6);
      }),
    );
  });

  it('is turned round by its quantile', () => {
    fc.assert(
      fc.property(double(-4, 4), double(3, 200), (z, freedom) => {
        expect(studentTail(studentQuantile(z, freedom), freedom)).toBeCloseTo(normalTail(z), 6);
      }),
    );
    expect(studentQuantile(1.645, 10)).toBeCloseTo(1.812, 2);
    expect(studentQuantile(0, 10)).toBe(0);
  });
});

describe('the logarithm of the gamma function', () => {
  it('is that of the factorial at whole numbers', () => {
    let factorial = 0;
    for (let n = 1; n <= 170; n++) {
      expect(Math.abs(logGamma(n) - factorial)).toBeLessThan(1e-12 * Math.max(1, factorial));
      factorial += Math.log(n);
    }
  });

  it('is that of √π at a half', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13);
    expect(logGamma(2.5)).toBeCloseTo(Math.log(0.75 * Math.sqrt(Math.PI)), 13);
  });

  it('grows by ln x from x to x + 1, near 0 as well as far out', () => {
    const anySize = double(-6, 8).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(anySize, (x) => {
        const scale = Math.max(1, Math.abs(logGamma(x + 1)));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale).toBeLessThan(1e-12);
      }),
    );
  });
});

describe("the negative binomial's upper tail", () => {
  it('is the sum of its masses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), double(0.05, 150), double(1.01, 20), (x, mean, dispersion) => {
        const exact = negativeBinomialReference(x, mean, mean * dispersion);
        expect(Math.abs(negativeBinomialTail(x, mean, mean * dispersion) - exact)).toBeLessThan(
          1e-5 * Math.max(1, exact),
        );
      }),
    );
  });

  it.each([
    [1, 1, 1 - Math.exp(-1)],
    [3, 1, 1 - 2.5 * Math.exp(-1)],
    [1, 0.1, 1 - Math.exp(-0.1)],
  ])('of %d with mean and variance %d is the Poisson’s', (x, mean, probability) => {
    expect(negativeBinomialTail(x, mean, mean)).toBeCloseTo(-Math.log10(probability), 4);
    expect(negativeBinomialTail(x, mean, mean / 2)).toBeCloseTo(-Math.log10(probability), 4);
  });

  it('with one success to wait for is geometric', () => {
    for (const x of [1, 2, 5, 50, 500]) {
      expect(negativeBinomialTail(x, 4, 4 + 16)).toBeCloseTo(-x * Math.log10(4 / 5), 6);
    }
  });

  // A service reads a hundred thousand times a sitting; what is usual for it must not look odd because of its size.
  it.each([10, 1_000, 20_000, 100_000])(
    'of a mean of %d at the mean is the same share, however large it is',
    (mean) => {
      const geometric = mean + mean * mean;
      expect(negativeBinomialTail(mean, mean, geometric)).toBeCloseTo(-mean * Math.log10(mean / (mean + 1)), 2);
    },
  );

  it('never rises with the count, and is a number, not negative, for any mean and variance', () => {
    const anySize = double(-6, 5).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), anySize, anySize, (a, b, mean, variance) => {
        const low = negativeBinomialTail(Math.min(a, b), mean, variance);
        const high = negativeBinomialTail(Math.max(a, b), mean, variance);
        expect([low, high].every(Number.isFinite)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low - 1e-6);
      }),
    );
    expect(negativeBinomialTail(0, 5, 10)).toBe(0);
  });
});

describe("the beta-binomial's upper tail", () => {
  it('is the sum of its masses, to the last digit of whole numbers', () => {
    const shape = fc.integer({ min: 1, max: 120 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), shape, shape, (n, k, a, b) => {
        const exact = betaBinomialReference(Math.min(k, n), n, a, b);
        expect(betaBinomialTail(Math.min(k, n), n, a, b)).toBeCloseTo(exact, 6);
      }),
    );
  });

  it('is even between all counts where nothing is known of the probability', () => {
    for (let k = 1; k <= 9; k++) expect(betaBinomialTail(k, 9, 1, 1)).toBeCloseTo(-Math.log10((10 - k) / 10), 9);
  });

  // Two fifths of the people at work are busier than usual, where a quarter was on each of twenty days before.
  it.each([
    [2_500, 57.15015122],
    [3_000, 68.32397993],
    [5_000, 112.97227145],
    [20_000, 447.30622233],
  ])('of %d trials, whose masses no number holds, is 10 to the −%d, as exact integers have it', (n, exact) => {
    const [successes, before] = [0.4 * n, 20 * n];
    expect(betaBinomialTail(successes, n, before / 4 + 1, 0.75 * before + 1)).toBeCloseTo(exact, 6);
  });

  it('is a number, not negative, and never rises among as many trials, near both ends and the middle', () => {
    const n = 20_000;
    const levels = [1, 2, 4_000, 5_000, 5_001, 6_000, n - 1, n].map((k) => betaBinomialTail(k, n, 5_001, 15_001));
    expect(levels.every((level) => Number.isFinite(level) && level >= 0)).toBe(true);
    expect(levels).toEqual([...levels].sort((x, y) => x - y));
    expect(levels[0]).toBe(0);
    expect(levels[4]).toBeCloseTo(Math.log10(2), 2);
  });

  it('never rises with the successes, and is a number, not negative, for any shapes', () => {
    const anySize = double(-3, 2.3).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), anySize, anySize, (n, a, b) => {
        const levels = Array.from({ length: n + 1 }, (_, k) => betaBinomialTail(k, n, a, b));
        expect(levels[0]).toBe(0);
        levels.reduce((before, level) => {
          expect(Number.isFinite(level)).toBe(true);
          expect(level).toBeGreaterThanOrEqual(before - 1e-9);
          return level;
        });
      }),
    );
  });
});
