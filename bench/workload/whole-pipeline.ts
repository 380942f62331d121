import { parseAccessEventText } from '../../shared/model/access-event.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { decodeBaseline } from '../../shared/model/baseline-codec.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import type { Scale } from '../harness/benchmark.ts';
import { collectGarbage } from '../harness/collect-garbage.ts';
import { cpuSecondsOf } from '../harness/cpu-seconds.ts';
import { benchmarkCompany } from './companies.ts';
import { type Crowd, type CrowdEvent, crowdOf, statesBefore, type Turn } from './crowd.ts';
import { packStates, type StateStore } from './packed-states.ts';
import type { SettledCompany } from './settled-company.ts';

/** How many states there are, and whether they are kept as objects, as a replay does, or encoded, as a table does. */
export interface States {
  readonly actors: number;
  readonly encoded: boolean;
}

/** So often does a small company take all events before a large one is measured: after three the first measure was 4% slower than later ones, after ten it was like them. */
const WARM_UP_PASSES = 10;

/** A company's events, each prepared as it reaches the pipeline and as it leaves enrichment. */
export function pipelineEvents(company: SettledCompany, { quick }: Pick<Scale, 'quick'>) {
  return company.deliveries.slice(0, quick ? 4_000 : 30_000).map(({ arrival, event }) => {
    const time = Date.parse(event.time);
    const access = enrich(event, time, company.context, arrival);
    return { arrival, line: JSON.stringify(event), event, time, access };
  });
}

/**
 * The whole pipeline in memory: a line is read, validated, enriched, scored, decided on and learned. Everybody of the company is there
 * as many times as it takes, each with a state of their own, and an event closes a sitting or a day as often: what differs is how many
 * there are.
 *
 * @returns events a second of one processor, measured anew each time
 */
export function wholePipeline(scale: Pick<Scale, 'quick'>, { actors, encoded }: States): () => number {
  const company = benchmarkCompany({ ...scale, runs: 1 });
  const events = pipelineEvents(company, scale);
  const inForce = { snapshot: prepareSnapshot(company.snapshot), settings: company.context.settings };
  const before = statesBefore(company, events, inForce);
  const crowd = (size: number) => crowdOf(company, events, before, size);
  const take = pipelineOf(company, inForce);
  return () => perSecond(crowd, actors, take, encoded ? packStates : decodedStates);
}

type Take = (event: CrowdEvent, before: Baseline | undefined) => Baseline;

function pipelineOf({ context }: SettledCompany, inForce: ScoringContext): Take {
  return ({ line, arrival }, before) => {
    const parsed = parseAccessEventText(line);
    if (!parsed.ok) throw new Error(parsed.reason);
    return applyEvent(before, enrich(parsed.event, parsed.time, context, arrival), undefined, inForce).baseline;
  };
}

function decodedStates(states: Crowd['states']): StateStore {
  const decoded = new Map([...states].map(([key, bytes]) => [key, decodeBaseline(bytes)] as const));
  return {
    change: (key, to) => {
      decoded.set(key, to(decoded.get(key)));
    },
  };
}

function perSecond(
  crowdOfSize: (actors: number) => Crowd,
  actors: number,
  take: Take,
  storeOf: (states: Crowd['states']) => StateStore,
): number {
  const takeAll = (states: StateStore, turns: readonly Turn[]) => {
    for (const turn of turns) states.change(turn.key, (before) => take(turn, before));
  };
  const { states, turns } = crowdOfSize(actors);
  const stored = storeOf(states);
  const once = crowdOfSize(1);
  // Collecting takes compiled code with it whose objects are all gone: what runs for long is compiled anew before it is measured.
  collectGarbage();
  for (let pass = 0; pass < WARM_UP_PASSES; pass++) takeAll(storeOf(once.states), once.turns);
  return turns.length / cpuSecondsOf(() => takeAll(stored, turns));
}
