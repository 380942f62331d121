import type { InputsFor } from '../../functions/detect/inputs-in-force.ts';
import { decodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { buildDirectory, type Directory, EMPTY_DIRECTORY } from '../../shared/model/directory.ts';
import { NO_NETWORKS } from '../../shared/model/networks.ts';
import { NOTHING } from '../../shared/model/references.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { settingsCut, snapshotCut } from '../../shared/pipeline/fold-schedule.ts';
import { type PreparedSnapshot, prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { decodeSettings } from '../../shared/stores/settings-value.ts';
import { decodeSnapshot } from '../../shared/stores/snapshot-value.ts';
import { breaksOnServices } from './broken-fold.ts';
import { FIXED } from './people.ts';

/**
 * What an event of an arrival had to be judged by, told from what was published in the whole run: no cache, no clock. Whatever
 * `detect` used at the time, on whichever try, must have been the same.
 */
export function createInputsByArrival(references: ReferenceStore): InputsFor {
  const bytesOf = async (name: string) => {
    const bytes = await references.get(name);
    if (!bytes) throw new Error(`${name} is not there`);
    return bytes;
  };
  return async (arrival) => {
    const snapshot = await references.newest('snapshot', snapshotCut(arrival));
    const setting = await references.newest('settings', settingsCut(arrival));
    const prepared = snapshot
      ? await snapshots(snapshot.name, async () => prepareSnapshot(decodeSnapshot(await bytesOf(snapshot.name))))
      : PACKAGED;
    const { directory: generation } = prepared.snapshot;
    const directory =
      generation === NOTHING
        ? EMPTY_DIRECTORY
        : await directories(generation, async () => buildDirectory(decodeDirectory(await bytesOf(generation))));
    const settings = setting
      ? await settingsOf(setting.name, async () => decodeSettings(await bytesOf(setting.name)).settings)
      : DEFAULT_SETTINGS;
    return breaksOnServices({ ...FIXED, snapshot: prepared, directory, networks: NO_NETWORKS, settings });
  };
}

const PACKAGED = prepareSnapshot(initialSnapshot(0, NOTHING, NOTHING));
const REMEMBERED = 200;

/** Values are named by what they hold, so they can be kept from one run to the next. */
function remember<Value>() {
  const known = new Map<string, Value>();
  return async (name: string, make: () => Promise<Value>): Promise<Value> => {
    const found = known.get(name);
    if (found) return found;
    const made = await make();
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, made);
    return made;
  };
}

const snapshots = remember<PreparedSnapshot>();
const directories = remember<Directory>();
const settingsOf = remember<Settings>();
