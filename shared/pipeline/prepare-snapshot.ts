import type { Population } from '../model/access.ts';
import type { CalibrationHistograms, Snapshot } from '../model/snapshot.ts';
import { MEASURES } from '../signals/index.ts';
import { type PriorTail, type TailCurve, tailCurve } from '../stats/tail-curve.ts';
import { type PeerPriors, peerPriors } from './peer-priors.ts';

/** Sums of evidence beyond this are assumed to lose almost a decade a unit before there is history. */
const EVIDENCE_PRIOR: PriorTail = { start: 0.4, slope: 0.8 };
/** In-scope employee-days a calendar day that are assumed before any were counted. */
const ASSUMED_EMPLOYEE_DAYS = 20;

/** The calibration of one population, ready to be asked. */
export interface Calibration {
  /** By measure: −log10 tail of the daily maximum. */
  readonly measures: readonly TailCurve[];
  /** −log10 tail of the day's strongest sum of evidence: this is the score. */
  readonly evidence: TailCurve;
  /** In-scope employee-days a calendar day. */
  readonly employeeDaysPerDay: number;
}

/** A snapshot with everything derived from it that scoring asks for per event. Derived once and shared. */
export interface PreparedSnapshot {
  readonly snapshot: Snapshot;
  readonly priorsOf: (peerGroup: string) => PeerPriors;
  readonly calibration: { readonly [population in Population]: Calibration };
  /** Whether scores still lean on the packaged priors. */
  readonly learning: boolean;
}

/** As few ordinary employee-days of the foreign population say little about one in a hundred. */
const LEARNING_BELOW_EMPLOYEE_DAYS = 300;

export function prepareSnapshot(snapshot: Snapshot): PreparedSnapshot {
  const foreign = prepareCalibration(snapshot.calibration.foreign);
  return {
    snapshot,
    priorsOf: peerPriors(snapshot.groups),
    calibration: { foreign, home: prepareCalibration(snapshot.calibration.home) },
    learning: foreign.evidence.employeeDays < LEARNING_BELOW_EMPLOYEE_DAYS,
  };
}

const prepared = new WeakMap<CalibrationHistograms, Calibration>();

/** Histograms change once a day and snapshots every few minutes: equal histograms are the same object within one process. */
function prepareCalibration(histograms: CalibrationHistograms): Calibration {
  let calibration = prepared.get(histograms);
  if (!calibration) {
    const days = histograms.evidence.reduce((sum, count) => sum + count, 0);
    calibration = {
      measures: MEASURES.map(({ measure, index }) => tailCurve(histograms.measures[index] ?? [], measure.priorTail)),
      evidence: tailCurve(histograms.evidence, EVIDENCE_PRIOR),
      employeeDaysPerDay: (days + ASSUMED_EMPLOYEE_DAYS) / (histograms.days + 1),
    };
    prepared.set(histograms, calibration);
  }
  return calibration;
}

/** The score above which `alertsPerDay` employee-days a day are expected among both populations together. */
export function thresholdScore(prepared: PreparedSnapshot, alertsPerDay: number): number {
  const { foreign, home } = prepared.calibration;
  return Math.log10((foreign.employeeDaysPerDay + home.employeeDaysPerDay) / alertsPerDay);
}
