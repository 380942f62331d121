import type { Baseline } from '../../shared/model/baseline.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import type { Settings } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { changePeerGroup, closeWindows } from '../../shared/pipeline/close-windows.ts';
import { categoryHash } from '../../shared/pipeline/enrich.ts';
import { contributionOf, foldGroups } from '../../shared/pipeline/fold-groups.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import type { LinkHit } from '../../shared/pipeline/links.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { MEASURES } from '../../shared/signals/index.ts';
import type { Explanation, Measure, View } from '../../shared/signals/signal.ts';
import { aScoringContext } from './a-history.ts';
import { anAccess, anEnrichmentContext, DIRECTORY } from './an-access.ts';
import { type AccessEventChanges, timeOn } from './an-access-event.ts';
import { deepFreeze } from './deep-freeze.ts';

export interface Circumstances {
  readonly scoring?: ScoringContext;
  /** What others have to do with each of the accesses. */
  readonly linkHits?: readonly LinkHit[];
}

/** What signals see at the last of some accesses that follow on a baseline. Windows that end before one of them are learned. */
export function aView(
  before: Baseline | undefined,
  accesses: readonly AccessEventChanges[],
  { scoring = aScoringContext(), linkHits = [] }: Circumstances = {},
): View {
  const context = anEnrichmentContext({ settings: scoring.settings });
  const enriched = accesses.map((changes) => anAccess(changes, context));
  const last = enriched.at(-1);
  if (!last) throw new Error('nothing to see');
  const baseline = enriched.reduce(
    (known, access) => {
      const { baseline: closed } = closeWindows(known, access);
      const joined = changePeerGroup(closed, categoryHash(access.peerGroup), access.local.day);
      return deepFreeze(observe(joined, access, linkHits));
    },
    deepFreeze(before ?? initialBaseline()),
  );
  return deepFreeze(viewOf(baseline, last, scoring.snapshot, scoring.settings, linkHits));
}

/** Accesses alike, one in twenty seconds from ten o'clock on the first day of the tests' calendar. */
export const reads = (
  count: number,
  changes: AccessEventChanges = {},
  { day = 0, hour = 10 } = {},
): AccessEventChanges[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `now-${day}-${hour}-${i}`,
    time: timeOn(day, hour, 0, 20 * i),
    ...changes,
  }));

/** The first days of a company whose `recsys/CN` has these members. */
export function amongPeers(peers: readonly Baseline[], settings: Partial<Settings> = {}): ScoringContext {
  const members = peers.map((baseline) => contributionOf('e-00042', baseline, DIRECTORY, Date.parse(timeOn(0))));
  return aScoringContext(settings, { ...initialSnapshot(0, 'd1', 'n1'), groups: foldGroups(members).groups });
}

function measureOf(name: string): Measure {
  const placed = MEASURES.find(({ measure }) => measure.name === name);
  if (!placed) throw new Error(`no measure is called ${name}`);
  return placed.measure;
}

export const strengthOf = (name: string, view: View): number => measureOf(name).strength(view);
export const explanationOf = (name: string, view: View): Explanation => measureOf(name).explain(view);
