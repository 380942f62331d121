import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { type Contribution, contributionOf } from '../../shared/pipeline/fold-groups.ts';
import { foldShocks } from '../../shared/pipeline/fold-shocks.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { hourProbability } from '../../shared/signals/odd-hours.ts';
import { volume } from '../../shared/signals/volume.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess, aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

/** One protected read a day is these people's habit, in the morning at ten or in the afternoon at three. */
const settled = aSettledBaseline();
const NOW = Date.parse(timeOn(0, 16));

/** Somebody who has read so much today, and was last seen at an hour. */
const today = (protectedReads: number, hour = 15): Baseline => ({
  ...settled,
  updatedAt: Date.parse(timeOn(0, hour)),
  day: { ...settled.day, day: settled.day.day + 3, protectedReads, reads: protectedReads, hours: 1 << hour },
});

const DIRECTORY = buildDirectory(
  Array.from({ length: 12 }, (_, i) =>
    aRow({ employeeId: `e-${i}`, homeCountry: ['CN', 'SG', 'US'][i % 3] as string, effectiveFrom: 0 }),
  ),
);
const team = (...days: readonly Baseline[]): readonly Contribution[] =>
  deepFreeze(days.map((baseline, i) => contributionOf(`e-${i}`, baseline, DIRECTORY, NOW)));
const times = (count: number, baseline: Baseline) => Array.from({ length: count }, () => baseline);

describe('what a whole team goes through', () => {
  it('is nothing on an ordinary day', () => {
    expect(foldShocks(team(...times(8, today(1))), NOW)).toEqual({});
    expect(foldShocks([], NOW)).toEqual({});
  });

  it('is a launch where most of those at work read several times the usual, whatever their country', () => {
    expect(foldShocks(team(...times(6, today(5)), ...times(2, today(1))), NOW).recsys?.busy).toBeCloseTo(3, 1);
  });

  it('is not what one of them reads, nor three of many, however much', () => {
    expect(foldShocks(team(today(900), ...times(7, today(1))), NOW)).toEqual({});
    expect(foldShocks(team(...times(3, today(900)), ...times(5, today(1))), NOW)).toEqual({});
    expect(foldShocks(team(...times(3, today(900))), NOW)).toEqual({});
  });

  it('never excuses more than four times the usual', () => {
    expect(foldShocks(team(...times(8, today(900))), NOW).recsys?.busy).toBe(4);
  });

  it('compares with what is usual up to this hour', () => {
    const morning = foldShocks(team(...times(8, today(3, 10))), Date.parse(timeOn(0, 11))).recsys?.busy ?? 1;

    expect(morning).toBeGreaterThan(foldShocks(team(...times(8, today(3, 15))), NOW).recsys?.busy ?? 1);
  });

  it('forgets who has not been seen for hours', () => {
    expect(foldShocks(team(...times(8, today(5, 10))), NOW)).toEqual({});
  });

  it('is an incident where more than three work at an hour that is unusual for them', () => {
    const night = Date.parse(timeOn(0, 4));
    const asleep = { ...today(1), updatedAt: Date.parse(timeOn(-1, 15)) };

    expect(foldShocks(team(...times(4, today(1, 3)), ...times(4, asleep)), night)).toMatchObject({
      recsys: { unusualHours: 0.5 },
    });
    expect(foldShocks(team(...times(3, today(1, 3))), night)).toEqual({});
  });
});

describe('a shared shock', () => {
  const scoring = aScoringContext();
  const viewIn = (busy: number, unusualHours: number, hour: number) => {
    const access = anAccess({ time: timeOn(0, hour) });
    const snapshot = { ...scoring.snapshot.snapshot, shocks: { recsys: { busy, unusualHours } } };
    return viewOf(today(12, hour), access, { ...scoring.snapshot, snapshot }, scoring.settings, []);
  };
  const dayMeasure = volume.measures.find(({ name }) => name === 'volume.day-reads');

  it('makes a busy day less odd and says so in what is expected', () => {
    const [quiet, busy] = [viewIn(1, 0, 15), viewIn(3, 0, 15)];

    expect(dayMeasure?.strength(busy)).toBeLessThan(0.7 * (dayMeasure?.strength(quiet) ?? 0));
    expect(dayMeasure?.explain(busy).expected.high).toBeGreaterThan(dayMeasure?.explain(quiet).expected.high ?? 99);
  });

  it('makes night work of one person as likely as that of the team', () => {
    expect(hourProbability(viewIn(1, 0, 3))).toBeLessThan(0.1);
    expect(hourProbability(viewIn(1, 0.4, 3))).toBe(0.4);
  });
});
