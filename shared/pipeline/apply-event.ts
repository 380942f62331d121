import { type Access, ATTRIBUTES } from '../model/access.ts';
import type { Alert } from '../model/alert.ts';
import {
  type Baseline,
  type Day,
  type DayMaxima,
  type Evidence,
  initialBaseline,
  NO_SITTING,
} from '../model/baseline.ts';
import { type HeldWindows, heldWindowMark } from '../model/held-window.ts';
import type { Settings } from '../model/settings.ts';
import { strengthBucket } from '../stats/tail-curve.ts';
import { changePeerGroup, closeWindows } from './close-windows.ts';
import { composeAlert } from './compose-alert.ts';
import { type Decision, decide } from './decide.ts';
import { categoryHash, TOO_LATE_MS } from './enrich.ts';
import { isFenced, moveFence, type StreamPosition } from './fences.ts';
import { fitItem } from './fit-item.ts';
import { keepEvidence } from './keep-evidence.ts';
import type { LinkHit } from './links.ts';
import { isOfDay, observe } from './observe.ts';
import { type PreparedSnapshot, thresholdScore } from './prepare-snapshot.ts';
import { score, type Verdict, viewOf } from './score.ts';

export interface ScoringContext {
  readonly snapshot: PreparedSnapshot;
  readonly settings: Settings;
}

/** What became of one access. */
export type Applied =
  | {
      readonly kind: 'applied';
      readonly baseline: Baseline;
      readonly alert: Alert | undefined;
      readonly verdict: Verdict;
      /** Windows that this access ended and that wait for a verdict. */
      readonly held: HeldWindows | undefined;
    }
  /** The shard's fence says that it was applied before: nothing changes. */
  | { readonly kind: 'fenced'; readonly baseline: Baseline }
  /** The producer sent it twice: only the fence moves. */
  | { readonly kind: 'duplicate'; readonly baseline: Baseline };

const RECENT_KEPT = 16;
/** Newcomers' first days in the company or a role don't calibrate. */
export const UNSETTLED_DAYS = 14;
/** Accesses are kept as evidence from this far below the threshold on, so that an alert shows what led to it. */
const EVIDENCE_MARGIN = 1.2;
/** A case has a few windows; the oldest beyond so many are never learned. */
const WAITING_KEPT = 10;

/**
 * Takes one access into its actor's baseline: score against what was known before, decide, then learn.
 *
 * @param stored the actor's baseline, or undefined for a newcomer
 * @param linkHits others' accesses to the same subjects, found before
 */
export function applyEvent(
  stored: Baseline | undefined,
  access: Access,
  position: StreamPosition | undefined,
  context: ScoringContext,
  linkHits: readonly LinkHit[] = [],
): Applied {
  const before = stored ?? initialBaseline();
  if (position && isFenced(before, position)) return { kind: 'fenced', baseline: before };
  const fenced = position ? { ...before, fences: moveFence(before.fences, position) } : before;
  if (isRecent(before.recent, access.hash)) return { kind: 'duplicate', baseline: fenced };
  const late = access.late || before.updatedAt - access.time > TOO_LATE_MS;
  const closed = late ? { baseline: fenced, held: undefined } : closeWindows(fenced, access);
  const known = late ? fenced : changePeerGroup(closed.baseline, categoryHash(access.peerGroup), access.local.day);
  const observed = late ? known : observe(known, access, linkHits);
  const judged = late ? alone(fenced, access) : observed;
  // What is expected of a peer group is worked out when it is first asked for: most accesses are about users whom nobody protects.
  const view = () => viewOf(judged, access, context.snapshot, context.settings, linkHits);
  const verdict = late || !access.protected ? NO_VERDICT : score(view(), context.snapshot);
  const threshold = thresholdScore(context.snapshot, context.settings.alertsPerDay);
  const { settings } = context;
  const decision = access.canary
    ? decide({ ...judged, episode: undefined }, access, { ...verdict, score: sure(threshold) }, threshold, settings)
    : decide(judged, access, verdict, threshold, settings);
  const version = before.version + 1;
  const events = evidenceOf(observed, access, verdict, decision, threshold);
  const updatedAt = Math.max(before.updatedAt, access.time);
  const recent = withRecent(before.recent, access.hash);
  // The canary goes all the way and leaves no habit, day or episode behind: so it is in no fold either.
  const baseline: Baseline = access.canary
    ? { ...fenced, version, updatedAt, recent }
    : {
        ...observed,
        version,
        updatedAt,
        recent,
        day: late ? observed.day : withMaxima(observed.day, raiseMaxima(observed, access, verdict)),
        place: placeAfter(observed, access),
        episode: decision.episode,
        evidence: events,
      };
  const alert =
    decision.tell && decision.episode
      ? composeAlert({
          view: view(),
          verdict,
          episode: decision.episode,
          severity: decision.severity,
          threshold,
          learning: context.snapshot.learning,
          events,
          version,
        })
      : undefined;
  // What the canary closes stays unclosed, so there is nothing to hold of it either.
  const held = access.canary ? undefined : closed.held;
  return { kind: 'applied', baseline: fitItem(markWaiting(baseline, held), access.actorId), alert, verdict, held };
}

function markWaiting(baseline: Baseline, held: HeldWindows | undefined): Baseline {
  if (!held) return baseline;
  const marks = held.windows.map((window) => heldWindowMark(held.alertId, window));
  const { verdicts } = baseline;
  return {
    ...baseline,
    verdicts: { ...verdicts, waiting: [...new Set([...marks, ...verdicts.waiting])].slice(0, WAITING_KEPT) },
  };
}

/** A score that alerts, whatever the threshold. */
const sure = (threshold: number) => Math.max(threshold, Number.MIN_VALUE);

/** A late access seen by itself: the sitting that is running has nothing to do with it. */
const alone = (baseline: Baseline, access: Access): Baseline => ({
  ...baseline,
  sitting: observe({ ...baseline, sitting: NO_SITTING }, access, []).sitting,
});

const NO_VERDICT: Verdict = { strengths: [], contributions: [], evidence: 0, score: 0 };

function isRecent(recent: readonly number[], [high, low]: Access['hash']): boolean {
  for (let i = 0; i < recent.length; i += 2) if (recent[i] === high && recent[i + 1] === low) return true;
  return false;
}

function withRecent(recent: readonly number[], hash: Access['hash']): readonly number[] {
  const kept = Math.min(recent.length, 2 * (RECENT_KEPT - 1));
  const next = new Array<number>(2 + kept);
  next[0] = hash[0];
  next[1] = hash[1];
  for (let i = 0; i < kept; i++) next[2 + i] = recent[i] ?? 0;
  return next;
}

/** Most accesses raise nothing: then the day stays as it is. */
const withMaxima = (day: Day, maxima: DayMaxima): Day => (maxima === day.maxima ? day : { ...day, maxima });

function raiseMaxima(baseline: Baseline, access: Access, verdict: Verdict): DayMaxima {
  const { maxima } = baseline.day;
  if (!access.protected || !isOfDay(baseline.day, access)) return maxima;
  const { strengths } = verdict;
  const raised = maxima.strengths.slice();
  for (let i = 0; i < strengths.length; i++) raised[i] = Math.max(raised[i] ?? 0, strengthBucket(strengths[i] ?? 0));
  const settledSince = Math.max(baseline.firstDay, baseline.peerGroupDay, localDayOf(access.inGroupSince));
  return {
    ...maxima,
    // Once foreign today, foreign all day: a day has one population.
    population: maxima.population === 1 || access.population === 'foreign' ? 1 : 2,
    settled: baseline.day.day - settledSince >= UNSETTLED_DAYS,
    strengths: raised,
    evidence: Math.max(maxima.evidence, strengthBucket(verdict.evidence)),
  };
}

const localDayOf = (time: number | undefined) => (time === undefined ? -1 : Math.floor(time / 86_400_000));

function placeAfter(baseline: Baseline, access: Access) {
  if (!access.location.trusted || access.time < baseline.place.time) return baseline.place;
  return {
    time: access.time,
    country: access.location.locatedIn ?? '',
    device: access.categories[ATTRIBUTES.indexOf('device')] ?? 0,
  };
}

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
