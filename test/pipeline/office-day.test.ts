import { describe, expect, it } from 'vitest';
import { type Baseline, emptyDay } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { type Contribution, contributionOf } from '../../shared/pipeline/fold-groups.ts';
import { surgeOf, teamFactorsOutside } from '../../shared/pipeline/office-day.ts';
import { encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const settled = aSettledBaseline();
/** A Monday; the series before it has its weekends off. */
const TODAY = settled.day.day + 3;
const NOW = Date.parse(timeOn(0, 16));
const calm = () => 1;

/** Reads of somebody on a past day; undefined where they were off. */
type Series = (ago: number, who: number) => number | undefined;
const workdays: Series = (ago, who) => ((ago - 1) % 7 < 2 ? undefined : 2 + ((ago * 7 + who * 3) % 3));

interface Person {
  readonly country?: string;
  /** Undefined where nothing was heard of them today. */
  readonly today: number | undefined;
}
function people(who: readonly Person[], past: Series = workdays): readonly Contribution[] {
  const directory = buildDirectory(
    who.map(({ country = 'CN' }, i) => aRow({ employeeId: `${country}-${i}`, homeCountry: country, effectiveFrom: 0 })),
  );
  return who.map(({ country = 'CN', today }, i) => {
    const day = today === undefined ? TODAY - 3 : TODAY;
    const series = Array.from({ length: 35 }, (_, before) => past(TODAY - day + before + 1, i));
    const baseline: Baseline = {
      ...settled,
      updatedAt: NOW,
      day: { ...emptyDay(day, 0), reads: 20, protectedReads: today ?? past(3, i) ?? 0 },
      dailyReads: series.map((reads) => (reads === undefined ? 0 : encodeDailyReads(reads))),
      habits: { ...settled.habits, activeDays: 25, dayReads: { n: 25, mean: 3, variance: 1 } },
    };
    return deepFreeze(contributionOf(`${country}-${i}`, baseline, directory, NOW));
  });
}
const each = (count: number, today: number | undefined): Person[] => Array.from({ length: count }, () => ({ today }));
const surge = (who: readonly Person[], past?: Series) => surgeOf(people(who, past), () => calm, 8);

describe('an office’s day', () => {
  it('is a surge where many read more than they usually do', () => {
    const busy = surge(each(12, 6));
    const usual = surge([...each(9, 2), ...each(3, 5)]);

    expect(busy).toMatchObject({ people: 12, reads: 72, cappedReads: 72, expected: 36, historyDays: 20 });
    expect(busy?.excess).toBeGreaterThan(3);
    expect(busy?.breadth).toBeGreaterThan(5);
    expect(usual?.excess).toBeLessThan(0.5);
    expect(surge(each(12, 3))).toBeUndefined();
  });

  it('is never less of a surge when somebody reads more, nor when more do', () => {
    const byReads = [4, 5, 6, 8, 10].map((today) => surge(each(12, today))?.excess ?? 0);
    const byPeople = [3, 5, 8, 12].map((busy) => surge([...each(busy, 6), ...each(12 - busy, 3)])?.breadth ?? 0);

    for (const values of [byReads, byPeople]) expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it('is as broad a surge among thousands, not one that the size of the office hides', () => {
    const breadthAmong = (count: number) => surge([...each(0.6 * count, 6), ...each(0.4 * count, 3)])?.breadth ?? 0;

    expect(breadthAmong(5_000)).toBeGreaterThan(breadthAmong(500));
  });

  it('is not a holiday on which few are at work, whatever these read', () => {
    expect(surge([...each(9, 8), ...each(11, undefined)])).toBeUndefined();
    expect(surge([...each(10, 8), ...each(10, undefined)])).toBeDefined();
  });

  it('is not a day that is worked to make up for a holiday: it is compared with days at work', () => {
    // The week before was off; of four weeks fifteen days remain.
    const holiday: Series = (ago, who) => (ago <= 7 ? undefined : workdays(ago, who));
    const madeUp = surge([...each(9, 2), ...each(3, 5)], holiday);

    expect(madeUp).toMatchObject({ historyDays: 15 });
    expect(madeUp?.excess).toBeLessThan(0.5);
  });

  it('is not judged by fewer than ten days', () => {
    const since =
      (days: number): Series =>
      (ago, who) =>
        ago > days ? undefined : workdays(ago, who);

    expect(surge(each(12, 6), since(14))).toMatchObject({ historyDays: 10 });
    expect(surge(each(12, 6), since(13))).toBeUndefined();
  });

  it('counts nobody for more than a busy day of theirs', () => {
    const one = surge([{ today: 10_000 }, ...each(2, 6), ...each(9, 3)]);

    expect(one).toMatchObject({ cappedReads: 8 + 12 + 27, reads: 10_000 + 12 + 27 });
    expect(one?.busier).toEqual(['CN-0', 'CN-1', 'CN-2']);
  });

  it('is expected to be as busy as its teams are elsewhere, and no less than usual', () => {
    const elsewhere = (country: string, today: number) => people(Array.from({ length: 5 }, () => ({ country, today })));
    const factor = (...others: (readonly Contribution[])[]) =>
      teamFactorsOutside(
        'CN',
        new Map([['CN', people(each(5, 30))], ...others.map((o) => [o[0]?.country ?? '', o] as const)]),
      )('recsys');

    expect(factor(elsewhere('SG', 7))).toBeCloseTo(36 / 16, 9);
    expect(factor(elsewhere('SG', 7), elsewhere('US', 3))).toBeCloseTo(51 / 31, 9);
    expect(factor(elsewhere('SG', 0))).toBe(1);
    expect(factor(elsewhere('SG', 7).slice(0, 2))).toBe(1);
    expect(factor()).toBe(1);
  });
});
