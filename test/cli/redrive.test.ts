import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingestMessages } from '../../functions/ingest/ingest.ts';
import { createEventSourceMapping, type EventSourceMapping } from '../../infra/local/event-source-mapping.ts';
import { type LocalFunctions, loadFunctions } from '../../infra/local/functions.ts';
import { writeFailureRecord } from '../../infra/local/write-failure-record.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { createS3RecordArchive } from '../../shared/stores/s3-record-archive.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { type FaultProxy, REFUSAL, startFaultProxy } from '../contracts/fault-proxy.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { ingestWorld } from '../functions/ingest-ports.ts';
import { watchPowertools } from '../functions/watch-powertools.ts';
import { type ProvisionedServices, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';

let services: ProvisionedServices;
let table: FaultProxy;
let detect: LocalFunctions['detect'];
let mapping: EventSourceMapping;
/** What the function does instead of its work. */
let breakdown: (() => never) | undefined;

beforeEach(async () => {
  services = await startProvisionedServices();
  table = await startFaultProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  watchPowertools('detect');
  const environment = { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: table.url } as Readonly<Record<string, string>>;
  ({ detect } = await loadFunctions(environment, services.resources, Date.now));
  mapping = aMapping(true);
});
afterEach(async () => {
  breakdown = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await table.stop();
  await services.stop();
});

/** Gives a batch up at the second failure. */
const aMapping = (bisectBatchOnFunctionError: boolean) =>
  createEventSourceMapping({
    kinesis: services.clients.kinesis,
    streamName: services.resources.streamName,
    handler: (event) => breakdown?.() ?? detect(event),
    onFailure: (record) => writeFailureRecord(services.clients.s3, services.resources.bucketName, record),
    batchSize: 1000,
    maximumBatchingWindowSeconds: 0,
    // As in infra/detect-function.ts: what one lane notes must not speak for the other, which has e-2 alone.
    parallelizationFactor: 2,
    bisectBatchOnFunctionError,
    maximumRetryAttempts: 1,
    maximumRecordAgeInSeconds: -1,
    reportBatchItemFailures: true,
    retryDelayMs: () => 0,
    onError: () => {},
  });

/** An access of just now: what is more than a week old would not be learned. */
const anEvent = (actor: number, number: number) =>
  anAccessEvent({
    id: `ev-${actor}-${number}`,
    time: new Date(Date.now() - 3_600_000 + number * 1_000).toISOString(),
    actor: { id: `e-${actor}` },
  });
const put = (...records: readonly (readonly [key: string, text: string])[]) =>
  services.clients.kinesis.send(
    new PutRecordsCommand({
      StreamName: services.resources.streamName,
      Records: records.map(([PartitionKey, text]) => ({ PartitionKey, Data: Buffer.from(text) })),
    }),
  );
/** Four accesses of each of three actors, taking turns. */
const putTwelve = () =>
  put(
    ...[0, 1, 2, 3].flatMap((number) =>
      [1, 2, 3].map((actor) => [`e-${actor}`, JSON.stringify(anEvent(actor, number))] as const),
    ),
  );
/** Nothing can be written about an actor, or about anybody. */
const refuseWritesAbout = (actor: string) => refuseWrites(`employee#${actor}"`);
const refuseWrites = (about = 'employee#') =>
  table.setFault(async ({ operation, body }, forward) =>
    operation === 'PutItem' && body.includes(about) ? REFUSAL : forward(body),
  );
const mend = () => table.setFault((request, forward) => forward(request.body));
/** How many accesses were applied, by actor. */
async function applied() {
  const store = createDynamoBaselineStore({ call: callsThrough(services.clients.dynamodb), tableName: 'baselines' });
  const baselines = await store.load(['e-1', 'e-2', 'e-3']);
  return Object.fromEntries([...baselines].map(([actor, { version }]) => [actor, version]).toSorted());
}
async function objects(prefix: string) {
  const answer = await services.clients.s3.send(
    new ListObjectsV2Command({ Bucket: services.resources.bucketName, Prefix: prefix }),
  );
  return (answer.Contents ?? []).map(({ Key = '' }) => Key);
}
/** Takes a field from every object there, which holds JSON. */
async function rewrite(prefix: string, field: string) {
  const { bucketName: Bucket } = services.resources;
  for (const Key of await objects(prefix)) {
    const { Body } = await services.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    const { [field]: dropped, ...rest } = JSON.parse((await Body?.transformToString()) ?? '');
    expect(dropped).toBeInstanceOf(Array);
    await services.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(rest) }));
  }
}
const streamed = async () => (await services.streamed()).length;

describe('borderwatch redrive', () => {
  it.each([true, false])('puts back what was not applied, once (batches split: %s)', async (split) => {
    mapping = aMapping(split);
    await putTwelve();
    refuseWritesAbout('e-1');
    await mapping.drain();
    expect(await applied()).toEqual({ 'e-2': 4, 'e-3': 4 });
    mend();

    const first = await borderwatch('redrive');
    await mapping.drain();
    const second = await borderwatch('redrive');
    await mapping.drain();

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stdout).toMatch(/given up: \d+ records in \d objects: .*4 put back/);
    if (!split)
      expect(first.stdout).toContain('8 records in 1 objects: 4 put back, 4 applied before they were given up');
    expect(second.stdout).toContain('4 put back before');
    expect(await streamed()).toBe(16);
    expect(await applied()).toEqual({ 'e-1': 4, 'e-2': 4, 'e-3': 4 });
  });

  it.each([true, false])('puts back what both lanes of a shard gave up (batches split: %s)', async (split) => {
    mapping = aMapping(split);
    await putTwelve();
    refuseWrites();
    await mapping.drain();
    expect(await applied()).toEqual({});
    mend();

    const { stdout } = await borderwatch('redrive');
    await mapping.drain();

    expect(stdout).toMatch(/given up: 12 records in \d+ objects: 12 put back\n/);
    expect(await applied()).toEqual({ 'e-1': 4, 'e-2': 4, 'e-3': 4 });
  });

  it('reads older notes, which name nothing but what was not applied, and older marks', async () => {
    mapping = aMapping(false);
    await putTwelve();
    refuseWritesAbout('e-1');
    await mapping.drain();
    mend();

    await rewrite('failed/notes/', 'done');
    const first = await borderwatch('redrive');
    await rewrite('failed/redriven/', 'contents');
    const second = await borderwatch('redrive');

    expect(first.stdout).toContain('8 records in 1 objects: 4 put back, 4 that may have been counted already');
    expect(first.stdout).toMatch(/4 may have been counted already: .*doesn't say what its batch held/);
    expect(second.stdout).toContain('4 put back before, 4 that may have been counted already');
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    await putTwelve();
    refuseWritesAbout('e-2');
    await mapping.drain();

    const { code, stdout } = await borderwatch('redrive', '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toContain('4 to be put back');
    expect(stdout).toContain('This was a dry run: nothing was done.');
    expect(await streamed()).toBe(12);
    expect(await objects('failed/redriven/')).toEqual([]);
  });

  it('leaves a batch of which nothing notes what was applied, unless it is told to include it', async () => {
    mapping = aMapping(false);
    await putTwelve();
    breakdown = () => {
      throw new Error('a bad deployment');
    };
    await mapping.drain();
    breakdown = undefined;

    const careful = await borderwatch('redrive');
    const stayed = await streamed();
    const bold = await borderwatch('redrive', '--include-uncertain');
    await borderwatch('redrive', '--include-uncertain');
    await mapping.drain();

    expect(careful.stdout).toContain('12 records in 2 objects: 12 that may have been counted already');
    expect(careful.stdout).toMatch(/8 may have been counted already: aws\/lambda\/.*ended in an error/);
    expect(careful.stdout).toMatch(/4 may have been counted already: aws\/lambda\/.*ended in an error/);
    expect(stayed).toBe(12);
    expect(bold.stdout).toContain('12 put back though they may have been counted already');
    expect(await streamed()).toBe(24);
    expect(await applied()).toEqual({ 'e-1': 4, 'e-2': 4, 'e-3': 4 });
  });

  it('puts quarantined records back under their actor once they can be judged, and keeps the others', async () => {
    const misdirected = JSON.stringify(anEvent(1, 0));
    const ofTomorrow = JSON.stringify(anAccessEvent({ time: new Date(Date.now() + 86_400_000).toISOString() }));
    await put(['e-9', misdirected], ['e-2', 'no json'], ['e-00042', ofTomorrow]);
    await mapping.drain();
    expect(await applied()).toEqual({});

    const first = await borderwatch('redrive');
    await mapping.drain();
    const second = await borderwatch('redrive');

    expect(first.stdout).toContain('3 records in 2 objects: 1 put back, 2 that would be quarantined again');
    expect(first.stdout).toMatch(/1 would be quarantined again: not JSON/);
    expect(second.stdout).toContain('1 put back before, 2 that would be quarantined again');
    expect((await services.streamed()).at(-1)).toEqual(['e-1', misdirected]);
    expect(await streamed()).toBe(4);
    expect(await applied()).toEqual({ 'e-1': 1 });
  });

  it('keeps what came back to quarantine until it is told to put it back again', async () => {
    const verdict = { alertId: '0123456789abcdef', verdict: 'dismissed', caseVersion: 1 };
    const by = { by: 'arn:aws:sts::111122223333:assumed-role/analyst/x', at: '2026-11-23T10:00:00.000Z' };
    const ofNoCase = { record: 'borderwatch.adjudication', schemaVersion: 1, actorId: 'e-1', ...verdict, ...by };
    const run = async (...args: readonly string[]) => {
      await mapping.drain();
      const { stdout } = await borderwatch('redrive', ...args);
      return { stdout, streamed: await streamed() };
    };
    await put(['e-1', JSON.stringify(ofNoCase)]);

    const first = await run();
    const second = await run();
    const told = await run('--again');
    const last = await run();

    expect(first.stdout).toContain('1 records in 1 objects: 1 put back\n');
    expect(second.stdout).toContain('1 put back before, 1 that came back after they were put back before');
    expect(second.stdout).toMatch(/1 came back: .*case/);
    expect(told.stdout).toContain('1 put back before, 1 put back again');
    expect(last.stdout).toContain('2 put back before, 1 that came back');
    expect([first, second, told, last].map(({ streamed }) => streamed)).toEqual([2, 2, 3, 3]);
  });

  it('goes on after the stream refused a call, and holds back what a lost call may have sent', async () => {
    await put(['wrong', JSON.stringify(anEvent(1, 0))], ['wrong', JSON.stringify(anEvent(1, 1))]);
    await mapping.drain();
    const kinesis = process.env.AWS_ENDPOINT_URL_KINESIS ?? '';
    const stream = await startFaultProxy(kinesis);
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', stream.url);

    stream.setFault(async () => REFUSAL);
    const refused = await borderwatch('redrive');
    const afterRefusal = await borderwatch('redrive', '--dry-run');
    stream.setFault(async (request, forward) => {
      await forward(request.body);
      return 'lost';
    });
    const lost = await borderwatch('redrive');
    await stream.stop();
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis);
    const sent = await streamed();
    const careful = await borderwatch('redrive');
    const stayed = await streamed();
    const bold = await borderwatch('redrive', '--include-uncertain');
    await mapping.drain();

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('stream accesses: AccessDeniedException');
    expect(afterRefusal.stdout).toContain('2 to be put back');
    expect(lost).toMatchObject({ code: 1, stdout: '' });
    expect(lost.stderr).toContain('2 records of the call that failed may be on the stream');
    expect(careful.stdout).toMatch(/2 may have been counted already: quarantine\/.*: an earlier redrive was cut off/);
    expect(stayed).toBe(sent);
    expect(bold.stdout).toContain('2 put back though');
    // The same access many times on the stream is one access: the ring of recent events knows it.
    expect(await streamed()).toBeGreaterThan(6);
    expect(await applied()).toEqual({ 'e-1': 2 });
  });

  it('passes over what ingest could not read, which never was on the stream', async () => {
    await put(['wrong', JSON.stringify(anEvent(1, 0))]);
    await mapping.drain();
    const { bucketName } = services.resources;
    const archive = createS3RecordArchive({ write: makeObjectWriter(process.env), bucketName });
    const messages = [{ messageId: 'm-1', body: '{"no":"access"}' }];
    await ingestMessages(messages, { ...ingestWorld().ports, archive });

    const { code, stdout } = await borderwatch('redrive');

    expect(code).toBe(0);
    expect(stdout).toContain('quarantined: 1 records in 1 objects: 1 put back\n');
    expect(stdout).toContain('1 objects quarantine/ingest-… hold what ingest could not read');
  });

  it('puts back more than one call takes', async () => {
    for (const from of [0, 300])
      await put(...Array.from({ length: 300 }, (_, i) => ['wrong', JSON.stringify(anEvent(1, from + i))] as const));
    await mapping.drain();

    const { code, stdout } = await borderwatch('redrive');

    expect(code).toBe(0);
    expect(stdout).toContain('600 records in 1 objects: 600 put back');
    expect(await streamed()).toBe(1_200);
  });

  it('has noted that records may be on the stream before it puts them there, should it die on the way', async () => {
    await put(['wrong', JSON.stringify(anEvent(1, 0))]);
    await mapping.drain();
    const kinesis = process.env.AWS_ENDPOINT_URL_KINESIS ?? '';
    const stream = await startFaultProxy(kinesis);
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', stream.url);
    let meanwhile = '';
    stream.setFault(async (request, forward) => {
      meanwhile = (await borderwatch('redrive', '--dry-run')).stdout;
      return forward(request.body);
    });

    const { code } = await borderwatch('redrive');
    await stream.stop();
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis);

    expect(code).toBe(0);
    expect(meanwhile).toMatch(/1 may have been counted already: quarantine\/.*: an earlier redrive was cut off/);
  });

  it('holds back what was refused at a second try: the first may have reached the stream', async () => {
    await put(['wrong', JSON.stringify(anEvent(1, 0))]);
    await mapping.drain();
    const kinesis = process.env.AWS_ENDPOINT_URL_KINESIS ?? '';
    const stream = await startFaultProxy(kinesis);
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', stream.url);
    let tries = 0;
    stream.setFault(async (request, forward) => {
      if (++tries > 1) return REFUSAL;
      await forward(request.body);
      return 'lost';
    });

    const { code, stderr } = await borderwatch('redrive');
    await stream.stop();
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis);

    expect(tries).toBe(2);
    expect(code).toBe(1);
    expect(stderr).toContain('1 records of the call that failed may be on the stream');
  });

  it('names objects that are not what their place says, and goes on with the others', async () => {
    await put(['wrong', JSON.stringify(anEvent(1, 0))]);
    await mapping.drain();
    const { bucketName: Bucket } = services.resources;
    const failure = { KinesisBatchInfo: { shardId: 'shardId-000000000000' } };
    await services.clients.s3.send(
      new PutObjectCommand({ Bucket, Key: 'aws/lambda/a', Body: JSON.stringify(failure) }),
    );
    await services.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'aws/lambda/b', Body: '{' }));

    const { code, stdout } = await borderwatch('redrive');

    expect(code).toBe(1);
    expect(stdout).toContain('1 put back');
    expect(stdout).toMatch(/aws\/lambda\/a can't be read: .*take them from the archive of events/);
    expect(stdout).toContain("aws/lambda/b can't be read: ");
  });

  it('names the bucket that is not there', async () => {
    const { code, stderr } = await borderwatch('redrive', '--bucket', 'absent');

    expect(code).toBe(1);
    expect(stderr).toContain('bucket absent: NoSuchBucket');
  });
});

describe('borderwatch redrive, used wrongly,', () => {
  it.each([
    [['--stage', 'prod'], '--stage needs --bucket too: borderwatch-prod-evidence-ACCOUNT-REGION'],
    [['everything'], 'everything'],
    [['--colour'], '--colour'],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, stderr } = await borderwatch('redrive', ...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
