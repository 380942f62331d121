import type { Alert } from '../model/alert.ts';
import { EXPIRES_AFTER_MS, EXPIRIES_A_RUN } from '../model/case.ts';
import { type HeldWindow, type HeldWindows, joinWindows } from '../model/held-window.ts';

/** A case that nobody judged in time, and what was held back for it. */
export interface ExpiredCase {
  readonly alertId: string;
  readonly actorId: string;
  readonly windows: readonly HeldWindow[];
}

/** Cases on simulated time, where nobody judges them: what `assess` does with the table of cases. */
export interface CaseClock {
  /** Takes note of a case that people were told of. */
  readonly open: (alert: Alert) => void;
  readonly hold: (held: HeldWindows) => void;
  /** Ends the cases whose time is over, the oldest first and so many at a time as a run of `assess` does. @param now epoch milliseconds */
  readonly expire: (now: number) => readonly ExpiredCase[];
}

export function createCaseClock(): CaseClock {
  const opened = new Map<string, { readonly actorId: string; readonly openedAt: number }>();
  const held = new Map<string, readonly HeldWindow[]>();
  return {
    open: ({ alertId, revision, subject, time }) => {
      if (revision === 1) opened.set(alertId, { actorId: subject.id, openedAt: Date.parse(time) });
    },
    hold: ({ alertId, windows }) => void held.set(alertId, joinWindows(held.get(alertId) ?? [], windows)),
    expire: (now) => {
      const due = [...opened].filter(([, { openedAt }]) => openedAt <= now - EXPIRES_AFTER_MS);
      return due
        .sort(([, a], [, b]) => a.openedAt - b.openedAt)
        .slice(0, EXPIRIES_A_RUN)
        .map(([alertId, { actorId }]) => {
          const windows = held.get(alertId) ?? [];
          opened.delete(alertId);
          held.delete(alertId);
          return { alertId, actorId, windows };
        });
    },
  };
}
