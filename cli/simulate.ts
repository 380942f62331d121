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

const HELP = `Usage: borderwatch simulate FOLDER [options]

Writes three weeks of a simulated company into FOLDER, ready for \`borderwatch replay FOLDER\`. The same options give the
same bytes.

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

/**
 * The command `simulate`.
 *
 * @param args what follows the command's name
 * @returns the exit code: 0 done, 1 the folder can't be written, 2 wrong usage
 */
export async function simulate(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(HELP);
    return 0;
  }
  if (typeof request === 'string') {
    io.stderr.write(`borderwatch simulate: ${request}\nTry: borderwatch simulate --help\n`);
    return 2;
  }
  const { folder, gzip, company } = request;
  try {
    const events = await writeRun(folder, company, gzip, io);
    io.stdout.write(summary(company, folder, events));
    return 0;
  } catch (error) {
    if (!(error instanceof ForeignFolder || (error instanceof Error && 'syscall' in error))) throw error;
    io.stderr.write(`borderwatch simulate: cannot write ${folder}: ${error.message}\n`);
    return 1;
  }
}

/** The folder holds events that this command did not write. */
class ForeignFolder extends Error {
  override readonly name = 'ForeignFolder';
}

interface Request {
  readonly folder: string;
  readonly gzip: boolean;
  readonly company: Company;
}

/** @returns what to do, or what is wrong with the arguments */
function readArguments(args: readonly string[]): Request | 'help' | string {
  try {
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
    if (!folder) return 'the folder to write into is missing';
    if (more.length > 0) return `one folder only, not also ${more.join(' ')}`;
    const options: CompanyOptions = {
      ...numberOption('seed', values.seed),
      ...numberOption('people', values.people),
      ...numberOption('days', values.days),
      ...(values.start === undefined ? {} : { start: values.start }),
      ...(values.attacks === undefined ? {} : { attacks: values.attacks }),
    };
    return { folder, gzip: values.gzip ?? false, company: buildCompany(options) };
  } catch (error) {
    if (error instanceof InvalidCompanyOption) return `--${error.message}`;
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      return error.message;
    }
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
 * @throws ForeignFolder rather than overwrite somebody's own events
 */
async function writeRun(folder: string, company: Company, gzip: boolean, io: Io): Promise<number> {
  const path = (name: string) => join(folder, name);
  const plain = path(RUN_FILES.events);
  const zipped = `${plain}.gz`;
  await mkdir(folder, { recursive: true });
  if (!(await exists(path(RUN_FILES.company))) && ((await exists(plain)) || (await exists(zipped)))) {
    throw new ForeignFolder('it holds events of another origin (there is no company.json beside them)');
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
