import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import type { Baseline, Episode } from '../../shared/model/baseline.ts';
import { closeWindows } from '../../shared/pipeline/close-windows.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { decodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';

const settled = aSettledBaseline();
const at = (...when: Parameters<typeof timeOn>): Access => anAccess({ id: `ev-${when}`, time: timeOn(...when) });

describe('what people were alerted about', () => {
  const episode: Episode = {
    alertId: 'a1',
    openedAt: Date.parse(timeOn(0, 15)),
    lastEvidenceAt: Date.parse(timeOn(0, 15, 20)),
    revision: 1,
    toldScore: 4,
    toldSeverity: 'low',
    toldAt: Date.parse(timeOn(0, 15)),
    toldFamilies: 1,
    withApproval: 0,
    withoutApproval: 1,
    subjects: 1,
  };
  /** Work on Monday morning and, alerted, at three in the afternoon; then on the days that follow. */
  function workedOn(...days: readonly number[]) {
    const monday = [at(0, 9), at(0, 15), at(0, 15, 20)];
    const worked = monday.reduce((known, access) => observe(closeWindows(known, access).baseline, access, []), settled);
    let baseline: Baseline = { ...worked, episode };
    const held: string[] = [];
    for (const day of days) {
      const access = at(day, 9);
      const closed = closeWindows(baseline, access);
      held.push(
        ...(closed.held?.windows ?? []).map((w) =>
          w.kind === 'day' ? `day ${w.day.day - settled.day.day - 3}` : 'sitting',
        ),
      );
      baseline = observe(closed.baseline, access, []);
    }
    return { baseline, held };
  }

  it('is held back and not learned: the sitting and the day of the evidence', () => {
    const { baseline, held } = workedOn(1);

    expect(held).toEqual(['sitting', 'day 0']);
    expect(baseline.habits.activeDays).toBe(settled.habits.activeDays + 1);
    // Monday morning's sitting was over before anything was odd.
    expect(baseline.habits.sittings).toBeCloseTo(settled.habits.sittings + 2, 5);
    expect(baseline.dailyReads[0]).toBe(0);
  });

  it('is not the day after, on which nothing was odd', () => {
    const { baseline, held } = workedOn(1, 2);

    expect(held).toEqual(['sitting', 'day 0']);
    expect(baseline.habits.activeDays).toBe(settled.habits.activeDays + 2);
    expect(decodeDailyReads(baseline.dailyReads[0] ?? 0)).toBe(1);
  });
});
