import { type HeldWindow, joinWindows } from '../model/held-window.ts';
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
    load: async (actorId, alertId) => structuredClone(stored.get(keyOf(actorId, alertId)) ?? []),
  };
}
