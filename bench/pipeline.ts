import { parseAccessEventText } from '../shared/model/access-event.ts';
import type { Baseline } from '../shared/model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../shared/model/baseline-codec.ts';
import { applyEvent, type ScoringContext } from '../shared/pipeline/apply-event.ts';
import { enrich } from '../shared/pipeline/enrich.ts';
import { prepareSnapshot } from '../shared/pipeline/prepare-snapshot.ts';
import { score, viewOf } from '../shared/pipeline/score.ts';
import { type Benchmark, type Figure, type Goal, repeat } from './harness/benchmark.ts';
import { collectGarbage } from './harness/collect-garbage.ts';
import { benchmarkCompany } from './workload/companies.ts';
import { type Crowd, type CrowdEvent, crowdOf, statesBefore, type Turn } from './workload/crowd.ts';
import { packStates } from './workload/packed-states.ts';
import type { SettledCompany } from './workload/settled-company.ts';

/** How many states there are, and whether they are kept as objects, as a replay does, or encoded, as a table does. */
const STATES: readonly { readonly actors: number; readonly encoded: boolean; readonly quick: boolean }[] = [
  { actors: 1_000, encoded: false, quick: true },
  { actors: 100_000, encoded: false, quick: false },
  { actors: 1_000, encoded: true, quick: true },
  { actors: 100_000, encoded: true, quick: false },
  { actors: 1_000_000, encoded: true, quick: false },
];
const WHOLE: Goal = { atLeast: 100_000 };
/** So often does a small company take all events before a large one is measured; after that it gets no faster. */
const WARM_UP_PASSES = 3;

export const pipelineBenchmark: Benchmark = {
  name: 'pipeline',
  about: 'what each step of the pipeline takes in memory on one processor, and the whole by number of actors',
  run: async (scale) => {
    const company = benchmarkCompany(scale);
    const events = company.deliveries.slice(0, scale.quick ? 4_000 : 30_000).map(({ arrival, event }) => {
      const line = JSON.stringify(event);
      const time = Date.parse(event.time);
      return { arrival, line, event, time, access: enrich(event, time, company.context, arrival) };
    });
    const snapshot = prepareSnapshot(company.snapshot);
    const { settings } = company.context;
    const inForce = { snapshot, settings };
    const known = events.flatMap((each) => {
      const baseline = company.baselines.get(each.event.actor.id);
      return baseline ? [{ ...each, baseline }] : [];
    });
    const step = async <Input>(name: string, inputs: readonly Input[], act: (input: Input) => unknown) => ({
      of: 'each step',
      name,
      unit: 'a second',
      runs: await repeat(scale.runs, () => inputs.length / cpuSecondsOf(() => inputs.forEach(act))),
    });
    const figures: Figure[] = [
      await step('JSON.parse alone', events, ({ line }) => JSON.parse(line)),
      await step('decode and validate', events, ({ line }) => parseAccessEventText(line)),
      await step('enrich', events, ({ event, time, arrival }) => enrich(event, time, company.context, arrival)),
      await step('score', known, ({ baseline, access }) =>
        score(viewOf(baseline, access, snapshot, settings, []), snapshot),
      ),
      await step('score, decide and learn', known, ({ baseline, access }) =>
        applyEvent(baseline, access, undefined, inForce),
      ),
      await step(
        'decode a baseline',
        known.map(({ baseline }) => encodeBaseline(baseline)),
        decodeBaseline,
      ),
      await step('encode a baseline', known, ({ baseline }) => encodeBaseline(baseline)),
    ];
    const before = statesBefore(company, events, inForce);
    const states = STATES.filter(({ quick }) => quick || !scale.quick);
    // In turns: what else the machine does meanwhile then slows all of them down, and not one.
    const turns = await repeat(scale.runs, () =>
      states.map(({ actors, encoded }) => wholePerSecond(company, events, before, inForce, actors, encoded)),
    );
    for (const [place, { actors, encoded }] of states.entries())
      figures.push({
        of: `${actors.toLocaleString('en-US')} actors`,
        name: encoded ? 'the whole, states encoded' : 'the whole, states as objects',
        unit: 'a second',
        runs: turns.map((perSecond) => perSecond[place] ?? Number.NaN),
        ...(encoded ? {} : { goal: WHOLE }),
      });
    if (!scale.quick)
      figures.push({
        of: 'the whole',
        name: 'a million actors, encoded, against a thousand as objects',
        unit: 'times slower',
        runs: turns.map((perSecond) => (perSecond[0] ?? Number.NaN) / (perSecond.at(-1) ?? Number.NaN)),
        goal: { atMost: 1.5 },
      });
    return figures;
  },
};

/**
 * Everybody of the company is there as many times as it takes, each with a state of their own, and takes events as often in a day,
 * and closes as many sittings, as people do: what differs is how many there are.
 */
function wholePerSecond(
  company: SettledCompany,
  events: readonly CrowdEvent[],
  before: readonly Uint8Array[],
  inForce: ScoringContext,
  actors: number,
  encoded: boolean,
): number {
  const take = ({ line, arrival }: CrowdEvent, baseline: Baseline | undefined): Baseline => {
    const parsed = parseAccessEventText(line);
    if (!parsed.ok) throw new Error(parsed.reason);
    return applyEvent(baseline, enrich(parsed.event, parsed.time, company.context, arrival), undefined, inForce)
      .baseline;
  };
  const over = <State>(
    storeOf: (states: Crowd['states']) => StateStore<State>,
    read: (state: State) => Baseline,
    write: (after: Baseline) => State,
  ) => {
    const takeAll = (states: StateStore<State>, turns: readonly Turn[]) => {
      for (const turn of turns) {
        const state = states.get(turn.key);
        states.set(turn.key, write(take(turn, state && read(state))));
      }
    };
    const freshly = (crowd: Crowd) => [storeOf(crowd.states), crowd.turns] as const;
    const everybody = freshly(crowdOf(company, events, before, actors));
    const once = crowdOf(company, events, before, 1);
    // Collecting takes compiled code with it whose objects are all gone: what runs for long is compiled anew before it is measured.
    collectGarbage();
    for (let pass = 0; pass < WARM_UP_PASSES; pass++) takeAll(...freshly(once));
    return everybody[1].length / cpuSecondsOf(() => takeAll(...everybody));
  };
  return encoded
    ? over<Uint8Array>(packStates, decodeBaseline, (after) => encodeBaseline(after))
    : over<Baseline>(
        (states) => new Map([...states].map(([key, bytes]) => [key, decodeBaseline(bytes)] as const)),
        (state) => state,
        (after) => after,
      );
}

interface StateStore<State> {
  readonly get: (key: string) => State | undefined;
  readonly set: (key: string, state: State) => unknown;
}

function cpuSecondsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
