import type { Population } from '../model/access.ts';
import type { CalibrationHistograms, Snapshot } from '../model/snapshot.ts';
import { MEASURES } from '../signals/index.ts';
import { type PriorTail, type TailCurve, tailCurve } from '../stats/tail-curve.ts';
import { type PeerPriors, peerPriors } from './peer-priors.ts';

/**
 * Before there is history: if some eight families were independent and calibrated, a sum above s would be seen on about
 * 8 · 10^−(s + 0.8) of employee-days, which is a decade a unit from 0.1 on. Dependence makes it a little heavier.
 */
const EVIDENCE_PRIOR: PriorTail = { start: 0.15, slope: 0.95 };
/** In-scope employee-days a calendar day that are assumed before any were counted. */
const ASSUMED_EMPLOYEE_DAYS = 20;

/** The calibration of one population, ready to be asked. */
export interface Calibration {
  /** By measure: −log10 tail of the daily maximum among this population's days; none where there is no such measure. */
  readonly measureCurve: (index: number) => TailCurve | undefined;
  /**
   * −log10 tail of the day's strongest sum of evidence: this is the score. It is taken over both populations together, so that
   * the exceedances of one threshold sum to the budget and those who are judged by few signals use little of it.
   */
  readonly evidence: TailCurve;
}

/** A snapshot with everything derived from it that scoring asks for per event. Derived once and shared. */
export interface PreparedSnapshot {
  readonly snapshot: Snapshot;
  readonly priorsOf: (peerGroup: string) => PeerPriors;
  readonly calibration: { readonly [population in Population]: Calibration };
  /** In-scope employee-days a calendar day, both populations together. */
  readonly employeeDaysPerDay: number;
  /** Whether scores still lean on the packaged priors. */
  readonly learning: boolean;
}

/** As few ordinary employee-days say little about one in a hundred. */
const LEARNING_BELOW_EMPLOYEE_DAYS = 300;

export function prepareSnapshot(snapshot: Snapshot): PreparedSnapshot {
  const { foreign, home } = snapshot.calibration;
  const pooled = pooledEvidence(foreign, home);
  const employeeDays = pooled.evidence.employeeDays / (1 - pooled.evidence.trimmedShare);
  // Newcomers' days don't calibrate, but they are scored, and what they raise is part of the budget. More than everybody else's are no
  // newcomers': names that somebody makes up, each with a day of its own, would raise the bar for all.
  const scoredDays = employeeDays + Math.min(foreign.unsettledDays + home.unsettledDays, employeeDays);
  return {
    snapshot,
    priorsOf: peerPriors(snapshot.groups),
    calibration: {
      foreign: { measureCurve: measureCurves(foreign), evidence: pooled.evidence },
      home: { measureCurve: measureCurves(home), evidence: pooled.evidence },
    },
    employeeDaysPerDay: (scoredDays + ASSUMED_EMPLOYEE_DAYS) / (foreign.days + 1),
    learning: employeeDays < LEARNING_BELOW_EMPLOYEE_DAYS,
  };
}

// Histograms change once a day and snapshots every few minutes: equal histograms are the same object within one process.
const curves = new WeakMap<CalibrationHistograms, Calibration['measureCurve']>();
const pools = new WeakMap<
  CalibrationHistograms,
  { readonly home: CalibrationHistograms; readonly evidence: TailCurve }
>();

/** A curve is drawn when it is first asked for: an environment that starts cold judges a few accesses by a few measures. */
function measureCurves(histograms: CalibrationHistograms): Calibration['measureCurve'] {
  let curveOf = curves.get(histograms);
  if (!curveOf) {
    const drawn: TailCurve[] = [];
    curveOf = (index) => {
      const placed = MEASURES[index];
      if (placed && !drawn[index]) drawn[index] = tailCurve(histograms.measures[index] ?? [], placed.measure.priorTail);
      return drawn[index];
    };
    curves.set(histograms, curveOf);
  }
  return curveOf;
}

function pooledEvidence(foreign: CalibrationHistograms, home: CalibrationHistograms) {
  let pool = pools.get(foreign);
  if (pool?.home !== home) {
    const length = Math.max(foreign.evidence.length, home.evidence.length);
    const sum = Array.from({ length }, (_, i) => (foreign.evidence[i] ?? 0) + (home.evidence[i] ?? 0));
    pool = { home, evidence: tailCurve(sum, EVIDENCE_PRIOR) };
    pools.set(foreign, pool);
  }
  return pool;
}

/** Surges may use these shares of the alert budget: there are few offices, and much else to be told. */
export const OFFICE_BUDGET_SHARES = { 'country-surge': 0.1, 'team-surge': 0.05 } as const;
const PEOPLE_BUDGET_SHARE = 1 - OFFICE_BUDGET_SHARES['country-surge'] - OFFICE_BUDGET_SHARES['team-surge'];

/** Over so many days the budget is kept, as the calibration looks back over about as many. */
const BUDGET_DAYS = 28;
/** Standard deviations below which a count stays two times out of three. */
const TWO_OF_THREE = 0.43;

/**
 * What to aim at so that two months of three keep the limit: what is expected over four weeks and 0.43 standard deviations more
 * (Poisson) are the limit. A wider margin would miss more and be no closer to what was asked for.
 *
 * @param alertsPerDay the limit @returns alerts a day, at most the limit: 1.89 of 2
 */
export function aimedAlertsPerDay(alertsPerDay: number): number {
  const deviation = (Math.sqrt(TWO_OF_THREE ** 2 + 4 * BUDGET_DAYS * alertsPerDay) - TWO_OF_THREE) / 2;
  return deviation ** 2 / BUDGET_DAYS;
}

/**
 * The score above which so many employee-days a day are expected, both populations together, as the offices leave of what is
 * aimed at. A case that is told a second time is a second alert.
 *
 * @param alertsPerDay the limit that the setting gives
 */
export const thresholdScore = (prepared: PreparedSnapshot, alertsPerDay: number): number =>
  Math.log10(
    (prepared.employeeDaysPerDay * prepared.snapshot.tellingsPerCase) /
      (aimedAlertsPerDay(alertsPerDay) * PEOPLE_BUDGET_SHARE),
  );

/**
 * What an office-day's −log10 tail has to gain to be a score: so many employee-days are as much of the budget as one office-day.
 *
 * @param share of the budget, for all offices of the kind @param offices how many there are
 */
export const officeDayWorth = (prepared: PreparedSnapshot, share: number, offices: number): number =>
  Math.log10(
    (prepared.employeeDaysPerDay * prepared.snapshot.tellingsPerCase * share) /
      (PEOPLE_BUDGET_SHARE * Math.max(1, offices)),
  );
