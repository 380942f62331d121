import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { readSourceFile } from '../../cli/read-source-file.ts';
import { ingestObject } from '../../functions/ingest/ingest-object.ts';
import { answerRequest } from '../../functions/receive/answer-request.ts';
import { FORMAT_NAMES } from '../../shared/formats/formats.ts';
import { openRecordReader } from '../../shared/formats/read-records.ts';
import { FIXTURES, fixtureContext, fixtureRecords } from '../formats/fixture-records.ts';
import { accessLines, ingestWorld } from './ingest-ports.ts';

const object = { bucket: 'logs', key: 'a', etag: 'abc' };
const files = FORMAT_NAMES.flatMap((format) =>
  readdirSync(join(FIXTURES, format)).map((name) => [format, name] as const),
);

/** What `send` makes of a file. */
async function accessesIn(path: string) {
  const reader = openRecordReader(fixtureContext());
  const readings = [];
  for await (const some of readSourceFile(path))
    for (const record of some) readings.push(...(record.kind === 'record' ? reader.take(record.value) : []));
  readings.push(...reader.finish());
  return readings.flatMap((reading) => (reading.kind === 'event' ? [reading.value] : []));
}
const post = (body: string) =>
  ({
    headers: {},
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
  }) as LambdaFunctionURLEvent;

describe('an object in any format', () => {
  it.each(files)('becomes the accesses that send makes of it: %s/%s', async (format, name) => {
    const world = ingestWorld();
    const path = join(FIXTURES, format, name);
    world.objects.set(object.key, readFileSync(path));

    expect(await ingestObject(object, world.ports)).toBe(true);

    const expected = (await accessesIn(path)).map((event) => JSON.parse(JSON.stringify(event)));
    expect(world.sent.map(({ event }) => event)).toEqual(expected);
    expect(world.putAside()).toEqual([]);
  });

  it('has lines of a log that are no entries put aside, and a long message stays one', async () => {
    const world = ingestWorld();
    const log = readFileSync(join(FIXTURES, 'postgres/postgresql.log'), 'utf8');
    world.objects.set(object.key, Buffer.from(`${log}not an entry\n`));

    await ingestObject(object, world.ports);

    expect(world.sent).toHaveLength(2);
    expect(world.putAside()).toEqual([['in no known format', 'not an entry']]);
  });

  it('has a record put aside that is nested too deep, and the others go on', async () => {
    const world = ingestWorld();
    const [record] = await fixtureRecords('bigquery');
    // Its id has to be made of all that it holds.
    const text = JSON.stringify({ ...Object(record), insertId: undefined });
    const deep = text.replace(/\}$/, `,"labels":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    world.objects.set(object.key, Buffer.from([accessLines(1), text, deep, accessLines(1, 1)].join('\n')));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent.map(({ event }) => event.source ?? event.id)).toEqual(['ev-0', 'bigquery', 'ev-1']);
    expect(world.putAside()).toEqual([['nested more than 1000 levels deep', deep]]);
  });

  it('is searched for records where it begins with what no format knows', async () => {
    const world = ingestWorld();
    const record = JSON.stringify(JSON.parse(accessLines(1)), undefined, 2);
    world.objects.set(object.key, Buffer.from(`exported by hand\n${record}\n`));

    await ingestObject(object, world.ports);

    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-0']);
    expect(world.putAside()).toEqual([['no JSON object', 'exported by hand']]);
  });

  it('has rows of CSV put aside whose fields are not as many as the columns, or not closed', async () => {
    const world = ingestWorld();
    const [header, row] = readFileSync(join(FIXTURES, 'snowflake/access_history.csv'), 'utf8').split('\n');
    world.objects.set(object.key, Buffer.from(`${header}\n${row}\n"01b-7","too few"\n"01b-8",x"y\n`));

    await ingestObject(object, world.ports);

    expect(world.sent).toHaveLength(1);
    expect(world.putAside().map(([reason]) => reason)).toEqual([
      '2 fields, but 6 columns',
      expect.stringContaining('field 2'),
    ]);
  });

  it('is given up where it is CSV of something else', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, Buffer.from(`order,price\n${'7,12.50\n'.repeat(20_000)}`));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.putAside()).toHaveLength(1001);
    expect(world.putAside().at(-1)?.[0]).toContain('1000 records and none can be read');
  });
});

describe('records of one object or request', () => {
  const login = { event: 'user.login', code: 'T1000I', uid: 't-0', success: true, 'addr.remote': '36.110.4.7:50010' };
  const query = { event: 'db.session.query', code: 'TDB02I', db_query: 'select 1', success: true };
  const shop = { user: 'jane.smith@example.com', db_service: 'shop-primary', db_name: 'shop', sid: '1' };
  const lines = (count: number) =>
    [
      { ...login, ...shop, time: '2026-11-23T02:00:00Z' },
      ...Array.from({ length: count }, (_, i) => ({
        ...{ ...query, ...shop, uid: `t-${i + 1}` },
        time: new Date(Date.UTC(2026, 10, 23, 2, 0, i)).toISOString(),
      })),
    ].map((record) => JSON.stringify(record));

  it('are joined: an access with the sign-in before it, in another system too', async () => {
    const world = ingestWorld();
    const [signIn] = await fixtureRecords('okta');
    const [access] = await fixtureRecords('snowflake');

    const { body } = await answerRequest(post(JSON.stringify([signIn, access])), world.requestPorts);

    expect(world.sent.map(({ event }) => event.network)).toEqual([{ ip: '36.110.4.8', deviceId: 'guo-77' }]);
    // What the statement's row in QUERY_HISTORY would have said never came.
    expect(JSON.parse(body)).toMatchObject({ sent: 1, notConcerned: 1, unjoined: 1 });
    expect(world.counts.get('IngestUnjoined')).toBe(1);
  });

  it('are joined no further: what another request said is not known', async () => {
    const world = ingestWorld();
    const [signIn = '', access = ''] = lines(1);

    await answerRequest(post(signIn), world.requestPorts);
    const { body } = await answerRequest(post(access), world.requestPorts);

    expect(world.sent.map(({ event }) => event.network)).toEqual([undefined]);
    expect(JSON.parse(body)).toMatchObject({ sent: 1, unjoined: 1 });
  });

  it('are joined although the invocation ends in between', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, Buffer.from(lines(7_000).join('\n')));
    world.remaining = 10_000;

    expect(await ingestObject(object, world.ports)).toBe(false);
    const first = world.sent.length;
    expect(await ingestObject(object, { ...world.ports, remaining: () => 300_000 })).toBe(true);

    expect(first).toBe(5_000);
    expect(world.sent.map(({ event }) => event.id)).toEqual(Array.from({ length: 7_000 }, (_, i) => `t-${i + 1}`));
    expect(new Set(world.sent.map(({ event }) => event.network?.ip))).toEqual(new Set(['36.110.4.7']));
    expect(world.counts.get('IngestRepeated')).toBe(0);
  });
});
