import type { Access } from '../model/access.ts';
import type { Alert } from '../model/alert.ts';
import type { Baseline, Day, DayMaxima, Evidence } from '../model/baseline.ts';
import type { Settings } from '../model/settings.ts';
import { strengthBucket } from '../stats/tail-curve.ts';
import { composeAlert } from './compose-alert.ts';
import { type Decision, decide } from './decide.ts';
import { keepEvidence } from './keep-evidence.ts';
import type { LinkHit } from './links.ts';
import { isOfDay } from './observe.ts';
import { type PreparedSnapshot, thresholdScore } from './prepare-snapshot.ts';
import { score, type Verdict, viewOf } from './score.ts';

export interface ScoringContext {
  readonly snapshot: PreparedSnapshot;
  readonly settings: Settings;
}

/** Newcomers' first days in the company or a role don't calibrate. */
const UNSETTLED_DAYS = 14;
/** Accesses are kept as evidence from this far below the threshold on, so that an alert shows what led to it. */
const EVIDENCE_MARGIN = 1.2;

/** An access that is in its windows, and what it is judged by. */
export interface Judged {
  /** The baseline with the access in its running windows. */
  readonly judged: Baseline;
  /** Where evidence is kept: the same, but for an access that has nothing to do with what is running. */
  readonly told: Baseline;
  readonly access: Access;
  readonly context: ScoringContext;
  readonly linkHits: readonly LinkHit[];
  /** The baseline's version after this. */
  readonly version: number;
  /** Whether only facts count: nothing is scored. */
  readonly late: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly decision: Decision;
  readonly events: readonly Evidence[];
  readonly alert: Alert | undefined;
}

/** Scores an access, decides what it means to its case, and writes what people are to be told. */
export function judgeAccess({ judged, told, access, context, linkHits, version, late }: Judged): Judgement {
  const { snapshot, settings } = context;
  // What is expected of a peer group is worked out when it is first asked for: most accesses are about users whom nobody protects.
  const view = () => viewOf(judged, access, snapshot, settings, linkHits);
  const verdict = late || !access.protected ? NO_VERDICT : score(view(), snapshot);
  const threshold = thresholdScore(snapshot, settings.alertsPerDay);
  const decision = access.canary
    ? decide({ ...judged, episode: undefined }, access, { ...verdict, score: sure(threshold) }, threshold, settings)
    : decide(judged, access, verdict, threshold, settings);
  const events = evidenceOf(told, access, verdict, decision, threshold);
  const { tell, episode, severity } = decision;
  const alert =
    tell && episode
      ? composeAlert({
          view: view(),
          verdict,
          episode,
          severity,
          threshold,
          learning: snapshot.learning,
          events,
          version,
        })
      : undefined;
  return { verdict, decision, events, alert };
}

/** A score that alerts, whatever the threshold. */
const sure = (threshold: number) => Math.max(threshold, Number.MIN_VALUE);

const NO_VERDICT: Verdict = { strengths: [], contributions: [], evidence: 0, score: 0 };

/** The running day with the strengths of a verdict on one of its accesses. */
export const dayAfter = (baseline: Baseline, access: Access, verdict: Verdict): Day =>
  withMaxima(baseline.day, raisedMaxima(baseline, access, verdict));

/** Most accesses raise nothing: then the day stays as it is. */
const withMaxima = (day: Day, maxima: DayMaxima): Day => (maxima === day.maxima ? day : { ...day, maxima });

function raisedMaxima(baseline: Baseline, access: Access, verdict: Verdict): DayMaxima {
  const { maxima } = baseline.day;
  if (!access.protected || !isOfDay(baseline.day, access)) return maxima;
  const settledSince = Math.max(baseline.firstDay, baseline.peerGroupDay, localDayOf(access.inGroupSince));
  return {
    ...maxima,
    // Once foreign today, foreign all day: a day has one population.
    population: maxima.population === 1 || access.population === 'foreign' ? 1 : 2,
    settled: baseline.day.day - settledSince >= UNSETTLED_DAYS,
    strengths: raisedStrengths(maxima.strengths, verdict.strengths),
    evidence: Math.max(maxima.evidence, strengthBucket(verdict.evidence)),
  };
}

/** Most measures find nothing in most accesses: what is absent is 0, and no zeros stand at the end. */
function raisedStrengths(tenths: readonly number[], strengths: readonly number[]): readonly number[] {
  const raised = tenths.slice();
  for (let i = 0; i < strengths.length; i++) {
    const bucket = strengthBucket(strengths[i] ?? 0);
    if (bucket <= (raised[i] ?? 0)) continue;
    while (raised.length < i) raised.push(0);
    raised[i] = bucket;
  }
  return raised;
}

const localDayOf = (time: number | undefined) => (time === undefined ? -1 : Math.floor(time / 86_400_000));

function evidenceOf(
  baseline: Baseline,
  access: Access,
  verdict: Verdict,
  decision: Decision,
  threshold: number,
): readonly Evidence[] {
  const odd = verdict.score >= threshold - EVIDENCE_MARGIN && verdict.score > 0;
  if (!odd && !decision.tell && !access.breachesPolicy) return baseline.evidence;
  return keepEvidence(baseline.evidence, access);
}
