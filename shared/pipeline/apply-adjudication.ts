import type { Baseline } from '../model/baseline.ts';
import type { CaseOutcome } from '../model/case.ts';
import { type HeldWindow, heldWindowMark, heldWindowTime } from '../model/held-window.ts';
import { learnHeldWindow } from './close-windows.ts';
import { isFenced, moveFence, type StreamPosition } from './fences.ts';

/** Verdicts that a baseline remembers, so that one that comes twice teaches once. */
const SETTLED_KEPT = 4;

/** A verdict on one of an actor's cases. */
export interface Settlement {
  readonly alertId: string;
  readonly verdict: CaseOutcome;
}

/** What became of a verdict. */
export interface Settled {
  readonly kind: 'applied' | 'fenced' | 'duplicate';
  readonly baseline: Baseline;
}

/**
 * Takes the verdict on a case into its subject's baseline. Dismissed or expired, what was held back is learned after all, as any
 * window is, and what is still running will be. Confirmed, neither ever is. The case's episode takes no more evidence; until it
 * would have ended it keeps the same thing from being raised anew: see `decide`.
 *
 * Days off stay days off in the series of daily reads: the drip is looked for in them, and a day that was explained must not look
 * like the beginning of one.
 *
 * @param windows held back for this case, each once; those that this baseline did not close itself, and does not wait for, are passed over
 */
export function applyAdjudication(
  before: Baseline,
  { alertId, verdict }: Settlement,
  windows: readonly HeldWindow[],
  position: StreamPosition | undefined,
): Settled {
  if (position && isFenced(before, position)) return { kind: 'fenced', baseline: before };
  const fenced = position ? { ...before, fences: moveFence(before.fences, position) } : before;
  const { episode, verdicts } = before;
  if (verdicts.settled.includes(alertId)) return { kind: 'duplicate', baseline: fenced };
  const marked = windows.map((window) => ({ window, mark: heldWindowMark(alertId, window) }));
  const waited = marked.filter(({ mark }) => verdicts.waiting.includes(mark));
  const marks = new Set(waited.map(({ mark }) => mark));
  const learned =
    verdict === 'confirmed'
      ? before.habits
      : waited
          .map(({ window }) => window)
          .sort((a, b) => heldWindowTime(a) - heldWindowTime(b))
          .reduce(learnHeldWindow, before.habits);
  const isCurrent = episode?.alertId === alertId;
  return {
    kind: 'applied',
    baseline: {
      ...fenced,
      version: before.version + 1,
      habits: learned,
      episode: isCurrent ? { ...episode, outcome: verdict } : episode,
      verdicts: {
        settled: [alertId, ...verdicts.settled].slice(0, SETTLED_KEPT),
        confirmedUntil:
          isCurrent && verdict === 'confirmed'
            ? Math.max(verdicts.confirmedUntil, episode.lastEvidenceAt)
            : verdicts.confirmedUntil,
        waiting: verdicts.waiting.filter((mark) => !marks.has(mark)),
      },
    },
  };
}
