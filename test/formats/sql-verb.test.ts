import { expect, it } from 'vitest';
import { actionOfSql } from '../../shared/formats/sql-verb.ts';

it.each([
  ['select 1', 'query'],
  ['  -- a remark\n /* another\n one */ SELECT 1', 'query'],
  ['(select 1) union (select 2)', 'query'],
  ['with x as (select 1) select * from x', 'query'],
  ['insert into t values (1)', 'update'],
  ['DELETE FROM t', 'delete'],
  ['copy users to stdout', 'export'],
  ['copy (select * from users) to stdout', 'export'],
  ['copy users from stdin', 'update'],
  ['grant select on t to x', 'grant'],
  ['set search_path to public', undefined],
  ['begin', undefined],
  ['constructor', undefined],
  ['', undefined],
  ['-- select', undefined],
  ['/*'.repeat(100_000), undefined],
])('%s is %s', (statement, action) => {
  expect(actionOfSql(statement)).toBe(action);
});
