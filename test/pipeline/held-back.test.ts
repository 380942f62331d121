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

  /** What becomes of one access alone, at some minute of Monday, at half past nine and more on Tuesday. */
  function afterOne(
    minute: number,
    verdict: Partial<Baseline['verdicts']> & Partial<Episode> = {},
    outcome?: 'denied',
  ) {
    const { confirmedUntil = settled.verdicts.confirmedUntil, ...judged } = verdict;
    const only = anAccess({ id: 'only', time: timeOn(0, 0, minute), ...(outcome && { outcome }) });
    const baseline: Baseline = {
      ...observe(closeWindows(settled, only).baseline, only, []),
      episode: { ...episode, openedAt: only.time, lastEvidenceAt: only.time, ...judged },
      verdicts: { ...settled.verdicts, confirmedUntil },
    };
    const { baseline: closed, held } = closeWindows(baseline, at(1, 9, 50));
    return {
      held: held?.windows.map(({ kind }) => kind),
      learned: closed.habits.activeDays - settled.habits.activeDays,
    };
  }

  it('may be one access, in the first minutes of its day', () => {
    // Friday, which nobody was alerted about, is learned when Monday begins.
    expect(afterOne(1)).toEqual({ held: ['sitting', 'day'], learned: 1 });
  });

  it('is nothing where it was refused: there is nothing to learn', () => {
    expect(afterOne(600, {}, 'denied')).toEqual({ held: undefined, learned: 1 });
  });

  it('is dropped once it was confirmed, and learned once it was dismissed', () => {
    expect(afterOne(600, { confirmedUntil: Date.parse(timeOn(0, 10)) })).toEqual({ held: undefined, learned: 1 });
    expect(afterOne(600, { outcome: 'dismissed' })).toEqual({ held: undefined, learned: 2 });
  });
});
