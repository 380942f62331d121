import { describe, expect, it } from 'vitest';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { volume } from '../../shared/signals/volume.ts';
import { betaBinomialTail } from '../../shared/stats/tails.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { amongPeers, aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

/** Five accesses a sitting, two sittings a day, two US users a day in one of them. */
const settled = aSettledBaseline();
const NAMES = volume.measures.map(({ name }) => name);
const strengthsAfter = (accesses: readonly AccessEventChanges[]) => {
  const view = aView(settled, accesses);
  return NAMES.map((name) => strengthOf(name, view));
};

describe('volume', () => {
  it('is many reads in one sitting', () => {
    const view = aView(settled, reads(70));

    expect(strengthOf('volume.sitting-reads', view)).toBeGreaterThan(6);
    expect(strengthOf('volume.day-reads', view)).toBeGreaterThan(4);
  });

  it('is many users in few reads', () => {
    const view = aView(settled, reads(3, { subjects: { region: 'US', count: 5_000 } }));

    expect(strengthOf('volume.sitting-subjects', view)).toBeGreaterThan(6);
    expect(strengthOf('volume.day-subjects', view)).toBeGreaterThan(4);
    expect(strengthOf('volume.sitting-reads', view)).toBeLessThan(0.7);
  });

  it('is sitting after sitting about US users, where one in two is usual', () => {
    const sittings = (count: number) => Array.from({ length: count }, (_, i) => reads(1, {}, { hour: 9 + i })).flat();

    expect(strengthOf('volume.share', aView(settled, sittings(8)))).toBeGreaterThan(1.5);
    expect(strengthOf('volume.share', aView(settled, sittings(1)))).toBeLessThan(0.5);
  });

  it('is as unlikely as the share is by the beta-binomial distribution, own sittings counted as far as they are trusted', () => {
    const view = { ...aView(settled, reads(1)), trust: 0.5 };
    const { habits, day } = view.baseline;
    const own = { ...habits, sittings: 40, protectedSittings: 10 };
    const share = (protectedSittings: number, sittings: number) =>
      strengthOf('volume.share', {
        ...view,
        baseline: { ...view.baseline, habits: own, day: { ...day, sittings, protectedSittings } },
      });
    const { a, b } = view.peers.protectedShare;

    expect(share(5, 6)).toBeCloseTo(betaBinomialTail(5, 6, a + 5, b + 15), 9);
    expect(share(40, 40)).toBeGreaterThan(1);
    expect(share(41, 41)).toBe(0);
  });

  it('is a day’s, over all of its sittings', () => {
    const subjects = { region: 'US', count: 3 };
    const morning = [9, 10, 11, 12].flatMap((hour) => reads(10, { subjects }, { hour }));
    const [atOnce, apart] = [aView(settled, reads(40, { subjects })), aView(settled, morning)];

    for (const name of ['volume.day-reads', 'volume.day-subjects'])
      expect(strengthOf(name, apart)).toBeCloseTo(strengthOf(name, atOnce), 9);
    for (const name of ['volume.sitting-reads', 'volume.sitting-subjects'])
      expect(strengthOf(name, apart)).toBeLessThan(0.7 * strengthOf(name, atOnce));
  });

  it('is less in a team that is busy as a whole, by the sitting as by the day', () => {
    const scoring = aScoringContext();
    const { snapshot } = scoring.snapshot;
    const busy = {
      ...scoring,
      snapshot: prepareSnapshot({ ...snapshot, shocks: { recsys: { busy: 4, unusualHours: 0 } } }),
    };
    const readings = reads(20, { subjects: { region: 'US', count: 3 } });
    const strengths = (context: typeof scoring) =>
      ['sitting-reads', 'sitting-subjects', 'day-reads', 'day-subjects'].map((name) =>
        strengthOf(`volume.${name}`, aView(settled, readings, { scoring: context })),
      );

    const amongBusy = strengths(busy);
    for (const [i, alone] of strengths(scoring).entries()) expect(amongBusy[i]).toBeLessThan(0.7 * alone);
  });

  it('is not a usual sitting that happens to be about US users alone', () => {
    expect(Math.max(...strengthsAfter(reads(5, { subjects: { region: 'US', count: 2 } })))).toBeLessThan(1.5);
  });

  it('is never less odd when there is more of it', () => {
    let before = NAMES.map(() => 0);
    for (const count of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]) {
      const now = strengthsAfter(reads(count, { subjects: { region: 'US', count: 3 } }));
      now.forEach((strength, i) => {
        expect(strength, NAMES[i]).toBeGreaterThanOrEqual((before[i] ?? 0) - 1e-9);
      });
      before = now;
    }
    expect(Math.min(...before.filter((_, i) => NAMES[i] !== 'volume.share'))).toBeGreaterThan(5);
  });

  it('is judged by peers from the first day on: what all of them do is nothing in a newcomer', () => {
    const busy = aSettledBaseline({ subjects: { region: 'US', count: 40 } });
    const newcomer = reads(10, { subjects: { region: 'US', count: 40 } });
    const among = (peers: typeof busy) =>
      aView(undefined, newcomer, { scoring: amongPeers(new Array(30).fill(peers)) });

    expect(strengthOf('volume.day-reads', among(busy))).toBeLessThan(0.7);
    expect(strengthOf('volume.day-reads', among(settled))).toBeGreaterThan(3);
    expect(strengthOf('volume.day-subjects', among(busy))).toBeLessThan(0.7);
    expect(strengthOf('volume.day-subjects', among(settled))).toBeGreaterThan(1.5);
  });

  it('counts neither what was refused nor users who are not protected', () => {
    const refused = reads(30, { outcome: 'denied' });
    const others = reads(30, { id: 'gb', subjects: { region: 'GB', count: 900 } });
    const last = { id: 'last', time: timeOn(0, 10, 20), subjects: { region: 'US', count: 2 } };

    expect(strengthsAfter(refused)).toEqual(NAMES.map(() => 0));
    expect(strengthsAfter(others)).toEqual(NAMES.map(() => 0));
    expect(strengthsAfter([...refused, ...others, last])).toEqual(strengthsAfter([last]));
  });

  it('says nothing of users where the source does not tell how many', () => {
    const view = aView(settled, reads(3, { subjects: { region: 'US', count: undefined } }));

    expect(strengthOf('volume.sitting-subjects', view)).toBe(0);
    expect(strengthOf('volume.day-subjects', view)).toBe(0);
    expect(strengthOf('volume.day-reads', view)).toBeGreaterThan(0);
  });

  it('says what was read and what is usual', () => {
    const view = aView(settled, reads(70, { subjects: { region: 'US', count: 2 } }));

    expect(NAMES.map((name) => explanationOf(name, view).text)).toEqual([
      '70 reads of US users in 23 minutes; 0 to 10 a sitting is usual',
      '140 views of US users in 23 minutes; 4 to 25 a sitting is usual',
      "1 of today's 1 sitting touched US users; usually 48% do",
      '70 reads of US users today; 0 to 7 a day is usual',
      '140 views of US users today; 0 to 14 a day is usual',
    ]);
    expect(explanationOf('volume.share', view).expected).toEqual({ median: 0, low: 0, high: 1 });
    expect(explanationOf('volume.sitting-reads', view)).toMatchObject({ observed: 70, unit: 'reads a sitting' });
    expect(explanationOf('volume.day-subjects', view)).toMatchObject({ observed: 140, unit: 'user views a day' });
  });
});
