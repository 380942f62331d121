import { describe, expect, it } from 'vitest';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { type CalibrationHistograms, initialSnapshot } from '../../shared/model/snapshot.ts';
import { foldCalibration } from '../../shared/pipeline/fold-calibration.ts';
import { contributionOf } from '../../shared/pipeline/fold-groups.ts';
import {
  aimedAlertsPerDay,
  OFFICE_BUDGET_SHARES,
  officeDayWorth,
  prepareSnapshot,
  thresholdScore,
} from '../../shared/pipeline/prepare-snapshot.ts';
import { DIRECTORY } from '../factories/an-access.ts';

const DAY_MS = 86_400_000;
const TODAY = 20_700;

/** Four weeks of fifty ordinary employee-days a day. */
const ordinary = (unsettledDays: number): CalibrationHistograms => ({
  measures: [],
  evidence: [1000, 300, 70, 20, 8, 2],
  unsettledDays,
  days: 28,
});
const none: CalibrationHistograms = { measures: [], evidence: [], unsettledDays: 0, days: 28 };
const prepared = (foreign: CalibrationHistograms, tellingsPerCase = 1) =>
  prepareSnapshot({ ...initialSnapshot(0, 'd1', 'n1'), calibration: { foreign, home: none }, tellingsPerCase });

describe('the alert budget', () => {
  it.each([1, 1.4])(
    'is shared: people, countries and teams add up to what is aimed at, told %d times a case',
    (tellings) => {
      const snapshot = prepared(ordinary(0), tellings);
      const threshold = thresholdScore(snapshot, 2);
      const onOffices = (share: number, offices: number) =>
        offices * 10 ** (officeDayWorth(snapshot, share, offices) - threshold);

      const onPeople = snapshot.employeeDaysPerDay * tellings * 10 ** -threshold;
      const onCountries = onOffices(OFFICE_BUDGET_SHARES['country-surge'], 7);
      const onTeams = onOffices(OFFICE_BUDGET_SHARES['team-surge'], 31);

      expect(onPeople + onCountries + onTeams).toBeCloseTo(aimedAlertsPerDay(2), 10);
      expect(onTeams).toBeGreaterThan(0);
      expect(onCountries + onTeams).toBeLessThan(onPeople);
    },
  );

  it('covers newcomers, whose days are scored though they do not calibrate', () => {
    expect(thresholdScore(prepared(ordinary(700)), 2)).toBeGreaterThan(thresholdScore(prepared(ordinary(0)), 2));
  });

  it('covers no more newcomers than others: thousands of invented names raise the bar by a factor of two at most', () => {
    const raisedBy = (unsettledDays: number) =>
      thresholdScore(prepared(ordinary(unsettledDays)), 2) - thresholdScore(prepared(ordinary(0)), 2);

    expect(raisedBy(1_000_000)).toBe(raisedBy(10_000));
    expect(raisedBy(1_000_000)).toBeGreaterThan(raisedBy(700));
    expect(raisedBy(1_000_000)).toBeLessThan(Math.log10(2));
  });

  it.each([0.2, 2, 8, 1000])('is a limit of %d a day that is kept two months of three', (limit) => {
    const expected = 28 * aimedAlertsPerDay(limit);

    expect(expected + 0.43 * Math.sqrt(expected)).toBeCloseTo(28 * limit, 6);
  });

  it('is asked for in alerts a day: none leave no score that is told, a thousand times as many three points less', () => {
    const snapshot = prepared(ordinary(0));

    expect(thresholdScore(snapshot, 0)).toBe(Infinity);
    expect(thresholdScore(snapshot, 2) - thresholdScore(snapshot, 2000)).toBeCloseTo(3.02, 2);
  });
});

describe('counting employee-days', () => {
  const maxima = { day: TODAY - 2, population: 1, settled: true, strengths: [], evidence: 3 } as const;
  const member = (settled: boolean) => {
    const closedDays = [{ ...maxima, settled }];
    return { ...initialBaseline(), firstDay: TODAY - 60, closedDays };
  };
  const before = {
    ...initialSnapshot(0, 'd1', 'n1'),
    calibratedThroughDay: TODAY - 3,
    systemSinceDay: TODAY - 60,
  };

  it('calibrates by settled people and counts the others beside them', () => {
    const contributions = [member(true), member(true), member(false)].map((baseline) =>
      contributionOf('e-00042', baseline, DIRECTORY, TODAY * DAY_MS),
    );

    const { calibration } = foldCalibration(before, contributions, TODAY * DAY_MS);

    expect(calibration.foreign.evidence[3]).toBe(2);
    expect(calibration.foreign.unsettledDays).toBe(1);
    expect(calibration.home.unsettledDays).toBe(0);
  });
});
