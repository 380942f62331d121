import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../shared/model/baseline.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import type { View } from '../../shared/signals/signal.ts';
import { slowDrip } from '../../shared/signals/slow-drip.ts';
import { DAY_OFF, encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { studentTail } from '../../shared/stats/tails.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const { snapshot, settings } = aScoringContext();
const settled = aSettledBaseline();

interface Worked {
  readonly reads: number;
  readonly others: number;
}
type Day = Worked | 'off';

/** Somebody with these days behind, today last; the oldest are forgotten. */
function viewAfter(days: readonly Day[], changes: AccessEventChanges = {}): View {
  const [today = 'off', ...earlier] = days.toReversed();
  const past = earlier.slice(0, 35);
  const readsToday = today === 'off' ? { reads: 0, others: 0 } : today;
  const baseline: Baseline = {
    ...settled,
    day: { ...settled.day, protectedReads: readsToday.reads, reads: readsToday.reads + readsToday.others },
    dailyReads: past.map((day) => (day === 'off' ? DAY_OFF : encodeDailyReads(day.reads))),
    dailyOthers: past.map((day) => (day === 'off' ? DAY_OFF : encodeDailyReads(day.others))),
  };
  return viewOf(baseline, anAccess({ time: timeOn(0), ...changes }), snapshot, settings, []);
}
const strengthAfter = (days: readonly Day[], changes: AccessEventChanges = {}) =>
  Math.max(...slowDrip.measures.map((measure) => measure.strength(viewAfter(days, changes))));

/** Whole numbers around a mean, never the same twice in a row. */
const around = (mean: number, i: number) => Math.max(0, Math.round(mean * (0.6 + 0.8 * ((i * 0.618) % 1))));
const usual = (count: number, reads = 3, others = 20): Worked[] =>
  Array.from({ length: count }, (_, i) => ({ reads: around(reads, i), others: around(others, i + 3) }));
const since = (count: number, readsOn: (day: number) => number, others = 20): Worked[] =>
  Array.from({ length: count }, (_, i) => ({ reads: around(readsOn(i), i), others: around(others, i + 5) }));

describe('a slow drip', () => {
  it('is a little more every day, on top of the usual work', () => {
    expect(strengthAfter([...usual(20), ...since(10, (day) => 5 + day)])).toBeGreaterThan(4);
  });

  it('is nothing on ordinary days', () => {
    expect(strengthAfter(usual(34))).toBeLessThan(0.7);
  });

  it('is not an assignment: as much as this grows, other work goes down', () => {
    const leak = strengthAfter([...usual(20), ...since(10, () => 13, 20)]);
    const assignment = strengthAfter([...usual(20), ...since(10, () => 13, 10)]);

    expect(leak).toBeGreaterThan(4);
    expect(assignment).toBeLessThan(leak - 1.5);
  });

  it('is not one wild day', () => {
    expect(strengthAfter([...usual(29), { reads: 900, others: 20 }])).toBeLessThan(1.5);
  });

  it('counts a wild day for no more than four times what was usual', () => {
    const uneven = Array.from({ length: 24 }, (_, i) => ({ reads: i % 2 === 0 ? 2 : 20, others: 20 }));
    const withOne = (wild: number) =>
      strengthAfter([...uneven, ...[wild, 21, 21, 21].map((reads) => ({ reads, others: 20 }))]);

    expect(withOne(900)).toBe(withOne(60));
    expect(withOne(30)).toBeLessThan(withOne(60));
  });

  it('is nothing where less is read than before', () => {
    expect(strengthAfter([...usual(20, 6), ...since(10, () => 3)])).toBe(0);
  });

  it('says nothing before there are days to compare with', () => {
    expect(strengthAfter([...usual(7), ...since(10, () => 40)])).toBe(0);
    expect(strengthAfter([...usual(8), ...since(10, () => 40)])).toBeGreaterThan(1);
  });

  it('passes over days off', () => {
    const leak = [...usual(15), ...since(10, (day) => 5 + day)];

    expect(
      strengthAfter(leak.flatMap((day, i): Day[] => (i % 5 === 4 ? [day, 'off', 'off'] : [day])).slice(0, -2)),
    ).toBe(strengthAfter(leak));
  });

  it('does not take what today still lacks of other work for an assignment', () => {
    const leak = [...usual(20), ...since(10, () => 13)];
    const [today] = leak.slice(-1);

    expect(strengthAfter([...leak.slice(0, -1), { reads: today?.reads ?? 0, others: 0 }])).toBe(strengthAfter(leak));
  });

  it('believes in an assignment up to some 150 to 1', () => {
    const leak = strengthAfter([...usual(20, 3, 60), ...since(10, () => 40, 60)]);
    const assignment = strengthAfter([...usual(20, 3, 60), ...since(10, () => 40, 23)]);

    expect(leak - assignment).toBeGreaterThan(2);
    expect(leak - assignment).toBeLessThan(Math.log10(150));
  });

  it('is as unlikely as its mean by Student’s t, even where all days before were alike: one more is at a Poisson’s distance', () => {
    const alike = (count: number, reads: number) => Array.from({ length: count }, () => ({ reads, others: 20 }));
    const view = viewAfter([...alike(20, 3), ...alike(4, 4)]);

    // Of 20 days before, the last six lie within the longest window.
    const t = 1 / Math.sqrt(((3 + 1) / 14) * (1 / 4 + 1 / 14));
    const [spreadOfOthers, growth] = [((20 + 1) / 14) * (1 / 3 + 1 / 14), 1];
    const addition = 1 / (1 + Math.exp(-(growth ** 2) / (2 * spreadOfOthers)));
    expect(slowDrip.measures[0]?.strength(view)).toBeCloseTo(studentTail(t, 14) + Math.log10(2 * addition), 6);
  });

  it('finds a baseline that is pushed up by a fifth a week, and is blind to a hundredth', () => {
    const pushed = (weekly: number) =>
      since(60, (day) => 6 * (1 + weekly) ** (day / 5)).map(({ reads }, i) => ({ reads, others: around(20, i) }));

    expect(strengthAfter(pushed(0.2))).toBeGreaterThan(2);
    expect(strengthAfter(pushed(0.01))).toBeLessThan(1.5);
  });

  it('is neither refused nor about users who are not protected', () => {
    const leak = [...usual(20), ...since(10, (day) => 5 + day)];

    expect(strengthAfter(leak, { outcome: 'denied' })).toBe(0);
    expect(strengthAfter(leak, { subjects: { region: 'GB' } })).toBe(0);
  });

  it('says what it was before and what it is now', () => {
    const view = viewAfter([...usual(20), ...since(10, () => 13)]);

    expect(slowDrip.measures[1]?.explain(view).text).toMatch(
      /^1[0-9.]+ reads of US users a day over the last 10 worked days; typically [23][0-9.]* before$/,
    );
    expect(slowDrip.measures[0]?.explain(view).text).toMatch(
      / over the last 4 worked days; typically [23][0-9.]* before$/,
    );
  });

  it('says what was read, also where a day counts for less in the judgement', () => {
    const view = viewAfter([...usual(30, 0), ...[40, 60, 50, 50].map((reads) => ({ reads, others: 20 }))]);

    expect(slowDrip.measures[0]?.explain(view)).toMatchObject({
      observed: 50,
      expected: { median: 0, low: 0 },
      text: '50 reads of US users a day over the last 4 worked days; typically 0 before',
    });
  });
});
