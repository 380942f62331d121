import type { Alert } from '../model/alert.ts';
import { type Baseline, emptyDay, initialBaseline, NO_SITTING } from '../model/baseline.ts';
import { hash64 } from '../stats/hash64.ts';
import { isAnotherSitting } from './close-windows.ts';
import { alertIdOf } from './decide.ts';
import { TOO_LATE_MS } from './enrich.ts';
import { isFenced, moveFence, type StreamPosition } from './fences.ts';
import { fitItem } from './fit-item.ts';
import { dayAfter, judgeAccess, type ScoringContext } from './judge-access.ts';
import { evidenceOf } from './keep-evidence.ts';
import type { LinkedLate, SubjectHit } from './links.ts';
import { addLinked } from './observe.ts';

/** What became of late links. */
export type AppliedLate =
  | { readonly kind: 'applied'; readonly baseline: Baseline; readonly alert: Alert | undefined }
  /** The shard's fence says that they were applied before: nothing changes. */
  | { readonly kind: 'fenced'; readonly baseline: Baseline }
  /** They say nothing new: only the fence moves. */
  | { readonly kind: 'duplicate'; readonly baseline: Baseline };

/**
 * Takes late links into the baseline of whoever was refused: the refusal, which was taken in before, is judged once more, now that it is
 * known whom others looked at. It is counted in no window again and nothing is learned. In the sitting that runs its users join those that were
 * met before. Of one that is over they are judged by themselves, and show nothing of what runs.
 */
export function applyLateLinks(
  stored: Baseline | undefined,
  linked: LinkedLate,
  position: StreamPosition | undefined,
  context: ScoringContext,
): AppliedLate {
  const { hits, since } = linked;
  const before = stored ?? initialBaseline();
  if (position && isFenced(before, position)) return { kind: 'fenced', baseline: before };
  const fenced = position ? { ...before, fences: moveFence(before.fences, position) } : before;
  // A case that they open is named after them: what is found of a sitting later may open another one.
  const access = { ...linked.access, hash: hash64(JSON.stringify([linked.access.hash, hits.map(subjectOf).sort()])) };
  const { sitting, verdicts } = before;
  const isRunning = !isAnotherSitting(sitting, access.time);
  const linkedSubjects = addLinked(isRunning ? sitting.linkedSubjects : [], hits);
  const saysNothing = isRunning && linkedSubjects.length === sitting.linkedSubjects.length;
  const isJudged = verdicts.settled.includes(alertIdOf(access));
  if (saysNothing || isJudged || before.updatedAt - access.time > TOO_LATE_MS)
    return { kind: 'duplicate', baseline: fenced };
  const observed: Baseline = isRunning ? { ...fenced, sitting: { ...sitting, linkedSubjects } } : fenced;
  const alone = { ...NO_SITTING, start: since, last: access.time, linkedSubjects };
  const judged = isRunning ? observed : { ...withNothingRunning(fenced), sitting: alone };
  const version = before.version + 1;
  // The refusal may be among the evidence since it was taken in, and is shown once.
  const shown = evidenceOf(access);
  const others = isRunning ? before.evidence.filter(({ id, time }) => id !== shown.id || time !== shown.time) : [];
  const told = { ...observed, evidence: others };
  const judgement = judgeAccess({ judged, told, access, context, linkHits: hits, version, late: false });
  const { verdict, decision, events, alert } = judgement;
  const baseline: Baseline = {
    ...observed,
    version,
    // What it says of a day that is over comes too late for calibration.
    day: access.local.day === observed.day.day ? dayAfter(observed, access, verdict) : observed.day,
    episode: decision.episode,
    evidence: isRunning && events !== others ? events : before.evidence,
  };
  return { kind: 'applied', baseline: fitItem(baseline, access.actorId), alert };
}

/** What runs has nothing to do with a sitting that is over: of that one nothing but its links is known any more. */
const withNothingRunning = (baseline: Baseline): Baseline => ({
  ...baseline,
  day: emptyDay(baseline.day.day, baseline.day.weekday),
  refusals: initialBaseline().refusals,
});

const subjectOf = ({ subject }: SubjectHit) => subject;
