import { createLinkMemory } from '../pipeline/link-memory.ts';
import type { LinkStore } from './ports.ts';

/** Links in memory, for tests. */
export function createMemoryLinkStore(): LinkStore {
  const memory = createLinkMemory();
  return {
    meet: async (subject, kind, entry) => memory.meet(subject, kind, entry),
    meetDevice: async (deviceId, user) => memory.meetDevice(deviceId, user),
  };
}
