import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import {
  buildCompany,
  type Company,
  type CompanyOptions,
  DEFAULT_COMPANY,
  InvalidCompanyOption,
} from '../shared/simulation/company.ts';
import {
  companyText,
  directoryText,
  eventChunks,
  hiddenText,
  networksText,
  RUN_FILES,
} from '../shared/simulation/run-files.ts';
import { DAY } from '../shared/simulation/wall-clock.ts';
import { type Io, progressBar } from './progress.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const SIMULATE_HELP = `usage: borderwatch simulate FOLDER [options]

Writes a simulated company with attacks hidden in it, ready for replay.
Three weeks of it, unless --days says otherwise; the same options give the same bytes. FOLDER then holds

  events.ndjson    who read what, in the order in which it reaches the stream
  directory.csv    where everybody sits
  networks.json    the company's VPN exits, offices and cloud
  hidden.ndjson    the attacks hidden in the events: who, when, and which signal should see it
  company.json     the options, the first day with attacks, and the honest oddities

Options
  --seed N         another company of the same kind, 0 to 4294967295      (default ${DEFAULT_COMPANY.seed})
  --people N       employees                                              (default ${DEFAULT_COMPANY.people})
  --days N                                                                (default ${DEFAULT_COMPANY.days})
  --start DATE     the first day, YYYY-MM-DD                              (default ${DEFAULT_COMPANY.start})
  --no-attacks     hide none (--attacks is the default)
  --gzip           write events.ndjson.gz instead
  --help

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure when the folder can't be written */
export async function simulate(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(SIMULATE_HELP);
    return 0;
  }
  const { folder, gzip, company } = request;
  try {
    const events = await writeRun(folder, company, gzip, io);
    io.stdout.write(summary(company, folder, events));
    return 0;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new CommandFailure(`${folder} cannot be written: ${cause.message}`, { cause });
  }
}

interface Request {
  readonly folder: string;
  readonly gzip: boolean;
  readonly company: Company;
}

/** @throws UsageError */
function readArguments(args: readonly string[]): Request | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      seed: { type: 'string' },
      people: { type: 'string' },
      days: { type: 'string' },
      start: { type: 'string' },
      attacks: { type: 'boolean' },
      gzip: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const [folder, ...more] = positionals;
  if (!folder || more.length > 0) throw new UsageError('simulate takes one FOLDER to write into');
  const company = companyOf({
    ...numberOption('seed', values.seed),
    ...numberOption('people', values.people),
    ...numberOption('days', values.days),
    ...(values.start === undefined ? {} : { start: values.start }),
    ...(values.attacks === undefined ? {} : { attacks: values.attacks }),
  });
  return { folder, gzip: values.gzip ?? false, company };
}

/** @throws UsageError naming the option that can't be */
function companyOf(options: CompanyOptions): Company {
  try {
    return buildCompany(options);
  } catch (error) {
    if (error instanceof InvalidCompanyOption) throw new UsageError(`--${error.message}`, { cause: error });
    throw error;
  }
}

/** Text that is no number becomes NaN, which the company refuses by name. */
const numberOption = <Name extends 'seed' | 'people' | 'days'>(name: Name, text: string | undefined) =>
  text === undefined ? {} : { [name]: /^\d+$/.test(text) ? Number(text) : Number.NaN };

/**
 * Writes all files; the events last and under another name until they are whole, so that half a run never looks like one.
 *
 * @returns how many events were written
 * @throws CommandFailure rather than overwrite somebody's own events
 */
async function writeRun(folder: string, company: Company, gzip: boolean, io: Io): Promise<number> {
  const path = (name: string) => join(folder, name);
  const plain = path(RUN_FILES.events);
  const zipped = `${plain}.gz`;
  await mkdir(folder, { recursive: true });
  if (!(await exists(path(RUN_FILES.company))) && ((await exists(plain)) || (await exists(zipped)))) {
    throw new CommandFailure(
      `${folder} holds events of another origin: there is no company.json beside them; nothing was written`,
    );
  }
  // An older run's events in the other format would be read together with the new directory.
  await Promise.all([plain, zipped].map((file) => rm(file, { force: true })));
  await writeFile(path(RUN_FILES.company), companyText(company));
  await writeFile(path(RUN_FILES.directory), directoryText(company));
  await writeFile(path(RUN_FILES.networks), networksText(company));
  await writeFile(path(RUN_FILES.hidden), hiddenText(company));

  const { start, end, options } = company;
  const bar = progressBar(io.stderr, 'simulating', () => performance.now());
  let written = 0;
  const chunks = eventChunks(company, ({ clock }, events) => {
    written = events;
    const day = Math.min(options.days, Math.floor((clock - start) / DAY) + 1);
    const share = Math.min(1, (clock - start) / (end - start));
    bar.update(share, `day ${day} of ${options.days}, ${events.toLocaleString('en-US')} events`);
  });
  const file = gzip ? zipped : plain;
  const partial = `${file}.partial`;
  try {
    const output = createWriteStream(partial);
    await (gzip ? pipeline(Readable.from(chunks), createGzip(), output) : pipeline(Readable.from(chunks), output));
    await rename(partial, file);
  } finally {
    bar.done();
    await rm(partial, { force: true });
  }
  return written;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function summary({ options, hidden, unplayed }: Company, folder: string, events: number): string {
  const lines = [
    `${events.toLocaleString('en-US')} events of ${options.people} people in ${options.days} days written to ${folder}`,
    ...(options.attacks ? [`${hidden.length} attacks hidden in them (hidden.ndjson)`] : []),
    ...(unplayed.length > 0 ? [`not hidden, as nobody there could play them: ${unplayed.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
