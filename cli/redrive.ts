import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type KinesisClient, KinesisServiceException } from '@aws-sdk/client-kinesis';
import * as z from 'zod';
import { QUARANTINE_PREFIX } from '../infra/resource-names.ts';
import { makeKinesisClient, makeS3Client } from '../shared/stores/clients.ts';
import { inCalls, type OutgoingRecord, putRecords, RecordsNotTaken } from '../shared/stores/put-records.ts';
import { awsFailure } from './aws-failure.ts';
import { type Io, progressBar } from './progress.ts';
import { openRedriveBucket, type RedriveBucket } from './redrive-bucket.ts';
import { contentOf, type Fate, planRedrive, type Redriven } from './redrive-plan.ts';
import { createRedriveReport, type RedriveChoice, type RedriveReport } from './redrive-report.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const REDRIVE_HELP = `usage: borderwatch redrive [--dry-run] [--include-uncertain] [--again] [--bucket NAME] [--stream NAME | --stage STAGE]

Puts records that were quarantined or given up back on the access stream, each once, after what was wrong with them was mended.
Of a batch that was given up only those go back that are noted as not applied. Where nothing notes it, they may have been counted
already: they are reported, and stay where they are. What would be quarantined again stays too, and so does what was, after it went
back, and what ingest could not read, which never was on the stream. What went back is written down in the bucket, so that the same
command again does nothing. One at a time, please.

  --dry-run             say what would be done, and do nothing
  --include-uncertain   put back what may have been counted already as well
  --again               put back once more what was put back before and quarantined again
  --bucket NAME         what holds the records (default: borderwatch-local, as in the local stack; needed with --stage)
  --stream NAME         (default: accesses, as in the local stack)
${STAGE_HELP}
  --help                this text

Exit codes: 0 done, 1 failed or an object could not be read, 2 wrong usage.
`;

interface Request extends RedriveChoice {
  readonly bucketName: string;
  readonly streamName: string;
}

/** @returns the exit code: 0 done, 1 an object could not be read @throws CommandFailure naming the bucket or the stream */
export async function redrive(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(REDRIVE_HELP);
    return 0;
  }
  const s3 = makeS3Client();
  const kinesis = makeKinesisClient();
  const report = createRedriveReport(request);
  try {
    const bucket = openRedriveBucket(s3, request.bucketName);
    await redriveAll(bucket, kinesis, request, report, io);
  } catch (error) {
    throw awsFailure(error, 'S3', `bucket ${request.bucketName}`);
  } finally {
    s3.destroy();
    kinesis.destroy();
  }
  io.stdout.write(report.text());
  return report.unreadable() > 0 ? 1 : 0;
}

async function redriveAll(
  bucket: RedriveBucket,
  kinesis: KinesisClient,
  request: Request,
  report: RedriveReport,
  io: Io,
): Promise<void> {
  const redriven = await bucket.redriven();
  const seen = new Set<string>();
  const { keys, unread } = await bucket.sources();
  report.passOver(unread);
  const bar = progressBar(io.stderr, 'redrive', () => performance.now());
  for (const [index, key] of keys.entries()) {
    const fates = await fatesIn(bucket, key, redriven, seen, (reason) => report.unread(key, reason));
    report.take(key, fates);
    const going = fates.flatMap((fate) =>
      fate.kind === 'put back' ||
      (fate.kind === 'in doubt' && request.includeUncertain) ||
      (fate.kind === 'came back' && request.again)
        ? [fate]
        : [],
    );
    if (!request.dryRun)
      for (const call of inCalls(going, ({ outgoing }) => outgoing))
        await putBack(bucket, kinesis, request.streamName, call);
    bar.update((index + 1) / keys.length, `${index + 1} of ${keys.length} objects`);
  }
  bar.done();
}

/** What is to become of the records of one object; an object that can't be understood doesn't keep the others. */
async function fatesIn(
  bucket: RedriveBucket,
  key: string,
  redriven: Redriven,
  seen: Set<string>,
  onUnreadable: (reason: string) => void,
): Promise<readonly Fate[]> {
  try {
    const records = await bucket.records(key);
    const notes = key.startsWith(QUARANTINE_PREFIX) ? [] : await bucket.notesOn(records);
    return planRedrive(records, { notes, redriven, seen, now: Date.now() });
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    onUnreadable(error instanceof z.ZodError ? z.prettifyError(error) : error.message);
    return [];
  }
}

interface Going {
  readonly id: string;
  readonly outgoing: OutgoingRecord;
}

/** Notes first what is about to be put back and then what was: a redrive that dies between leaves it in doubt, never unsaid. */
async function putBack(
  bucket: RedriveBucket,
  kinesis: KinesisClient,
  streamName: string,
  call: readonly Going[],
): Promise<void> {
  const at = new Date().toISOString();
  const name = `${at.replaceAll(':', '.')}-${randomUUID()}`;
  const idsOf = (some: readonly Going[]) => some.map(({ id }) => id);
  const mark = (putBack: readonly Going[], inDoubt: readonly Going[]) =>
    bucket.mark(name, {
      at,
      putBack: idsOf(putBack),
      inDoubt: idsOf(inDoubt),
      contents: [...putBack, ...inDoubt].map(({ outgoing }) => contentOf(outgoing)),
    });
  await mark([], call);
  let failure: RecordsNotTaken | undefined;
  try {
    await putRecords(
      kinesis,
      streamName,
      call.map(({ outgoing }) => outgoing),
    );
  } catch (error) {
    if (!(error instanceof RecordsNotTaken)) throw error;
    failure = error;
  }
  const missing = new Set(failure?.records);
  const left = call.filter(({ outgoing }) => missing.has(outgoing));
  const inDoubt = failure && !wasRefused(failure.cause) ? left : [];
  await mark(
    call.filter(({ outgoing }) => !missing.has(outgoing)),
    inDoubt,
  );
  if (!failure) return;
  const cause = awsFailure(failure.cause ?? failure, 'KINESIS', `stream ${streamName}`);
  const doubt = inDoubt.length ? ` ${inDoubt.length} records of the call that failed may be on the stream.` : '';
  throw new CommandFailure(
    `${cause instanceof Error ? cause.message : cause}\nWhat was put back until then is noted.${doubt} To go on, run the same command again.`,
    { cause: failure },
  );
}

/** Whether the stream certainly took nothing: it refused record by record, or the whole call at its first attempt. */
function wasRefused(cause: unknown): boolean {
  if (cause === undefined) return true;
  if (!(cause instanceof KinesisServiceException)) return false;
  const { httpStatusCode = 500, attempts = 2 } = cause.$metadata;
  return httpStatusCode < 500 && attempts === 1;
}

function readArguments(args: readonly string[]): Request | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'dry-run': { type: 'boolean', default: false },
      'include-uncertain': { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      bucket: { type: 'string' },
      stream: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (values.stage !== undefined && values.bucket === undefined)
    throw new UsageError(`--stage needs --bucket too: borderwatch-${values.stage}-evidence-ACCOUNT-REGION`);
  return {
    dryRun: values['dry-run'],
    includeUncertain: values['include-uncertain'],
    again: values.again,
    bucketName: values.bucket ?? 'borderwatch-local',
    streamName: resourceNameFor('accesses', values.stream, values.stage),
  };
}
