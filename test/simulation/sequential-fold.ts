import type { InputsFor } from '../../functions/detect/inputs-in-force.ts';
import { type PreparedRecords, prepareRecords } from '../../functions/detect/prepare-records.ts';
import type {
  AccessRecord,
  AdjudicationRecord,
  BatchRecord,
  LateLinksRecord,
} from '../../functions/detect/read-batch.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { type Baseline, type Fence, initialBaseline } from '../../shared/model/baseline.ts';
import { type HeldWindow, joinWindows } from '../../shared/model/held-window.ts';
import { applyAdjudication } from '../../shared/pipeline/apply-adjudication.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { applyLateLinks } from '../../shared/pipeline/apply-late-links.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { answeredLinks } from './answered-links.ts';
import { asWritten } from './as-written.ts';
import type { Commit, DetectRun } from './observed.ts';
import { readOnce } from './read-once.ts';

/** What one actor's baseline has to be, and what had to be told on the way. */
export interface Sequel {
  readonly baseline: Baseline | undefined;
  readonly alerts: readonly Alert[];
  /** Hashes of the events applied, in order. */
  readonly applied: readonly string[];
  /** Cases whose verdicts were taken in. */
  readonly settled: ReadonlySet<string>;
  /** Of these, for how many something had been held back. */
  readonly learnedLate: number;
  /** Records of late links that said something new. */
  readonly linkedLate: number;
  /** Events that were applied again because so many others came in between that nothing could know of the first time. */
  readonly beyondMemory: number;
  readonly wrong: readonly string[];
}

/** How many events and shards a baseline remembers, by DESIGN's decision 2. */
const EVENTS_REMEMBERED = 16;
const SHARDS_REMEMBERED = 2;

/** What the fold of one actor goes on from. */
interface State {
  baseline: Baseline | undefined;
  fences: readonly Fence[];
  readonly alerts: Alert[];
  readonly applied: string[];
  readonly settled: Set<string>;
  learnedLate: number;
  linkedLate: number;
  /** Windows that wait for a verdict, by case. */
  readonly held: Map<string, readonly HeldWindow[]>;
  beyondMemory: number;
  readonly wrong: string[];
}

/**
 * Folds one actor's records one by one, in the order in which the run first wrote them down. Which records are new is decided
 * here, by position and by content, and not by the fold; what the fold says about that must be the same.
 *
 * @param commits the actor's, in the order of the writes
 * @param inputsOf what an arrival has to be judged by, told from the whole run
 */
export async function foldInSequence(
  before: Baseline | undefined,
  commits: readonly Commit[],
  inputsOf: InputsFor,
): Promise<Sequel> {
  const state: State = {
    baseline: before,
    fences: before?.fences ?? [],
    alerts: [],
    applied: before ? recentOf(before) : [],
    settled: new Set(),
    learnedLate: 0,
    linkedLate: 0,
    held: new Map(),
    beyondMemory: 0,
    wrong: [],
  };
  const known = state.applied.length;
  for (const { actorId, run } of commits) {
    const prepared = await preparedOf(run, inputsOf);
    for (const record of recordsOf(run)) {
      if (actorOf(record) !== actorId) continue;
      if (record.kind === 'access') foldRecord(state, record, prepared);
      else if (record.kind === 'late-links') foldLateLinks(state, record, prepared);
      else foldVerdict(state, record);
    }
    state.baseline &&= asWritten({ ...state.baseline, fences: state.fences }, actorId, run.writes);
  }
  const { baseline, alerts, applied, settled, learnedLate, linkedLate, beyondMemory, wrong } = state;
  return {
    baseline: baseline && { ...baseline, fences: state.fences },
    alerts,
    applied: applied.slice(known),
    settled,
    learnedLate,
    linkedLate,
    beyondMemory,
    wrong,
  };
}

/** A batch's readable records, in the order of the stream. */
const recordsOf = (run: DetectRun): readonly BatchRecord[] => run.records.flatMap((record) => readOnce(record) ?? []);

function actorOf(record: BatchRecord): string {
  if (record.kind === 'access') return record.event.actor.id;
  return record.kind === 'adjudication' ? record.adjudication.actorId : record.lateLinks.actorId;
}

const NO_VERDICTS = { cases: createMemoryCaseStore(), held: createMemoryHeldWindowStore() };

const prepared = new WeakMap<DetectRun, Promise<PreparedRecords>>();

/**
 * A batch's records as they had to be judged. What others' accesses they met hangs on who came first, so it is taken as the
 * run saw it; everything else is worked out anew.
 */
function preparedOf(run: DetectRun, inputsOf: InputsFor): Promise<PreparedRecords> {
  let made = prepared.get(run);
  if (!made) {
    const asked = new Map<string, number>();
    const links = answeredLinks(async (question) => {
      const nth = asked.get(question) ?? 0;
      asked.set(question, nth + 1);
      return run.met.get(question)?.[nth] as never;
    });
    const judged = recordsOf(run).filter((record) => record.kind !== 'adjudication');
    made = prepareRecords(judged, run.loaded, inputsOf, links, NO_VERDICTS);
    prepared.set(run, made);
  }
  return made;
}

function foldRecord(state: State, record: AccessRecord, preparedRecords: PreparedRecords): void {
  const { event, position } = record;
  const ready = preparedRecords.get(record);
  // What can't be prepared or folded is put aside by `detect`, and its position is not taken. Whether it was is judged elsewhere.
  if (!ready || !('access' in ready)) return;
  const fence = state.fences.find(({ shard }) => shard === position.shard);
  if (fence && position.sequenceNumber <= fence.sequenceNumber) return;
  const moved = [position, ...state.fences.filter(({ shard }) => shard !== position.shard)].slice(0, SHARDS_REMEMBERED);
  const hash = hashText(ready.access.hash);
  if (state.applied.slice(-EVENTS_REMEMBERED).includes(hash)) {
    state.fences = moved;
    return;
  }
  const from = { ...(state.baseline ?? initialBaseline()), fences: state.fences };
  let result: ReturnType<typeof applyEvent>;
  try {
    result = applyEvent(from, ready.access, position, ready.inForce, ready.linkHits);
  } catch {
    return;
  }
  if (result.kind !== 'applied') {
    state.wrong.push(`the fold takes ${event.id} of ${event.actor.id} for ${result.kind}`);
    return;
  }
  if (state.applied.includes(hash)) state.beyondMemory++;
  state.baseline = result.baseline;
  state.fences = moved;
  state.applied.push(hash);
  if (result.alert) state.alerts.push(result.alert);
  if (result.held) {
    const { alertId, windows } = result.held;
    state.held.set(alertId, joinWindows(state.held.get(alertId) ?? [], windows));
  }
}

/** Takes late links in: what is noted of them was taken as the run saw it. */
function foldLateLinks(state: State, record: LateLinksRecord, preparedRecords: PreparedRecords): void {
  const { position } = record;
  const ready = preparedRecords.get(record);
  if (!ready || !('linkedLate' in ready)) return;
  const fence = state.fences.find(({ shard }) => shard === position.shard);
  if (fence && position.sequenceNumber <= fence.sequenceNumber) return;
  const from = { ...(state.baseline ?? initialBaseline()), fences: state.fences };
  const result = applyLateLinks(from, ready.linkedLate, position, ready.inForce);
  if (result.kind === 'fenced') state.wrong.push(`the fold takes late links of ${record.lateLinks.actorId} for fenced`);
  state.baseline = result.baseline;
  state.fences = result.baseline.fences;
  if (result.kind !== 'applied') return;
  state.linkedLate++;
  if (result.alert) state.alerts.push(result.alert);
}

/** Takes a verdict in, with the windows that were folded here and wait for it, wherever `detect` has kept them. */
function foldVerdict(state: State, record: AdjudicationRecord): void {
  const { position, adjudication } = record;
  const { alertId, verdict } = adjudication;
  const fence = state.fences.find(({ shard }) => shard === position.shard);
  if (fence && position.sequenceNumber <= fence.sequenceNumber) return;
  // Put aside by `detect`: whether it may be is judged elsewhere.
  if (!state.baseline) return;
  const isNew = !state.settled.has(alertId);
  state.settled.add(alertId);
  const windows = state.held.get(alertId) ?? [];
  if (isNew && windows.length > 0) state.learnedLate++;
  const result = applyAdjudication(
    { ...state.baseline, fences: state.fences },
    { alertId, verdict },
    windows,
    position,
  );
  if (result.kind !== (isNew ? 'applied' : 'duplicate'))
    state.wrong.push(`the fold takes the verdict on ${alertId} for ${result.kind}`);
  state.baseline = result.baseline;
  state.fences = result.baseline.fences;
  state.held.delete(alertId);
}

export const hashText = ([high, low]: readonly [number, number]): string => `${high} ${low}`;

/** Oldest first. */
function recentOf({ recent }: Baseline): string[] {
  const hashes: string[] = [];
  for (let i = recent.length - 2; i >= 0; i -= 2) hashes.push(hashText([recent[i] ?? 0, recent[i + 1] ?? 0]));
  return hashes;
}
