import { EMPTY_DIRECTORY } from '../../shared/model/directory.ts';
import { NOTHING } from '../../shared/model/references.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { initialSnapshot, type Snapshot } from '../../shared/model/snapshot.ts';
import { fold } from '../../shared/pipeline/fold.ts';
import { type Contribution, contributionOf, foldedPartOf } from '../../shared/pipeline/fold-groups.ts';
import { gatherGroups } from '../../shared/pipeline/gather-groups.ts';
import { hourUnderWay, SOURCE_DAYS_READ } from '../../shared/pipeline/source-silence.ts';
import { publishedDirectory } from '../../shared/stores/directory-value.ts';
import type { AlertQueue, BaselineStore, ReferenceStore, SourceDayStore } from '../../shared/stores/ports.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';
import { decodeSettings } from '../../shared/stores/settings-value.ts';
import { decodeSnapshot, encodeSnapshot, snapshotName } from '../../shared/stores/snapshot-value.ts';

const DAY_MS = 86_400_000;
/** The function is ended after four minutes. */
const STAMP_WITHIN_MS = 4 * 60_000;

/** One damaged item is an accident, and so is this share of them; beyond it the release or the table is at fault. */
const MOST_DAMAGED = 0.01;

export interface PublishedSnapshot {
  readonly snapshot: Snapshot;
  /** Who is in no group and no threshold because what is stored of them can't be read, and why; by actor id. */
  readonly damaged: ReadonlyMap<string, string>;
}

/**
 * Folds every employee into the next snapshot and publishes it.
 *
 * @param sources what `detect` counted of each source
 * @param alerts gets what the fold finds about whole countries and sources
 * @param now the clock, epoch milliseconds: the stamp is taken when the snapshot becomes visible, not when the scan began
 * @throws Error when more baselines are damaged than an accident explains
 */
export async function publishSnapshot(
  baselines: Pick<BaselineStore, 'scan'>,
  references: ReferenceStore,
  sources: Pick<SourceDayStore, 'ofDays'>,
  alerts: AlertQueue,
  now: () => number,
): Promise<PublishedSnapshot> {
  const startedAt = now();
  const [previous, directory, networks] = await Promise.all([
    newestSnapshot(references, startedAt),
    references.newest('directory', startedAt),
    references.newest('networks', startedAt),
  ]);
  const people = directory ? await publishedDirectory(references, directory.name) : EMPTY_DIRECTORY;
  const { calibratedThroughDay } = previous;
  const ahead = { calibratedThroughDay, earliest: startedAt, latest: startedAt + STAMP_WITHIN_MS };
  const gathered = gatherGroups();
  const contributions: Contribution[] = [];
  const damaged = new Map<string, string>();
  for await (const { actorId, baseline } of baselines.scan((actorId, reason) => damaged.set(actorId, reason))) {
    const member = contributionOf(actorId, baseline, people, startedAt);
    gathered.take(member);
    contributions.push(foldedPartOf(member, ahead));
  }
  refuseMuchDamage(damaged, contributions.length);
  const names = { directory: directory?.name ?? NOTHING, networks: networks?.name ?? NOTHING };
  const [settings, heard] = await Promise.all([
    settingsInForce(references, startedAt),
    sourceDays(sources, previous.stamp, startedAt),
  ]);
  // The stamp is taken last: whatever is read behind it would delay what it promises.
  const { snapshot, alerts: raised } = fold(previous, contributions, gathered.groups(), names, now(), settings, heard);
  // Alert first, then publish: the snapshot notes what was told, and a crash between the two tells it again.
  if (raised.length) await alerts.send(raised);
  const bytes = encodeSnapshot(snapshot);
  const name = snapshotName(snapshot.stamp, bytes);
  await references.put(name, bytes);
  await references.publish('snapshot', snapshot.stamp, name);
  return { snapshot, damaged };
}

/** Without so many of its people an organisation's thresholds and groups are not what they were. */
function refuseMuchDamage(damaged: ReadonlyMap<string, string>, intact: number): void {
  if (damaged.size <= Math.max(1, MOST_DAMAGED * intact)) return;
  const [[actorId, reason] = []] = damaged;
  throw new Error(`${damaged.size} baselines are damaged and ${intact} are not; that of ${actorId}: ${reason}`);
}

/** What the fold judges sources by; nothing until another hour is over, since only whole hours are judged. */
async function sourceDays(sources: Pick<SourceDayStore, 'ofDays'>, before: number, startedAt: number) {
  // The stamp comes a little later than this.
  if (hourUnderWay(startedAt + STAMP_WITHIN_MS) <= hourUnderWay(before)) return [];
  const today = Math.floor(startedAt / DAY_MS);
  return sources.ofDays(today - SOURCE_DAYS_READ, today + 1);
}

async function settingsInForce(references: ReferenceStore, now: number): Promise<Settings> {
  const newest = await references.newest('settings', now);
  return newest ? decodeSettings(await referenceValue(references, newest.name)).settings : DEFAULT_SETTINGS;
}

/** The newest snapshot, or one that knows nothing. */
export async function newestSnapshot(references: ReferenceStore, now: number): Promise<Snapshot> {
  const newest = await references.newest('snapshot', now);
  return newest ? decodeSnapshot(await referenceValue(references, newest.name)) : initialSnapshot(0, NOTHING, NOTHING);
}
