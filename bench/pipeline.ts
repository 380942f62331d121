import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
/** So many turns a run: two processes are compared, and what else the machine does slows one of them down in one turn and the other in another. */
const TURNS = 3;

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
    const turns = await measureInTurns(
      states.map(({ actors, encoded }) => ({ quick: scale.quick, actors, encoded })),
      TURNS * scale.runs,
    );
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
 * Each in a process of its own: where states are kept as objects, the engine learns to allocate them for long, and then does so for all that
 * are decoded. A process that waits for its turn gives up the room that young objects die in, and has it back when it is warm. The first
 * turn, in which others are still being made ready, is not looked at.
 *
 * @returns events a second, of each of the works in each turn
 */
async function measureInTurns(works: readonly WholeWork[], turns: number): Promise<readonly (readonly number[])[]> {
  const processes = works.map(startWhole);
  try {
    return await repeat(turns, async () => {
      const perSecond: number[] = [];
      for (const { measure } of processes) perSecond.push(await measure());
      return perSecond;
    });
  } finally {
    for (const { end } of processes) end();
  }
}

function startWhole(work: WholeWork) {
  const { stdin, stdout } = spawn(process.execPath, [PROCESS, JSON.stringify(work)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    measure: async (): Promise<number> => {
      stdin.write('\n');
      const { value, done } = await answers.next();
      if (done) throw new Error(`the process that measures ${work.actors} actors has ended`);
      return Number(value);
    },
    end: () => stdin.end(),
  };
}
