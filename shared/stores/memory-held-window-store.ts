import { type HeldWindow, heldWindowMark, joinWindows } from '../model/held-window.ts';
import type { HeldWindowStore } from './ports.ts';

/** Held windows in memory, for tests and for one process. */
export function createMemoryHeldWindowStore(): HeldWindowStore {
  const stored = new Map<string, readonly HeldWindow[]>();
  const keyOf = (actorId: string, alertId: string) => `${alertId} ${actorId}`;
  return {
    hold: async (actorId, { alertId, windows }) => {
      const key = keyOf(actorId, alertId);
      stored.set(key, structuredClone(joinWindows(stored.get(key) ?? [], windows)));
    },
    forget: async (actorId, alertId, marks) => {
      const key = keyOf(actorId, alertId);
      const kept = (stored.get(key) ?? []).filter((window) => !marks.includes(heldWindowMark(alertId, window)));
      stored.set(key, kept);
    },
    load: async (actorId, alertId) => structuredClone(stored.get(keyOf(actorId, alertId)) ?? []),
  };
}
