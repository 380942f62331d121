import type { KinesisStreamBatchResponse, KinesisStreamRecord } from 'aws-lambda';
import type { Alert } from '../../shared/model/alert.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { type Arrival, countryOf } from '../../shared/pipeline/tally-sources.ts';
import { hash64Hex } from '../../shared/stats/hash64.ts';
import type { LinkStore } from '../../shared/stores/link-ports.ts';
import {
  type AlertQueue,
  type BaselineStore,
  type CaseStore,
  DamagedBaselines,
  type HeldWindowStore,
  type NotAppliedNote,
  type QuarantinedRecord,
  type RecordArchive,
  WriteConflict,
} from '../../shared/stores/ports.ts';
import type { SourceCounter } from './count-sources.ts';
import { type FoldedRecords, foldStorable } from './fold-records.ts';
import { hottestActorPerSecond } from './hottest-actor.ts';
import type { InputsFor } from './inputs-in-force.ts';
import { prepareAdjudications } from './prepare-adjudication.ts';
import { type PreparedRecords, prepareRecords } from './prepare-records.ts';
import { type BatchRecord, quarantinedRecord, readBatch, shardIdOf } from './read-batch.ts';
import { arrivalsBySource, type SourceArrivals } from './watched-sources.ts';

/** What `detect` works with. */
export interface DetectPorts {
  readonly baselines: Pick<BaselineStore, 'load' | 'save'>;
  readonly inputsFor: InputsFor;
  readonly links: LinkStore;
  readonly cases: Pick<CaseStore, 'get'>;
  readonly held: HeldWindowStore;
  readonly alerts: AlertQueue;
  readonly archive: RecordArchive;
  readonly sources: SourceCounter;
  readonly warn: (message: string, error: unknown) => void;
}

/** What became of a batch, for metrics. */
export interface DetectReport {
  readonly response: KinesisStreamBatchResponse;
  readonly applied: number;
  readonly duplicates: number;
  /** Late links that said something new. */
  readonly linkedLate: number;
  /** Verdicts on cases that were taken in. */
  readonly settled: number;
  readonly quarantined: number;
  readonly failed: number;
  readonly conflicts: number;
  /** How fast the busiest actor sends, events a second. */
  readonly hottestActor: number;
  readonly sources: readonly SourceArrivals[];
  readonly alerts: readonly { readonly alert: Alert; readonly arrival: number }[];
}

/** After so many lost races the batch is given back: something is wrong that another try won't mend. */
const MAXIMUM_ATTEMPTS = 5;

interface ActorOutcome {
  readonly applied: number;
  readonly duplicates: number;
  readonly linkedLate: number;
  readonly settled: number;
  readonly conflicts: number;
  readonly quarantined: readonly QuarantinedRecord[];
  readonly alerts: DetectReport['alerts'];
  /** Sequence numbers that were not applied. */
  readonly failed: readonly string[];
}

/**
 * Takes a batch of records into the baselines and queues the alerts that follow. One consistent read and one conditional
 * write per distinct actor; alerts are queued before the write, so that a crash repeats and never loses.
 *
 * @param watchedSources whose arrivals are reported, by the name in their events
 */
export async function detect(
  records: readonly KinesisStreamRecord[],
  ports: DetectPorts,
  watchedSources: readonly string[] = [],
): Promise<DetectReport> {
  const { byActor, quarantined } = readBatch(records);
  const batchName = nameOf(records);
  const loaded = await loadAll([...byActor.keys()], ports);
  const prepared = loaded && (await prepareOrWarn([...byActor.values()].flat(), loaded.intact, ports));
  const outcomes = await Promise.all(
    [...byActor].map(([actorId, actorRecords]) => {
      if (!loaded || !prepared) return allFailed(actorRecords);
      const damage = loaded.damaged.get(actorId);
      return damage === undefined
        ? applyActor(actorId, actorRecords, loaded.intact.get(actorId), prepared, ports, batchName)
        : giveUpActor(actorRecords, damage, ports, batchName);
    }),
  );
  const failed = new Set(outcomes.flatMap((outcome) => outcome.failed));
  await putAside(batchName, quarantined, ports);
  if (failed.size) await ports.archive.noteNotApplied(noteOn(batchName, records, failed));
  await ports.sources.take(arrivalsOf(prepared, failed));
  const sum = (of: (outcome: ActorOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    response: { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) },
    applied: sum(({ applied }) => applied),
    duplicates: sum(({ duplicates }) => duplicates),
    linkedLate: sum(({ linkedLate }) => linkedLate),
    settled: sum(({ settled }) => settled),
    conflicts: sum(({ conflicts }) => conflicts),
    quarantined: quarantined.length + sum((outcome) => outcome.quarantined.length),
    failed: failed.size,
    hottestActor: hottestActorPerSecond(byActor),
    sources: arrivalsBySource(byActor, watchedSources),
    alerts: outcomes.flatMap(({ alerts }) => alerts),
  };
}

/** What came and was taken in, a second time too: whether a source goes on does not hang on that. The canary is no source. */
function arrivalsOf(prepared: PreparedRecords | undefined, failed: ReadonlySet<string>): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  for (const [record, ready] of prepared ?? []) {
    if (record.kind !== 'access' || !('access' in ready) || ready.access.canary || failed.has(record.sequenceNumber))
      continue;
    const { event, time, arrival } = record;
    arrivals.push({ event, country: countryOf(ready.access), time, arrival });
  }
  return arrivals;
}

/**
 * Puts records aside, whole, in an object that is named after them: a batch that is delivered again overwrites what it wrote
 * before, but not with less. What the fold threw on lies behind the fence by then, and is not thrown on again.
 */
async function putAside(batchName: string, records: readonly QuarantinedRecord[], ports: DetectPorts): Promise<void> {
  if (records.length === 0) return;
  const which = hash64Hex(records.map(({ sequenceNumber }) => sequenceNumber).join(' '));
  await ports.archive.quarantine(`${batchName}-${which}`, records);
}

/** A batch that is delivered again has the same name. */
function nameOf(records: readonly KinesisStreamRecord[]): string {
  const first = records[0]?.kinesis.sequenceNumber ?? 'empty';
  return `${shardOf(records)}-${first}-${records.at(-1)?.kinesis.sequenceNumber ?? 'empty'}`;
}

function noteOn(
  batchName: string,
  records: readonly KinesisStreamRecord[],
  failed: ReadonlySet<string>,
): NotAppliedNote {
  const numbers = records.map(({ kinesis }) => kinesis.sequenceNumber);
  const done = numbers.filter((number) => !failed.has(number));
  return { batchName, shardId: shardOf(records), sequenceNumbers: [...failed], done };
}

const shardOf = (records: readonly KinesisStreamRecord[]) => (records[0] ? shardIdOf(records[0]) : 'unknown');

async function prepareOrWarn(
  records: readonly BatchRecord[],
  loaded: ReadonlyMap<string, Baseline>,
  ports: DetectPorts,
): Promise<PreparedRecords | undefined> {
  try {
    return await prepareRecords(records, loaded, ports.inputsFor, ports.links, ports);
  } catch (error) {
    ports.warn('what records are judged by could not be read', error);
    return undefined;
  }
}

interface Loaded {
  readonly intact: ReadonlyMap<string, Baseline>;
  /** Why what is stored of an actor can't be read. */
  readonly damaged: ReadonlyMap<string, string>;
}

/** Nothing is known of anybody when the read fails: that is a failed batch, never a batch of newcomers. */
async function loadAll(actorIds: readonly string[], ports: DetectPorts): Promise<Loaded | undefined> {
  try {
    return { intact: await ports.baselines.load(actorIds), damaged: new Map() };
  } catch (error) {
    ports.warn('baselines could not be read', error);
    return error instanceof DamagedBaselines ? error : undefined;
  }
}

const allFailed = (records: readonly BatchRecord[]): ActorOutcome => ({
  applied: 0,
  duplicates: 0,
  linkedLate: 0,
  settled: 0,
  conflicts: 0,
  quarantined: [],
  alerts: [],
  failed: records.map(({ sequenceNumber }) => sequenceNumber),
});

/**
 * Puts the records of an actor aside whose baseline is damaged. Trying again would not help, and everybody else on the shard would
 * wait for an hour.
 */
async function giveUpActor(
  records: readonly BatchRecord[],
  damage: string,
  ports: DetectPorts,
  batchName: string,
): Promise<ActorOutcome> {
  const quarantined = records.map(({ record }) =>
    quarantinedRecord(record, `what is stored of the actor can't be read: ${damage}`),
  );
  try {
    await putAside(batchName, quarantined, ports);
    return { ...allFailed([]), quarantined };
  } catch (error) {
    ports.warn('records of an actor whose baseline is damaged could not be put aside', error);
    return allFailed(records);
  }
}

async function applyActor(
  actorId: string,
  records: readonly BatchRecord[],
  loaded: Baseline | undefined,
  preparedAtFirst: PreparedRecords,
  ports: DetectPorts,
  batchName: string,
): Promise<ActorOutcome> {
  let stored = loaded;
  let prepared = preparedAtFirst;
  for (let attempt = 0; ; attempt++) {
    try {
      const folded = foldStorable(records, prepared, stored);
      if (folded.alerts.length) await ports.alerts.send(folded.alerts.map(({ alert }) => alert));
      // Before the write, which may put them behind the fence: from then on nobody would look at them again.
      await putAside(batchName, folded.quarantined, ports);
      // Held before the commit: the fold forgets windows that it closed. A crash between the two holds the same ones again.
      for (const held of folded.held) await ports.held.hold(actorId, held);
      // A new fence alone is not written: without a new version, the write of a zombie could take it back. The ring knows these.
      if (folded.baseline && folded.encoded)
        await ports.baselines.save(actorId, folded.baseline, stored?.version ?? 0, folded.encoded);
      await forgetOutdated(actorId, folded, ports);
      return { ...folded, conflicts: attempt, failed: [] };
    } catch (error) {
      const conflict = error instanceof WriteConflict && attempt + 1 < MAXIMUM_ATTEMPTS;
      ports.warn(`records of one actor ${conflict ? 'are folded again' : 'were not applied'}`, error);
      if (!conflict) return allFailed(records);
      const reloaded = await loadAll([actorId], ports);
      // Damaged since: the next delivery finds that out.
      if (!reloaded || reloaded.damaged.size > 0) return allFailed(records);
      stored = reloaded.intact.get(actorId);
      // Whoever was faster may have closed windows that wait for a verdict of this batch.
      const again = await prepareVerdictsAgain(records, prepared, ports);
      if (!again) return allFailed(records);
      prepared = again;
    }
  }
}

/** A case that goes on for days holds ever newer windows: its item would grow until nothing could be added. */
async function forgetOutdated(actorId: string, { held, noLongerWaiting }: FoldedRecords, ports: DetectPorts) {
  if (noLongerWaiting.length === 0) return;
  try {
    for (const { alertId } of held) await ports.held.forget(actorId, alertId, noLongerWaiting);
  } catch (error) {
    ports.warn('held windows that no baseline waits for stay until they expire', error);
  }
}

async function prepareVerdictsAgain(records: readonly BatchRecord[], prepared: PreparedRecords, ports: DetectPorts) {
  try {
    return new Map([...prepared, ...(await prepareAdjudications(records, ports))]);
  } catch (error) {
    ports.warn('what verdicts are about could not be read again', error);
    return undefined;
  }
}
