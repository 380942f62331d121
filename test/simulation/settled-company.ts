import { assess } from '../../functions/assess/assess.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { NO_NETWORKS } from '../../shared/model/networks.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryLinkLog } from '../../shared/stores/memory-link-store.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import type { SettingTexts } from '../../shared/stores/settings-value.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { FIXED, PEOPLE, ROWS } from './people.ts';

const DAY_MS = 86_400_000;
/** Before this nothing of a schedule happens: Monday, 7 September 2026, 01:00 UTC. */
export const FIRST_START = Date.UTC(2026, 8, 7, 1);
const SETTLED_AT = FIRST_START - 30 * 60_000;
const DAYS = 20;

/** People who have worked for some weeks, each in their own way. Made once: a run's stores are filled from it. */
export const SETTLED_BASELINES: ReadonlyMap<string, Baseline> = new Map(
  PEOPLE.filter((actorId) => actorId !== 'e-3').map((actorId, index) => [actorId, someWeeksOf(actorId, index)]),
);

function someWeeksOf(actorId: string, index: number): Baseline {
  const context = {
    ...FIXED,
    directory: buildDirectory(ROWS),
    networks: NO_NETWORKS,
    settings: { ...DEFAULT_SETTINGS, alertsPerDay: 0.001 },
  };
  const scoring = { snapshot: prepareSnapshot(initialSnapshot(0, 'none', 'none')), settings: context.settings };
  let baseline: Baseline | undefined;
  for (let day = -DAYS; day < 0; day++) {
    for (let access = 0; access <= (day + index + DAYS) % 4; access++) {
      const time = FIRST_START + day * DAY_MS + (2 + index + access) * 3_600_000;
      const event = anAccessEvent({
        id: `before-${day}-${access}`,
        time: new Date(time).toISOString(),
        actor: { id: actorId },
        network: { ip: '36.110.4.7', deviceId: `d-${actorId}` },
        subjects: { region: access === 0 ? 'US' : 'GB', count: 1 + access },
      });
      baseline = applyEvent(baseline, enrich(event, time, context), undefined, scoring).baseline;
    }
  }
  if (!baseline) throw new Error(`${actorId} did nothing`);
  return baseline;
}

interface Published {
  readonly values: readonly (readonly [name: string, bytes: Uint8Array])[];
  readonly series: readonly (readonly ['snapshot' | 'settings' | 'directory', number, string])[];
}

const published = new Map<string, Promise<Published>>();

/** Fills a store with what `assess` had published before the start: directory, settings, and a snapshot of the settled people. */
export async function publishSettled(references: ReferenceStore, settings: SettingTexts): Promise<void> {
  const key = JSON.stringify(settings);
  let made = published.get(key);
  if (!made) {
    made = assessSettled(settings);
    published.set(key, made);
  }
  const { values, series } = await made;
  for (const [name, bytes] of values) await references.put(name, bytes);
  for (const [kind, stamp, name] of series) await references.publish(kind, stamp, name);
}

async function assessSettled(settings: SettingTexts): Promise<Published> {
  const references = createMemoryReferenceStore({});
  const baselines = createMemoryBaselineStore();
  for (const [actorId, baseline] of SETTLED_BASELINES) await baselines.save(actorId, baseline, 0);
  await publishDirectory(references, ROWS, SETTLED_AT - 60_000);
  const { failures } = await assess({
    baselines,
    references,
    sources: createMemorySourceDayStore(),
    cases: createMemoryCaseStore(),
    adjudications: { put: async () => {} },
    linkLog: createMemoryLinkLog(() => SETTLED_AT),
    lateLinks: { put: async () => {} },
    alerts: { send: async () => {} },
    settings: async () => settings,
    now: () => SETTLED_AT,
  });
  if (failures.length) throw failures[0];
  const kinds = ['directory', 'settings', 'snapshot'] as const;
  const newest = await Promise.all(kinds.map((kind) => references.newest(kind, SETTLED_AT)));
  const there = newest.flatMap((reference) => reference ?? []);
  const bytes = await Promise.all(there.map(({ name }) => references.get(name)));
  return {
    values: there.map(({ name }, index) => [name, bytes[index] ?? new Uint8Array()]),
    series: there.map(({ series, stamp, name }) => [series as (typeof kinds)[number], stamp, name]),
  };
}
