import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { planSchedule } from './plan-schedule.ts';
import { play } from './play.ts';
import { CALL_FAULTS } from './schedule.ts';
import { describeSchedule, shrink } from './shrink.ts';
import type { Portion, PortionPlayed } from './simulation-worker.ts';
import { addTallies, faultsMet, NO_TALLY, type Tally } from './tally.ts';

const HELP = `usage: npm run simulate-faults -- [options]

Plays schedules of faults around detect, assess and notify, and judges each by a sequential fold. The first one that comes
out wrong is printed with its seed, made as small as it gets, and ends the run with exit code 1. The same seed is the same run.

  --schedules N   how many                         (default 20000)
  --seed N        the first seed; the others follow (default 0)
  --workers N     threads                           (default: one a core)
  --help
`;

const PORTION = 100;
const PROGRESS_EVERY_MS = 5_000;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      schedules: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '0' },
      workers: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [schedules, seed, workers] = [values.schedules, values.seed, values.workers].map(Number);
  if (!isCount(schedules, 1) || !isCount(seed, 0) || !isCount(workers, 1)) {
    process.stderr.write('--schedules, --seed and --workers take whole numbers\n');
    return 2;
  }
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  let tally = NO_TALLY;
  let saidAt = 0;
  const failed = await playAll(seed, schedules, workers, (portion) => {
    tally = addTallies(tally, portion);
    if (seconds() * 1_000 - saidAt < PROGRESS_EVERY_MS) return;
    saidAt = seconds() * 1_000;
    const rate = tally.schedules / seconds();
    const left = (schedules - tally.schedules) / rate;
    process.stderr.write(
      `${tally.schedules} of ${schedules} schedules, ${rate.toFixed(0)} a second, ${left.toFixed(0)} s to go\n`,
    );
  });
  process.stdout.write(summary(tally, seed, seconds()));
  if (!failed) return 0;
  process.stdout.write(`\nseed ${failed.seed} came out wrong:\n${failed.wrong.map((line) => `  ${line}\n`).join('')}`);
  const smallest = await shrink(planSchedule(failed.seed), async (smaller) => (await play(smaller)).wrong.length > 0);
  const { wrong } = await play(smallest);
  process.stdout.write(`\nas small as it gets:\n${wrong.map((line) => `  ${line}\n`).join('')}`);
  process.stdout.write(`${describeSchedule(smallest)}\n`);
  return 1;
}

const isCount = (value: number | undefined, least: number): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= least;

/** @returns the failure with the lowest seed among those found, or nothing when every schedule came out right */
async function playAll(
  seed: number,
  schedules: number,
  workers: number,
  done: (tally: Tally) => void,
): Promise<PortionPlayed['failed']> {
  let next = seed;
  let failed: PortionPlayed['failed'];
  const nextPortion = (): Portion | undefined => {
    const count = failed ? 0 : Math.min(PORTION, seed + schedules - next);
    if (count <= 0) return undefined;
    next += count;
    return { from: next - count, count };
  };
  const work = async () => {
    const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url));
    try {
      for (let portion = nextPortion(); portion; portion = nextPortion()) {
        const played = await playedBy(worker, portion);
        done(played.tally);
        if (played.failed && !(failed && failed.seed < played.failed.seed)) failed = played.failed;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failed;
}

const playedBy = (worker: Worker, portion: Portion): Promise<PortionPlayed> =>
  new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (played: PortionPlayed) => {
      worker.off('error', reject);
      resolve(played);
    });
    worker.postMessage(portion);
  });

const summary = (tally: Tally, seed: number, seconds: number): string =>
  `${tally.schedules} schedules, seeds ${seed} to ${seed + tally.schedules - 1}, in ${seconds.toFixed(1)} s (${(tally.schedules / seconds).toFixed(0)} a second)
${tally.applied} events applied, ${tally.alerts} alerts, ${tally.invocations} invocations
${faultsMet(tally)} calls went wrong: ${CALL_FAULTS.map((fault) => `${fault} ${tally.met[fault]}`).join(', ')}
${tally.zombies} invocations went on after their time-out, ${tally.conflicts} writes lost a race
${tally.overtaken} alerts were sent from states that another write overtook
${tally.verdicts} verdicts were taken in, for ${tally.learnedLate} of them something had been held back
${tally.linkedLate} links were found late and said something new
${tally.writtenOlder} baselines were written in the older form, by a release that the next one replaces
${tally.beyondMemory} events were applied again beyond what a baseline remembers
`;

process.exitCode = await main(process.argv.slice(2));
