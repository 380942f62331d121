import { describe, expect, it } from 'vitest';
import type { Shock } from '../../shared/model/snapshot.ts';
import { hourProbability } from '../../shared/signals/odd-hours.ts';
import { aSettledBaseline, foldEvents } from '../factories/a-history.ts';
import { amongPeers, aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';

/** At work at ten and at three, from Monday to Friday. */
const settled = aSettledBaseline();
const at = (hour: number, { count = 20, day = 0, changes = {} as AccessEventChanges } = {}) =>
  aView(settled, reads(count, changes, { day, hour }));
const strengthAt = (...when: Parameters<typeof at>) => strengthOf('odd-hours.hour', at(...when));

describe('odd hours', () => {
  it('are those of the night, and a weekend’s', () => {
    expect(strengthAt(3)).toBeGreaterThan(3);
    expect(strengthAt(10, { day: 5 })).toBeGreaterThan(1);
  });

  it('are not the usual ones, and hardly those beside them: nobody comes at the same minute every day', () => {
    expect(strengthAt(10)).toBeLessThan(0.3);
    expect(strengthAt(11)).toBeLessThan(1);
    expect(strengthAt(11)).toBeLessThan(strengthAt(13));
  });

  it('are odder the more is read then, of which reads with a ticket count a quarter', () => {
    const strengths = [1, 2, 5, 20, 60].map((count) => strengthAt(3, { count }));

    expect(strengths).toEqual([...new Set(strengths)].sort((a, b) => a - b));
    expect(strengthAt(3, { count: 40, changes: { approval: { ticket: 'T-1' } } })).toBeCloseTo(
      strengthAt(3, { count: 10 }),
      9,
    );
  });

  describe('are as probable as own days, trusted by half, and four of the peers’', () => {
    const view = at(3, { count: 1 });
    const onDays = (days: readonly [at: number, days: number][], length: number) =>
      Array.from({ length }, (_, at) => days.find(([wanted]) => wanted === at)?.[1] ?? 0);
    const probability = (hours: readonly [number, number][], mondays: number, shock: Partial<Shock> = {}) => {
      const own = { activeDays: 20, hours: onDays(hours, 24), weekdays: onDays([[0, mondays]], 7) };
      const baseline = { ...view.baseline, habits: { ...view.baseline.habits, ...own } };
      const peers = { ...view.peers, hours: onDays([[3, 0.1]], 24), weekdays: onDays([[0, 0.1]], 7) };
      return hourProbability({ ...view, baseline, peers, shock: { ...view.shock, ...shock }, trust: 0.5 });
    };

    it('that use the hour or, by half, one beside it, and the weekday', () => {
      // 4 of 20 days around that hour: 2 of 10, and 0.4 of the peers' 4; 3 of 20 on a Monday: 1.5, and 0.4.
      expect(
        probability(
          [
            [2, 2],
            [3, 1],
            [4, 4],
          ],
          3,
        ),
      ).toBeCloseTo((2.4 / 14) * ((7 * 1.9) / 14), 12);
    });

    it('of which none counts for more than all of it', () => {
      expect(
        probability(
          [
            [2, 20],
            [3, 20],
            [4, 20],
          ],
          20,
        ),
      ).toBeCloseTo(10.4 / 14, 12);
    });

    it('but for what the whole team does today', () => {
      expect(probability([], 0, { unusualHours: 0.5 })).toBe(0.5);
      expect(probability([], 0, { unusualHours: 0.001 })).toBe(probability([], 0));
    });
  });

  it('are those of the peers in a newcomer', () => {
    const nights = foldEvents(
      Array.from({ length: 30 }, (_, i) => reads(1, { id: `night-${i}` }, { day: i - 31, hour: 3 })[0] ?? {}).map(
        anAccessEvent,
      ),
    );
    if (!nights) throw new Error('no nights');
    const newcomer = (peer: typeof nights) =>
      aView(undefined, reads(20, {}, { hour: 3 }), { scoring: amongPeers(new Array(20).fill(peer)) });

    expect(strengthOf('odd-hours.hour', newcomer(nights))).toBeLessThan(0.5);
    expect(strengthOf('odd-hours.hour', newcomer(settled))).toBeGreaterThan(2);
  });

  it('stay on the clock on the wall when clocks change', () => {
    // Chicago leaves daylight saving on 1 November 2026: ten o'clock is 15:00 UTC before it and 16:00 after.
    const inChicago = (day: number, hour: number, offset: number) => ({
      id: `chicago-${day}-${hour}`,
      actor: { id: 'e-00007' },
      time: new Date(Date.UTC(2026, 9, day, hour + offset)).toISOString(),
    });
    const before = foldEvents(
      Array.from({ length: 26 }, (_, i) => i + 5)
        .filter((day) => new Date(Date.UTC(2026, 9, day)).getUTCDay() % 6 !== 0)
        .map((day) => anAccessEvent(inChicago(day, 10, 5))),
    );
    const onMonday = (hour: number) => strengthOf('odd-hours.hour', aView(before, [inChicago(33, hour, 6)]));

    expect(onMonday(10)).toBeLessThan(0.1);
    expect(onMonday(9)).toBeGreaterThan(onMonday(10) + 0.1);
    expect(onMonday(11)).toBeCloseTo(onMonday(9), 9);
  });

  it('are neither those of refusals nor of users who are not protected', () => {
    const refused = { id: 'last', time: timeOn(0, 3, 10), outcome: 'denied' as const };

    expect(strengthOf('odd-hours.hour', aView(settled, [...reads(20, {}, { hour: 3 }), refused]))).toBe(0);
    expect(strengthAt(3, { changes: { subjects: { region: 'GB' } } })).toBe(0);
    const other = { id: 'last', time: timeOn(0, 3, 10), subjects: { region: 'GB' } };
    expect(strengthOf('odd-hours.hour', aView(settled, [...reads(20, {}, { hour: 3 }), other]))).toBe(0);
  });

  it('say how often this person works then, and when usually', () => {
    expect(explanationOf('odd-hours.hour', at(3))).toEqual({
      observed: 3,
      expected: { median: 10, low: 10, high: 15 },
      unit: 'hour of day',
      text: '20 reads around 03:00 home time on a Monday; active at that hour on 0 of 25 days',
    });
  });

  it('say how often this person works on that weekday, where it is the weekday that is odd', () => {
    expect(explanationOf('odd-hours.hour', at(10, { day: 5 })).text).toBe(
      '20 reads around 10:00 home time on a Saturday; active on Saturdays on 0 of 25 days',
    );
  });

  it('are told in UTC of somebody whom the directory does not know, and so whose clock is not known', () => {
    const view = aView(undefined, reads(5, { actor: { id: 'e-00404' } }, { hour: 10 }));

    expect(explanationOf('odd-hours.hour', view).text).toMatch(/^5 reads around 02:00 UTC on a Monday; /);
  });

  it('are told in home time of a traveller, wherever the address is', () => {
    const changes = { network: { ip: addressIn.DE, deviceId: 'd-9f3a' } };

    expect(explanationOf('odd-hours.hour', at(3, { changes })).text).toMatch(/around 03:00 home time on a Monday; /);
  });

  it('say of a newcomer when the peers usually work, since nothing else is known', () => {
    const view = aView(undefined, reads(5, {}, { hour: 3 }), { scoring: amongPeers(new Array(20).fill(settled)) });

    expect(explanationOf('odd-hours.hour', view).expected).toEqual({ median: 13, low: 10, high: 15 });
  });
});
