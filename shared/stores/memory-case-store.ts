import type { Case, CaseStore } from './ports.ts';

/** Cases in memory, for tests and for one process. */
export function createMemoryCaseStore(): CaseStore {
  const cases = new Map<string, Case>();
  return {
    get: async (alertId) => structuredClone(cases.get(alertId)),
    storeRevision: async (alert, storedAt) => {
      const { alertId, revision } = alert;
      const stored = cases.get(alertId);
      if (stored && stored.revision >= revision) return false;
      const notifiedRevision = stored?.notifiedRevision ?? 0;
      cases.set(alertId, structuredClone({ alertId, revision, notifiedRevision, storedAt, alert }));
      return true;
    },
    markNotified: async (alertId, revision) => {
      const stored = cases.get(alertId);
      if (!stored || stored.revision < revision)
        throw new Error(`revision ${revision} of case ${alertId} isn't stored`);
      cases.set(alertId, { ...stored, notifiedRevision: Math.max(stored.notifiedRevision, revision) });
    },
    leftBehind: async (storedAtOrBefore) =>
      [...cases.values()]
        .filter((stored) => stored.revision > stored.notifiedRevision && stored.storedAt <= storedAtOrBefore)
        .sort((a, b) => a.storedAt - b.storedAt)
        .map((stored) => structuredClone(stored)),
  };
}
