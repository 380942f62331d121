import { describe, expect, it } from 'vitest';
import type { RecordReading } from '../../shared/formats/record-reading.ts';
import { snowflakeFormat } from '../../shared/formats/snowflake.ts';
import { NO_CONTEXT, type SourceContext } from '../../shared/formats/source-format.ts';
import { parseActors } from '../../shared/model/actors.ts';
import { parseResources } from '../../shared/model/resources.ts';

const ANY = { ...NO_CONTEXT, unmapped: 'unknown-region' } as const;
const USERS = { objectDomain: 'Table', objectName: 'PROD.PUBLIC.USERS', columns: [{ columnName: 'EMAIL' }] };
const access = (changes: object = {}) => ({
  QUERY_ID: 'q-1',
  QUERY_START_TIME: '2026-11-23 02:30:00.123 +0000',
  USER_NAME: 'JSMITH',
  DIRECT_OBJECTS_ACCESSED: [],
  BASE_OBJECTS_ACCESSED: [USERS],
  OBJECTS_MODIFIED: [],
  ...changes,
});
const query = (changes: object = {}) => ({
  QUERY_ID: 'q-1',
  QUERY_TYPE: 'SELECT',
  USER_NAME: 'JSMITH',
  EXECUTION_STATUS: 'SUCCESS',
  WAREHOUSE_NAME: 'ANALYSTS',
  ROWS_WRITTEN_TO_RESULT: 250,
  BYTES_WRITTEN_TO_RESULT: 52_000,
  ...changes,
});
const CONTEXT = { kind: 'not-concerned', why: 'context' };
function readAll(records: readonly unknown[]): readonly RecordReading[] {
  const state = snowflakeFormat.start();
  return [
    ...records.flatMap((record) => snowflakeFormat.read(record, state, ANY).readings),
    ...snowflakeFormat.flush(state, ANY),
  ];
}
const events = (...records: readonly unknown[]) => readAll(records).filter((reading) => reading.kind === 'event');
const first = (...records: readonly unknown[]) => events(...records)[0];

describe('a statement and its accesses', () => {
  it('meet in either order', () => {
    const expected = { action: 'query', subjects: { count: 250, countBasis: 'estimated' }, bytes: 52_000 };
    expect(first(access(), query())).toMatchObject({ value: expected });
    expect(first(query(), access())).toEqual(first(access(), query()));
    expect(first(access(), query())).not.toHaveProperty('unjoined');
  });

  it('that never meet are passed on as far as known, and it is said', () => {
    expect(first(access(), query({ QUERY_ID: 'q-2' }))).toMatchObject({ unjoined: 'query', value: { id: 'q-1' } });
    expect(first(access())?.value.subjects).toEqual({ region: 'unknown' });
  });

  it('come once, however often an export has them', () => {
    const repeated = { kind: 'not-concerned', why: 'repeated' };
    expect(readAll([access(), query(), access(), query()])).toEqual([
      ...readAll([access(), query()]),
      repeated,
      CONTEXT,
    ]);
    expect(readAll([access(), access(), query()])).toEqual([repeated, ...readAll([access(), query()])]);
    expect(events(access(), query(), access({ USER_NAME: 'SOMEBODY' }))).toHaveLength(2);
  });

  it('wait in bounded number: what waited longest goes first', () => {
    const many = Array.from({ length: 50_001 }, (_, i) => access({ QUERY_ID: `q-${i}` }));
    const state = snowflakeFormat.start();
    const early = many.flatMap((record) => snowflakeFormat.read(record, state, ANY).readings);
    expect(early).toMatchObject([{ kind: 'event', unjoined: 'query', value: { id: 'q-0' } }]);
    expect(snowflakeFormat.flush(state, ANY)).toHaveLength(50_000);
  });

  it.each([
    ['UNLOAD', { ROWS_UNLOADED: 9000 }, 'export', 9000],
    ['SELECT', { ROWS_WRITTEN_TO_RESULT: undefined, ROWS_PRODUCED: '7' }, 'query', 7],
    ['SELECT', { ROWS_WRITTEN_TO_RESULT: undefined }, 'query', undefined],
  ])('%s %j is %s of %s rows', (QUERY_TYPE, changes, action, rows) => {
    const event = first(access(), query({ QUERY_TYPE, ...changes }));
    expect([event?.value.action, event?.value.subjects.count]).toEqual([action, rows]);
  });

  it('that write are accesses to both sides, and their one row of result is no user', () => {
    const copy = { ...USERS, objectName: 'SCRATCH.PUBLIC.COPY' };
    const both = events(
      access({ OBJECTS_MODIFIED: [copy] }),
      query({ QUERY_TYPE: 'CREATE_TABLE_AS_SELECT', ROWS_WRITTEN_TO_RESULT: 1 }),
    );
    expect(both.map(({ value }) => [value.id, value.action, value.resource.dataset, value.subjects.count])).toEqual([
      ['q-1/0', 'query', 'snowflake:PROD.PUBLIC.USERS', undefined],
      ['q-1/1', 'update', 'snowflake:SCRATCH.PUBLIC.COPY', undefined],
    ]);
  });

  it('of a service’s user are a service’s', () => {
    expect(first(access(), query({ USER_TYPE: 'LEGACY_SERVICE' }))?.value.actor.type).toBe('service');
    expect(first(access(), query({ USER_TYPE: 'SERVICE_AGENT' }))?.value.actor.type).toBe('service');
    expect(first(access(), query({ USER_NAME: 'SYSTEM' }))?.value.actor.type).toBe('service');
    expect(first(access(), query({ USER_TYPE: 'PERSON' }))?.value.actor.type).toBe('employee');
  });

  it('have the bytes of their result only where that holds what was read', () => {
    expect(first(access(), query({ QUERY_TYPE: 'UNLOAD' }))?.value).not.toHaveProperty('bytes');
    expect(
      first(access({ BASE_OBJECTS_ACCESSED: [], OBJECTS_MODIFIED: [USERS] }), query({ QUERY_TYPE: 'DELETE' }))?.value,
    ).not.toHaveProperty('bytes');
    const two = access({ BASE_OBJECTS_ACCESSED: [USERS, { ...USERS, objectName: 'PROD.PUBLIC.ORDERS' }] });
    for (const { value } of events(two, query())) expect(value).not.toHaveProperty('bytes');
  });

  it.each([
    ['DELETE', 'delete'],
    ['TRUNCATE_TABLE', 'delete'],
    ['MERGE', 'update'],
  ])('that write are what their kind is: %s', (QUERY_TYPE, action) => {
    const written = access({ BASE_OBJECTS_ACCESSED: [], OBJECTS_MODIFIED: [USERS] });
    expect(first(written, query({ QUERY_TYPE }))?.value.action).toBe(action);
  });

  it('over so many columns that they are not named touch ones that nobody knows', () => {
    const wide = { ...USERS, columns: [{ columnId: -1, columnName: 'TRUNCATED' }] };
    const resources = parseResources([
      {
        match: { table: { source: 'snowflake', name: 'PROD.PUBLIC.USERS', columns: ['TRUNCATED'] } },
        dataset: 'wrong',
        region: 'US',
      },
      { match: { table: { source: 'snowflake', name: 'PROD.PUBLIC.USERS' } }, dataset: 'users', region: 'US' },
    ]);
    if (!resources.ok) throw new Error(resources.errors.join());
    const state = snowflakeFormat.start();
    const context = { ...ANY, resources: resources.resources };
    const readings = [access({ BASE_OBJECTS_ACCESSED: [wide] }), query()].flatMap(
      (record) => snowflakeFormat.read(record, state, context).readings,
    );

    expect(readings.find(({ kind }) => kind === 'event')).toMatchObject({ value: { resource: { dataset: 'users' } } });
  });

  it.each([
    ['Stage', false],
    ['Function', false],
    ['External table', true],
    ['STREAM', true],
  ])('count where the object holds rows: a %s (%j)', (objectDomain, counts) => {
    expect(events(access({ BASE_OBJECTS_ACCESSED: [{ ...USERS, objectDomain }] }))).toHaveLength(counts ? 1 : 0);
  });

  it('are a hundred at most, of names that are cut, not lost', () => {
    const tables = Array.from({ length: 101 }, (_, i) => ({ ...USERS, objectName: `T${i}` }));
    expect(events(access({ BASE_OBJECTS_ACCESSED: tables }))).toHaveLength(100);
    const long = { ...USERS, objectName: 'x'.repeat(600) };
    expect(first(access({ BASE_OBJECTS_ACCESSED: [long] }))?.value.resource.dataset).toBe(
      `snowflake:${'x'.repeat(500)}`,
    );
  });

  it('of a view are of the tables behind it, or of the view where another account shares it', () => {
    const view = { ...USERS, objectDomain: 'View', objectName: 'SHARED.PUBLIC.V' };
    expect(first(access({ DIRECT_OBJECTS_ACCESSED: [view] }))?.value.resource.dataset).toBe(
      'snowflake:PROD.PUBLIC.USERS',
    );
    expect(
      first(access({ DIRECT_OBJECTS_ACCESSED: [view], BASE_OBJECTS_ACCESSED: [view] }))?.value.resource.dataset,
    ).toBe('snowflake:SHARED.PUBLIC.V');
    expect(first(access({ DIRECT_OBJECTS_ACCESSED: [view], BASE_OBJECTS_ACCESSED: [] }))?.value.resource.dataset).toBe(
      'snowflake:SHARED.PUBLIC.V',
    );
  });
});

describe('a statement that failed', () => {
  const failed = (ERROR_CODE: unknown, changes: object = {}) =>
    query({
      EXECUTION_STATUS: 'FAIL',
      ERROR_CODE,
      DATABASE_NAME: 'PROD',
      SCHEMA_NAME: 'PUBLIC',
      START_TIME: '2026-11-23 02:30:00 +0000',
      ...changes,
    });
  const failure = (...told: Parameters<typeof failed>) => readAll([failed(...told)])[0];
  it.each(['003001', 3001])('for want of privileges (%j) is a refusal', (code) => {
    expect(failure(code)).toMatchObject({
      value: { outcome: 'denied', resource: { dataset: 'snowflake:PROD.PUBLIC' } },
    });
  });
  it('is a service’s where its user is, and nothing where nobody or no database is named', () => {
    expect(failure(3001)).toMatchObject({ value: { actor: { id: 'JSMITH', type: 'employee' } } });
    expect(failure(3001, { USER_TYPE: 'SERVICE' })).toMatchObject({ value: { actor: { type: 'service' } } });
    for (const missing of [{ USER_NAME: null }, { DATABASE_NAME: null, SCHEMA_NAME: '' }])
      expect(failure(3001, missing)).toEqual({ kind: 'not-concerned', why: 'failed-request' });
  });

  it('is about what its warehouse may reach, where resources.json goes by that', () => {
    const parsed = parseResources([
      { match: { warehouse: { source: 'snowflake', name: 'ANALYSTS' } }, dataset: 'user.profile', region: 'US' },
    ]);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    const context = { ...ANY, resources: parsed.resources };

    expect(snowflakeFormat.read(failed('003001'), snowflakeFormat.start(), context).readings).toMatchObject([
      { value: { resource: { dataset: 'user.profile' }, subjects: { region: 'US' } } },
    ]);
  });

  it.each(['002003', '000604', undefined])('for %j was perhaps a typing error', (code) => {
    expect(failure(code)).toEqual({ kind: 'not-concerned', why: 'failed-request' });
  });
});

describe('a login', () => {
  const login = (changes: object = {}, context: SourceContext = ANY) =>
    snowflakeFormat.read(
      {
        EVENT_TIMESTAMP: '2026-11-23 02:00:00.000 +0000',
        USER_NAME: 'JSMITH',
        CLIENT_IP: '36.110.4.7',
        IS_SUCCESS: 'YES',
        ...changes,
      },
      snowflakeFormat.start(),
      context,
    ).readings[0];
  const time = Date.parse('2026-11-23T02:00:00Z');

  it('says where its user was, under the name that actors.json has', () => {
    const parsed = parseActors([{ source: 'snowflake', name: 'JSMITH', actor: 'e-00042' }]);
    if (!parsed.ok) throw new Error(parsed.errors.join());

    expect(login()).toEqual({ kind: 'sign-in', value: { actorId: 'JSMITH', time, ip: '36.110.4.7' } });
    expect(login({}, { ...ANY, actors: parsed.actors })).toMatchObject({ value: { actorId: 'e-00042' } });
  });

  it.each(['0.0.0.0', 'INTERNAL_SNOWFLAKE_IP', ''])('that Snowflake makes itself says not where: %j', (CLIENT_IP) => {
    expect(login({ CLIENT_IP })).toEqual({ kind: 'sign-in', value: { actorId: 'JSMITH', time } });
  });

  it('that failed says nothing: whoever it was is not its user', () => {
    expect(login({ IS_SUCCESS: 'NO' })).toEqual(CONTEXT);
  });
});

describe('rows that cannot be used', () => {
  it.each([
    [access({ USER_NAME: null }), 'QUERY_ID or USER_NAME: missing'],
    [access({ QUERY_START_TIME: '2026-11-23 02:30:00.123' }), 'QUERY_START_TIME: not a time with an offset'],
    [
      { EVENT_TIMESTAMP: 'x', CLIENT_IP: '1.2.3.4', IS_SUCCESS: 'YES', USER_NAME: 'A' },
      'USER_NAME or EVENT_TIMESTAMP: a login needs both',
    ],
  ])('say why (%#)', (record, reason) => {
    expect(readAll([record])).toEqual([{ kind: 'invalid', reason }]);
  });

  it('and NULL, as CSV has it, is nothing at all', () => {
    const told = first(access(), query({ WAREHOUSE_NAME: '\\N', ROWS_WRITTEN_TO_RESULT: '\\N', USER_TYPE: '\\N' }));
    expect(told?.value.subjects).toEqual({ region: 'unknown' });
    expect(readAll([access({ USER_NAME: '\\N' })])).toMatchObject([{ kind: 'invalid' }]);
  });

  it('and columns in small letters, or JSON as text, are no reason', () => {
    const small = Object.fromEntries(
      Object.entries(access()).map(([name, value]) => [
        name.toLowerCase(),
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    expect(first(small)).toEqual(first(access()));
  });
});
