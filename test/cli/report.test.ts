import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from '../../cli/report-from-recording.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { buildCompany } from '../../shared/simulation/company.ts';
import { directoryText, networksText } from '../../shared/simulation/run-files.ts';
import { encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { archivedEventsKey } from '../../shared/stores/archived-events.ts';
import { makeDynamoClient, makeS3Client, makeSsmClient } from '../../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { createTableRequest, TABLE_DEFINITIONS, type TableKind } from '../../shared/stores/table-definitions.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { borderwatch } from './run-command.ts';

const DAY_MS = 86_400_000;
let folder: string;
let disconnect: () => Promise<void>;
beforeAll(async () => {
  disconnect = await connectServices();
  folder = mkdtempSync(join(tmpdir(), 'borderwatch-report-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await disconnect();
});

describe('borderwatch report', () => {
  it('sums up the last week of a recording, whatever a wrong clock says, and replay writes the page of each of its cases', async () => {
    const company = buildCompany({ people: 25, days: 6 });
    writeFileSync(join(folder, 'directory.csv'), directoryText(company));
    writeFileSync(join(folder, 'networks.json'), networksText(company));
    const lines = [...company.events()].map(({ event }) => JSON.stringify(event));
    const ofYears = ['2031', '2006'].map((year) =>
      JSON.stringify(anAccessEvent({ id: `ev-${year}`, time: `${year}-01-01T00:00:00Z` })),
    );
    const disturbed = [...lines.slice(0, 100), ...ofYears, ...lines.slice(100)];
    writeFileSync(join(folder, 'events.ndjson'), `${disturbed.join('\n')}\nno access\n`);
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, JSON.stringify({ 'alerts-per-day': 10 }));
    const page = join(folder, 'out', 'report.html');
    const pages = join(folder, 'pages');
    const alerts = join(folder, 'alerts.ndjson');

    const overEvents = await borderwatch(
      ...['report', '--week', '--from', folder, '--out', join(folder, 'events.ndjson')],
    );
    const reported = await borderwatch('report', '--week', '--from', folder, '--settings', settings, '--out', page);
    const replayed = await borderwatch('replay', folder, '--out', alerts, '--settings', settings, '--pages', pages);

    expect([overEvents.code, reported.code, replayed.code]).toEqual([2, 0, 0]);
    const told = readFileSync(alerts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const cases = casesOf(told);
    expect(cases.length).toBeGreaterThan(2);
    expect(readdirSync(pages).toSorted()).toEqual(cases.map(({ alert }) => `${alert.alertId}.html`).toSorted());
    const html = readFileSync(page, 'utf8');
    expect(html).toContain(`Cases opened: ${cases.length}; confirmed of them: 0`);
    expect(html).toContain('<td class="n">1</td><td class="n">not known</td>');
    expect(html).toContain('What was suppressed is not known');
    expect(html).toContain('Lines of the whole recording that are no accesses: 1.');
  });

  it('sums up what a cut-off recording holds, says so on the page, and fails', async () => {
    const cut = mkdtempSync(join(folder, 'cut-'));
    const company = buildCompany({ people: 20, days: 2 });
    writeFileSync(join(cut, 'directory.csv'), directoryText(company));
    const lines = [...company.events()].slice(0, 300).map(({ event }) => `${JSON.stringify(event)}\n`);
    writeFileSync(join(cut, 'events.ndjson.gz'), gzipSync(lines.join('')).subarray(0, -8));
    const page = join(cut, 'report.html');

    const { code, stderr } = await borderwatch('report', '--week', '--from', cut, '--out', page);

    expect(code).toBe(1);
    const message = 'is cut off after line 300; everything before it was judged';
    expect(stderr).toContain(message);
    expect(readFileSync(page, 'utf8')).toContain(message);
  });

  it('sums up the last week of a system from its tables', async () => {
    const stage = uniqueName('r').slice(0, 10);
    const client = makeDynamoClient();
    const ssm = makeSsmClient();
    for (const kind of Object.keys(TABLE_DEFINITIONS) as TableKind[]) {
      const TableName = `borderwatch-${stage}-${kind}`;
      await client.send(new CreateTableCommand(createTableRequest(TABLE_DEFINITIONS[kind], TableName)));
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
    }
    const Name = `/borderwatch/${stage}/alerts-per-day`;
    await ssm.send(new PutParameterCommand({ Name, Value: '0.5', Type: 'String' }));
    const yesterday = Math.floor(Date.now() / DAY_MS) - 1;
    const row = { employeeId: 'e-1', type: 'employee', homeCountry: 'SG', team: 'ads', timeZone: 'UTC' } as const;
    const references = createDynamoReferenceStore({
      call: callsThrough(client),
      tableName: `borderwatch-${stage}-directory`,
    });
    await publishDirectory(references, [{ ...row, effectiveFrom: 0, extra: {} }], 1_000);
    const empty = initialBaseline();
    const baseline = {
      ...empty,
      version: 1,
      day: { ...empty.day, day: yesterday, protectedReads: 5 },
      dailyReads: [encodeDailyReads(7), 0, encodeDailyReads(1)],
    };
    await createDynamoBaselineStore({ call: callsThrough(client), tableName: `borderwatch-${stage}-baselines` }).save(
      'e-1',
      baseline,
      0,
    );
    const openedAt = new Date(yesterday * DAY_MS + 1_000).toISOString();
    await createDynamoCaseStore({ call: callsThrough(client), tableName: `borderwatch-${stage}-cases` }).storeRevision(
      anAlert({ firstEventTime: openedAt }),
      1_000,
    );
    const archive = uniqueName('archive');
    const s3 = makeS3Client();
    await s3.send(new CreateBucketCommand({ Bucket: archive }));
    const keyOf = (hour: number, shardId: string) =>
      archivedEventsKey({ arrival: yesterday * DAY_MS + hour * 3_600_000, shardId, first: '1', last: '2' });
    const sent = (source: string, hour: number, changes = {}) =>
      JSON.stringify({
        ...anAccessEvent({ time: new Date(yesterday * DAY_MS + hour * 3_600_000).toISOString(), ...changes }),
        source,
      });
    for (const [Key, lines] of [
      // What lies behind a shard's first object of an hour is not in the sample.
      [keyOf(10, 'shardId-1'), [sent('okta', 9.5), sent('okta', 4), 'no access']],
      [keyOf(10.5, 'shardId-1'), [sent('other', 9.5)]],
      [keyOf(10.5, 'shardId-2'), [sent('cloudtrail', 10.2, { network: { ip: undefined, deviceId: 'd-1' } })]],
      ['events/named/by/somebody.gz', [sent('other', 9.5)]],
    ] as const)
      await s3.send(new PutObjectCommand({ Bucket: archive, Key, Body: gzipSync(lines.join('\n')) }));
    const aMoment = new Date(yesterday * DAY_MS + 2_000).toISOString();
    const cases = createDynamoCaseStore({ call: callsThrough(client), tableName: `borderwatch-${stage}-cases` });
    const monthAgo = new Date((yesterday - 30) * DAY_MS).toISOString();
    await cases.storeRevision(anAlert({ alertId: 'old', firstEventTime: monthAgo, time: monthAgo }), 1_000);
    const expiry = { version: 1, state: 'expired', at: aMoment, by: 'assess', reason: 'nobody', revision: 1 } as const;
    await cases.change('old', expiry);
    await cases.storeRevision(anAlert({ alertId: 'untold', firstEventTime: openedAt, time: openedAt }), 1_000);
    await cases.markNotified('untold', 1, 0, { suppressedBy: 'ended' });
    const toldAlert = anAlert({ alertId: 'told', firstEventTime: openedAt, time: openedAt });
    await cases.storeRevision(toldAlert, 1_000);
    const { time, severity, score } = toldAlert;
    const told = { revision: 1, time, severity, score };
    await cases.markNotified('told', 1, Date.parse(openedAt) + 5 * 60_000, { told });
    const suppressions = createDynamoSuppressionStore({
      call: callsThrough(client),
      tableName: `borderwatch-${stage}-cases`,
    });
    const day = (before: number) => new Date((yesterday - before) * DAY_MS).toISOString();
    const suppressed = (id: string, from: number, until: number) =>
      suppressions.add({
        ...{
          id,
          subject: { type: 'employee', id: `e-${id}` },
          signals: ['volume'],
          from: day(from),
          until: day(until),
        },
        ...{ by: 'arn:aws:iam::111122223333:user/jane', reason: 'a project' },
      });
    await suppressed('ended', 20, 3);
    await suppressed('lifted', 20, -40);
    const lifted = { at: day(2), by: 'arn:aws:iam::111122223333:user/lee', reason: 'it is over' };
    await suppressions.lift({ subject: { type: 'employee', id: 'e-lifted' }, id: 'lifted' }, lifted);
    await suppressed('long-ago', 20, 10);
    const page = join(folder, 'deployed.html');

    const ofArchive = ['report', '--week', '--stage', stage, '--archive', `s3://${archive}`, '--out', page];
    const { code } = await borderwatch(...ofArchive);
    const cutOff = { Key: keyOf(12, 'shardId-1'), Body: gzipSync(sent('okta', 11)).subarray(0, -8) };
    await s3.send(new PutObjectCommand({ Bucket: archive, ...cutOff }));
    const unreadable = await borderwatch(...ofArchive);
    s3.destroy();

    expect(code).toBe(0);
    expect(unreadable.code).toBe(1);
    expect(unreadable.stderr).toContain(`borderwatch: s3://${archive}/${cutOff.Key} is cut off after line `);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain(
      'Cases opened: 3; confirmed of them: 0; waiting for somebody: 2; suppressed: 1. Judged this week, whenever opened: 0; expired: 1.',
    );
    expect(html).toContain(
      `employee e-ended: volume from ${day(20).slice(0, 10)} 00:00 UTC until ${day(3).slice(0, 10)} 00:00 UTC, by `,
    );
    expect(html).toContain(
      `a project; lifted at ${day(2).slice(0, 10)} 00:00 UTC by arn:aws:iam::111122223333:user/lee: it is over`,
    );
    expect(html).toContain('of 1 case the middle one took 5 minutes, the slowest 5 minutes (told).');
    expect(html).not.toContain('e-long-ago');
    expect(html).toContain('<th scope="row">SG</th>');
    expect(html).toContain('Protected reads by week, SG: 0, 0, 0, 0, 13');
    expect(html).toContain('0.5 a day on ordinary traffic');
    const rows = html
      .split(/<tr>|<\/tr>/)
      .filter((row) => /^<th scope="row">(okta|other|cloudtrail|unreadable)</.test(row));
    const cells = rows.map((row) => [...row.matchAll(/>([^<>\n]+)</g)].map(([, text]) => text));
    expect(cells.map(([source, events]) => [source, events])).toEqual([
      ['okta', '2'],
      ['cloudtrail', '1'],
      ['unreadable', '0'],
    ]);
    expect(cells.map((row) => row.at(-1))).toEqual(['6.0 h', '0.3 h', 'not known']);
    expect(cells[1]).toContain('100.0%');
    client.destroy();
    ssm.destroy();
  });

  it.each([[['report']], [['report', '--week', '--settings', 'x.json']], [['report', '--week', '--archive', 'x']]])(
    'says what is missing in %j',
    async (args) => {
      expect((await borderwatch(...args)).code).toBe(2);
    },
  );
});
