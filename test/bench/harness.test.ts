import { describe, expect, it } from 'vitest';
import { median, quantile, repeat } from '../../bench/harness/benchmark.ts';
import { printFigures } from '../../bench/harness/print-figures.ts';
import { createHalfSpaceTrees } from '../../bench/workload/half-space-trees.ts';

describe('figures', () => {
  it('are told by the middle of their runs', () => {
    expect(median([9])).toBe(9);
    expect(median([5, 1, 100])).toBe(5);
    expect(median([4, 1, 100, 2])).toBe(3);
  });

  it('have quantiles that are values which were seen', () => {
    const sorted = Array.from({ length: 200 }, (_, i) => i + 1);

    expect([0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share))).toEqual([100, 190, 198, 200]);
  });

  it('are measured once more than they are looked at', async () => {
    let runs = 0;

    expect(await repeat(3, () => ++runs)).toEqual([2, 3, 4]);
  });

  it('are printed with their range and how they stand to their goal', () => {
    const text = printFigures([
      { of: 'k = 1', name: 'units', unit: '', runs: [1.2], goal: { atMost: 1.05 } },
      { of: 'k = 1', name: 'events a second', unit: '', runs: [12_000, 9_000, 10_500], goal: { atLeast: 10_000 } },
    ]);

    const [, , units, events] = text.split('\n');
    expect(units).toMatch(/^k = 1 +units +1\.2 +≤ 1\.05 +missed$/);
    expect(events).toMatch(/^ +events a second +10,500 +9,000 to 12,000 +≥ 10,000 +met$/);
  });
});

describe('half-space trees', () => {
  it('give what looks like everything before a higher score than what does not', () => {
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const trees = createHalfSpaceTrees(2, random);
    for (let i = 0; i < 1_000; i++) trees.scoreAndLearn([0.4 + 0.1 * random(), 0.6 + 0.1 * random()]);

    expect(trees.scoreAndLearn([0.95, 0.05])).toBeLessThan(trees.scoreAndLearn([0.45, 0.65]) / 10);
  });
});
