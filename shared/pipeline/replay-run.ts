import type { Access } from '../model/access.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/baseline.ts';
import type { Settings } from '../model/settings.ts';
import { initialSnapshot, type Snapshot } from '../model/snapshot.ts';
import { applyAdjudication } from './apply-adjudication.ts';
import { applyEvent } from './apply-event.ts';
import { type ArrivalClock, arrive, flushClock, startClock } from './arrival-clock.ts';
import { type CaseClock, createCaseClock } from './case-clock.ts';
import { type EnrichmentContext, enrich } from './enrich.ts';
import { fold } from './fold.ts';
import { contributionOf, type FoldedGroups, foldGroups, type Member, NO_FOLDED_GROUPS } from './fold-groups.ts';
import { firstFoldBefore, foldsDue, SIMULATED_FOLD_EVERY_MS, snapshotCut } from './fold-schedule.ts';
import { createLinkMemory, type LinkMemory } from './link-memory.ts';
import { isNewDevice, type LinkHit, linkEntryOf, linkedWith, linkKindOf } from './links.ts';
import { type PreparedSnapshot, prepareSnapshot } from './prepare-snapshot.ts';
import type { Verdict } from './score.ts';
import { SOURCE_DAYS_READ } from './source-silence.ts';
import { countryOf, startSourceTally } from './tally-sources.ts';

const DAY_MS = 86_400_000;

const NOTHING_TOLD: readonly Alert[] = [];

interface Record {
  readonly actorId: string;
  readonly time: number;
  readonly event: AccessEvent;
}

/** A backtest under way: the real pipeline, assess included, on simulated time and in memory. */
export interface ReplayRun {
  /** Takes one event. @returns what people would have been told of, in order */
  readonly take: (event: AccessEvent, time: number) => readonly Alert[];
  /** Takes what still waits for a second witness of its time. */
  readonly finish: () => readonly Alert[];
  readonly counts: Readonly<ReplayCounts>;
  readonly baselines: ReadonlyMap<string, Baseline>;
  /** The newest snapshot. */
  readonly snapshot: () => PreparedSnapshot | undefined;
}

interface ReplayCounts {
  applied: number;
  duplicates: number;
  /** Events whose time nobody else confirmed. */
  ahead: number;
  folds: number;
  unknownActors: number;
  unknownRegion: number;
}

/** Called for each applied event where a caller wants to know more than alerts. */
export type Observer = (access: Access, verdict: Verdict) => void;

/**
 * The channels' minimum severities are left out of account: one line a time that somebody would have been told, on any channel.
 *
 * @param onAhead gets the events that were refused because nobody confirmed their time
 */
export function startReplay(
  context: EnrichmentContext,
  onAhead: (event: AccessEvent) => void = () => {},
  observer?: Observer,
): ReplayRun {
  const settings: Settings = { ...context.settings, emailMinimumSeverity: 'low', slackMinimumSeverity: 'low' };
  const baselines = new Map<string, Baseline>();
  // In the order in which they are folded: sorting everybody anew costs as much as folding them.
  let contributions = new Map<string, Member>();
  const changed = new Set<string>();
  const settled = new Set<string>();
  const cases: CaseClock = createCaseClock();
  const counts: ReplayCounts = { applied: 0, duplicates: 0, ahead: 0, folds: 0, unknownActors: 0, unknownRegion: 0 };
  const links = createLinkMemory();
  const sources = startSourceTally();
  let clock: ArrivalClock<Record> = startClock();
  let newest: Snapshot | undefined;
  let folded: FoldedGroups = NO_FOLDED_GROUPS;
  // Only these can still be in force: one visible already, and those published since.
  let published: PreparedSnapshot[] = [];

  let told: Alert[] = [];
  const foldAt = (now: number) => {
    const before = contributions.size;
    for (const actorId of new Set([...changed, ...settled])) {
      const baseline = baselines.get(actorId);
      if (!baseline) continue;
      contributions.set(actorId, contributionOf(actorId, baseline, context.directory, now, contributions.get(actorId)));
    }
    if (contributions.size > before) contributions = new Map([...contributions].sort(([a], [b]) => (a < b ? -1 : 1)));
    changed.clear();
    settled.clear();
    const everybody = [...contributions.values()];
    folded = foldGroups(everybody, folded);
    const result = fold(
      newest ?? initialSnapshot(now, 'replay', 'replay'),
      everybody,
      folded.groups,
      { directory: 'replay', networks: 'replay' },
      now,
      settings,
      sources.days(),
    );
    sources.dropBefore(Math.floor(now / DAY_MS) - SOURCE_DAYS_READ);
    told.push(...result.alerts);
    newest = result.snapshot;
    published.push(prepareSnapshot(newest));
    counts.folds++;
    for (const { actorId, windows, alertId } of cases.expire(now)) {
      const baseline = baselines.get(actorId);
      if (!baseline) continue;
      baselines.set(actorId, applyAdjudication(baseline, { alertId, verdict: 'expired' }, windows, undefined).baseline);
      settled.add(actorId);
    }
  };
  const inForce = (arrival: number): PreparedSnapshot => {
    const visible = published.findLastIndex(({ snapshot }) => snapshot.stamp <= snapshotCut(arrival));
    if (visible > 0) published = published.slice(visible);
    return published[0] as PreparedSnapshot;
  };
  const takeTold = (): readonly Alert[] => {
    if (told.length === 0) return NOTHING_TOLD;
    const alerts = told;
    told = [];
    return alerts;
  };
  const apply = ({ event, time, actorId }: Record, arrival: number): readonly Alert[] => {
    if (!newest) foldAt(firstFoldBefore(arrival));
    const last = newest?.stamp ?? arrival;
    if (arrival - last >= SIMULATED_FOLD_EVERY_MS)
      for (const at of foldsDue(last, arrival, changed.size > 0)) foldAt(at);
    const access = enrich(event, time, context, arrival);
    const before = baselines.get(actorId);
    const linkHits = meetLinks(before, access, links);
    const applied = applyEvent(before, access, undefined, { snapshot: inForce(arrival), settings }, linkHits);
    baselines.set(actorId, applied.baseline);
    if (applied.kind !== 'applied') {
      counts.duplicates++;
      return takeTold();
    }
    changed.add(actorId);
    if (!access.canary) sources.take({ event, country: countryOf(access), time, arrival });
    counts.applied++;
    if (!access.known) counts.unknownActors++;
    if (access.region === 'unknown') counts.unknownRegion++;
    observer?.(access, applied.verdict);
    if (applied.held) cases.hold(applied.held);
    if (applied.alert) {
      cases.open(applied.alert);
      told.push(applied.alert);
    }
    return takeTold();
  };
  const handle = (arrivals: ReturnType<typeof flushClock<Record>>): readonly Alert[] => {
    const alerts: Alert[] = [];
    for (const arrival of arrivals) {
      if (arrival.kind === 'arrived') for (const alert of apply(arrival.item, arrival.arrival)) alerts.push(alert);
      else {
        counts.ahead++;
        onAhead(arrival.item.event);
      }
    }
    return alerts;
  };
  return {
    take: (event, time) => {
      const step = arrive(clock, { actorId: event.actor.id, time, event });
      clock = step.clock;
      return handle(step.arrivals);
    },
    finish: () => handle(flushClock(clock)),
    counts,
    baselines,
    snapshot: () => published.at(-1),
  };
}

function meetLinks(baseline: Baseline | undefined, access: Access, links: LinkMemory): readonly LinkHit[] {
  const hits: LinkHit[] = [];
  if (isNewDevice(baseline, access)) {
    const owner = links.meetDevice(access.deviceId ?? '', access);
    if (owner) hits.push({ kind: 'device', ...owner });
  }
  const kind = linkKindOf(access);
  if (!kind) return hits;
  for (const subject of access.subjectHashes) {
    const met = linkedWith(access, kind, links.meet(subject, kind, linkEntryOf(access)));
    if (met) hits.push({ kind: 'subject', subject, actorId: met.actorId });
  }
  return hits;
}
