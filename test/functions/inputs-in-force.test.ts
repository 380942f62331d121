import { describe, expect, it } from 'vitest';
import { createInputsInForce } from '../../functions/detect/inputs-in-force.ts';
import { lookUpEmployee } from '../../shared/model/directory.ts';
import { lookUpNetwork } from '../../shared/model/networks.ts';
import { NOTHING } from '../../shared/model/references.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { SETTINGS_DELAY_MS, SETTINGS_STEP_MS, SNAPSHOT_DELAY_MS } from '../../shared/pipeline/fold-schedule.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { publishDirectory, publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { encodeSettings, settingsName } from '../../shared/stores/settings-value.ts';
import { encodeSnapshot, snapshotName } from '../../shared/stores/snapshot-value.ts';
import { anEnrichmentContext, aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';

const MINUTE = 60_000;
const NINE = Date.parse(timeOn(0, 9));

function aWorld() {
  const references = createMemoryReferenceStore();
  let refuses = false;
  const get = (name: string) => (refuses ? Promise.reject(new Error('throttled')) : references.get(name));
  return {
    references,
    refuse: (isRefused: boolean) => {
      refuses = isRefused;
    },
    inputsFor: createInputsInForce({ get, newest: references.newest }, anEnrichmentContext()),
    publishSnapshot: async (stamp: number, directory = NOTHING, networks = NOTHING) => {
      const bytes = encodeSnapshot(initialSnapshot(stamp, directory, networks));
      await references.put(snapshotName(stamp, bytes), bytes);
      await references.publish('snapshot', stamp, snapshotName(stamp, bytes));
    },
    publishSettings: async (stamp: number, texts: Readonly<Record<string, string>>) => {
      await references.put(settingsName(texts), encodeSettings(texts));
      await references.publish('settings', stamp, settingsName(texts));
    },
  };
}

describe('what an access is judged by', () => {
  it('is what the package has before anything is published', async () => {
    const { snapshot, settings, directory } = await aWorld().inputsFor(NINE);

    expect(snapshot.snapshot).toEqual(initialSnapshot(0, NOTHING, NOTHING));
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(directory.size).toBe(0);
  });

  it('is the snapshot that was published ten minutes before it came, in whatever order accesses are asked about', async () => {
    const { inputsFor, publishSnapshot } = aWorld();
    const stampAt = async (arrival: number) => (await inputsFor(arrival)).snapshot.snapshot.stamp;
    await publishSnapshot(NINE);
    const first = NINE + SNAPSHOT_DELAY_MS;
    expect(await stampAt(first + MINUTE)).toBe(NINE);
    await publishSnapshot(NINE + 5 * MINUTE);

    expect(await stampAt(first + 5 * MINUTE)).toBe(NINE + 5 * MINUTE);
    expect(await stampAt(first + 5 * MINUTE - 1)).toBe(NINE);
    expect(await stampAt(first + 9 * MINUTE)).toBe(NINE + 5 * MINUTE);
    expect(await stampAt(first)).toBe(NINE);
    expect(await stampAt(first - 1)).toBe(0);
  });

  it('is the settings that were published 45 seconds before it came', async () => {
    const { inputsFor, publishSettings } = aWorld();
    await publishSettings(NINE, { scope: 'everyone' });
    const scopeAt = async (arrival: number) => (await inputsFor(arrival)).settings.scope;
    // Asked about in steps of ten seconds.
    const takesEffect = Math.ceil((NINE + SETTINGS_DELAY_MS) / SETTINGS_STEP_MS) * SETTINGS_STEP_MS + SETTINGS_STEP_MS;

    expect(await scopeAt(takesEffect)).toBe('everyone');
    expect(await scopeAt(NINE + SETTINGS_DELAY_MS - 1)).toBe(DEFAULT_SETTINGS.scope);
  });

  it('is the directory and the networks that the snapshot names, and no newer ones', async () => {
    const { references, inputsFor, publishSnapshot } = aWorld();
    const directory = await publishDirectory(references, [aRow()], NINE);
    const office = { cidr: '10.20.0.0/16', label: 'shanghai', kind: 'office', country: 'CN' } as const;
    await publishSnapshot(NINE, directory, await publishNetworks(references, [office], NINE));
    await publishDirectory(references, [], NINE + 1);
    await publishNetworks(references, [], NINE + 1);

    const inForce = await inputsFor(NINE + SNAPSHOT_DELAY_MS);

    expect(lookUpEmployee(inForce.directory, 'e-00042', NINE)?.homeCountry).toBe('CN');
    expect(lookUpNetwork(inForce.networks, '10.20.1.1')?.label).toBe('shanghai');
  });

  it('is not forgotten to be asked for again where it could not be read', async () => {
    const { inputsFor, publishSnapshot, refuse } = aWorld();
    await publishSnapshot(NINE);
    refuse(true);
    await expect(inputsFor(NINE + SNAPSHOT_DELAY_MS)).rejects.toThrow('throttled');
    refuse(false);

    expect((await inputsFor(NINE + SNAPSHOT_DELAY_MS)).snapshot.snapshot.stamp).toBe(NINE);
  });

  it('is nothing where networks are published that can not be read: the batch waits', async () => {
    const { references, inputsFor, publishSnapshot } = aWorld();
    await references.put('networks#bad', new TextEncoder().encode('[{"cidr":"10.0.0.0/99"}]'));
    await publishSnapshot(NINE, NOTHING, 'networks#bad');

    await expect(inputsFor(NINE + SNAPSHOT_DELAY_MS)).rejects.toThrow("networks#bad can't be read");
  });
});
