import { describe, expect, it } from 'vitest';
import {
  beta,
  draw,
  gamma,
  logNormal,
  negativeBinomial,
  normal,
  poisson,
  type Random,
  randomSource,
  scramble,
  weigh,
} from '../../shared/simulation/random.ts';

const DRAWS = 40_000;
function momentsOf(sample: (random: Random) => number) {
  const random = randomSource(99);
  const values = Array.from({ length: DRAWS }, () => sample(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS };
}

describe('random numbers of the simulation', () => {
  it('come out the same for the same keys and differently for any other', () => {
    const take = (...keys: number[]) => {
      const random = randomSource(...keys);
      return Array.from({ length: 5 }, () => random()).join();
    };

    expect(take(1, 2, 3)).toBe(take(1, 2, 3));
    const others = [
      take(1, 2, 3),
      take(1, 2, 4),
      take(1, 3, 2),
      take(2, 2, 3),
      take(1, 2),
      take(1, 2, -3),
      take(1, 2, 3, 0),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it('spread evenly over neighbouring keys, and neighbours do not resemble each other', () => {
    const first = Array.from({ length: DRAWS }, (_, key) => randomSource(7, key)());
    const tenths = Array.from({ length: 10 }, (_, tenth) => first.filter((u) => Math.floor(u * 10) === tenth).length);
    const together = first.slice(1).reduce((sum, u, i) => sum + (u - 0.5) * ((first[i] ?? 0) - 0.5), 0) / DRAWS;

    for (const count of tenths) expect(Math.abs(count - DRAWS / 10)).toBeLessThan(5 * Math.sqrt(DRAWS * 0.09));
    expect(Math.abs(together * 12)).toBeLessThan(5 / Math.sqrt(DRAWS));
  });

  it.each<[string, (random: Random) => number, number, number]>([
    ['uniform', (random) => random(), 1 / 2, 1 / 12],
    ['normal', normal, 0, 1],
    ['log-normal', (random) => Math.log(logNormal(random, Math.E, 0.5)), 1, 0.25],
    ['gamma of shape 3', (random) => gamma(random, 3), 3, 3],
    ['gamma of shape 0.4', (random) => gamma(random, 0.4), 0.4, 0.4],
    ['beta of mean 0.2', (random) => beta(random, 0.2, 9), 0.2, 0.016],
    ['Poisson of mean 4', (random) => poisson(random, 4), 4, 4],
    ['Poisson of mean 50', (random) => poisson(random, 50), 50, 50],
    ['negative binomial', (random) => negativeBinomial(random, 6, 2), 6, 24],
  ])('have the mean and variance of their distribution: %s', (_, sample, mean, variance) => {
    const found = momentsOf(sample);

    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    expect(found.variance / variance).toBeGreaterThan(0.93);
    expect(found.variance / variance).toBeLessThan(1.07);
  });

  it('draw items in proportion to their weights', () => {
    const table = weigh([
      ['rare', 1],
      ['common', 3],
    ]);
    const { mean } = momentsOf((random) => Number(draw(random, table) === 'rare'));

    expect(Math.abs(mean - 0.25)).toBeLessThan(0.011);
  });

  it('never scramble two numbers into one', () => {
    const scrambled = Array.from({ length: 100_000 }, (_, number) => scramble(number));

    expect(new Set(scrambled).size).toBe(100_000);
  });
});
