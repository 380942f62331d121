import type { Alert } from '../model/alert.ts';
import { type Baseline, initialBaseline, NO_SITTING } from '../model/baseline.ts';
import { hash64 } from '../stats/hash64.ts';
import { isAnotherSitting } from './close-windows.ts';
import { TOO_LATE_MS } from './enrich.ts';
import { isFenced, moveFence, type StreamPosition } from './fences.ts';
import { fitItem } from './fit-item.ts';
import { dayAfter, judgeAccess, type ScoringContext } from './judge-access.ts';
import type { LinkedLate } from './links.ts';
import { addLinked } from './observe.ts';
import { isRecent, withRecent } from './recent-events.ts';

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
 * met before; of one that is over they are judged by themselves.
 */
export function applyLateLinks(
  stored: Baseline | undefined,
  { access, hits }: LinkedLate,
  position: StreamPosition | undefined,
  context: ScoringContext,
): AppliedLate {
  const before = stored ?? initialBaseline();
  if (position && isFenced(before, position)) return { kind: 'fenced', baseline: before };
  const fenced = position ? { ...before, fences: moveFence(before.fences, position) } : before;
  const { sitting } = before;
  const isRunning = !isAnotherSitting(sitting, access.time);
  const linkedSubjects = addLinked(isRunning ? sitting.linkedSubjects : [], hits);
  const saysNothing = isRunning && linkedSubjects.length === sitting.linkedSubjects.length;
  const mark = hash64(JSON.stringify([access.hash, hits.map(({ subject }) => subject).sort()]));
  const isKnown = saysNothing || isRecent(before.recent, mark);
  if (isKnown || before.updatedAt - access.time > TOO_LATE_MS) return { kind: 'duplicate', baseline: fenced };
  const observed: Baseline = isRunning ? { ...fenced, sitting: { ...sitting, linkedSubjects } } : fenced;
  const alone = { ...NO_SITTING, start: access.time, last: access.time, linkedSubjects };
  const judged = isRunning ? observed : { ...fenced, sitting: alone };
  const version = before.version + 1;
  // The refusal may be among the evidence since it was taken in, and is shown once.
  const others = before.evidence.filter(({ id, time }) => id !== access.id || time !== access.time);
  const told = { ...observed, evidence: others };
  const judgement = judgeAccess({ judged, told, access, context, linkHits: hits, version, late: false });
  const { verdict, decision, events, alert } = judgement;
  const baseline: Baseline = {
    ...observed,
    version,
    recent: withRecent(before.recent, mark),
    // What it says of a day that is over comes too late for calibration.
    day: access.local.day === observed.day.day ? dayAfter(observed, access, verdict) : observed.day,
    episode: decision.episode,
    evidence: events === others ? before.evidence : events,
  };
  return { kind: 'applied', baseline: fitItem(baseline, access.actorId), alert };
}
