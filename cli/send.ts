import { statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { accessEventFormat } from '../shared/formats/access-event-format.ts';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { openSignInJoin, openSourceReader, type SourceReader } from '../shared/formats/source-reader.ts';
import { makeKinesisClient } from '../shared/stores/clients.ts';
import {
  BYTES_A_CALL,
  BYTES_A_RECORD,
  type OutgoingRecord,
  putRecords,
  RECORDS_A_CALL,
  RecordsNotTaken,
  sizeOf,
} from '../shared/stores/put-records.ts';
import { awsFailure } from './aws-failure.ts';
import { loadSourceContext, SOURCE_HELP, SOURCE_OPTIONS, type SourceRequest } from './load-source-context.ts';
import { type Io, progressBar } from './progress.ts';
import { quarantineBeside, writeOrFail } from './quarantine-file.ts';
import { TruncatedFile } from './read-bytes.ts';
import { type FileRecord, readSourceFile } from './read-source-file.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const SEND_HELP = `usage: borderwatch send FILE... [--format FORMAT] [--stream NAME | --stage STAGE]

Puts recorded accesses on the access stream, each under its actor's id, and counts what isn't an access.
FILE holds records of any format, plain or gzip. Where AWS is and who you are come from the AWS SDK's own environment variables.
What is sent a second time counts twice: detection recognises an actor's last sixteen accesses, and no more.

${SOURCE_HELP}
  --stream NAME     (default: accesses, as in the local stack)
${STAGE_HELP}
  --from-line N     begin at line N of the one FILE, to go on after a failure
  --help            this text

Lines that are no record are named, and put whole into FILE.quarantine.ndjson. Exit codes: 0 done, 1 failed or nothing could
be read, 2 wrong usage.
`;

interface Request extends SourceRequest {
  readonly files: readonly string[];
  readonly streamName: string;
  readonly fromLine: number;
}

interface Reader extends SourceReader {
  readonly join: (reading: RecordReading) => RecordReading;
}

interface Counts {
  lines: number;
  sent: number;
  invalid: number;
  readonly notConcerned: Map<string, number>;
}

/** @returns the exit code: 0 done, 1 a file is cut off or holds no record */
export async function send(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(SEND_HELP);
    return 0;
  }
  const sizes = request.files.map(sizeOfFile);
  const client = makeKinesisClient();
  const counts: Counts = { lines: 0, sent: 0, invalid: 0, notConcerned: new Map() };
  // One for all files: what one says of a session or a query, another may need.
  const reader = { ...openSourceReader(request.context, request.format), join: openSignInJoin() };
  const cutOff: string[] = [];
  try {
    for (const [index, file] of request.files.entries()) {
      const rest = index === request.files.length - 1 ? reader.finish : () => [];
      const truncated = await sendFile(
        client,
        request,
        file,
        sizes[index] ?? 0,
        { ...reader, finish: rest },
        counts,
        io,
      );
      if (truncated) cutOff.push(`${truncated.message}; everything before it was sent`);
    }
  } finally {
    client.destroy();
    io.stdout.write(summary(request.streamName, counts));
  }
  for (const message of cutOff) io.stderr.write(`borderwatch send: ${message}\n`);
  const nothingRead = counts.lines > 0 && counts.invalid === counts.lines;
  if (nothingRead) io.stderr.write('borderwatch send: not one line is a record\n');
  return cutOff.length > 0 || nothingRead ? 1 : 0;
}

function sizeOfFile(file: string): number {
  try {
    return statSync(file).size;
  } catch (cause) {
    throw new CommandFailure(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** @returns the place where a .gz ends before its end */
async function sendFile(
  client: KinesisClient,
  { streamName, fromLine }: Request,
  file: string,
  size: number,
  reader: Reader,
  counts: Counts,
  io: Io,
): Promise<TruncatedFile | undefined> {
  const bar = progressBar(io.stderr, file, () => performance.now());
  const quarantine = quarantineBeside(file, fromLine === 1, (message) => {
    bar.done();
    io.stderr.write(`${message}\n`);
  });
  let waiting: OutgoingRecord[] = [];
  let bytes = 0;
  let lastLine = 0;
  let nextLine = 1;
  let doneLine = 0;
  const flush = async () => {
    const records = waiting;
    waiting = [];
    bytes = 0;
    try {
      await putRecords(client, streamName, records);
      counts.sent += records.length;
    } catch (error) {
      if (!(error instanceof RecordsNotTaken)) throw error;
      counts.sent += records.length - error.records.length;
      throw notSent(error, file, lastLine, nextLine, streamName);
    }
  };
  // Where records share a line, or one means several accesses, all of them are sent again: they are known by their ids.
  const reach = (number: number, isLast: boolean) => {
    lastLine = number;
    nextLine = isLast && number !== doneLine ? number + 1 : number;
  };
  const takeReading = async (
    reading: RecordReading,
    { number, text, value }: Extract<FileRecord, { kind: 'record' }>,
    isLast: boolean,
  ) => {
    const joined = reader.join(reading);
    const isAsItCame = reading.kind === 'event' && joined.kind === 'event' && reading.value === joined.value;
    const record = outgoing(joined, isAsItCame && accessEventFormat.recognises(value) ? text : undefined);
    if (record.kind === 'invalid') {
      counts.invalid++;
      quarantine.add({ kind: 'line', number, text }, record.reason);
    } else if (record.kind === 'not-concerned') {
      counts.notConcerned.set(record.why, (counts.notConcerned.get(record.why) ?? 0) + 1);
    } else {
      if (bytes + sizeOf(record) > BYTES_A_CALL) await flush();
      waiting.push(record);
      bytes += sizeOf(record);
    }
    if (number > 0) reach(number, isLast);
    if (waiting.length === RECORDS_A_CALL) await flush();
  };
  const take = async (record: FileRecord) => {
    counts.lines++;
    if (record.kind === 'invalid') {
      counts.invalid++;
      quarantine.add({ ...record, kind: 'line' }, record.reason);
    } else {
      const readings = reader.take(record.value);
      for (const [index, reading] of readings.entries())
        await takeReading(reading, record, index === readings.length - 1);
    }
    reach(record.number, true);
    doneLine = record.number;
  };
  try {
    let read = 0;
    for await (const records of readSourceFile(file, (all) => (read = all))) {
      for (const record of records) if (record.number >= fromLine) await take(record);
      bar.update(size ? read / size : 1, `${counts.sent} sent`);
    }
    for (const reading of reader.finish()) await takeReading(reading, NO_RECORD, true);
    if (waiting.length) await flush();
    return undefined;
  } catch (error) {
    if (error instanceof NotSent) throw error;
    // Whatever keeps the rest of the file from being read: what was read before goes out.
    if (waiting.length) await flush();
    if (error instanceof TruncatedFile) return error;
    throw error instanceof CommandFailure && lastLine > 0 ? stoppedAfter(error, file, lastLine, nextLine) : error;
  } finally {
    bar.done();
    quarantine.done();
  }
}

type Outgoing =
  | Extract<RecordReading, { kind: 'invalid' | 'not-concerned' }>
  | ({ readonly kind: 'record' } & OutgoingRecord);

/** An access event goes out as it came, what was joined with a sign-in and other formats as the access event that they mean. */
function outgoing(reading: RecordReading, text: string | undefined): Outgoing {
  if (reading.kind === 'sign-in') return { kind: 'not-concerned', why: 'context' };
  if (reading.kind !== 'event') return reading;
  const data = new TextEncoder().encode(text ?? JSON.stringify(reading.value));
  const record = { partitionKey: reading.value.actor.id, data };
  if (sizeOf(record) > BYTES_A_RECORD)
    return { kind: 'invalid', reason: `with its actor's id longer than the ${BYTES_A_RECORD} bytes of a record` };
  return { kind: 'record', ...record };
}

/** What accesses belong to that waited for others until the end. */
const NO_RECORD = { kind: 'record', number: 0, text: '', value: undefined } as const;

/** The stream takes nothing more; the message says how to go on. */
class NotSent extends CommandFailure {}

/** Keeps what the stream didn't take, and says how to go on. */
function notSent(
  error: RecordsNotTaken,
  file: string,
  lastLine: number,
  nextLine: number,
  streamName: string,
): NotSent {
  const path = `${file}.unsent.ndjson`;
  const text = error.records.map(({ data }) => `${new TextDecoder().decode(data)}\n`).join('');
  writeOrFail(path, () => writeFileSync(path, text));
  const cause = awsFailure(error.cause ?? error, 'KINESIS', `stream ${streamName}`);
  return new NotSent(
    `${cause instanceof Error ? cause.message : cause}\n${file} was sent up to line ${lastLine}, but for ${error.records.length} records that lie in ${path}.\n` +
      `To go on, send ${path}, then ${file} with --from-line ${nextLine}.`,
    { cause: error },
  );
}

/** The file can't be read to its end: says how to go on. */
const stoppedAfter = (error: CommandFailure, file: string, lastLine: number, nextLine: number) =>
  new CommandFailure(
    `${error.message}\n${file} was sent up to line ${lastLine}. To go on once it can be read, send it with --from-line ${nextLine}.`,
    { cause: error },
  );

function summary(streamName: string, { lines, sent, invalid, notConcerned }: Counts): string {
  const why = [...notConcerned].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const passedOver = [...notConcerned.values()].reduce((sum, count) => sum + count, 0);
  return `${lines} lines: ${sent} sent to ${streamName}, ${passedOver} not concerned${why ? ` (${why})` : ''}, ${invalid} invalid\n`;
}

function readArguments(args: readonly string[]): Request | 'help' {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SOURCE_OPTIONS,
      stream: { type: 'string' },
      stage: { type: 'string' },
      'from-line': { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (files.length === 0) throw new UsageError('send needs a FILE');
  const source = loadSourceContext(values, undefined);
  const fromLine = Number(values['from-line']);
  if (!Number.isInteger(fromLine) || fromLine < 1) throw new UsageError(`--from-line ${values['from-line']}: no line`);
  if (fromLine > 1 && files.length > 1) throw new UsageError('--from-line takes one FILE');
  return { files, ...source, streamName: resourceNameFor('accesses', values.stream, values.stage), fromLine };
}
