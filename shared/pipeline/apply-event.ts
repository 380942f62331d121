import { type Access, ATTRIBUTES } from '../model/access.ts';
import type { Alert } from '../model/alert.ts';
import { type Baseline, initialBaseline, NO_SITTING } from '../model/baseline.ts';
import { type HeldWindows, heldWindowMark } from '../model/held-window.ts';
import { changePeerGroup, closeWindows } from './close-windows.ts';
import { categoryHash, TOO_LATE_MS } from './enrich.ts';
import { isFenced, moveFence, type StreamPosition } from './fences.ts';
import { fitItem } from './fit-item.ts';
import { dayAfter, judgeAccess, type ScoringContext } from './judge-access.ts';
import type { LinkHit } from './links.ts';
import { observe } from './observe.ts';
import type { Verdict } from './score.ts';

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
  const version = before.version + 1;
  const judgement = judgeAccess({ judged, told: observed, access, context, linkHits, version, late });
  const { verdict, decision, events, alert } = judgement;
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
        day: late ? observed.day : dayAfter(observed, access, verdict),
        place: placeAfter(observed, access),
        episode: decision.episode,
        evidence: events,
      };
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

/** A late access seen by itself: the sitting that is running has nothing to do with it. */
const alone = (baseline: Baseline, access: Access): Baseline => ({
  ...baseline,
  sitting: observe({ ...baseline, sitting: NO_SITTING }, access, []).sitting,
});

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

function placeAfter(baseline: Baseline, access: Access) {
  if (!access.location.trusted || access.time < baseline.place.time) return baseline.place;
  return {
    time: access.time,
    country: access.location.locatedIn ?? '',
    device: access.categories[ATTRIBUTES.indexOf('device')] ?? 0,
  };
}
