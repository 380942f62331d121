import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAccessEventText } from '../shared/model/access-event.ts';
import { decodeBaseline, encodeBaseline } from '../shared/model/baseline-codec.ts';
import { applyEvent } from '../shared/pipeline/apply-event.ts';
import { enrich } from '../shared/pipeline/enrich.ts';
import { prepareSnapshot } from '../shared/pipeline/prepare-snapshot.ts';
import { score, viewOf } from '../shared/pipeline/score.ts';
import { type Benchmark, type Figure, type Goal, repeat } from './harness/benchmark.ts';
import { cpuSecondsOf } from './harness/cpu-seconds.ts';
import { benchmarkCompany } from './workload/companies.ts';
import { pipelineEvents, type States } from './workload/whole-pipeline.ts';
import type { WholeWork } from './workload/whole-process.ts';

const execute = promisify(execFile);
const PROCESS = fileURLToPath(new URL('workload/whole-process.ts', import.meta.url));
/** The first two are compared, so they are measured one right after the other. */
const STATES: readonly (States & { readonly quick: boolean })[] = [
  { actors: 1_000, encoded: false, quick: true },
  { actors: 1_000_000, encoded: true, quick: false },
  { actors: 1_000, encoded: true, quick: true },
  { actors: 100_000, encoded: true, quick: false },
  { actors: 100_000, encoded: false, quick: false },
];
const WHOLE: Goal = { atLeast: 100_000 };
export const pipelineBenchmark: Benchmark = {
  name: 'pipeline',
  about: 'what each step of the pipeline takes in memory on one processor, and the whole by number of actors',
  run: async (scale) => {
    const company = benchmarkCompany(scale);
    const events = pipelineEvents(company, scale);
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
    const states = STATES.filter(({ quick }) => quick || !scale.quick);
    const turns: number[][] = [];
    // In turns: what else the machine does meanwhile then slows all of them down, and not one.
    for (let run = 0; run < scale.runs; run++) {
      const perSecond: number[] = [];
      for (const { actors, encoded } of states) perSecond.push(await wholeInProcess(scale.quick, { actors, encoded }));
      turns.push(perSecond);
    }
    for (const [place, { actors, encoded }] of states.entries())
      figures.push({
        of: `${actors.toLocaleString('en-US')} actors`,
        name: encoded ? 'the whole, states encoded' : 'the whole, states as objects',
        unit: 'a second',
        runs: turns.map((perSecond) => perSecond[place] ?? Number.NaN),
        ...(place === 0 && { goal: WHOLE }),
      });
    if (!scale.quick)
      figures.push({
        of: 'the whole',
        name: 'a million actors, encoded, against a thousand as objects',
        unit: 'times slower',
        runs: turns.map(([thousand = Number.NaN, million = Number.NaN]) => thousand / million),
        goal: { atMost: 1.5 },
      });
    return figures;
  },
};

/**
 * In a process of its own each time: where states are kept as objects, the engine learns to allocate them for long, and then does so for
 * all that are decoded; and one that waits for its turn gives up the room that young objects die in.
 *
 * @returns events a second
 */
async function wholeInProcess(quick: boolean, states: States): Promise<number> {
  const work: WholeWork = { quick, ...states };
  const { stdout } = await execute(process.execPath, [PROCESS, JSON.stringify(work)]);
  return Number(stdout);
}
