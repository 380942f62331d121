import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../shared/model/baseline.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import type { View } from '../../shared/signals/signal.ts';
import { slowDrip } from '../../shared/signals/slow-drip.ts';
import { encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const { snapshot, settings } = aScoringContext();
const settled = aSettledBaseline();

interface Worked {
  readonly reads: number;
  readonly others: number;
}

/** Somebody with these worked days behind, today last; the oldest are forgotten. */
function viewAfter(days: readonly Worked[], changes: AccessEventChanges = {}): View {
  const today = days.at(-1) ?? { reads: 0, others: 0 };
  const past = days.slice(0, -1).reverse().slice(0, 35);
  const baseline: Baseline = {
    ...settled,
    day: { ...settled.day, protectedReads: today.reads, reads: today.reads + today.others },
    dailyReads: past.map(({ reads }) => encodeDailyReads(reads)),
    dailyOthers: past.map(({ others }) => encodeDailyReads(others)),
  };
  return viewOf(baseline, anAccess({ time: timeOn(0), ...changes }), snapshot, settings, []);
}
const strengthAfter = (days: readonly Worked[], changes: AccessEventChanges = {}) =>
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

  it('says nothing before there are days to compare with', () => {
    expect(strengthAfter([...usual(7), ...since(10, () => 40)])).toBe(0);
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
  });

  it('says what was read, also where a day counts for less in the judgement', () => {
    const view = viewAfter([...usual(30, 0), ...[40, 60, 50, 50].map((reads) => ({ reads, others: 20 }))]);

    expect(slowDrip.measures[0]?.explain(view)).toMatchObject({
      observed: 50,
      text: '50 reads of US users a day over the last 4 worked days; typically 0 before',
    });
  });
});
