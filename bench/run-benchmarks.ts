import { parseArgs } from 'node:util';
import { alertLatency } from './alert-latency.ts';
import { assessBenchmark } from './assess.ts';
import { detectDynalite } from './detect-dynalite.ts';
import { detectMetered } from './detect-metered.ts';
import { functionStart } from './function-start.ts';
import type { Benchmark, Scale } from './harness/benchmark.ts';
import { printFigures } from './harness/print-figures.ts';
import { writeResult } from './harness/result-file.ts';
import { itemBytesBenchmark } from './item-bytes.ts';
import { pipelineBenchmark } from './pipeline.ts';
import { plainDetectors } from './plain-detectors.ts';
import { replayBenchmark } from './replay.ts';

const BENCHMARKS: readonly Benchmark[] = [
  detectMetered,
  pipelineBenchmark,
  itemBytesBenchmark,
  functionStart,
  replayBenchmark,
  assessBenchmark,
  detectDynalite,
  alertLatency,
  plainDetectors,
];

const HELP = `usage: npm run bench -- [options]

Measures what Borderwatch costs and how fast it is, prints a table and writes bench/results/NAME.json.

  --only NAME   this one alone; may be repeated
  --quick       less data and two runs, into bench/results/NAME.quick.json: to see that it works
  --runs N      how often whatever depends on the machine is measured   (default 5)
  --help

${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(17)} ${about}`).join('\n')}
`;

const QUICK_RUNS = 2;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { quick } = values;
  const scale: Scale = { quick, runs: Number(values.runs ?? (quick ? QUICK_RUNS : 5)) };
  const unknown = values.only?.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined || !Number.isInteger(scale.runs) || scale.runs < 1) {
    process.stderr.write(`${unknown === undefined ? '--runs takes a number from 1 on' : `there is no ${unknown}`}\n`);
    return 2;
  }
  for (const benchmark of BENCHMARKS.filter(({ name }) => values.only?.includes(name) ?? true)) {
    const startedAt = new Date();
    process.stderr.write(`${benchmark.name}: ${benchmark.about}\n`);
    const figures = await benchmark.run(scale);
    const file = writeResult(benchmark, scale, figures, startedAt);
    process.stdout.write(`\n${benchmark.about}\n\n${printFigures(figures)}\n\n${file}\n\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
