import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalibrationHistograms, initialSnapshot } from '../../shared/model/snapshot.ts';
import {
  aimedAlertsPerDay,
  OFFICE_BUDGET_SHARES,
  prepareSnapshot,
  thresholdScore,
} from '../../shared/pipeline/prepare-snapshot.ts';
import { STRENGTH_BUCKETS, tailLevel } from '../../shared/stats/tail-curve.ts';

const DAYS = 28;
const PEOPLE_SHARE = 1 - OFFICE_BUDGET_SHARES['country-surge'] - OFFICE_BUDGET_SHARES['team-surge'];

/** So many employee-days whose evidence falls off by a decade in so many tenths. */
const ordinary = (employeeDays: number, decade: number): CalibrationHistograms => ({
  measures: [],
  evidence: Array.from(
    { length: STRENGTH_BUCKETS },
    (_, i) => employeeDays * (10 ** (-i / decade) - 10 ** (-(i + 1) / decade)),
  ),
  unsettledDays: 0,
  days: DAYS,
});
const prepared = (foreign: CalibrationHistograms, home: CalibrationHistograms) =>
  prepareSnapshot({ ...initialSnapshot(0, 'd1', 'n1'), calibration: { foreign, home } });
const NOBODY: CalibrationHistograms = { measures: [], evidence: [], unsettledDays: 0, days: DAYS };

/** Employee-days a day whose score reaches the threshold, if the days to come are like those behind. */
function exceedances(
  histogram: CalibrationHistograms,
  snapshot: ReturnType<typeof prepared>,
  alertsPerDay: number,
): number {
  const threshold = thresholdScore(snapshot, alertsPerDay);
  const { evidence } = snapshot.calibration.foreign;
  return (
    histogram.evidence.reduce((sum, days, i) => sum + (tailLevel(evidence, i / 10) >= threshold ? days : 0), 0) / DAYS
  );
}

describe('the threshold', () => {
  it('lets through as many of the ordinary days as are aimed at, of both populations together', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 400 }),
        fc.integer({ min: 4, max: 12 }),
        fc.constantFrom(1, 2, 4),
        (people, decade, alerts) => {
          const [foreign, home] = [ordinary(people * DAYS, decade), ordinary(3 * people * DAYS, decade / 2)];
          const snapshot = prepared(foreign, home);
          const raised = exceedances(foreign, snapshot, alerts) + exceedances(home, snapshot, alerts);

          // Strengths are stored in tenths: one bucket more or less is a factor.
          const bucket = 10 ** (1 / decade);
          expect(raised).toBeLessThan(2 * bucket * PEOPLE_SHARE * aimedAlertsPerDay(alerts));
          expect(raised).toBeGreaterThan((PEOPLE_SHARE * aimedAlertsPerDay(alerts)) / (2 * bucket));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is one for everybody, though measures are calibrated among one’s own kind', () => {
    const rare = { ...ordinary(2000, 8), measures: [[1900, 100]] };
    const common = { ...ordinary(2000, 8), measures: [[100, 1900]] };
    const { calibration } = prepared(rare, common);
    const levelOf = (population: 'foreign' | 'home') => calibration[population].measureCurve(0)?.levels[1] ?? 0;

    expect(calibration.foreign.evidence).toBe(calibration.home.evidence);
    expect(levelOf('foreign')).toBeGreaterThan(1);
    expect(levelOf('home')).toBeLessThan(0.1);
  });

  it('is not raised by the attacks that are in the history', () => {
    const attacked = ordinary(2000, 8);
    const evidence = attacked.evidence.map((days, i) => days + (i === 200 ? 12 : 0));

    expect(thresholdScore(prepared({ ...attacked, evidence }, NOBODY), 2)).toBeCloseTo(
      thresholdScore(prepared(attacked, NOBODY), 2),
      1,
    );
    expect(exceedances(attacked, prepared({ ...attacked, evidence }, NOBODY), 2)).toBeGreaterThan(1);
  });

  it('is learning until three hundred ordinary employee-days are known', () => {
    expect(prepared(NOBODY, NOBODY).learning).toBe(true);
    expect(prepared(ordinary(290, 8), NOBODY).learning).toBe(true);
    expect(prepared(ordinary(200, 8), ordinary(110, 8)).learning).toBe(false);
  });

  it('holds on the first day, before anything was counted', () => {
    expect(thresholdScore(prepared({ ...NOBODY, days: 0 }, { ...NOBODY, days: 0 }), 2)).toBeCloseTo(
      Math.log10(20 / (aimedAlertsPerDay(2) * PEOPLE_SHARE)),
      9,
    );
  });
});
