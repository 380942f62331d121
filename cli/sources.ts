import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { toOcsf } from '../shared/formats/ocsf-own.ts';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { openSignInJoin, openSourceReader } from '../shared/formats/source-reader.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { loadSourceContext, SOURCE_HELP, SOURCE_OPTIONS } from './load-source-context.ts';
import { contextFilesIn, openOutput, refuseOverwriting } from './output-files.ts';
import { type Io, progressBar } from './progress.ts';
import { TruncatedFile } from './read-bytes.ts';
import { readSourceFile } from './read-source-file.ts';
import { passedOverText, sourceFiles } from './source-files.ts';
import { startSourceTally } from './source-tally.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const SOURCES_HELP = `usage: borderwatch sources FOLDER|FILE... [--out FILE]

Says what is in recorded accesses of any format, and which of the resources in them nobody has mapped.
Nothing is sent. What a source means, field by field, stands in docs/sources.md.

${SOURCE_HELP}
  --out FILE        write the accesses, in the order in which they were read
  --as FORMAT       write them as access-event (default) or as ocsf, without the ids of subjects
  --help            this text
`;

/** Errors named on the screen for one file. */
const NAMED = 3;

/** @returns the exit code: 0 done, 1 a file is cut off or holds no record in a known format */
export async function sources(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(SOURCES_HELP);
    return 0;
  }
  const { paths, out, as, context, format, contextFiles } = request;
  const { files, passedOver } = sourceFiles(paths, out === undefined ? [] : [out]);
  io.stderr.write(passedOverText(passedOver));
  if (files.length === 0) throw new CommandFailure(`${paths.join(', ')}: no file that could hold records`);
  if (out !== undefined) refuseOverwriting([out], [...files, ...contextFiles, ...paths.flatMap(contextFilesIn)]);
  const reader = openSourceReader(context, format);
  const join = openSignInJoin();
  const tally = startSourceTally();
  const output = out === undefined ? undefined : openOutput(out);
  const take = (readings: readonly RecordReading[]) => {
    for (const reading of readings.map(join)) {
      tally.take(reading);
      if (reading.kind !== 'event' || output === undefined) continue;
      const written = as === 'ocsf' ? toOcsf(reading.value, reading.time) : reading.value;
      output.write(`${JSON.stringify(written)}\n`);
    }
  };

  const troubles: string[] = [];
  let records = 0;
  for (const file of files) {
    const found = await readFile(file, reader.take, take, io);
    records += found.records;
    troubles.push(...found.troubles);
  }
  take(reader.finish());
  output?.close();
  io.stdout.write(`${files.length} files, ${records} records\n${tally.report().join('\n')}\n`);
  for (const trouble of troubles) io.stderr.write(`${trouble}\n`);
  return troubles.length > 0 ? 1 : 0;
}

/** @returns how many records there are, and what people must know: a file cut off, or one without a single sound record */
async function readFile(
  file: string,
  read: (record: unknown) => readonly RecordReading[],
  take: (readings: readonly RecordReading[]) => void,
  io: Io,
): Promise<{ readonly records: number; readonly troubles: readonly string[] }> {
  const size = statSync(file).size;
  const bar = progressBar(io.stderr, file, () => performance.now());
  const errors: string[] = [];
  let records = 0;
  let invalid = 0;
  let bytes = 0;
  const refuse = (number: number, reason: string) => {
    invalid++;
    if (errors.length < NAMED) errors.push(`${file}: line ${number}: ${cleanLine(reason)}`);
    take([{ kind: 'invalid', reason }]);
  };
  const troubles: string[] = [];
  try {
    for await (const some of readSourceFile(file, (all) => (bytes = all))) {
      for (const record of some) {
        records++;
        const readings =
          record.kind === 'record' ? read(record.value) : [{ kind: 'invalid', reason: record.reason } as const];
        for (const reading of readings) {
          if (reading.kind === 'invalid') refuse(record.number, reading.reason);
          else take([reading]);
        }
      }
      bar.update(size ? bytes / size : 1, `${records} records`);
    }
  } catch (error) {
    if (!(error instanceof TruncatedFile)) throw error;
    troubles.push(`borderwatch sources: ${error.message}; everything before it was read`);
  }
  bar.done();
  for (const error of errors) io.stderr.write(`${error}\n`);
  if (invalid > errors.length) io.stderr.write(`${file}: ${invalid} invalid in all\n`);
  if (records > 0 && invalid === records) troubles.push(`borderwatch sources: ${file}: not one record could be read`);
  return { records, troubles };
}

function readArguments(args: readonly string[]) {
  const { values, positionals: paths } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SOURCE_OPTIONS,
      out: { type: 'string' },
      as: { type: 'string', default: 'access-event' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [first, ...more] = paths;
  if (first === undefined) throw new UsageError('sources needs a FOLDER or FILE');
  const { as, out } = values;
  if (as !== 'access-event' && as !== 'ocsf') throw new UsageError(`--as ${as}: neither access-event nor ocsf`);
  if (as === 'ocsf' && out === undefined) throw new UsageError('--as needs --out FILE');
  const folder = more.length === 0 ? first : undefined;
  return { paths, out, as, ...loadSourceContext(values, folder) };
}
