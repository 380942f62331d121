import { describe, expect, it } from 'vitest';
import { actionOfSql } from '../../shared/formats/sql-verb.ts';

it.each([
  ['select 1', 'query'],
  ['  -- a remark\n /* another\n one */ SELECT 1', 'query'],
  ['(select 1) union (select 2)', 'query'],
  ['with x as (select 1) select * from x', 'query'],
  ['insert into t values (1)', 'update'],
  ['create table t as select * from users', 'update'],
  ['DELETE FROM t', 'delete'],
  ['copy users to stdout', 'export'],
  ['copy (select * from users) to stdout', 'export'],
  ['copy users from stdin', 'update'],
  ['grant select on t to x', 'grant'],
  ['begin; delete from t; commit', 'delete'],
])('%s is %s', (statement, action) => {
  expect(actionOfSql(statement)).toBe(action);
});

describe('touches no data', () => {
  it.each([
    '',
    ' ; ',
    '-- select',
    'begin',
    'BEGIN; commit',
    'begin isolation level read committed, read only',
    'start transaction read only',
    'rollback to savepoint a',
    'set search_path to public',
    'set search_path = "$user", public;',
    "SET sql_mode='TRADITIONAL', autocommit=1",
    'set session characteristics as transaction read write',
    "/* application */ set time zone 'UTC'; -- and\n show search_path",
    'SET NOCOUNT ON',
    'use shop',
    'SHOW FULL COLUMNS FROM `users`',
    'close c; deallocate all; discard all',
    'begin;'.repeat(100_000),
  ])('%.60s', (statements) => {
    expect(actionOfSql(statements)).toBeUndefined();
  });
});

describe('is a query, whatever stands in front of it:', () => {
  it.each([
    'begin; select * from users; commit',
    'set x = 0; select * from users',
    '; select * from users',
    'SET NOCOUNT ON SELECT email FROM users',
    'BEGIN TRAN SELECT email FROM users',
    'use shop; select * from users',
    'DECLARE @n int = 1; SELECT * FROM users',
    'IF 1 = 1 SELECT * FROM users',
    'EXEC dbo.ExportUsers',
    'set x = 1 exec ExportUsers',
    'HANDLER users READ FIRST',
    'declare c cursor for select * from users',
    'do $$ begin perform 1; end $$',
    'set @x = (select email from users)',
    "set x = 'a\\'; select * from users -- '",
    '# a remark\nselect * from users',
    '-- a remark\rselect * from users',
    '/*!50000 select */ * from users',
    '/*M!100000 select */ * from users',
    '/* a /* b */ c */ select * from users',
    `/*${'x'.repeat(5000)}*/ select * from users`,
    'constructor',
  ])('%.60s', (statements) => {
    expect(actionOfSql(statements)).toBe('query');
  });
});

it.each([
  '/*'.repeat(500_000),
  `set ${' '.repeat(1_000_000)}(`,
  `set a ${'b'.repeat(1_000_000)}(`,
  `set a = ${'b,'.repeat(500_000)}`,
  `set a = ${'"'.repeat(1_000_000)}`,
])('of any length is read: %.20s', (statement) => {
  expect(actionOfSql(statement)).toBe('query');
});
