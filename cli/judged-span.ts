import type { Access } from '../shared/model/access.ts';

/** From when to when a run judged accesses, epoch milliseconds; the end is 0 before the first. */
export interface JudgedSpan {
  readonly take: (access: Access) => void;
  readonly from: () => number;
  readonly to: () => number;
}

/**
 * The span of the accesses that a run applied. A clock that was wrong by years doesn't stretch it: a run refuses what is ahead
 * of everybody else, and what is late by more than a week tells nothing of when the rest was.
 */
export function startSpan(): JudgedSpan {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  return {
    take: ({ time, late }) => {
      if (late) return;
      from = Math.min(from, time);
      to = Math.max(to, time);
    },
    from: () => from,
    to: () => to,
  };
}
