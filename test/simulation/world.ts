import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import type { Adjudication } from '../../shared/model/adjudication.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import type { LateLinks } from '../../shared/model/late-links.ts';
import { adjudicateCase } from '../../shared/stores/adjudicate-case.ts';
import { timeOfKey } from '../../shared/stores/link-times.ts';
import { createMemoryAlertTopic } from '../../shared/stores/memory-alert-topic.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { createMemoryLinkLog, createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { createMemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import { createMemorySuppressionStore } from '../../shared/stores/memory-suppression-store.ts';
import type { Case, QuarantinedRecord } from '../../shared/stores/ports.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import type { SettingTexts } from '../../shared/stores/settings-value.ts';
import { allOf } from '../factories/all-of.ts';
import type { Invocation } from './invocations.ts';
import type { Commit, DetectRun, Observed, PutRecord, RunCounts, SentAlert } from './observed.ts';
import { BROKEN_ROW, PEOPLE, ROWS } from './people.ts';
import type { Stores } from './ports.ts';
import type { Schedule, Step } from './schedule.ts';
import { publishSettled, SETTLED_BASELINES } from './settled-company.ts';

/** The stores of one run, and everything that is seen of them. */
export interface World {
  readonly stores: Stores;
  /** What the on-failure destination got. */
  readonly discarded: StreamRecord[];
  readonly writeSettings: (texts: SettingTexts) => void;
  /** What `casework` does with an analyst's verdict on an open case, of which there may be none. */
  readonly judge: (step: Extract<Step, { readonly kind: 'verdict' }>) => Promise<void>;
  readonly settingsDownUntil: (time: number) => void;
  /** A function failed; without a fault or a lost race to blame, that is wrong. */
  readonly noteFailure: (invocation: Invocation) => void;
  readonly isWrong: () => boolean;
  /** Whether every refusal was joined with the looks before it. */
  readonly isJoined: () => Promise<boolean>;
  /** Whether people were told of every case, and every verdict is on the stream. */
  readonly isTold: () => Promise<boolean>;
  readonly observed: (put: readonly PutRecord[], runs: readonly DetectRun[], counts: RunCounts) => Promise<Observed>;
}

/** Nothing is given or noted later. */
const LAST = Date.UTC(9999, 0, 1);

export async function createWorld(
  schedule: Schedule,
  now: () => number,
  send: (alerts: readonly Alert[]) => void,
  adjudicate: (adjudication: Adjudication) => void,
  linkLate: (links: LateLinks) => void,
): Promise<World> {
  const baselines = createMemoryBaselineStore();
  // Every stamp is kept: afterwards it has to be known what was in force when.
  const references = createMemoryReferenceStore({});
  const cases = createMemoryCaseStore();
  const topic = createMemoryAlertTopic();
  const archive = createMemoryRecordArchive();
  const linkLog = createMemoryLinkLog(now);
  const commits: Commit[] = [];
  const sent: SentAlert[] = [];
  const wrong: string[] = [];
  const discarded: StreamRecord[] = [];
  let settings = schedule.settings;
  let downUntil = 0;

  const before: ReadonlyMap<string, Baseline> = schedule.settled ? SETTLED_BASELINES : new Map();
  for (const [actorId, baseline] of before) await baselines.save(actorId, baseline, 0);
  if (schedule.settled) await publishSettled(references, settings);
  else await publishDirectory(references, ROWS, schedule.start - 1);

  const stores: Stores = {
    baselines,
    references,
    links: createMemoryLinkStore(now, linkLog),
    linkLog,
    archive,
    cases,
    held: createMemoryHeldWindowStore(),
    sources: createMemorySourceDayStore(),
    suppressions: createMemorySuppressionStore(),
    topic,
    queue: (alerts) => {
      sent.push(...alerts);
      send(alerts.map(({ alert }) => alert));
    },
    settings: () => {
      if (now() < downUntil) throw new Error('the store of settings is down');
      return settings;
    },
    adjudicate,
    linkLate,
    committed: (actorId, run) => void commits.push({ actorId, run }),
  };

  return {
    stores,
    discarded,
    writeSettings: (texts) => {
      settings = texts;
    },
    settingsDownUntil: (time) => {
      downUntil = time;
    },
    judge: async ({ where, verdict, isLost }) => {
      const open = [...(await cases.open())].sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
      const chosen = open[Math.floor(where * open.length)];
      if (!chosen) return;
      const { alertId, history, revision } = chosen;
      const at = new Date(now()).toISOString();
      const change = { version: history.length + 1, state: verdict, at, by: 'jane', reason: 'asked', revision };
      await cases.change(alertId, change);
      const judged = { ...chosen, state: verdict, history: [...history, change] };
      if (!isLost) await adjudicateCase(judged, cases, { put: async (adjudication) => adjudicate(adjudication) });
    },
    noteFailure: ({ name, ordinal, faults, inherited, conflicts }) => {
      if (faults === 0 && !inherited && conflicts === 0)
        wrong.push(`${name} ${ordinal} failed, and nothing had gone wrong with it`);
    },
    isWrong: () => wrong.length > 0,
    isJoined: async () => {
      const refusals = await allOf(linkLog.refusals(0, LAST));
      return ((await linkLog.joined())?.until ?? 0) > timeOfKey(refusals.at(-1)?.key ?? '0');
    },
    isTold: async () =>
      (await cases.leftBehind(Number.POSITIVE_INFINITY)).length === 0 && (await cases.unadjudicated(LAST)).length === 0,
    observed: async (put, runs, counts) => ({
      put,
      runs,
      commits,
      sent,
      published: [...topic.published(), ...topic.digests().flatMap((digest) => digest.cases)],
      cases: await casesOf(sent, cases.get),
      quarantined: quarantinedIn(archive.objects),
      discarded,
      references,
      baselines: await baselines.load([...PEOPLE, BROKEN_ROW]),
      before,
      wrong,
      counts,
    }),
  };
}

async function casesOf(sent: readonly SentAlert[], get: Stores['cases']['get']): Promise<readonly Case[]> {
  const ids = new Set(sent.map(({ alert }) => alert.alertId));
  return (await Promise.all([...ids].map(get))).flatMap((found) => found ?? []);
}

function quarantinedIn(objects: ReadonlyMap<string, string>): QuarantinedRecord[] {
  const texts = [...objects].filter(([key]) => key.startsWith('quarantine/')).map(([, text]) => text);
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as QuarantinedRecord);
}
