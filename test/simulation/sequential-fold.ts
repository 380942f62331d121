import type { InputsInForce } from '../../functions/detect/inputs-in-force.ts';
import type { BatchRecord } from '../../functions/detect/read-batch.ts';
import type { Access } from '../../shared/model/access.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { type Baseline, type Fence, initialBaseline } from '../../shared/model/baseline.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { isLinked, type LinkHit, linkEntryOf, linkKindOf } from '../../shared/pipeline/links.ts';
import { type Commit, type DetectRun, linkKey } from './observed.ts';
import { readOnce } from './read-once.ts';

/** What one actor's baseline has to be, and what had to be told on the way. */
export interface Sequel {
  readonly baseline: Baseline | undefined;
  readonly alerts: readonly Alert[];
  /** Hashes of the events applied, in order. */
  readonly applied: readonly string[];
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
  beyondMemory: number;
  readonly wrong: string[];
}

/**
 * Folds one actor's records one by one, in the order in which the run first wrote them down. Which records are new is decided
 * here, by position and by content, and not by the fold; what the fold says about that must be the same.
 *
 * @param commits the actor's, in the order of the writes
 */
export async function foldInSequence(
  before: Baseline | undefined,
  commits: readonly Commit[],
  inputsOf: (arrival: number) => Promise<InputsInForce>,
): Promise<Sequel> {
  const state: State = {
    baseline: before,
    fences: before?.fences ?? [],
    alerts: [],
    applied: before ? recentOf(before) : [],
    beyondMemory: 0,
    wrong: [],
  };
  const known = state.applied.length;
  for (const { actorId, run } of commits) {
    const asked = new Map<string, number>();
    for (const record of recordsOf(run, actorId)) await foldRecord(state, record, run, asked, inputsOf);
  }
  const { baseline, alerts, applied, beyondMemory, wrong } = state;
  return {
    baseline: baseline && { ...baseline, fences: state.fences },
    alerts,
    applied: applied.slice(known),
    beyondMemory,
    wrong,
  };
}

/** One actor's readable records of a batch, in the order of the stream. */
const recordsOf = (run: DetectRun, actorId: string): readonly BatchRecord[] =>
  run.records.flatMap((record) => readOnce(record) ?? []).filter(({ event }) => event.actor.id === actorId);

async function foldRecord(
  state: State,
  { event, time, arrival, position }: BatchRecord,
  run: DetectRun,
  asked: Map<string, number>,
  inputsOf: (arrival: number) => Promise<InputsInForce>,
): Promise<void> {
  const inputs = await inputsOf(arrival);
  const access = enriched(() => enrich(event, time, inputs, arrival));
  if (!access) return;
  const hits = linkHitsOf(access, run, asked);
  const fence = state.fences.find(({ shard }) => shard === position.shard);
  if (fence && position.sequenceNumber <= fence.sequenceNumber) return;
  const moved = [position, ...state.fences.filter(({ shard }) => shard !== position.shard)].slice(0, SHARDS_REMEMBERED);
  const hash = hashText(access.hash);
  if (state.applied.slice(-EVENTS_REMEMBERED).includes(hash)) {
    state.fences = moved;
    return;
  }
  const from = { ...(state.baseline ?? initialBaseline()), fences: state.fences };
  let result: ReturnType<typeof applyEvent>;
  try {
    result = applyEvent(from, access, position, inputs, hits);
  } catch {
    // Put aside by `detect`; whether it was is judged elsewhere. Its position is not taken.
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
}

/** A record that can't be enriched is put aside by `detect`, and its position is not taken. */
function enriched(enrichIt: () => Access): Access | undefined {
  try {
    return enrichIt();
  } catch {
    return undefined;
  }
}

/** What others' accesses the run found beside this one: this hangs on who came first, so it is taken as it was seen. */
function linkHitsOf(access: Access, run: DetectRun, asked: Map<string, number>): readonly LinkHit[] {
  const kind = linkKindOf(access);
  if (!kind) return [];
  return access.subjectHashes.flatMap((subject) => {
    const key = linkKey(subject, linkEntryOf(access));
    const nth = asked.get(key) ?? 0;
    asked.set(key, nth + 1);
    const other = run.met.get(key)?.[nth];
    return other && isLinked(access, kind, other) ? [{ subject, actorId: other.actorId }] : [];
  });
}

export const hashText = ([high, low]: readonly [number, number]): string => `${high} ${low}`;

/** Oldest first. */
function recentOf({ recent }: Baseline): string[] {
  const hashes: string[] = [];
  for (let i = recent.length - 2; i >= 0; i -= 2) hashes.push(hashText([recent[i] ?? 0, recent[i + 1] ?? 0]));
  return hashes;
}
