import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMember,
  type GroupMoments,
  groupPrior,
  NO_GROUP_MOMENTS,
  type Prior,
  predict,
  sumGroups,
} from '../../shared/stats/group-moments.ts';
import type { Moments } from '../../shared/stats/moments.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
const member: fc.Arbitrary<Moments> = fc.record({ n: fc.nat(100), mean: positive(100), variance: positive(1000) });
const members = fc.array(member, { maxLength: 20 });
const prior: fc.Arbitrary<Prior> = fc.record({ mean: positive(100), between: positive(100), within: positive(1000) });

const groupOf = (people: readonly Moments[]): GroupMoments =>
  deepFreeze(people.reduce((group, person) => addMember(group, person), deepFreeze(NO_GROUP_MOMENTS)));

const SUMS = ['weight', 'meanSum', 'squareSum', 'varianceSum'] as const;
function expectEqualSums(a: GroupMoments, b: GroupMoments) {
  for (const sum of SUMS) expect(a[sum]).toBeCloseTo(b[sum], 6);
}

describe('group moments', () => {
  it('of two groups add up to those of their members together', () => {
    fc.assert(
      fc.property(members, members, (some, others) => {
        expectEqualSums(sumGroups([groupOf(some), groupOf(others)]), groupOf([...some, ...others]));
      }),
    );
  });

  it('are the same in whatever order members come', () => {
    fc.assert(
      fc.property(
        members.chain((people) =>
          fc.tuple(fc.constant(people), fc.shuffledSubarray(people, { minLength: people.length })),
        ),
        ([people, shuffled]) => {
          expectEqualSums(groupOf(people), groupOf(shuffled));
        },
      ),
    );
  });

  it('count nobody for more than one, and somebody without observations for nothing', () => {
    const person = { n: 20, mean: 3, variance: 2 };
    expect(groupOf([{ ...person, n: 10_000 }])).toEqual(groupOf([person]));
    expect(groupOf([person]).weight).toBe(1);
    expect(groupOf([{ ...person, n: 0 }])).toEqual(NO_GROUP_MOMENTS);
  });
});

describe("a group's prior", () => {
  it('lies between its members and its parent', () => {
    fc.assert(
      fc.property(members, prior, (people, parent) => {
        const { mean } = groupPrior(groupOf(people), parent);
        const means = [parent.mean, ...people.filter(({ n }) => n > 0).map((person) => person.mean)];
        expect(mean).toBeGreaterThanOrEqual(Math.min(...means) - 1e-6);
        expect(mean).toBeLessThanOrEqual(Math.max(...means) + 1e-6);
      }),
    );
  });

  it('is the parent’s while the group has no members', () => {
    fc.assert(
      fc.property(prior, (parent) => {
        const own = groupPrior(NO_GROUP_MOMENTS, parent);
        for (const part of ['mean', 'between', 'within'] as const) expect(own[part]).toBeCloseTo(parent[part], 6);
      }),
    );
  });

  it('is the members’ own when there are many, with the spread that lies between them and within them', () => {
    const parent = { mean: 20, between: 40, within: 90 };
    const people = Array.from({ length: 4000 }, (_, i) => ({ n: 50, mean: 10 + (i % 3), variance: 4 }));

    const { mean, between, within } = groupPrior(groupOf(people), parent);

    expect(mean).toBeCloseTo(11, 0);
    expect(between).toBeGreaterThan(2 / 3 - 0.01);
    expect(between).toBeLessThan(1);
    expect(within).toBeCloseTo(4, 0);
  });

  it('never has a variance of nothing, even where all members are alike', () => {
    const alike = groupOf(new Array(1000).fill({ n: 100, mean: 7, variance: 0 }));
    const { between, within } = groupPrior(alike, { mean: 7, between: 0, within: 0 });
    expect(between).toBeGreaterThan(0);
    expect(within).toBeGreaterThan(0);
  });
});

describe('predicting a member’s next observation', () => {
  it('is the prior for a newcomer, with both spreads', () => {
    fc.assert(
      fc.property(prior, (group) => {
        const { mean, variance } = predict({ n: 0, mean: 0, variance: 0 }, group);
        expect(mean).toBeCloseTo(group.mean, 6);
        expect(variance).toBeCloseTo(group.within + group.between, 6);
      }),
    );
  });

  it('is the own mean and variance after ever so many observations', () => {
    fc.assert(
      fc.property(member, prior, (own, group) => {
        const { mean, variance } = predict({ ...own, n: 1e9 }, group);
        expect(Math.abs(mean - own.mean)).toBeLessThan(0.01);
        expect(Math.abs(variance / own.variance - 1)).toBeLessThan(0.01);
      }),
    );
  });

  it('moves from the prior to the own mean with every observation, never past it', () => {
    fc.assert(
      fc.property(member, prior, (own, group) => {
        const distances = [0, 1, 3, 10, 30, 100].map((n) => Math.abs(predict({ ...own, n }, group).mean - own.mean));
        expect(distances[0]).toBeCloseTo(Math.abs(group.mean - own.mean), 6);
        distances.reduce((farther, distance) => {
          expect(distance).toBeLessThanOrEqual(farther + 1e-9);
          return distance;
        });
      }),
    );
  });

  it('of somebody not trusted yet is a newcomer’s, and of somebody half trusted lies between', () => {
    const own = { n: 30, mean: 20, variance: 4 };
    const group = { mean: 5, between: 9, within: 4 };

    const means = [0, 0.5, 1].map((trust) => predict(own, group, trust).mean);

    expect(means[0]).toBe(predict({ ...own, n: 0 }, group).mean);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(predict(own, group, 0.5).mean).toBeLessThan(predict(own, group, 1).mean);
  });

  it('is always a number with a spread', () => {
    fc.assert(
      fc.property(member, prior, fc.double({ min: 0, max: 1, noNaN: true }), (own, group, trust) => {
        const { mean, variance, freedom } = predict(deepFreeze(own), deepFreeze(group), trust);
        expect([mean, variance, freedom].every(Number.isFinite)).toBe(true);
        expect(variance).toBeGreaterThan(0);
        expect(freedom).toBeGreaterThan(0);
      }),
    );
  });
});
