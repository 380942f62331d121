import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { alertPagesIn } from '../../cli/alert-pages.ts';
import { REPLAY_SUBJECT_KEY } from '../../cli/load-folder.ts';
import { progressBar } from '../../cli/progress.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { renderEmailDigest } from '../../shared/notification/email-digest.ts';
import { firstFoldBefore } from '../../shared/pipeline/fold-schedule.ts';
import { buildCompany, type Company } from '../../shared/simulation/company.ts';
import { directoryText, hiddenText, networksText, RUN_FILES } from '../../shared/simulation/run-files.ts';
import { publishDirectory, publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { alertLines } from './alert-printer.ts';
import { compareWithHidden, resultTable } from './demo-result.ts';
import type { EmulatorPorts } from './emulators.ts';
import { keepRunning } from './keep-running.ts';
import { type LocalStack, startLocalStack } from './local-stack.ts';
import { runEmpty } from './run-empty.ts';
import { createSimulatedRun, type SimulatedClock } from './simulated-run.ts';
import { stackAddresses } from './stack-addresses.ts';

const HELP = `usage: npm start -- [--keep | --empty [--resources FILE] [--actors FILE]] [--port N]

Starts the whole system on this machine, streams three weeks of a small company through it with attacks hidden in the
last days, and prints every alert as it is published.

  --keep            leave the system up afterwards, on the wall clock, and print its endpoints; Ctrl-C ends it
  --empty           no company: an empty system on the wall clock, for records of your own; prints its endpoints; Ctrl-C ends it
  --resources FILE  what buckets, tables and warehouses hold, for records that are posted to the empty system
  --actors FILE     who goes by which name in which source, likewise
  --port N          first of four ports in a row (default: any free ones)
  --help            this text
`;

/** A small company's budget: one alert in five days about nothing. */
const ALERTS_PER_DAY = '0.2';
const RESULTS = join('.borderwatch', 'demo');
const PAGES = join(RESULTS, 'alerts');

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keep: { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      resources: { type: 'string' },
      actors: { type: 'string' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { keep, empty, resources, actors } = values;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_532))
    return wrongUsage(`--port ${values.port}: not a port from 1 to 65531`);
  if (!empty && (resources ?? actors) !== undefined) return wrongUsage('--resources and --actors need --empty');
  const ports = port === undefined ? {} : { ports: portsFrom(port) };
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  if (!empty) return runDemo(keep, ports, stopped.signal);
  await runEmpty({ ...ports, resources, actors }, stopped.signal);
  return 0;
}

function wrongUsage(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 2;
}

const portsFrom = (first: number): EmulatorPorts => ({
  kinesis: first,
  dynamodb: first + 1,
  queuesAndObjects: first + 2,
  parameters: first + 3,
});

async function runDemo(
  keep: boolean,
  ports: { readonly ports?: EmulatorPorts },
  stopped: AbortSignal,
): Promise<number> {
  const company = buildCompany();
  process.stdout.write(
    `A company of ${company.options.people} people, ${company.options.days} days, ${company.hidden.length} attacks hidden after day ${company.firstAttackDay}. alerts-per-day is ${ALERTS_PER_DAY}.\n`,
  );
  const alerts: Alert[] = [];
  const bar = progressBar(process.stderr, 'streaming', () => performance.now());
  let clock: SimulatedClock | undefined;
  let live = false;
  const stack = await startLocalStack({
    ...ports,
    subjectKey: REPLAY_SUBJECT_KEY,
    settings: { 'alerts-per-day': ALERTS_PER_DAY },
    now: () => (live ? Date.now() : (clock?.now() ?? 0)),
    arrivalOf: (sequenceNumber) => clock?.arrivalOf(sequenceNumber),
    onAlert: (alert) => {
      alerts.push(alert);
      bar.done();
      process.stdout.write(`${alertLines(alert).join('\n')}\n`);
    },
    onDigest: (digest) => {
      bar.done();
      process.stdout.write(renderEmailDigest(digest));
    },
  });
  try {
    const run = createSimulatedRun((simulated) => {
      clock = simulated;
      return { ...stack, kinesis: stack.clients.kinesis, streamName: stack.resources.streamName };
    });
    const events = await stream(company, stack, run, bar, stopped);
    if (stopped.aborted) return 130;
    const result = compareWithHidden(company.hidden, alerts);
    process.stdout.write(
      `\n${events} events in ${Math.round(performance.now() / 1000)} s\n\n${resultTable(result)}\n\n`,
    );
    writeResults(company, alerts);
    process.stdout.write(
      `The alerts lie in ${join(RESULTS, 'alerts.ndjson')}, the directory and what was hidden beside them. Each has a page, to be opened in a browser, in ${PAGES}.\n`,
    );
    if (keep) {
      live = true;
      process.stdout.write(`\nThe system stays up until Ctrl-C. To talk to it:\n\n${stackAddresses(stack)}\n`);
      await keepRunning(stack, stopped, (error) => process.stderr.write(`assess failed: ${error}\n`));
    }
    return 0;
  } finally {
    bar.done();
    await stack.stop();
  }
}

async function stream(
  company: Company,
  stack: LocalStack,
  run: ReturnType<typeof createSimulatedRun>,
  bar: ReturnType<typeof progressBar>,
  stopped: AbortSignal,
): Promise<number> {
  let events = 0;
  for (const { event, arrival } of company.events()) {
    if (stopped.aborted) return events;
    if (events++ === 0) {
      const before = firstFoldBefore(Date.parse(event.time));
      await publishDirectory(stack.references, company.directoryRows, before);
      await publishNetworks(stack.references, company.networks, before);
    }
    await run.take(event);
    bar.update((arrival - company.start) / (company.end - company.start), new Date(arrival).toISOString().slice(0, 10));
  }
  await run.finish();
  bar.update(1);
  bar.done();
  return events;
}

function writeResults(company: Company, alerts: readonly Alert[]): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'alerts.ndjson'), alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  // Pages of an earlier run would be taken for this one's.
  rmSync(PAGES, { recursive: true, force: true });
  alerts.forEach(alertPagesIn(PAGES));
  writeFileSync(join(RESULTS, RUN_FILES.directory), directoryText(company));
  writeFileSync(join(RESULTS, RUN_FILES.networks), networksText(company));
  writeFileSync(join(RESULTS, RUN_FILES.hidden), hiddenText(company));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.exitCode = isUsage ? 2 : 1;
}
