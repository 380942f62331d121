import { describe, expect, it } from 'vitest';
import { postgresFormat } from '../../shared/formats/postgres.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';

const ANY = { ...NO_CONTEXT, unmapped: 'unknown-region' } as const;
const read = (record: unknown) => postgresFormat.read(record, undefined, ANY).readings[0];
const TIME = '2026-11-23 02:40:00.123 UTC';
const AUDIT = 'LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.users,select 1,<none>';
/** Who, where from and what, of a line that is an access. */
function told(record: unknown) {
  const reading = read(record);
  if (reading?.kind !== 'event') return [reading];
  const { actor, network, action, resource, subjects, outcome, time } = reading.value;
  return [actor.id, network?.ip, action, resource.dataset, subjects.count, outcome, time];
}

describe('the prefix of a line', () => {
  it.each([
    [`${TIME} alice 192.0.2.1(50000) psql `, 'alice', '192.0.2.1', 'public.users'],
    [`${TIME} alice 192.0.2.1(50000) my long app name `, 'alice', '192.0.2.1', 'public.users'],
    [`${TIME} alice 192.0.2.1(50000) ${'a'.repeat(63)} `, 'alice', '192.0.2.1', 'public.users'],
    [`${TIME} alice 2001:db8::1(50000) psql `, 'alice', '2001:db8::1', 'public.users'],
    [`${TIME} alice [local] psql `, 'alice', undefined, 'public.users'],
    [`${TIME} [4711] alice@shop 192.0.2.1(50000) psql `, 'alice', '192.0.2.1', 'shop.public.users'],
    [`${TIME}:192.0.2.1(50000):alice@shop:[4711]:`, 'alice', '192.0.2.1', 'shop.public.users'],
    [`${TIME} [4711] alice@shop `, 'alice', undefined, 'shop.public.users'],
    [`${TIME} [4711]: [1-1] user=alice,db=shop,app=psql,client=192.0.2.1 `, 'alice', '192.0.2.1', 'shop.public.users'],
  ])('%s', (prefix, user, ip, table) => {
    const time = '2026-11-23T02:40:00.123Z';
    expect(told(prefix + AUDIT)).toEqual([user, ip, 'query', `postgres:${table}`, undefined, 'allowed', time]);
  });

  it.each([
    [`${TIME} [4711] jane@example.com@shop 192.0.2.1(50000) psql `, 'shop.public.users'],
    [`${TIME} jane@example.com 192.0.2.1(50000) psql `, 'public.users'],
    [`${TIME}:192.0.2.1(50000):jane@example.com@shop:[4711]:`, 'shop.public.users'],
    [`${TIME} [4711] jane@example.com@shop `, 'shop.public.users'],
    [`${TIME} [4711]: [1-1] user=jane@example.com,db=shop,app=psql,client=192.0.2.1 `, 'shop.public.users'],
  ])('%s names a user who is a mail address', (prefix, table) => {
    expect(told(prefix + AUDIT)).toMatchObject({ 0: 'jane@example.com', 3: `postgres:${table}` });
  });

  it.each(['4711 alice ', '', '[4711] '])('%j with a time before it is said to be unknown', (prefix) => {
    expect(read(`${TIME} ${prefix}${AUDIT}`)).toEqual({
      kind: 'invalid',
      reason: "an unknown log_line_prefix; '%m %u %r %a ' is understood",
    });
  });

  it.each(['[4711] ', '[4711] @   ', '[4711] [unknown]@[unknown] 192.0.2.1(50000) [unknown] '])(
    '%j of the server’s own processes, or of a connection that is none yet, is no error',
    (prefix) => {
      const line = `${TIME} ${prefix}LOG:  checkpoint starting: time`;
      expect(read(line)).toEqual({ kind: 'not-concerned', why: 'management-event' });
    },
  );

  describe('with an application’s name, which any user chooses', () => {
    it.each([
      `${TIME} eve 192.0.2.1(50000) x LOG:  `,
      `${TIME} [4711] eve@shop 192.0.2.1(50000) x LOG:  y `,
      `${TIME} [4711]: user=eve,db=shop,app=x LOG:  y,client=192.0.2.1 `,
      `${TIME} [4711]: user=eve,db=shop,app=user=bob,db=shop,app=,client=192.0.2.1 `,
      `${TIME} [4711]: user=eve,db=shop,app=,client=192.0.2.66 LOG:  ,client=192.0.2.1 `,
    ])('%s hides no access and makes it nobody else’s', (prefix) => {
      expect(told(prefix + AUDIT)).toMatchObject({ 0: 'eve', 1: '192.0.2.1', 2: 'query' });
    });

    it('is put aside where it passes for an access itself', () => {
      const forged = 'x LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.toys,';

      expect(read(`${TIME} [4711] eve@shop 192.0.2.1(50000) ${forged} ${AUDIT}`)).toEqual({
        kind: 'invalid',
        reason: 'application_name: with it the line can be read in two ways',
      });
    });

    it('is not to be confused with a statement that speaks of what is refused', () => {
      const line = `${TIME} [4711] alice@shop 192.0.2.1(1) psql LOG:  statement: select 'permission denied for table x'`;
      expect(read(line)).toEqual({ kind: 'not-concerned', why: 'management-event' });
    });

    it('is not to be confused with a statement that looks like a line', () => {
      const statement = `${AUDIT.replace('select 1', `select ' LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.toys,'`)}`;

      expect(told(`${TIME} [4711] eve@shop 192.0.2.1(50000) psql ${statement}`)).toMatchObject({
        0: 'eve',
        3: 'postgres:shop.public.users',
      });
    });
  });

  it('of any length is looked at for a bounded time', () => {
    expect(read(`${TIME} [x] ${'a '.repeat(200_000)}${AUDIT}`)).toMatchObject({ kind: 'invalid' });
  });

  it.each(['PST', 'CEST'])('with the zone %s, which could be several, is refused rather than guessed', (zone) => {
    expect(read(`2026-11-23 02:40:00 ${zone} alice 192.0.2.1(1) psql ${AUDIT}`)).toEqual({
      kind: 'invalid',
      reason: 'time: its zone is neither UTC nor an offset (log_timezone)',
    });
  });

  it('with an offset becomes UTC', () => {
    expect(told(`2026-11-23 10:40:00 +08 alice 192.0.2.1(1) psql ${AUDIT}`)).toContain('2026-11-23T02:40:00.000Z');
  });
});

describe('a row of csvlog', () => {
  /** The 23 columns of version 9.0. */
  const row = (changes: Readonly<Record<number, string>> = {}, columns = 23) =>
    Object.assign(
      new Array<string>(columns).fill(''),
      {
        0: TIME,
        1: 'alice',
        2: 'shop',
        3: '4711',
        4: '192.0.2.1:50000',
        5: '655d.1',
        6: '7',
        12: '00000',
        13: AUDIT.replace('LOG:  ', ''),
      },
      changes,
    );

  it('tells who, where from and what', () => {
    const [time, dataset] = ['2026-11-23T02:40:00.123Z', 'postgres:shop.public.users'];
    expect(told(row())).toEqual(['alice', '192.0.2.1', 'query', dataset, undefined, 'allowed', time]);
    expect(told(row({ 4: '2001:db8::1:50000' }))[1]).toBe('2001:db8::1');
    expect(told(row({ 4: '[local]' }))[1]).toBeUndefined();
  });

  it('has an id of its session and its line in it', () => {
    const idOf = (changes: Readonly<Record<number, string>>) => {
      const reading = read(row(changes));
      return reading?.kind === 'event' ? reading.value.id : reading;
    };
    expect([idOf({}), idOf({ 6: '8' }), idOf({ 5: '655e.1' })]).toEqual(['655d.1/7', '655d.1/8', '655e.1/7']);
  });

  it('names nothing where a column is empty', () => {
    expect(told(row({ 2: '' }))[3]).toBe('postgres:public.users');
    expect(read(row({ 1: '' }))).toEqual({ kind: 'invalid', reason: 'user: the entry names nobody' });
  });

  it('is a refusal by its state, where it has one', () => {
    const refused = (state: string) => read(row({ 12: state, 13: 'permission denied for table users' }));

    expect(refused('42501')).toMatchObject({
      value: { outcome: 'denied', resource: { dataset: 'postgres:shop.users' } },
    });
    expect(refused('P0001')).toEqual({ kind: 'not-concerned', why: 'management-event' });
  });

  it('is not lost for an id that is too long, and put aside where it names neither table nor database', () => {
    expect(read(row({ 5: 'x'.repeat(300) }))).toMatchObject({ value: { id: 'x'.repeat(256) } });
    expect(read(row({ 2: '', 13: 'AUDIT: SESSION,1,1,READ,SELECT,,,select 1,<none>' }))).toEqual({
      kind: 'invalid',
      reason: 'object: neither a table nor a database is named',
    });
  });

  it('is known by its columns, of which later versions have more', () => {
    expect([22, 23, 26].map((columns) => postgresFormat.recognises(row({}, columns)))).toEqual([false, true, true]);
  });
});

describe('an audit entry', () => {
  const entry = (audit: string) => `${TIME} [1] alice@shop 192.0.2.1(1) psql LOG:  AUDIT: SESSION,1,1,${audit}`;
  it.each([
    ['READ,SELECT,TABLE,public.users,select 1,<none>', 'query', 'shop.public.users', undefined],
    ['READ,SELECT,TABLE,public.users,select 1,<none>,70', 'query', 'shop.public.users', 70],
    ['READ,SELECT,,,select 1,<not logged>', 'query', 'shop', undefined],
    ['READ,COPY,,,COPY users TO stdout,<none>,0', 'export', 'shop.public.users', undefined],
    ['READ,COPY,,,COPY sales.users (email) TO stdout,<none>,0', 'export', 'shop.sales.users', undefined],
    ['READ,COPY,,,<not logged>,<not logged>,0', 'export', 'shop', undefined],
    ['READ,SELECT,TABLE,public.users,COPY users TO stdout,<none>', 'export', 'shop.public.users', undefined],
    ['READ,SELECT,TABLE,public.users,COPY (SELECT 1 FROM users) TO stdout,<none>,5', 'export', 'shop.public.users', 5],
    ['READ,COPY,,,COPY (SELECT 1 FROM users) TO stdout,<none>,0', 'export', 'shop', undefined],
    ['READ,DECLARE CURSOR,,,DECLARE c CURSOR FOR SELECT 1 FROM users,<none>,0', 'query', 'shop', undefined],
    ['WRITE,COPY,,,COPY users FROM stdin,<none>,0', 'update', 'shop.public.users', undefined],
    ['READ,SELECT,TABLE,"public.""Users""",select 1,<none>', 'query', 'shop.public.Users', undefined],
    ['WRITE,INSERT,TABLE,public.users,insert,<none>,3', 'update', 'shop.public.users', undefined],
    ['WRITE,DELETE,TABLE,public.users,delete,<none>,3', 'delete', 'shop.public.users', undefined],
    ['WRITE,TRUNCATE TABLE,TABLE,public.users,truncate,<none>', 'delete', 'shop.public.users', undefined],
    ['ROLE,GRANT,TABLE,public.users,grant,<none>', 'grant', 'shop.public.users', undefined],
    ['READ,SELECT,TABLE,public.users,"select ""a"", b\n\tfrom users",<none>,2', 'query', 'shop.public.users', 2],
  ])('%s', (audit, action, table, rows) => {
    expect(told(entry(audit)).slice(2, 5)).toEqual([action, `postgres:${table}`, rows]);
  });

  it.each([
    'DDL,CREATE TABLE,TABLE,public.t,create,<none>',
    'FUNCTION,DO,,,do,<none>',
    'MISC,SET,,,set x,<none>',
    'ROLE,CREATE ROLE,,,create,<none>',
    'ROLE,GRANT ROLE,,,grant a to b,<none>',
  ])('%s touches no data', (audit) => {
    expect(read(entry(audit))).toEqual({ kind: 'not-concerned', why: 'management-event' });
  });

  it('that is cut off says where', () => {
    expect(read(entry('READ,SELECT,TABLE,public.users,"select'))).toEqual({
      kind: 'invalid',
      reason: 'AUDIT: field 8: the quote is never closed',
    });
  });

  it('may have another level', () => {
    expect(told(`${TIME} alice 192.0.2.1(1) psql ${AUDIT.replace('LOG:  ', 'NOTICE:  ')}`)).toContain('query');
  });
});

describe('a refusal by PostgreSQL itself', () => {
  const line = (message: string) => `${TIME} [1] alice@shop 192.0.2.1(1) psql ERROR:  ${message}`;
  it('is an access that was denied', () => {
    expect(told(line('permission denied for table users')).slice(2, 6)).toEqual([
      'query',
      'postgres:shop.users',
      undefined,
      'denied',
    ]);
    expect(told(line('permission denied for schema "my data"'))).toContain('postgres:shop.my data');
  });

  it.each(['syntax error at or near "selec"', 'relation "users" does not exist', 'permission denied to create role'])(
    'and %s is none',
    (message) => {
      expect(read(line(message))).toMatchObject({ kind: 'not-concerned' });
    },
  );
});

it.each([
  ['connection authorized: user=alice', false],
  [`${TIME} just words`, false],
  [`${TIME} x LOG:  y`, true],
  [['a', 'b'], false],
  [{ message: 'AUDIT: x' }, false],
])('%j is an entry of PostgreSQL’s log: %j', (record, expected) => {
  expect(postgresFormat.recognises(record)).toBe(expected);
});
