import { heldWithin, holdsAt, type Suppression } from '../model/suppression.ts';
import type { SuppressionStore } from './ports.ts';

/** Suppressions in memory, for tests and for one process. Nothing is ever overwritten. */
export function createMemorySuppressionStore(): SuppressionStore {
  const stored = new Map<string, Suppression>();
  const keyOf = ({ subject, id }: Pick<Suppression, 'subject' | 'id'>) => `${id}#${subject.type}#${subject.id}`;
  return {
    of: async ({ type, id }) =>
      [...stored.values()].filter(({ subject }) => subject.type === type && subject.id === id),
    add: async (suppression) => {
      const key = keyOf(suppression);
      if (!stored.has(key)) stored.set(key, structuredClone(suppression));
    },
    lift: async (suppression, lifted) => {
      const key = keyOf(suppression);
      const found = stored.get(key);
      if (!found || found.lifted) return false;
      stored.set(key, { ...found, lifted });
      return true;
    },
    holding: async (now) => [...stored.values()].filter((suppression) => holdsAt(suppression, now)),
    heldWithin: async (from, to) => [...stored.values()].filter((suppression) => heldWithin(suppression, from, to)),
  };
}
