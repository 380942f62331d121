import { ongoingSince } from '../model/case.ts';
import type { Case, CaseStore } from './ports.ts';
import { tellingOf } from './telling-of.ts';

/** Cases in memory, for tests and for one process. What is stored is frozen, so that it can be handed out as it is. */
export function createMemoryCaseStore(): CaseStore {
  const cases = new Map<string, Case>();
  /** Cases whose newest verdict waits for its place on the stream. */
  const waiting = new Set<string>();
  const since = new Map<string, number>();
  const select = (isWanted: (stored: Case) => boolean, order: (stored: Case) => number) =>
    [...cases.values()].filter(isWanted).sort((a, b) => order(a) - order(b));
  const keep = (stored: Case) => void cases.set(stored.alertId, freeze(stored));
  return {
    get: async (alertId) => cases.get(alertId),
    storeRevision: async (alert, storedAt) => {
      const { alertId, revision } = alert;
      const stored = cases.get(alertId);
      if (stored && stored.revision >= revision) return false;
      const before = stored ?? {
        notifiedRevision: 0,
        openedAt: Date.parse(alert.time),
        state: 'open' as const,
        tellings: [],
        history: [],
      };
      if (!stored) since.set(alertId, ongoingSince(before.openedAt, storedAt));
      keep({ ...before, alertId, revision, storedAt, alert: structuredClone(alert) });
      return true;
    },
    markNotified: async (alertId, revision, at, outcome = {}) => {
      const { told, suppressedBy } = outcome;
      const stored = cases.get(alertId);
      if (!stored || stored.revision < revision)
        throw new Error(`revision ${revision} of case ${alertId} isn't stored`);
      if (stored.notifiedRevision >= revision) return;
      const tellings = [...stored.tellings, tellingOf(revision, at, outcome)];
      const { suppressedBy: before, ...kept } = {
        ...stored,
        notifiedRevision: revision,
        tellings,
        ...(told && { told }),
      };
      // Whom people were told of before stays theirs to look at, though they aren't told what came since.
      const isTheirs =
        stored.alert.severity === 'critical' &&
        stored.state === 'open' &&
        !stored.remindedOf &&
        stored.notifiedRevision > 0 &&
        before === undefined;
      const now = revision === stored.revision && !isTheirs ? suppressedBy : before;
      keep({ ...kept, ...(now === undefined ? {} : { suppressedBy: now }) });
    },
    leftBehind: async (storedAtOrBefore) =>
      select(
        (stored) => isUntold(stored) && stored.storedAt <= storedAtOrBefore,
        ({ storedAt }) => storedAt,
      ),
    untold: async function* () {
      for (const stored of cases.values()) if (isUntold(stored)) yield stored;
    },
    change: async (alertId, change) => {
      const stored = cases.get(alertId);
      if (stored?.history.length !== change.version - 1)
        return JSON.stringify(stored?.history[change.version - 1]) === JSON.stringify(change);
      keep({ ...stored, state: change.state, history: [...stored.history, structuredClone(change)] });
      waiting.add(alertId);
      return true;
    },
    markAdjudicated: async (alertId, version) => {
      if (cases.get(alertId)?.history.length === version) waiting.delete(alertId);
    },
    unadjudicated: async (changedAtOrBefore) =>
      select(
        ({ alertId, history }) => waiting.has(alertId) && Date.parse(history.at(-1)?.at ?? '') <= changedAtOrBefore,
        ({ history }) => Date.parse(history.at(-1)?.at ?? ''),
      ),
    open: async ({ openedAtOrBefore = Infinity, limit = Infinity, subject } = {}) =>
      select(
        ({ alertId, state, openedAt, alert }) =>
          state === 'open' &&
          (since.get(alertId) ?? openedAt) <= openedAtOrBefore &&
          (!subject || (subject.type === alert.subject.type && subject.id === alert.subject.id)),
        ({ openedAt }) => openedAt,
      ).slice(0, limit),
    unattended: async (storedAtOrBefore) =>
      select(
        ({ alert, state, revision, notifiedRevision, storedAt, remindedOf, suppressedBy }) =>
          alert.severity === 'critical' &&
          state === 'open' &&
          notifiedRevision >= revision &&
          storedAt <= storedAtOrBefore &&
          suppressedBy === undefined &&
          !remindedOf,
        ({ storedAt }) => storedAt,
      ),
    markReminded: async (alertId, reminder) => {
      const stored = cases.get(alertId);
      if (!stored || stored.remindedOf) return;
      keep({ ...stored, remindedOf: true, tellings: [...stored.tellings, ...(reminder ? [reminder] : [])] });
    },
    scan: async function* () {
      yield* cases.values();
    },
    probe: async () => {},
  };
}

const isUntold = ({ revision, notifiedRevision }: Case) => revision > notifiedRevision;

/** With everything in it; what is frozen already is frozen whole. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
