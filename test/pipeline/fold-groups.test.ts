import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { contributionOf, foldGroups, type Member } from '../../shared/pipeline/fold-groups.ts';
import { gatherGroups } from '../../shared/pipeline/gather-groups.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const NOW = Date.parse(timeOn(0));
const MOVED_AT = Date.parse(timeOn(1));
const settled = aSettledBaseline();
const DEVICE = 4;

/** Ten people in three groups; the last of them changes team on Tuesday. */
const directory = buildDirectory([
  ...Array.from({ length: 10 }, (_, i) =>
    aRow({
      employeeId: `e-${i}`,
      team: ['recsys', 'ads', 'recsys'][i % 3] ?? '',
      homeCountry: i % 3 === 2 ? 'SG' : 'CN',
    }),
  ),
  aRow({ employeeId: 'e-9', team: 'ads', effectiveFrom: MOVED_AT }),
]);
/** Everybody a little different. */
const baselineOf = (i: number, days = 10 + i): Baseline => ({
  ...settled,
  habits: {
    ...settled.habits,
    activeDays: days,
    dayReads: { n: days, mean: 3 + i / 7, variance: 1 + i / 3 },
    categories: settled.habits.categories.map((category) =>
      category.attribute === DEVICE
        ? { ...category, hash: 1000 + Math.floor(i / 4) * 3 + (i % 3) }
        : { ...category, days: 1 + (i % 5) },
    ),
  },
});
/** As it is when a sitting has ended: the day goes on, and no value is counted yet. */
const afterSitting = ({ habits, ...rest }: Baseline, reads: number): Baseline => ({
  ...rest,
  habits: { ...habits, sittingReads: { n: 12, mean: reads, variance: 4 } },
});
const contribute = (i: number, baseline = baselineOf(i), time = NOW, before?: Member) =>
  deepFreeze(contributionOf(`e-${i}`, baseline, directory, time, before));
const everybody = Array.from({ length: 10 }, (_, i) => contribute(i));

/** To nine digits: sums of floating-point numbers depend on their order in the last ones. */
const digits = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_, x) => (typeof x === 'number' ? Number(x.toPrecision(9)) : x));

describe('peer groups', () => {
  it('are the same in whatever order their members come', () => {
    const { groups } = foldGroups(everybody);
    fc.assert(
      fc.property(fc.shuffledSubarray(everybody, { minLength: 10 }), (shuffled) => {
        expect(digits(foldGroups(shuffled).groups)).toEqual(digits(groups));
      }),
    );
  });

  it('are the same to the last digit when they are summed while members are read, in whatever order', () => {
    const { groups } = foldGroups(everybody);
    const newcomer = contributionOf('e-404', initialBaseline(), directory, NOW);
    fc.assert(
      fc.property(fc.shuffledSubarray([...everybody, newcomer], { minLength: 11 }), (shuffled) => {
        const gathered = gatherGroups();
        for (const member of shuffled) gathered.take(member);

        // As text: the stored snapshot is named by its bytes.
        expect(JSON.stringify(gathered.groups())).toBe(JSON.stringify(groups));
      }),
    );
  });

  it('that are taken over unchanged are what summing them anew comes to', () => {
    const changes = fc.array(
      fc.record({ who: fc.nat(9), days: fc.integer({ min: 0, max: 60 }), isSitting: fc.boolean() }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(changes, (changed) => {
        const before = foldGroups(everybody);
        const next = everybody.map((known, i) => {
          const change = changed.find(({ who }) => who === i);
          if (!change) return contribute(i, known.baseline, NOW, known);
          const { days, isSitting } = change;
          return contribute(i, isSitting ? afterSitting(known.baseline, days) : baselineOf(i, days), NOW, known);
        });

        const folded = foldGroups(next, before);

        expect(folded).toEqual(foldGroups(next));
        expect(next).toEqual(next.map(({ baseline }, i) => contribute(i, baseline)));
        for (const name of Object.keys(before.groups)) {
          const touched = changed.some(({ who }) => everybody[who]?.peerGroup === name);
          if (!touched) expect(folded.groups[name]).toBe(before.groups[name]);
        }
      }),
    );
  });

  it.each([
    ['a value', { categories: [{ attribute: 0, hash: 77, days: 9, lastDay: 1 }] }],
    ['an hour', { hours: new Array(24).fill(3) }],
    ['a weekday', { weekdays: new Array(7).fill(2) }],
    ['what is usual', { usual: [9, 9] }],
    ['how many days there are', { activeDays: 40 }],
  ])('are summed anew where %s of a member changed, and nothing else', (_, change) => {
    const before = foldGroups(everybody);
    const next = everybody.map((known, i) => {
      if (i !== 3) return known;
      const { baseline } = known;
      return contribute(i, { ...baseline, habits: { ...baseline.habits, ...change } }, NOW, known);
    });

    const { groups } = foldGroups(next, before);

    expect(groups).toEqual(foldGroups(next).groups);
    expect(groups).not.toEqual(before.groups);
  });

  it('grow by somebody who was not there at the fold before', () => {
    const before = foldGroups(everybody.slice(0, 9));

    const folded = foldGroups(everybody, before);

    expect(folded).toEqual(foldGroups(everybody));
  });

  it('take nothing from somebody without a day of habits, and keep no machine that is one person’s', () => {
    const { groups } = foldGroups([...everybody, contributionOf('e-404', initialBaseline(), directory, NOW)]);
    const machines = groups['recsys/CN']?.categories.filter(([attribute]) => attribute === DEVICE);

    expect(groups).toEqual(foldGroups(everybody).groups);
    expect(Object.values(groups).map(({ members }) => members)).toEqual([3, 4, 3]);
    expect(machines?.map(([, , , members]) => members)).toEqual([2]);
  });

  it('have a member from the day on which the directory says so', () => {
    expect(contribute(9).peerGroup).toBe('recsys/CN');
    expect(contribute(9, baselineOf(9), MOVED_AT, everybody[9])).toMatchObject({
      peerGroup: 'ads/CN',
      team: 'ads',
      country: 'CN',
    });
    expect(
      contributionOf('e-404', { ...settled, place: { time: 1, country: 'BR', device: 0 } }, directory, NOW),
    ).toMatchObject({
      peerGroup: 'unknown/BR',
    });
  });
});
