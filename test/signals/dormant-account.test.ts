import { describe, expect, it } from 'vitest';
import { emptyMaxima, initialBaseline } from '../../shared/model/baseline.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { amongPeers, aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import type { AccessEventChanges } from '../factories/an-access-event.ts';

/** Five weeks of work; the last day is Friday, three days before the tests' Monday. */
const settled = aSettledBaseline();
const scoring = amongPeers(new Array(12).fill(settled));
const NAME = 'dormant-account.wakes';
const ELSE = { resource: { dataset: 'billing.card' }, network: { ip: addressIn.CN, deviceId: 'd-x' } };

/** So many reads on the first day back, on a Monday so many weeks later. */
const back = (weeks: number, count: number, changes: AccessEventChanges = {}, before = settled) =>
  aView(before, reads(count, changes, { day: 7 * weeks }), { scoring });
const strengthBack = (...return_: Parameters<typeof back>) => strengthOf(NAME, back(...return_));

describe('a dormant account', () => {
  it('wakes after weeks and reads what it never read, on another machine', () => {
    expect(strengthBack(4, 20, ELSE)).toBeGreaterThan(8);
  });

  it('is not somebody back from leave with the same laptop and the same work', () => {
    expect(strengthBack(4, 20)).toBeLessThan(3);
    expect(strengthBack(4, 5)).toBeLessThan(1.5);
  });

  it('needs a gap that holidays don’t explain', () => {
    expect(strengthBack(1, 20, ELSE)).toBe(0);
    expect(strengthBack(2, 20, ELSE)).toBeGreaterThan(4);
    const afterDays = (days: number) =>
      strengthOf(NAME, aView(settled, reads(20, ELSE, { day: days - 2 }), { scoring }));
    expect(afterDays(9)).toBe(0);
    expect(afterDays(10)).toBeGreaterThan(4);
  });

  it.each([
    ['data set', { resource: ELSE.resource }],
    ['machine', { network: ELSE.network }],
  ])('needs no more that is new than a %s', (_, changes) => {
    expect(strengthBack(4, 20, changes)).toBeGreaterThan(2 * strengthBack(4, 20));
  });

  it('finds nothing new in an access that tells no machine', () => {
    expect(strengthBack(4, 20, { network: { ip: addressIn.CN } })).toBeLessThanOrEqual(strengthBack(4, 20));
  });

  it('is no odder for what is newer than one in ten thousand', () => {
    const view = back(4, 20, ELSE);
    const among = (probability: number) =>
      strengthOf(NAME, { ...view, peers: { ...view.peers, category: () => probability } });

    expect(among(1e-7)).toBeGreaterThan(among(0.1));
    expect(among(1e-9)).toBe(among(1e-7));
  });

  it('is odder the longer it slept and the more it reads without a ticket', () => {
    const byGap = [2, 3, 4, 5].map((weeks) => strengthBack(weeks, 20, ELSE));
    const byReads = [1, 2, 5, 20, 60].map((count) => strengthBack(4, count, ELSE));

    for (const strengths of [byGap, byReads]) expect(strengths).toEqual([...new Set(strengths)].sort((a, b) => a - b));
    expect(strengthBack(4, 20, { ...ELSE, approval: { ticket: 'T-1' } })).toBe(0);
  });

  it('is neither a newcomer, nor refused, nor about users who are not protected', () => {
    expect(strengthBack(4, 20, ELSE, initialBaseline())).toBe(0);
    expect(strengthBack(4, 20, { ...ELSE, outcome: 'denied' })).toBe(0);
    expect(strengthBack(4, 20, { ...ELSE, subjects: { region: 'GB' } })).toBe(0);
    const then = (changes: AccessEventChanges) => {
      const accesses = reads(21, ELSE, { day: 28 });
      const view = aView(settled, [...accesses.slice(0, 20), { ...accesses[20], ...changes }], { scoring });
      return strengthOf(NAME, view);
    };
    expect(then({})).toBeGreaterThan(8);
    expect([then({ outcome: 'denied' }), then({ subjects: { region: 'GB' } })]).toEqual([0, 0]);
  });

  it('did not sleep on days that people were alerted about, though these teach nothing', () => {
    // Two weeks of days that were held back: days off in the series, and yet there was somebody on the last of them.
    const view = back(2, 20, ELSE);
    const alerted = {
      ...view.baseline,
      closedDays: [{ ...emptyMaxima(view.baseline.day.day - 1), population: 1 as const }],
    };

    expect(strengthOf(NAME, view)).toBeGreaterThan(4);
    expect(strengthOf(NAME, { ...view, baseline: alerted })).toBe(0);
  });

  it('says how long it slept and what it reads', () => {
    expect(explanationOf(NAME, back(4, 20, ELSE))).toEqual({
      observed: 30,
      expected: { median: 1, low: 0, high: 10 },
      unit: 'days without any access',
      text: '20 reads of US users after 30 days without any access',
    });
    expect(explanationOf(NAME, back(7, 20, ELSE)).text).toBe(
      '20 reads of US users after 35 days or more without any access',
    );
  });
});
