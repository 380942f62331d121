import type { Alert } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import { SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../model/snapshot.ts';
import type { SourceDay } from '../model/source-day.ts';
import { foldCalibration } from './fold-calibration.ts';
import type { Contribution } from './fold-groups.ts';
import { foldOffices } from './fold-offices.ts';
import { foldShocks } from './fold-shocks.ts';
import { foldSilence } from './fold-silence.ts';
import { foldSourceSilence } from './fold-source-silence.ts';
import { prepareSnapshot } from './prepare-snapshot.ts';
import { tellingsPerCase } from './tellings-per-case.ts';

/** The immutable inputs that a snapshot names. */
export interface References {
  readonly directory: string;
  readonly networks: string;
}

export interface Fold {
  readonly snapshot: Snapshot;
  /** What people are to be told about whole countries, teams and sources. */
  readonly alerts: readonly Alert[];
}

/**
 * Folds all employees into the next snapshot. It depends on its arguments alone, so a fold that dies is simply done again.
 *
 * @param previous the newest published snapshot
 * @param contributions one an actor, in any order
 * @param groups the peer groups that all of them make (`foldGroups`, `gatherGroups`)
 * @param now epoch milliseconds: the new snapshot's stamp
 * @param settings in force now
 * @param sources what came from each source on each of the last days
 */
export function fold(
  previous: Snapshot,
  contributions: readonly Contribution[],
  groups: Snapshot['groups'],
  references: References,
  now: number,
  settings: Settings,
  sources: readonly SourceDay[] = [],
): Fold {
  const ordered = [...contributions].sort((a, b) => (a.actorId < b.actorId ? -1 : 1));
  const withoutRegions: Snapshot = {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    stamp: now,
    ...references,
    groups,
    ...foldCalibration(previous, ordered, now),
    tellingsPerCase: tellingsPerCase(ordered, now),
    shocks: foldShocks(ordered, now),
    regions: previous.regions,
  };
  const offices = foldOffices(ordered, previous.regions, { snapshot: prepareSnapshot(withoutRegions), settings }, now);
  return {
    snapshot: { ...withoutRegions, regions: offices.episodes },
    alerts: [
      ...offices.alerts,
      ...foldSilence(ordered, previous.stamp, now, settings),
      ...foldSourceSilence(sources, previous.stamp, now, settings),
    ],
  };
}
