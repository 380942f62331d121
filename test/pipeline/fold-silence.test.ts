import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../shared/model/alert.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import type { Contribution } from '../../shared/pipeline/fold-groups.ts';
import { foldSilence } from '../../shared/pipeline/fold-silence.ts';
import { NO_HABITS } from '../../shared/pipeline/sum-habits.ts';
import { DAY_OFF, encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const baseline = aSettledBaseline();
const last = baseline.updatedAt;
const lastDay = baseline.day.day;

/** @param daysBack counted from the last day on which anybody was seen @returns how many of the people are at work on it */
type Attendance = (daysBack: number) => number;
const isWeekend = (daysBack: number) => [0, 6].includes(new Date((lastDay - daysBack) * DAY).getUTCDay());
const weekends: Attendance = (daysBack) => (isWeekend(daysBack) ? 0 : 1);
const someAtWeekends: Attendance = (daysBack) => (isWeekend(daysBack) ? 0.2 : 1);

/** People of one country who came as told, and were last seen on the last day. */
function office(peerGroup: string, people: number, attendance: Attendance, lastSeen = last): Contribution[] {
  const [team = '', country = ''] = peerGroup.split('/');
  return Array.from({ length: people }, (_, i) => {
    const dailyReads = Array.from({ length: 35 }, (_, day) =>
      i < people * attendance(day + 1) ? encodeDailyReads(3) : DAY_OFF,
    );
    const changed = { ...baseline, updatedAt: lastSeen, dailyReads, firstDay: lastDay - 90 };
    return deepFreeze({
      actorId: `e-${peerGroup}-${i}`,
      peerGroup,
      team,
      country,
      habits: NO_HABITS,
      baseline: changed,
    });
  });
}
/** Somebody elsewhere who is seen all the time. */
const elsewhere = (now: number) => office('recsys/IE', 1, () => 1, now);

const alertsAt = (people: readonly Contribution[], days: number, settings = DEFAULT_SETTINGS) => {
  const now = last + days * DAY;
  return foldSilence([...people, ...elsewhere(now)], now - 6 * HOUR, now, settings);
};
/** On which days people are told, over three weeks of silence. */
const toldOn = (people: readonly Contribution[]) =>
  Array.from({ length: 21 * 4 }, (_, quarter) => quarter / 4).flatMap((days) =>
    alertsAt(people, days).map(({ revision, severity }) => [days, revision, severity]),
  );

describe('a country that sends no more', () => {
  it('is told of after two days, and again after four, where somebody comes every day', () => {
    expect(toldOn(office('recsys/CN', 40, someAtWeekends))).toEqual([
      [2, 1, 'medium'],
      [4, 2, 'high'],
    ]);
  });

  it('is given time for the longest holidays where nobody comes at weekends', () => {
    expect(toldOn(office('recsys/CN', 40, weekends))).toEqual([
      [12, 1, 'medium'],
      [16, 2, 'high'],
    ]);
  });

  it('is given time after a holiday on which few came, too', () => {
    const golden: Attendance = (daysBack) => (daysBack >= 10 && daysBack < 18 ? 0.05 : someAtWeekends(daysBack));

    expect(toldOn(office('recsys/CN', 40, golden))[0]).toEqual([12, 1, 'medium']);
  });

  it.each([
    ['a few people', office('recsys/CN', 3, () => 1)],
    ['services alone', office('services/CN', 40, () => 1)],
    ['people whose country nobody knows', office('recsys/unknown', 40, () => 1)],
    [
      'people who came two weeks ago',
      office('recsys/CN', 40, (daysBack) => (daysBack < 14 ? 1 : 0)).map((person) => ({
        ...person,
        baseline: { ...person.baseline, firstDay: lastDay - 14 },
      })),
    ],
  ])('is not told of when it is %s', (_, people) => {
    expect(toldOn(people)).toEqual([]);
  });

  it('is not told of when everything is silent: that is an alarm, not an alert', () => {
    const now = last + 2 * DAY;

    expect(
      foldSilence(
        office('recsys/CN', 40, () => 1),
        now - HOUR,
        now,
        DEFAULT_SETTINGS,
      ),
    ).toEqual([]);
  });

  it('is told of once, however often is folded, and for certain when folds were missed', () => {
    const people = office('recsys/CN', 40, () => 1);
    const now = last + 2 * DAY + 60_000;
    const all = [...people, ...elsewhere(now)];

    expect(foldSilence(all, now - 5 * 60_000, now, DEFAULT_SETTINGS)).toHaveLength(1);
    expect(foldSilence(all, now, now + 5 * 60_000, DEFAULT_SETTINGS)).toHaveLength(0);
    expect(foldSilence(all, now - 10 * HOUR, now, DEFAULT_SETTINGS)).toHaveLength(1);
  });

  it('is another story when it was heard of in between', () => {
    const first = alertsAt(
      office('recsys/CN', 40, () => 1),
      2,
    )[0];
    const now = last + 30 * DAY;
    const again = office('recsys/CN', 40, () => 1, last + 28 * DAY);
    const second = foldSilence([...again, ...elsewhere(now)], now - HOUR, now, DEFAULT_SETTINGS)[0];

    expect(second?.alertId).not.toBe(first?.alertId);
    expect(second?.revision).toBe(1);
  });

  it('says since when, and how quiet it ever was', () => {
    const [alert] = alertsAt(office('recsys/CN', 40, someAtWeekends), 2);

    expect(alertSchema.safeParse(alert).success).toBe(true);
    expect(alert).toMatchObject({
      subject: { type: 'source', id: 'CN' },
      lastEventTime: new Date(last).toISOString(),
      headline:
        'Silence: nothing from 40 people in CN for 2 days; 31 are seen on an average day, 8 on the quietest of four weeks',
      signals: [{ signal: 'silence', observed: 2, expected: { high: 1 } }],
    });
  });

  it('is not told of where the settings switch it off', () => {
    const silence = { ...DEFAULT_SETTINGS.signals.silence, enabled: false };
    const settings = { ...DEFAULT_SETTINGS, signals: { ...DEFAULT_SETTINGS.signals, silence } };

    expect(
      alertsAt(
        office('recsys/CN', 40, () => 1),
        2,
        settings,
      ),
    ).toEqual([]);
  });
});
