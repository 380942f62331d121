import type { Alert } from '../model/alert.ts';
import { EPISODE_GAP_MS } from './decide.ts';

/** A case as two runs are compared by it: what was told first, and how often anything was. */
export interface ComparedCase {
  /** What people were told first. */
  readonly first: Alert;
  readonly tellings: number;
  /** Event time of what was told last, epoch milliseconds. */
  readonly lastToldAt: number;
}

/** What other settings make of the same accesses. */
export interface AlertComparison {
  readonly before: readonly ComparedCase[];
  readonly after: readonly ComparedCase[];
  readonly appeared: readonly ComparedCase[];
  readonly vanished: readonly ComparedCase[];
  /**
   * The same story on both sides, with the case as it was and as it becomes. A case is named after the access that opens it,
   * so other thresholds may open one earlier or later: two cases on one subject that no day lies between are one story.
   */
  readonly kept: readonly { readonly before: ComparedCase; readonly after: ComparedCase }[];
}

/**
 * Compares what two runs over the same accesses told. A case counts once, however many revisions of it were told.
 *
 * @param before every telling of one run, in its order
 * @param after every telling of the other
 */
export function compareAlerts(before: readonly Alert[], after: readonly Alert[]): AlertComparison {
  const old = casesOf(before);
  const now = casesOf(after);
  const kept: { before: ComparedCase; after: ComparedCase }[] = [];
  const pair = (isSame: (a: ComparedCase, b: ComparedCase) => boolean) => {
    for (const one of [...old]) {
      const other = [...now].find((each) => isSame(one, each));
      if (!other) continue;
      kept.push({ before: one, after: other });
      old.delete(one);
      now.delete(other);
    }
  };
  const all = { before: [...old], after: [...now] };
  pair((a, b) => a.first.alertId === b.first.alertId);
  pair(isOneStory);
  return { ...all, appeared: [...now], vanished: [...old], kept };
}

function casesOf(alerts: readonly Alert[]): Set<ComparedCase> {
  const byId = Map.groupBy(alerts, ({ alertId }) => alertId);
  return new Set(
    [...byId.values()].flatMap((told) => {
      const [first] = told;
      return first
        ? [{ first, tellings: told.length, lastToldAt: Math.max(...told.map(({ time }) => Date.parse(time))) }]
        : [];
    }),
  );
}

function isOneStory(a: ComparedCase, b: ComparedCase): boolean {
  if (a.first.subject.type !== b.first.subject.type || a.first.subject.id !== b.first.subject.id) return false;
  const [earlier, later] = Date.parse(a.first.time) <= Date.parse(b.first.time) ? [a, b] : [b, a];
  return Date.parse(later.first.time) - earlier.lastToldAt < EPISODE_GAP_MS;
}

/** Cases of one kind: how many there were, are, appear and vanish. */
export interface ComparedGroup {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly appeared: number;
  readonly vanished: number;
}

/** What cases are counted by; each case is in one group. */
export const COMPARED_BY = {
  signal: ({ first }: ComparedCase) => first.signals[0]?.signal ?? 'none',
  team: ({ first }: ComparedCase) => first.team || 'unknown',
  country: ({ first }: ComparedCase) => first.where.homeCountry,
  severity: ({ first }: ComparedCase) => first.severity,
} as const;

/** Counts a comparison by one of these, the largest groups first. */
export function groupComparison(comparison: AlertComparison, by: keyof typeof COMPARED_BY): readonly ComparedGroup[] {
  const nameOf = COMPARED_BY[by];
  const count = (cases: readonly ComparedCase[], name: string) => cases.filter((each) => nameOf(each) === name).length;
  const names = new Set([...comparison.before, ...comparison.after].map(nameOf));
  return [...names]
    .map((name) => ({
      name,
      before: count(comparison.before, name),
      after: count(comparison.after, name),
      appeared: count(comparison.appeared, name),
      vanished: count(comparison.vanished, name),
    }))
    .sort((a, b) => b.before + b.after - a.before - a.after || (a.name < b.name ? -1 : 1));
}
