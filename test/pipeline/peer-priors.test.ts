import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from '../../shared/model/access.ts';
import type { GroupHabits } from '../../shared/model/snapshot.ts';
import { peerPriors } from '../../shared/pipeline/peer-priors.ts';
import { NO_HABITS } from '../../shared/pipeline/sum-habits.ts';
import { addMember, type GroupMoments, NO_GROUP_MOMENTS } from '../../shared/stats/group-moments.ts';

const DATASET = ATTRIBUTES.indexOf('dataset');
const COUNTRY = ATTRIBUTES.indexOf('country');
const DEVICE = ATTRIBUTES.indexOf('device');
/** The data set that everybody uses, and one of interest. */
const [USUAL, ODD] = [11, 22];

const members = (mean: number, count: number): GroupMoments =>
  Array.from({ length: count }).reduce<GroupMoments>(
    (sum) => addMember(sum, { n: 50, mean, variance: 4 }),
    NO_GROUP_MOMENTS,
  );

/** A group of people who read so much a day, on the usual data set and on these values besides. */
const group = (
  values: readonly (readonly [attribute: number, hash: number])[] = [],
  mean = 5,
  count = 10,
): GroupHabits => ({
  ...NO_HABITS,
  members: count,
  dayReads: members(mean, count),
  activeDays: 30 * count,
  hours: Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 30 * count : 0)),
  weekdays: [6, 6, 6, 6, 6, 0, 0].map((days) => days * count),
  categories: [
    [DATASET, USUAL, 30 * count, count],
    [COUNTRY, USUAL, 30 * count, count],
    ...values.map(([attribute, hash]) => [attribute, hash, 15 * count, count] as const),
  ],
  usual: [20 * count],
});

/** How likely recsys/CN is to use the odd value when some group does. */
const odds = (who: string | undefined, attribute = DATASET) => {
  const groups: Record<string, GroupHabits> = {
    'recsys/CN': group(),
    'recsys/SG': group(),
    'ads/CN': group(),
    'ads/SG': group(),
  };
  return peerPriors(who === undefined ? groups : { ...groups, [who]: group([[attribute, ODD]]) })('recsys/CN').category(
    attribute,
    ODD,
  );
};

describe('what peers use', () => {
  it('counts most in the own group, then in the team elsewhere, then anywhere: a data set follows the work', () => {
    const ranked = ['recsys/CN', 'recsys/SG', 'ads/CN', undefined].map((who) => odds(who));

    expect(ranked).toEqual([...new Set(ranked)].sort((a, b) => b - a));
    expect(odds('ads/CN')).toBeCloseTo(odds('ads/SG'), 12);
    expect(ranked[0]).toBeGreaterThan(0.3);
    expect(ranked[3]).toBeLessThan(1e-6);
  });

  it('counts in the country whatever the team where it follows the place', () => {
    const ranked = ['recsys/CN', 'ads/CN', 'recsys/SG', undefined].map((who) => odds(who, COUNTRY));

    expect(ranked).toEqual([...new Set(ranked)].sort((a, b) => b - a));
  });

  it('says nothing of machines, which are one’s own', () => {
    const { category } = peerPriors({ 'recsys/CN': group() })('recsys/CN');

    expect(category(DEVICE, ODD)).toBeCloseTo(0.004, 12);
  });

  it('is no surprise while nobody has used anything, and the more of one the more was seen without it', () => {
    const ranked = [0, 1, 3, 30].map((count) =>
      peerPriors(count === 0 ? {} : { 'recsys/CN': group([], 5, count) })('recsys/CN').category(DATASET, ODD),
    );

    expect(ranked[0]).toBe(1);
    expect(ranked).toEqual([...new Set(ranked)].sort((a, b) => b - a));
  });

  it('is known of a team whose name holds slashes', () => {
    const among = (team: string) =>
      peerPriors({ [`${team}/SG`]: group([[DATASET, ODD]]), 'sre/CN': group([[COUNTRY, ODD]]) })(`${team}/CN`);

    expect(among('ads/ranking').category(DATASET, ODD)).toBe(among('ads').category(DATASET, ODD));
    expect(among('ads/ranking').category(COUNTRY, ODD)).toBe(among('ads').category(COUNTRY, ODD));
  });
});

describe('what a newcomer is expected to do', () => {
  const expected = (groups: Record<string, GroupHabits>, who = 'recsys/CN') => peerPriors(groups)(who).dayReads.mean;

  it('is what the group does, from the first day on, the more so the larger it is', () => {
    const means = [0, 1, 5, 50].map((count) => expected(count === 0 ? {} : { 'recsys/CN': group([], 40, count) }));

    expect(means).toEqual([...new Set(means)].sort((a, b) => a - b));
    expect(means[3]).toBeGreaterThan(38);
  });

  it('is what the team does elsewhere where the group is new, and the organisation’s where nothing else is known', () => {
    const groups = { 'recsys/SG': group([], 40), 'ads/SG': group([], 1) };

    expect(expected(groups)).toBeGreaterThan(expected(groups, 'unknown/BR'));
    expect(expected(groups)).toBeLessThan(expected(groups, 'recsys/SG'));
    expect(expected(groups, 'ads/CN')).toBeLessThan(expected(groups, 'unknown/BR'));
  });

  it('is at the peers’ hours and on their weekdays, as shares of days', () => {
    const { hours, weekdays, usual } = peerPriors({ 'recsys/CN': group([], 5, 40) })('recsys/CN');

    expect(hours[10]).toBeGreaterThan(0.95);
    expect(Math.max(...hours.filter((_, hour) => hour !== 10))).toBeLessThan(0.02);
    expect(weekdays.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    // Forty people who usually score two tenths of a point twice ten: nearly that, never more.
    expect(usual(0)).toBeGreaterThan(18);
    expect(usual(0)).toBeLessThan(20);
  });
});
