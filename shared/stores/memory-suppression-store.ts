import { heldWithin, holdsAt, type Suppression } from '../model/suppression.ts';
import type { SuppressionStore } from './ports.ts';

/** Suppressions in memory, for tests and for one process. */
export function createMemorySuppressionStore(): SuppressionStore {
  const stored = new Map<string, Suppression>();
  return {
    of: async ({ type, id }) =>
      [...stored.values()].filter(({ subject }) => subject.type === type && subject.id === id),
    add: async (suppression) => void stored.set(suppression.id, structuredClone(suppression)),
    lift: async ({ id }, lifted) => {
      const found = stored.get(id);
      if (!found || found.lifted) return false;
      stored.set(id, { ...found, lifted });
      return true;
    },
    holding: async (now) => [...stored.values()].filter((suppression) => holdsAt(suppression, now)),
    heldWithin: async (from, to) => [...stored.values()].filter((suppression) => heldWithin(suppression, from, to)),
  };
}
