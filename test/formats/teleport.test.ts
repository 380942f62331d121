import { describe, expect, it } from 'vitest';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';
import { openSignInJoin, openSourceReader } from '../../shared/formats/source-reader.ts';
import { parseActors } from '../../shared/model/actors.ts';

const event = (name: string, changes: object = {}) => ({
  cluster_name: 'example',
  code: 'TDB02I',
  db_name: 'shop',
  db_protocol: 'postgres',
  db_service: 'shop-primary',
  event: name,
  sid: '307b49d6',
  time: '2026-11-23T02:50:10.5Z',
  uid: 'u-1',
  user: 'alice@example.com',
  ...changes,
});
const login = (address: string, time = '2026-11-23T02:00:00Z') =>
  event('user.login', { 'addr.remote': address, code: 'T1000I', sid: undefined, success: true, time });
function readAll(...events: readonly object[]) {
  const reader = openSourceReader({ ...NO_CONTEXT, unmapped: 'unknown-region' });
  return events.flatMap((each) => reader.take(each)).map(openSignInJoin());
}
const values = (...events: readonly object[]) =>
  readAll(...events).flatMap((reading) => (reading.kind === 'event' ? [reading.value] : []));

describe('where a database session of Teleport came from', () => {
  const start = event('db.session.start', { code: 'TDB00I', success: true, time: '2026-11-23T02:50:00Z' });
  const query = event('db.session.query', { db_query: 'select 1 from users', success: true });

  it('is where its user signed in: its own start does not say', () => {
    expect(values(login('36.110.4.7:50010'), start, query).map(({ network }) => network)).toEqual([
      { ip: '36.110.4.7' },
    ]);
  });

  it('is on the device of its start, by its id and not by another', () => {
    const onDevice = { ...start, sid: 's-2', trusted_device: { device_id: 'd-1' }, 'addr.remote': '36.110.4.8:1' };
    const [own, other] = values(onDevice, { ...query, sid: 's-2' }, { ...query, user: 'bob@example.com' });

    expect(own?.network).toEqual({ ip: '36.110.4.8', deviceId: 'd-1' });
    expect(other).not.toHaveProperty('network');
  });

  it('is found under the name that actors.json has for its user', () => {
    const parsed = parseActors([{ source: 'teleport', name: 'alice@example.com', actor: 'e-00042' }]);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    const reader = openSourceReader({ ...NO_CONTEXT, actors: parsed.actors, unmapped: 'unknown-region' });
    const readings = [login('36.110.4.7:1'), query].flatMap((each) => reader.take(each)).map(openSignInJoin());

    expect(readings).toMatchObject([{}, { value: { actor: { id: 'e-00042' }, network: { ip: '36.110.4.7' } } }]);
  });

  it.each([
    ['36.110.4.7', '36.110.4.7'],
    ['[2001:db8::7]:50010', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['laptop.example.com:50010', undefined],
  ])('%s is read as %s', (address, ip) => {
    expect(values(login(address), query)[0]?.network?.ip).toBe(ip);
  });
});

describe('what a statement does', () => {
  it.each([
    ['db.session.query', { db_query: 'delete from users' }, 'delete'],
    ['db.session.postgres.statements.parse', { query: 'select $1' }, 'query'],
    ['db.session.mysql.statements.prepare', { query: 'UPDATE users SET a = 1' }, 'update'],
    ['db.session.cassandra.prepare', { query: 'SELECT * FROM ks.users' }, 'query'],
    ['db.session.spanner.rpc', { args: { sql: 'select * from users' } }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'Sp_ExecuteSql', parameters: ['SELECT * FROM users'] }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'Sp_ExecuteSql', parameters: ['DELETE FROM users'] }, 'delete'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'sp_executesql' }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'Sp_PrepExec', parameters: ['<nil>'] }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'dbo.ExportUsers' }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'sp_cursoropen', parameters: ['1', 'SELECT 1'] }, 'query'],
    ['db.session.sqlserver.rpc_request', { proc_name: 'sp_cursorprepexec', parameters: ['1'] }, 'query'],
    ['db.session.spanner.rpc', { procedure: 'PartitionRead', args: { table: 'users' } }, 'query'],
    ['db.session.spanner.rpc', { procedure: 'StreamingRead', args: { table: 'users' } }, 'query'],
    ['db.session.spanner.rpc', { procedure: 'BatchWrite', args: {} }, 'update'],
    ['db.session.query', { db_query: 'begin; select * from users; commit' }, 'query'],
    ['db.session.query', { db_protocol: 'redis', db_query: 'hgetall user:1' }, 'query'],
    ['db.session.query', { db_protocol: 'redis', db_query: 'set user:1 x' }, 'update'],
  ])('is told of %s %j', (name, changes, action) => {
    const [value] = values(event(name, { success: true, ...changes }));
    expect([value?.action, value?.resource.dataset]).toEqual([action, 'teleport:shop-primary.shop']);
  });

  it.each([
    ['{"find": "users","filter": {}}', 'query', 'shop.users'],
    ['{"aggregate": 1,"pipeline": []}', 'query', 'shop'],
    ['{"insert":"users","documents":[{"a":1', 'update', 'shop.users'],
    ['{ "delete" : "users" }', 'delete', 'shop.users'],
  ])('is told of MongoDB’s %s, with the collection', (db_query, action, table) => {
    const [value] = values(event('db.session.query', { success: true, db_protocol: 'mongodb', db_query }));
    expect([value?.action, value?.resource.dataset]).toEqual([action, `teleport:shop-primary.${table}`]);
  });

  it.each([
    event('db.session.query', { db_query: 'set search_path to public' }),
    event('db.session.query', { db_protocol: 'mongodb', db_query: '{"hello": 1}' }),
    event('db.session.query', { db_protocol: 'mongodb', db_query: '{"getMore": {"$numberLong": "7"}}' }),
    event('db.session.query', { db_protocol: 'redis', db_query: 'ping' }),
    event('db.session.sqlserver.rpc_request', { proc_name: 'sp_reset_connection', parameters: [] }),
    event('db.session.sqlserver.rpc_request', { proc_name: 'Sp_Execute', parameters: ['1'] }),
    event('db.session.spanner.rpc', { success: true, procedure: 'BatchCreateSessions', args: {} }),
    event('db.session.dynamodb.request', { target: 'DynamoDB_20120810.Scan' }),
  ])('is nothing where it touches no data that could be named: %j', (record) => {
    expect(readAll(record)).toEqual([{ kind: 'not-concerned', why: 'management-event' }]);
  });

  it('is refused to who may not', () => {
    const refused = { code: 'TDB02W', success: false, error: 'access to database denied', db_protocol: 'mongodb' };
    const [value] = values(event('db.session.query.failed', { ...refused, db_query: '{"find": "users"}' }));
    expect(value).toMatchObject({ outcome: 'denied', resource: { dataset: 'teleport:shop-primary.shop.users' } });
  });

  it('is refused to who may not open a session of Spanner’s, where no statement came to be', () => {
    const call = {
      code: 'TSPN001W',
      db_protocol: 'spanner',
      procedure: 'BatchCreateSessions',
      args: { session_count: 100 },
    };
    const denied = event('db.session.spanner.rpc', { ...call, success: false, error: 'access to db denied' });
    expect(values(denied)).toMatchObject([{ action: 'query', outcome: 'denied' }]);
    expect(readAll({ ...denied, error: 'deadline exceeded' })).toEqual([
      { kind: 'not-concerned', why: 'failed-request' },
    ]);
  });

  it.each([
    ['error', 'access to db denied. User does not have permissions'],
    ['error', 'Not authorised'],
    ['error', 'not authorized to perform this'],
    ['message', 'Insufficient Privilege'],
  ])('is refused, too, where a session is: %s %s', (field, text) => {
    const start = event('db.session.start', { code: 'TDB00W', success: false, [field]: text });

    expect(values(start)).toMatchObject([{ action: 'query', outcome: 'denied', actor: { id: 'alice@example.com' } }]);
  });

  it('is nothing where a session or a login fails for another reason', () => {
    const failed = { success: false, error: 'connection reset' };

    expect(readAll(event('db.session.start', failed))).toEqual([{ kind: 'not-concerned', why: 'failed-request' }]);
    expect(readAll(event('user.login', { success: false, error: 'access denied' }))).toEqual([
      { kind: 'not-concerned', why: 'context' },
    ]);
    expect(readAll(event('db.session.query', { ...failed, db_query: 'select 1' }))).toEqual([
      { kind: 'not-concerned', why: 'failed-request' },
    ]);
  });

  it.each([
    ['a login without a time', event('user.login', { time: 'today', success: true })],
    ['a login of nobody', event('user.login', { user: '', success: true })],
    ['a query of nobody', event('db.session.query', { user: '', db_query: 'select 1' })],
    ['a query of nothing', event('db.session.query', { db_service: '', db_name: '', db_query: 'select 1' })],
  ])('is put aside where it is %s', (_, record) => {
    expect(readAll(record)).toMatchObject([{ kind: 'invalid' }]);
  });

  it('comes from the address that its own event names', () => {
    const query = event('db.session.query', { db_query: 'select 1', 'addr.remote': '36.110.4.9:1' });

    expect(values(query)[0]?.network).toEqual({ ip: '36.110.4.9' });
  });

  it('is approved by the request that its role was granted on, and made on the device that is trusted', () => {
    const granted = { access_requests: ['0190-request', 'another'], trusted_device: { device_id: 'd-1' } };
    const query = { db_query: 'select 1 from users', success: true };

    expect(values(event('db.session.query', { ...query, ...granted }))).toMatchObject([
      { approval: { ticket: '0190-request' }, network: { deviceId: 'd-1' } },
    ]);
    expect(values(event('db.session.query', { ...query, access_requests: [] }))[0]).not.toHaveProperty('approval');
  });

  it.each([{ user_kind: 2 }, { bot_name: 'reports' }])('is a service’s where a bot did it: %j', (changes) => {
    expect(values(event('db.session.query', { db_query: 'select 1', ...changes }))[0]?.actor.type).toBe('service');
  });
});
