import { isDeepStrictEqual } from 'node:util';
import type { BatchRecord } from '../../functions/detect/read-batch.ts';
import { accessEventHash } from '../../shared/model/access-event.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { WRITTEN_BASELINE_VERSION } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { createInputsByArrival } from './inputs-by-arrival.ts';
import { linksJudged } from './judge-links.ts';
import type { Commit, DetectRun, Observed, SentAlert } from './observed.ts';
import { readOnce } from './read-once.ts';
import type { Schedule } from './schedule.ts';
import { foldInSequence, hashText, type Sequel } from './sequential-fold.ts';

/** What a run comes to. */
export interface Verdict {
  /** Every promise that was broken; none is what everything here is about. */
  readonly wrong: readonly string[];
  /** Alerts of states that another write overtook: people may have been told of them, and nothing in the baselines knows of them. */
  readonly overtaken: number;
  readonly beyondMemory: number;
  /** Baselines that were written in an older stored form. */
  readonly writtenOlder: number;
  readonly applied: number;
  readonly verdicts: number;
  /** Verdicts for which something had been held back. */
  readonly learnedLate: number;
  /** Records of late links that said something new. */
  readonly linkedLate: number;
  readonly alerts: number;
}

/** Judges a run by a sequential fold of what it took, in the order in which it first took it. */
export async function judge(schedule: Schedule, observed: Observed): Promise<Verdict> {
  const inputsOf = createInputsByArrival(observed.references);
  const byActor = Map.groupBy(observed.commits, ({ actorId }) => actorId);
  const sequels = new Map<string, Sequel>();
  for (const actorId of new Set([...byActor.keys(), ...observed.baselines.keys()]))
    sequels.set(actorId, await foldInSequence(observed.before.get(actorId), byActor.get(actorId) ?? [], inputsOf));
  const alerts = alertsJudged(schedule, observed, sequels);
  const all = [...sequels.values()];
  return {
    wrong: [
      ...all.flatMap(({ wrong }) => wrong),
      ...baselinesJudged(observed, sequels),
      ...recordsJudged(schedule, observed, sequels),
      ...alerts.wrong,
      ...linksJudged(observed),
    ],
    overtaken: alerts.overtaken,
    beyondMemory: all.reduce((sum, sequel) => sum + sequel.beyondMemory, 0),
    writtenOlder: observed.commits.filter(({ run }) => run.writes !== WRITTEN_BASELINE_VERSION).length,
    learnedLate: all.reduce((sum, { learnedLate }) => sum + learnedLate, 0),
    linkedLate: all.reduce((sum, { linkedLate }) => sum + linkedLate, 0),
    verdicts: all.reduce((sum, { settled }) => sum + settled.size, 0),
    applied: all.reduce((sum, { applied }) => sum + applied.length, 0),
    alerts: all.reduce((sum, sequel) => sum + sequel.alerts.length, 0),
  };
}

/** Each baseline is, byte for byte, what the sequential fold makes of the actor's events. */
function baselinesJudged({ baselines }: Observed, sequels: ReadonlyMap<string, Sequel>): string[] {
  return [...sequels].flatMap(([actorId, { baseline: expected }]) => {
    const stored = baselines.get(actorId);
    if (!stored || !expected) return stored || expected ? [`the baseline of ${actorId} is there or not`] : [];
    if (Buffer.compare(encodeBaseline(stored), encodeBaseline(expected)) === 0) return [];
    return [
      `the baseline of ${actorId} has version ${stored.version} and is not the sequential fold, which has version ${expected.version}`,
    ];
  });
}

/** No record is missing from all of applied, quarantined and failed; what can be used is not put aside, what can't be is. */
function recordsJudged(
  { parentsFirst }: Schedule,
  { put, before, quarantined, discarded }: Observed,
  sequels: ReadonlyMap<string, Sequel>,
): string[] {
  const putAside = new Set(quarantined.map(({ sequenceNumber }) => sequenceNumber));
  const failed = new Set(discarded.map(({ sequenceNumber }) => sequenceNumber));
  const applied = new Map([...sequels].map(([actorId, sequel]) => [actorId, new Set(sequel.applied)]));
  // An alert may be sent of an access that is then given up, or still waits on a parent: a verdict on it finds nobody.
  const lostAccesses = new Set(discarded.map(({ partitionKey }) => partitionKey));
  const mayFindNobody = (actorId: string) => !before.has(actorId) && (!parentsFirst || lostAccesses.has(actorId));
  return put.flatMap(({ record, fate }) => {
    const { sequenceNumber, partitionKey } = record;
    const event = readOnce(record);
    const isApplied = event !== undefined && isTaken(event, sequels.get(partitionKey), applied.get(partitionKey));
    const isPutAside = putAside.has(sequenceNumber);
    if (isPutAside && event?.kind === 'adjudication' && mayFindNobody(partitionKey)) return [];
    if (fate === 'applied' && isPutAside) return [`${sequenceNumber} of ${partitionKey} was put aside`];
    if (isPutAside || failed.has(sequenceNumber)) return [];
    if (isApplied && fate !== 'quarantined') return [];
    return [`${sequenceNumber} of ${partitionKey} is neither ${fate} nor failed`];
  });
}

/** Late links that say nothing new change no baseline; whether links were lost is judged by what was met. */
function isTaken(record: BatchRecord, sequel: Sequel | undefined, applied: ReadonlySet<string> | undefined): boolean {
  if (record.kind === 'late-links') return true;
  if (record.kind === 'adjudication') return sequel?.settled.has(record.adjudication.alertId) === true;
  return applied?.has(hashText(accessEventHash(record.event))) === true;
}

const nameOf = ({ alertId, revision }: Pick<Alert, 'alertId' | 'revision'>) => `${alertId}:${revision}`;

/** People were told of every alert of the sequential fold, and each is one case with its highest revision. */
function alertsJudged(
  { parentsFirst }: Schedule,
  observed: Observed,
  sequels: ReadonlyMap<string, Sequel>,
): { readonly wrong: readonly string[]; readonly overtaken: number } {
  const wrong: string[] = [];
  const expected = [...sequels.values()].flatMap(({ alerts }) => alerts);
  const texts = new Map(expected.map((alert) => [nameOf(alert), JSON.stringify(alert)]));
  const textOf = (alert: Alert) => texts.get(nameOf(alert)) ?? 'none';
  const phantoms = observed.sent.filter(({ alert, run }) => run && textOf(alert) !== JSON.stringify(alert));
  for (const { alert, run, basis } of observed.sent)
    if (run && !restsOnRead({ alert, run, basis })) wrong.push(`${nameOf(alert)} rests on a state that was not read`);
  // Where nothing can overtake anything, every alert that is sent is one of the sequential fold.
  const isCalm = parentsFirst && observed.discarded.length === 0;
  for (const { alert, run } of phantoms)
    if (isCalm && !hasLinks(observed.commits, alert, run))
      wrong.push(`${nameOf(alert)} is no alert of the sequential fold`);

  const published = Map.groupBy(observed.published, ({ alertId }) => alertId);
  const cases = new Map(observed.cases.map((found) => [found.alertId, found]));
  const overtaken = new Set(phantoms.map(({ alert }) => alert.alertId));
  for (const alert of Map.groupBy(expected, ({ alertId }) => alertId).values()) {
    const highest = alert.at(-1);
    if (!highest) continue;
    const { alertId, revision } = highest;
    const found = cases.get(alertId);
    if (!found || found.revision < revision || (found.revision > revision && !overtaken.has(alertId)))
      wrong.push(`case ${alertId} has revision ${found?.revision ?? 'none'}, not ${revision}`);
    else if (found.notifiedRevision < found.revision) wrong.push(`nobody was told of case ${alertId}`);
    else if (!overtaken.has(alertId) && !isDeepStrictEqual(found.alert, JSON.parse(textOf(highest))))
      wrong.push(`case ${alertId} says something else than the sequential fold`);
    const told = Math.max(0, ...(published.get(alertId) ?? []).map((alert) => alert.revision));
    if (!highest.shadow && told < revision && !overtaken.has(alertId))
      wrong.push(`${nameOf(highest)} was never published`);
  }
  const sent = new Set(observed.sent.map(({ alert }) => nameOf(alert)));
  for (const alert of observed.published)
    if (alert.shadow || !sent.has(nameOf(alert))) wrong.push(`${nameOf(alert)} should not have been published`);
  return { wrong, overtaken: phantoms.length };
}

/** An alert is only sent from a state that the same invocation read. */
const restsOnRead = ({ alert, run, basis }: SentAlert): boolean =>
  run !== undefined &&
  basis !== undefined &&
  basis < alert.baseline.version &&
  alert.baseline.version <= basis + run.records.length;

/** Whether accesses in the alert's batch, or in another one of its subject, met others': on another try they may have met others. */
const hasLinks = (commits: readonly Commit[], { subject }: Alert, run: DetectRun | undefined): boolean =>
  [run, ...commits.filter(({ actorId }) => actorId === subject.id).map((commit) => commit.run)].some((batch) =>
    [...(batch?.met.values() ?? [])].flat().some(Boolean),
  );
