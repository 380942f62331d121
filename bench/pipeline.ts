import { parseAccessEventText } from '../shared/model/access-event.ts';
import type { Baseline } from '../shared/model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../shared/model/baseline-codec.ts';
import { applyEvent } from '../shared/pipeline/apply-event.ts';
import { enrich } from '../shared/pipeline/enrich.ts';
import { prepareSnapshot } from '../shared/pipeline/prepare-snapshot.ts';
import { score, viewOf } from '../shared/pipeline/score.ts';
import { type Benchmark, type Figure, type Goal, repeat } from './harness/benchmark.ts';
import { collectGarbage } from './harness/collect-garbage.ts';
import { benchmarkCompany } from './workload/companies.ts';
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
    for (const { actors, encoded, quick } of STATES) {
      if (scale.quick && !quick) continue;
      figures.push({
        of: `${actors.toLocaleString('en-US')} actors`,
        name: encoded ? 'the whole, states encoded' : 'the whole, states as objects',
        unit: 'a second',
        runs: await repeat(scale.runs, () => wholePerSecond(company, events, inForce, actors, encoded)),
        ...(encoded ? {} : { goal: WHOLE }),
      });
    }
    return figures;
  },
};

type Line = {
  readonly arrival: number;
  readonly line: string;
  readonly event: { readonly actor: { readonly id: string } };
};

/**
 * Everybody of the company is there as many times as it takes, each with a state of their own, and their events are spread over
 * them: nobody's events meet somebody else's habits.
 */
function wholePerSecond(
  company: SettledCompany,
  events: readonly Line[],
  inForce: Parameters<typeof applyEvent>[3],
  actors: number,
  encoded: boolean,
): number {
  const copies = Math.ceil(actors / company.baselines.size);
  const keys = events.map(({ event }, index) => `${event.actor.id} ${index % copies}`);
  const stored = [...company.baselines].map(([actorId, baseline]) => [actorId, encodeBaseline(baseline)] as const);
  const numbers = Array.from({ length: copies }, (_, number) => number);
  const take = (line: string, arrival: number, before: Baseline | undefined): Baseline => {
    const parsed = parseAccessEventText(line);
    if (!parsed.ok) throw new Error(parsed.reason);
    return applyEvent(before, enrich(parsed.event, parsed.time, company.context, arrival), undefined, inForce).baseline;
  };
  const over = <State>(
    read: (state: State) => Baseline,
    write: (after: Baseline) => State,
    fresh: (bytes: Uint8Array) => State,
  ) => {
    const takeAll = (states: Map<string, State>, keyOf: (index: number) => string) => {
      for (const [index, { line, arrival }] of events.entries()) {
        const key = keyOf(index);
        const state = states.get(key);
        states.set(key, write(take(line, arrival, state && read(state))));
      }
    };
    const everybody = new Map(
      stored.flatMap(([actorId, bytes]) => numbers.map((number) => [`${actorId} ${number}`, fresh(bytes)] as const)),
    );
    // Collecting takes compiled code with it whose objects are all gone: what runs for long is compiled anew before it is measured.
    collectGarbage();
    for (let pass = 0; pass < WARM_UP_PASSES; pass++)
      takeAll(
        new Map(stored.map(([actorId, bytes]) => [actorId, fresh(bytes)])),
        (index) => events[index]?.event.actor.id ?? '',
      );
    return cpuSecondsOf(() => takeAll(everybody, (index) => keys[index] ?? '')) / events.length;
  };
  const secondsAnEvent = encoded
    ? over<Uint8Array>(
        decodeBaseline,
        (after) => encodeBaseline(after),
        (bytes) => bytes.slice(),
      )
    : over<Baseline>(
        (state) => state,
        (after) => after,
        decodeBaseline,
      );
  return 1 / secondsAnEvent;
}

function cpuSecondsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
