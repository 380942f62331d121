import { type Directory, EMPTY_DIRECTORY } from '../../shared/model/directory.ts';
import { type Networks, NO_NETWORKS } from '../../shared/model/networks.ts';
import { NOTHING } from '../../shared/model/references.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import type { EnrichmentContext } from '../../shared/pipeline/enrich.ts';
import { settingsCut, snapshotCut } from '../../shared/pipeline/fold-schedule.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import { type PreparedSnapshot, prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { publishedDirectory } from '../../shared/stores/directory-value.ts';
import { publishedNetworks } from '../../shared/stores/networks-value.ts';
import type { PublishedReference, ReferenceSeries, ReferenceStore } from '../../shared/stores/ports.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';
import { decodeSettings } from '../../shared/stores/settings-value.ts';
import { decodeSnapshot } from '../../shared/stores/snapshot-value.ts';

/** All that an event is judged by beside its actor's baseline. */
export type InputsInForce = EnrichmentContext & ScoringContext;

/** Resolves the inputs in force for an event. @throws when the store can't be read: the batch is delivered again */
export type InputsFor = (arrival: number) => Promise<InputsInForce>;

/** A few are enough: events of one batch arrive within minutes of each other, redelivered ones within hours. */
const VALUES_KEPT = 8;

/**
 * Looks up by arrival which snapshot and settings are in force. Everything named is immutable and cached by its name, so a
 * verdict never depends on which cache was warm.
 */
export function createInputsInForce(
  references: Pick<ReferenceStore, 'get' | 'newest'>,
  fixed: Pick<EnrichmentContext, 'addressCountry' | 'subjectKey' | 'canaryKey'>,
): InputsFor {
  const snapshots = createSeries(references, 'snapshot');
  const settings = createSeries(references, 'settings');
  const preparedOf = keepRecent(async (name) =>
    prepareSnapshot(decodeSnapshot(await referenceValue(references, name))),
  );
  const settingsOf = keepRecent(async (name) => decodeSettings(await referenceValue(references, name)).settings);
  const directoryOf = keepRecent(
    async (name): Promise<Directory> => (name === NOTHING ? EMPTY_DIRECTORY : publishedDirectory(references, name)),
  );
  const networksOf = keepRecent(
    async (name): Promise<Networks> => (name === NOTHING ? NO_NETWORKS : publishedNetworks(references, name)),
  );
  const made = new Map<string, Promise<InputsInForce>>();
  return async (arrival) => {
    const [snapshot, setting] = await Promise.all([snapshots(snapshotCut(arrival)), settings(settingsCut(arrival))]);
    const key = `${snapshot?.name} ${setting?.name}`;
    let inputs = made.get(key);
    if (!inputs) {
      inputs = (async () => {
        const prepared: PreparedSnapshot = snapshot ? await preparedOf(snapshot.name) : PACKAGED;
        const [directory, networks, inForce] = await Promise.all([
          directoryOf(prepared.snapshot.directory),
          networksOf(prepared.snapshot.networks),
          setting ? settingsOf(setting.name) : (DEFAULT_SETTINGS satisfies Settings),
        ]);
        return { ...fixed, snapshot: prepared, directory, networks, settings: inForce };
      })();
      if (made.size >= VALUES_KEPT) made.clear();
      made.set(key, inputs);
      // A failed look-up must not be remembered as the answer.
      inputs.catch(() => made.delete(key));
    }
    return inputs;
  };
}

/** Before anything is published: packaged priors, nobody known. */
const PACKAGED = prepareSnapshot(initialSnapshot(0, NOTHING, NOTHING));

/**
 * The newest stamp at or before a cut. A series only grows at its end, and the cut lies in the past, so an answer holds for
 * every cut between the stamp found and the cut asked for, and that there is none for every earlier cut.
 */
function createSeries(references: Pick<ReferenceStore, 'newest'>, series: ReferenceSeries) {
  let known: { readonly answer: PublishedReference | undefined; readonly cut: number }[] = [];
  return async (cut: number): Promise<PublishedReference | undefined> => {
    const found = known.find(({ answer, cut: asked }) => (answer === undefined || answer.stamp <= cut) && cut <= asked);
    if (found) return found.answer;
    const answer = await references.newest(series, cut);
    known = [{ answer, cut }, ...known].slice(0, VALUES_KEPT);
    return answer;
  };
}

function keepRecent<Value>(load: (name: string) => Promise<Value>): (name: string) => Promise<Value> {
  const kept = new Map<string, Promise<Value>>();
  return (name) => {
    let value = kept.get(name);
    if (!value) {
      value = load(name);
      if (kept.size >= VALUES_KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(name, value);
      value.catch(() => kept.delete(name));
    }
    return value;
  };
}
