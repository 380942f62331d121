import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { progressBar } from '../../cli/progress.ts';
import { buildCompany } from '../../shared/simulation/company.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import type { Trouble } from './faulty-stack.ts';
import { runOverTheWire, type WireOutcome } from './wire-run.ts';

const HELP = `usage: npm run wire-faults -- [options]

Streams a small company through the whole stack on this machine three times: once undisturbed, once over wires that drop,
delay, repeat and refuse requests to Kinesis, DynamoDB, SQS, SNS and Parameter Store, and once with the process that holds the
functions killed (kill -9) again and again. Then compares what is stored and what people were told. Exit code 1 when it differs.

  --seed N      which faults and which moments              (default 1)
  --kills N     how often the functions' process is killed  (default 50)
  --rate SHARE  of requests that something happens to       (default 0.15)
  --people N    employees                                   (default 12)
  --days N                                                  (default 3)
  --help
`;

/** So many alerts a day that a few days of a few people raise some. */
/** In so short a time nothing is odd yet: what people are told of are breaches of policy. */
const SETTINGS = {
  'alerts-per-day': '100',
  'require-approval': 'covered-personal-identifiers',
  'countries-of-concern': 'IE,CN',
};

/** Fifty kills spread over the default company's days. */
const REQUESTS_BETWEEN_KILLS = 100;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      kills: { type: 'string', default: '50' },
      rate: { type: 'string', default: '0.15' },
      people: { type: 'string', default: '12' },
      days: { type: 'string', default: '3' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [seed, kills, rate, people, days] = [values.seed, values.kills, values.rate, values.people, values.days].map(
    Number,
  );
  if (![seed, kills, rate, people, days].every(Number.isFinite)) {
    process.stderr.write(`every option but --help takes a number\n${HELP}`);
    return 2;
  }
  const company = buildCompany({ people: people ?? 0, days: days ?? 0 });
  const run = async (name: string, trouble: Trouble | undefined) => {
    const started = performance.now();
    const bar = progressBar(process.stderr, name, () => performance.now());
    const outcome = await runOverTheWire(company, SETTINGS, trouble, (share) => bar.update(share));
    bar.done();
    process.stdout.write(`${name}: ${described(outcome)} in ${Math.round((performance.now() - started) / 1000)} s\n`);
    return outcome;
  };
  const nothing: Trouble = { seed: seed ?? 1, faultRate: 0, kills: 0, requestsBetweenKills: REQUESTS_BETWEEN_KILLS };
  const clean = await run('undisturbed', undefined);
  const faulty = await run('bad wires', { ...nothing, faultRate: rate ?? 0 });
  const killed = await run('kill -9', { ...nothing, kills: kills ?? 0 });
  const missed =
    killed.troubles['kill -9'] === kills ? [] : [`only ${killed.troubles['kill -9']} kills: more days needed`];
  const problems = [
    ...compareOutcomes(clean, faulty).map((problem) => `bad wires: ${problem}`),
    ...compareOutcomes(clean, killed).map((problem) => `kill -9: ${problem}`),
    ...missed,
  ];
  process.stdout.write(
    problems.length === 0 ? 'No difference that matters.\n' : `${problems.length} differences (seed ${seed}):\n`,
  );
  for (const problem of problems) process.stdout.write(`  ${problem.slice(0, 400)}\n`);
  return problems.length === 0 ? 0 : 1;
}

function described({ events, baselines, cases, published, starts, troubles }: WireOutcome): string {
  const publications = [...published.values()].reduce((sum, times) => sum + times, 0);
  const trouble = Object.entries(troubles).map(([name, times]) => `${times} × ${name}`);
  return [
    `${events} events, ${baselines.size} actors, ${cases.size} cases, ${publications} publications, ${starts} processes`,
    ...(trouble.length > 0 ? [trouble.join(', ')] : []),
  ].join('; ');
}

process.exitCode = await main(process.argv.slice(2));
