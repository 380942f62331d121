import { describe, expect, it } from 'vitest';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const settled = aSettledBaseline();
const NAME = 'refused-doors.refusals';

/** So many refusals over so many data sets that this person never used. */
const trying = (count: number, doors: number, changes: AccessEventChanges = {}): AccessEventChanges[] =>
  reads(count, { outcome: 'denied', ...changes }).map((access, i) => ({
    ...access,
    resource: { dataset: `door-${i % doors}` },
  }));
const refusedAt = (hour: number, minute = 0): AccessEventChanges => ({
  id: `refused-${hour}-${minute}`,
  time: timeOn(0, hour, minute),
  outcome: 'denied',
});
const strengthAfter = (accesses: readonly AccessEventChanges[], before = settled) =>
  strengthOf(NAME, aView(before, accesses));

describe('refused doors', () => {
  it('are many refusals over several data sets', () => {
    expect(strengthAfter(trying(20, 6))).toBeGreaterThan(12);
  });

  it('are not one expired grant that refuses again and again, however often', () => {
    const expired = strengthAfter(reads(200, { outcome: 'denied' }));

    expect(expired).toBeCloseTo(Math.log2(201), 9);
    expect(expired).toBeLessThan(0.7 * strengthAfter(trying(10, 6)));
  });

  it('never count for less when there are more of them, nor over more data sets', () => {
    const byCount = [1, 2, 4, 8, 16, 32].map((count) => strengthAfter(trying(count, 1)));
    const byDoors = [1, 2, 3, 4, 6, 8].map((doors) => strengthAfter(trying(24, doors)));

    for (const strengths of [byCount, byDoors])
      expect(strengths).toEqual([...new Set(strengths)].sort((a, b) => a - b));
  });

  it('weigh more where they were never a habit, which says nothing of somebody without habits', () => {
    const known = trying(4, 1).map((access) => ({ ...access, resource: { dataset: 'user.profile' } }));

    expect(strengthAfter(trying(4, 1)) - strengthAfter(known)).toBeCloseTo(1, 9);
    expect(strengthAfter(trying(4, 1), initialBaseline())).toBeCloseTo(strengthAfter(known), 9);
  });

  it('are forgotten two hours after the last, and stand until then whatever is read', () => {
    const readAt = (hour: number, minute: number) => ({ id: 'read', time: timeOn(0, hour, minute) });
    const two = [refusedAt(10), refusedAt(11, 30)];

    expect(strengthAfter([...two, readAt(13, 30)])).toBeCloseTo(Math.log2(3), 9);
    expect(strengthAfter([...two, readAt(13, 31)])).toBe(0);
    expect(strengthAfter([...two, refusedAt(13, 30)])).toBeCloseTo(Math.log2(2), 9);
  });

  it('are not forgotten because an older one arrives late', () => {
    const run = [refusedAt(14), refusedAt(14, 5), refusedAt(14, 10)];

    expect(strengthAfter([...run, refusedAt(9)])).toBeCloseTo(strengthAfter(run), 9);
    expect(strengthAfter([...run, refusedAt(9), refusedAt(14, 15)])).toBeCloseTo(Math.log2(5), 9);
  });

  it('count no refusal about users who are not protected', () => {
    const others = trying(20, 6, { subjects: { region: 'GB' } });

    expect(strengthAfter(others)).toBe(0);
    expect(strengthAfter([...others, { id: 'last', time: timeOn(0, 10, 20), outcome: 'denied' }])).toBe(1);
    const other = { id: 'last', time: timeOn(0, 10, 20), subjects: { region: 'GB' } };
    expect(strengthAfter([...trying(20, 6), other])).toBe(0);
  });

  it('say how many there were, over how many data sets, and how many of these are strange', () => {
    const view = aView(settled, trying(7, 3));

    expect(explanationOf(NAME, view)).toEqual({
      observed: 7,
      expected: { median: 0, low: 0, high: 1 },
      unit: 'refusals in a row',
      text: '7 refusals over 3 data sets, 3 of them no habit, about US users',
    });
    expect(explanationOf(NAME, aView(settled, [refusedAt(10)])).text).toBe('1 refusal over 1 data set about US users');
  });
});
