import { statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { type RecordFormat, readRecord, recordFormat } from '../shared/formats/read-records.ts';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { makeKinesisClient } from '../shared/stores/clients.ts';
import { awsFailure } from './aws-failure.ts';
import { type Io, progressBar } from './progress.ts';
import {
  BYTES_A_CALL,
  BYTES_A_RECORD,
  type OutgoingRecord,
  putRecords,
  RECORDS_A_CALL,
  RecordsNotTaken,
  sizeOf,
} from './put-records.ts';
import { quarantineBeside, writeOrFail } from './quarantine-file.ts';
import { type Line, readLines, TruncatedFile } from './read-lines.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

const FORMATS: readonly RecordFormat[] = ['access-event', 'cloudtrail'];

export const SEND_HELP = `usage: borderwatch send FILE... [--format FORMAT] [--stream NAME | --stage STAGE]

Puts recorded accesses on the access stream, each under its actor's id, and counts what isn't an access.
FILE is NDJSON, plain or gzip. Where AWS is and who you are come from the AWS SDK's own environment variables.

  --format FORMAT   ${FORMATS.join(' or ')}; what is in another format is refused (default: told by each record)
  --stream NAME     (default: accesses, as in the local stack)
${STAGE_HELP}
  --from-line N     begin at line N of the one FILE, to go on after a failure
  --help            this text

Lines that are no record are named, and put whole into FILE.quarantine.ndjson. Exit codes: 0 done, 1 failed or nothing could
be read, 2 wrong usage.
`;

interface Request {
  readonly files: readonly string[];
  readonly format: RecordFormat | undefined;
  readonly streamName: string;
  readonly fromLine: number;
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
  const cutOff: string[] = [];
  try {
    for (const [index, file] of request.files.entries()) {
      const truncated = await sendFile(client, request, file, sizes[index] ?? 0, counts, io);
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
  { format, streamName, fromLine }: Request,
  file: string,
  size: number,
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
      throw notSent(error, file, lastLine, streamName);
    }
  };
  const take = async (line: Line) => {
    counts.lines++;
    const record = readLine(line, format);
    if (record.kind === 'invalid') {
      counts.invalid++;
      quarantine.add(line, record.reason);
    } else if (record.kind === 'not-concerned') {
      counts.notConcerned.set(record.why, (counts.notConcerned.get(record.why) ?? 0) + 1);
    } else {
      if (bytes + sizeOf(record) > BYTES_A_CALL) await flush();
      waiting.push(record);
      bytes += sizeOf(record);
    }
    lastLine = line.number;
    if (waiting.length === RECORDS_A_CALL) await flush();
  };
  try {
    let read = 0;
    for await (const lines of readLines(file, (all) => (read = all))) {
      for (const line of lines) if (line.number >= fromLine) await take(line);
      bar.update(size ? read / size : 1, `${counts.sent} sent`);
    }
    if (waiting.length) await flush();
    return undefined;
  } catch (error) {
    if (error instanceof NotSent) throw error;
    // Whatever keeps the rest of the file from being read: what was read before goes out.
    if (waiting.length) await flush();
    if (error instanceof TruncatedFile) return error;
    throw error instanceof CommandFailure && lastLine > 0 ? stoppedAfter(error, file, lastLine) : error;
  } finally {
    bar.done();
    quarantine.done();
  }
}

type LineReading = Exclude<RecordReading, { kind: 'event' }> | ({ readonly kind: 'record' } & OutgoingRecord);

/** An access event goes out as it came, other formats as the access event that they mean. */
function readLine(line: Line, format: RecordFormat | undefined): LineReading {
  if (line.kind === 'unreadable') return { kind: 'invalid', reason: line.reason };
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    return { kind: 'invalid', reason: `not JSON: ${error instanceof Error ? error.message : error}` };
  }
  const found = recordFormat(value);
  if (format !== undefined && found !== format) return { kind: 'invalid', reason: `not in the format ${format}` };
  const reading = readRecord(value);
  if (reading.kind !== 'event') return reading;
  const text = found === 'access-event' ? line.text : JSON.stringify(reading.value);
  const record = { partitionKey: reading.value.actor.id, data: new TextEncoder().encode(text) };
  if (sizeOf(record) > BYTES_A_RECORD)
    return { kind: 'invalid', reason: `with its actor's id longer than the ${BYTES_A_RECORD} bytes of a record` };
  return { kind: 'record', ...record };
}

/** The stream takes nothing more; the message says how to go on. */
class NotSent extends CommandFailure {}

/** Keeps what the stream didn't take, and says how to go on. */
function notSent(error: RecordsNotTaken, file: string, lastLine: number, streamName: string): NotSent {
  const path = `${file}.unsent.ndjson`;
  const text = error.records.map(({ data }) => `${new TextDecoder().decode(data)}\n`).join('');
  writeOrFail(path, () => writeFileSync(path, text));
  const cause = awsFailure(error.cause ?? error, 'KINESIS', `stream ${streamName}`);
  return new NotSent(
    `${cause instanceof Error ? cause.message : cause}\n${file} was sent up to line ${lastLine}, but for ${error.records.length} records that lie in ${path}.\n` +
      `To go on, send ${path}, then ${file} with --from-line ${lastLine + 1}.`,
    { cause: error },
  );
}

/** The file can't be read to its end: says how to go on. */
const stoppedAfter = (error: CommandFailure, file: string, lastLine: number) =>
  new CommandFailure(
    `${error.message}\n${file} was sent up to line ${lastLine}. To go on once it can be read, send it with --from-line ${lastLine + 1}.`,
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
      format: { type: 'string' },
      stream: { type: 'string' },
      stage: { type: 'string' },
      'from-line': { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (files.length === 0) throw new UsageError('send needs a FILE');
  const format = FORMATS.find((known) => known === values.format);
  if (values.format !== undefined && !format)
    throw new UsageError(`--format ${values.format}: not ${FORMATS.join(' or ')}`);
  const fromLine = Number(values['from-line']);
  if (!Number.isInteger(fromLine) || fromLine < 1) throw new UsageError(`--from-line ${values['from-line']}: no line`);
  if (fromLine > 1 && files.length > 1) throw new UsageError('--from-line takes one FILE');
  return { files, format, streamName: resourceNameFor('accesses', values.stream, values.stage), fromLine };
}
