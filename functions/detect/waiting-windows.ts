import type { Baseline } from '../../shared/model/baseline.ts';
import { type HeldWindow, type HeldWindows, heldWindowMark } from '../../shared/model/held-window.ts';

/** The windows that a fold closed and that its baseline waits for a verdict on. */
export interface WaitingWindows {
  readonly add: (held: HeldWindows) => void;
  /**
   * Drops what a baseline waits for no more. It waits for a few, whatever comes: from two clocks that are an hour apart every access may
   * close a window, and neither an update nor an item of the table has room for a thousand.
   */
  readonly keepThoseOf: (baseline: Baseline) => void;
  readonly of: (alertId: string) => readonly HeldWindow[];
  readonly all: () => readonly HeldWindows[];
}

export function createWaitingWindows(): WaitingWindows {
  const byMark = new Map<number, { readonly alertId: string; readonly window: HeldWindow }>();
  return {
    add: ({ alertId, windows }) => {
      for (const window of windows) byMark.set(heldWindowMark(alertId, window), { alertId, window });
    },
    keepThoseOf: ({ verdicts }) => {
      for (const mark of byMark.keys()) if (!verdicts.waiting.includes(mark)) byMark.delete(mark);
    },
    of: (alertId) => [...byMark.values()].filter((held) => held.alertId === alertId).map(({ window }) => window),
    all: () =>
      [...Map.groupBy(byMark.values(), ({ alertId }) => alertId)].map(([alertId, held]) => ({
        alertId,
        windows: held.map(({ window }) => window),
      })),
  };
}
