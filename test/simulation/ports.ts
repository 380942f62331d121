import type { AssessPorts } from '../../functions/assess/assess.ts';
import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import type { DetectPorts } from '../../functions/detect/detect.ts';
import type { InputsFor } from '../../functions/detect/inputs-in-force.ts';
import type { NotifyPorts } from '../../functions/notify/notify.ts';
import type { Backlog } from '../../functions/notify/tell.ts';
import type { Adjudication } from '../../shared/model/adjudication.ts';
import type { LateLinks } from '../../shared/model/late-links.ts';
import type { LinkLog, LinkStore } from '../../shared/stores/link-ports.ts';
import type { MemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import type {
  AlertTopic,
  CaseStore,
  HeldWindowStore,
  RecordArchive,
  ReferenceStore,
  SourceDayStore,
  SuppressionStore,
} from '../../shared/stores/ports.ts';
import type { SettingTexts } from '../../shared/stores/settings-value.ts';
import { allOf } from '../factories/all-of.ts';
import { answeredLinks } from './answered-links.ts';
import { asWritten } from './as-written.ts';
import type { Invocation, Invocations } from './invocations.ts';
import type { DetectRun, SentAlert } from './observed.ts';

/** What outlives every function: the stores as they really are, without faults. */
export interface Stores {
  readonly baselines: MemoryBaselineStore;
  readonly references: ReferenceStore;
  readonly links: LinkStore;
  readonly linkLog: LinkLog;
  readonly archive: RecordArchive;
  readonly cases: CaseStore;
  readonly held: HeldWindowStore;
  readonly sources: SourceDayStore;
  readonly suppressions: SuppressionStore;
  readonly topic: AlertTopic;
  readonly queue: (alerts: readonly SentAlert[]) => void;
  /** @throws while the store of settings is down */
  readonly settings: () => SettingTexts;
  /** Puts a verdict on the stream. */
  readonly adjudicate: (adjudication: Adjudication) => void;
  /** Puts late links on it. */
  readonly linkLate: (links: LateLinks) => void;
  /** Told of every baseline that was written, in order. */
  readonly committed: (actorId: string, run: DetectRun) => void;
}

type Call = Invocations['call'];

/** Links whose answers are kept, in the order of the questions. */
const recordedLinks = (links: LinkStore, call: Call, run: DetectRun): LinkStore =>
  answeredLinks((question, ask) => {
    const answers = run.met.get(question) ?? [];
    const nth = answers.push(undefined) - 1;
    run.met.set(question, answers);
    return call(run.invocation, async () => {
      const answer = await ask(links);
      answers[nth] = answer;
      return answer;
    });
  });

/** References as a function reaches them. @param current whose call it is: an environment outlives its invocations */
export const faultyReferences = (
  references: ReferenceStore,
  call: Call,
  current: () => Invocation,
): ReferenceStore => ({
  put: (name, bytes) => call(current(), () => references.put(name, bytes)),
  get: (name) => call(current(), () => references.get(name)),
  publish: (series, stamp, name) => call(current(), () => references.publish(series, stamp, name)),
  newest: (series, notAfter) => call(current(), () => references.newest(series, notAfter)),
});

const faultyQueue = (stores: Stores, call: Call, invocation: Invocation, run?: DetectRun): DetectPorts['alerts'] => ({
  send: (alerts) => {
    // What was read by now is what they rest on, whenever they reach the queue.
    const sent = alerts.map((alert) => ({ alert, run, basis: run?.read.get(alert.subject.id) }));
    const half = sent.slice(0, Math.ceil(sent.length / 2));
    return call(
      invocation,
      async () => stores.queue(sent),
      async () => stores.queue(half),
    );
  },
});

export function detectPorts(stores: Stores, call: Call, run: DetectRun, inputsFor: InputsFor): DetectPorts {
  const { invocation } = run;
  return {
    inputsFor,
    baselines: {
      load: (actorIds) => {
        const isFirst = run.loads++ === 0;
        return call(invocation, async () => {
          const loaded = await stores.baselines.load(actorIds);
          for (const actorId of actorIds) run.read.set(actorId, loaded.get(actorId)?.version ?? 0);
          if (isFirst) run.loaded = loaded;
          return loaded;
        });
      },
      save: (actorId, baseline, previousVersion) =>
        call(invocation, async () => {
          const { writes } = run;
          await stores.baselines.writing(writes).save(actorId, asWritten(baseline, actorId, writes), previousVersion);
          stores.committed(actorId, run);
        }),
    },
    links: recordedLinks(stores.links, call, run),
    alerts: faultyQueue(stores, call, invocation, run),
    archive: {
      quarantine: (name, records) => call(invocation, () => stores.archive.quarantine(name, records)),
      noteNotApplied: (note) => call(invocation, () => stores.archive.noteNotApplied(note)),
    },
    cases: { get: (alertId) => call(invocation, () => stores.cases.get(alertId)) },
    held: {
      hold: (actorId, held) => call(invocation, () => stores.held.hold(actorId, held)),
      forget: (...given) => call(invocation, () => stores.held.forget(...given)),
      load: (actorId, alertId) => call(invocation, () => stores.held.load(actorId, alertId)),
    },
    sources: createSourceCounter({ add: (day) => call(invocation, () => stores.sources.add(day)) }, () => {}),
    warn: () => {},
  };
}

export function assessPorts(stores: Stores, call: Call, invocation: Invocation, now: () => number): AssessPorts {
  return {
    baselines: {
      scan: async function* () {
        yield* await call(invocation, () => allOf(stores.baselines.scan()));
      },
    },
    references: faultyReferences(stores.references, call, () => invocation),
    sources: { ofDays: (...asked) => call(invocation, () => stores.sources.ofDays(...asked)) },
    cases: {
      leftBehind: (time) => call(invocation, () => stores.cases.leftBehind(time)),
      unattended: (time) => call(invocation, () => stores.cases.unattended(time)),
      open: (...asked) => call(invocation, () => stores.cases.open(...asked)),
      change: (alertId, change) => call(invocation, () => stores.cases.change(alertId, change)),
      unadjudicated: (...asked) => call(invocation, () => stores.cases.unadjudicated(...asked)),
      markAdjudicated: (...asked) => call(invocation, () => stores.cases.markAdjudicated(...asked)),
    },
    adjudications: { put: (adjudication) => call(invocation, async () => stores.adjudicate(adjudication)) },
    linkLog: {
      refusals: async function* (...asked) {
        yield* await call(invocation, () => allOf(stores.linkLog.refusals(...asked)));
      },
      looks: async function* (...asked) {
        yield* await call(invocation, () => allOf(stores.linkLog.looks(...asked)));
      },
      found: (actorId) => call(invocation, () => stores.linkLog.found(actorId)),
      noteFound: (...found) => call(invocation, () => stores.linkLog.noteFound(...found)),
      joined: () => call(invocation, () => stores.linkLog.joined()),
      noteJoined: (joined) => call(invocation, () => stores.linkLog.noteJoined(joined)),
    },
    lateLinks: { put: (links) => call(invocation, async () => stores.linkLate(links)) },
    alerts: faultyQueue(stores, call, invocation),
    settings: () => call(invocation, async () => stores.settings()),
    now,
  };
}

/** What `notify` finds around itself. */
export interface NotifySurroundings {
  readonly now: () => number;
  /** Of the environment that it runs in. */
  readonly backlog: Backlog;
  /** Messages on the queue that nobody received yet. */
  readonly waiting: () => number;
}

export function notifyPorts(
  stores: Stores,
  call: Call,
  invocation: Invocation,
  { now, backlog, waiting }: NotifySurroundings,
): NotifyPorts {
  const { cases, topic } = stores;
  return {
    cases: {
      get: (alertId) => call(invocation, () => cases.get(alertId)),
      storeRevision: (alert, storedAt) => call(invocation, () => cases.storeRevision(alert, storedAt)),
      untold: async function* (known) {
        yield* await call(invocation, () => allOf(cases.untold(known)));
      },
      markNotified: (...asked) => call(invocation, () => cases.markNotified(...asked)),
      markReminded: (...asked) => call(invocation, () => cases.markReminded(...asked)),
      open: (which) => call(invocation, () => cases.open(which)),
      probe: () => call(invocation, () => cases.probe()),
    },
    suppressions: { of: (subject) => call(invocation, () => stores.suppressions.of(subject)) },
    topic: {
      publish: (alert) => call(invocation, () => topic.publish(alert)),
      publishDigest: (digest) => call(invocation, () => topic.publishDigest(digest)),
    },
    backlog,
    waiting: () => call(invocation, async () => waiting()),
    deadLetter: (message) => Promise.reject(new Error(`what is no alert came from the queue: ${message}`)),
    pause: async () => {},
    now,
    count: () => {},
    warn: () => {},
  };
}
