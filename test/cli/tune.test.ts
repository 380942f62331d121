import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTING_DEFINITIONS } from '../../shared/model/settings.ts';
import { buildCompany } from '../../shared/simulation/company.ts';
import { directoryText, networksText } from '../../shared/simulation/run-files.ts';
import { archivedEventsKey } from '../../shared/stores/archived-events.ts';
import { makeDynamoClient, makeS3Client, makeSsmClient } from '../../shared/stores/clients.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory, publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { createTableRequest, TABLE_DEFINITIONS } from '../../shared/stores/table-definitions.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { borderwatch } from './run-command.ts';

/** So many alerts a day that a few days of a few people raise some. */
const MANY = '10';
const FEW = '0.05';

let disconnect: () => Promise<void>;
let folder: string;
const stage = uniqueName('t').slice(0, 10);
const company = buildCompany({ people: 25, days: 6 });
const ssm = () => makeSsmClient();

beforeAll(async () => {
  disconnect = await connectServices();
  folder = mkdtempSync(join(tmpdir(), 'borderwatch-tune-'));
  writeFileSync(join(folder, 'directory.csv'), directoryText(company));
  writeFileSync(join(folder, 'networks.json'), networksText(company));
  const lines = [...company.events()].map(({ event }) => JSON.stringify(event));
  const ofYears = ['2031', '2006'].map((year) =>
    JSON.stringify(anAccessEvent({ id: `ev-${year}`, time: `${year}-01-01T00:00:00Z` })),
  );
  writeFileSync(
    join(folder, 'events.ndjson'),
    `${[...lines.slice(0, 100), ...ofYears, ...lines.slice(100)].join('\n')}\n`,
  );
  for (const { name, initial } of SETTING_DEFINITIONS)
    await ssm().send(
      new PutParameterCommand({
        Name: `/borderwatch/${stage}/${name}`,
        Value: name === 'alerts-per-day' ? MANY : initial,
        Type: 'String',
      }),
    );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await disconnect();
});

const budget = async () =>
  (await ssm().send(new GetParameterCommand({ Name: `/borderwatch/${stage}/alerts-per-day` }))).Parameter?.Value;
/** The report without what a clock or a progress bar wrote. */
const reportIn = (out: string) => out.slice(out.indexOf(' days, as they are judged'));

describe('borderwatch tune', () => {
  it('shows what would vanish, from a folder, an archive and replay --compare alike, and writes only when told to', async () => {
    const looked = await borderwatch('tune', '--alerts-per-day', FEW, '--from', folder, '--stage', stage);

    expect(looked).toMatchObject({ code: 0 });
    expect(looked.stdout).toContain(`alerts-per-day: ${MANY} → ${FEW}`);
    expect(looked.stdout).toMatch(/^[67]\.\d days, as they are judged/m);
    const [, now, then, , vanish] = /^cases +(\d+) +(\d+) +(\d+) +(\d+)$/m.exec(looked.stdout) ?? [];
    expect(Number(now)).toBeGreaterThan(2);
    expect(Number(now) - Number(then)).toBeGreaterThan(0);
    expect(looked.stdout.match(/^- /gm)).toHaveLength(Number(vanish));
    expect(await budget()).toBe(MANY);

    const settings = join(folder, 'now.json');
    writeFileSync(settings, JSON.stringify({ 'alerts-per-day': MANY }));
    const other = join(folder, 'then.json');
    writeFileSync(other, JSON.stringify({ 'alerts-per-day': FEW }));
    const out = join(folder, 'alerts.ndjson');
    const replayed = await borderwatch('replay', folder, '--out', out, '--settings', settings, '--compare', other);
    expect(reportIn(replayed.stdout)).toBe(
      reportIn(looked.stdout).replace('\nNothing was written; --apply writes it.\n', ''),
    );
    expect(readFileSync(out, 'utf8').trim().split('\n').length).toBeGreaterThanOrEqual(Number(now));

    const archived = await borderwatch(
      ...['tune', '--alerts-per-day', FEW, '--from', `s3://${await anArchive()}`, '--stage', stage, '--apply'],
    );
    expect(reportIn(archived.stdout).split('\n').slice(0, 20)).toEqual(
      reportIn(looked.stdout).split('\n').slice(0, 20),
    );
    expect(await budget()).toBe(FEW);
  });

  it('refuses what can not be or would silence everything, and writes nothing', async () => {
    const before = await budget();

    const wrong = await borderwatch('tune', '--alerts-per-day', '0', '--from', folder, '--stage', stage);
    const silent = await borderwatch(
      ...['tune', '--set', 'protected-regions=none', '--from', folder, '--stage', stage, '--apply'],
    );

    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('alerts-per-day = 0') });
    expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining('protected-regions is empty') });
    expect(await budget()).toBe(before);
  });

  it('judges what a cut-off recording holds, and writes nothing by it', async () => {
    const before = await budget();
    const cut = mkdtempSync(join(folder, 'cut-'));
    writeFileSync(join(cut, 'directory.csv'), directoryText(company));
    const lines = [...company.events()].slice(0, 300).map(({ event }) => `${JSON.stringify(event)}\n`);
    writeFileSync(join(cut, 'events.ndjson.gz'), gzipSync(lines.join('')).subarray(0, -8));

    const { code, stdout, stderr } = await borderwatch(
      ...['tune', '--alerts-per-day', '3', '--from', cut, '--stage', stage, '--apply'],
    );

    expect(code).toBe(1);
    expect(stdout).toContain(' days, as they are judged');
    expect(stdout).toContain('Nothing was written');
    expect(stderr).toContain('is cut off after line 300; everything before it was judged');
    expect(await budget()).toBe(before);
  });

  it.each([
    [['tune', '--from', 'folder']],
    [['tune', '--alerts-per-day', '1']],
    [['tune', '--set', 'no-such=1', '--from', 'folder']],
  ])('says what is missing in %j', async (args) => {
    expect((await borderwatch(...args)).code).toBe(2);
  });
});

/** The same accesses as they are archived: an object an hour, gzip, and something else beside them. */
async function anArchive(): Promise<string> {
  const s3 = makeS3Client();
  const dynamo = makeDynamoClient();
  const bucket = uniqueName('archive');
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const byHour = Map.groupBy([...company.events()], ({ arrival }) => new Date(arrival).toISOString().slice(0, 13));
  for (const [hour, events] of byHour) {
    const text = events.map(({ event }) => `${JSON.stringify(event)}\n`).join('');
    const arrival = Date.parse(`${hour}:00Z`);
    const [first, last] = [String(arrival), String(arrival + 3_599_999)];
    const Key = archivedEventsKey({ arrival, shardId: 'shardId-0', first, last });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(text) }));
  }
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'elsewhere/x/2026/y', Body: 'no events' }));
  const tableName = `borderwatch-${stage}-directory`;
  await dynamo.send(new CreateTableCommand(createTableRequest(TABLE_DEFINITIONS.directory, tableName)));
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 60, minDelay: 1 }, { TableName: tableName });
  const references = createDynamoReferenceStore({ call: callsThrough(dynamo), tableName });
  await publishDirectory(references, company.directoryRows, 1_000);
  await publishNetworks(references, company.networks, 1_000);
  s3.destroy();
  dynamo.destroy();
  return bucket;
}
