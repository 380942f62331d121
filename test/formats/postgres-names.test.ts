import { describe, expect, it } from 'vitest';
import { plainName, readCopy } from '../../shared/formats/postgres-names.ts';

describe('the table that a COPY copies', () => {
  it.each([
    ['COPY account TO stdout', 'public.account'],
    ['copy Sales.Account (id, name) to stdout', 'sales.account'],
    ['copy "Sales" . "my ""own"" table" to stdout', 'Sales.my "own" table'],
    ['/* a /* b */ c */ copy -- d\n/* e */ sales /* f */ . users to stdout', 'sales.users'],
    ['COPY BINARY account TO stdout', 'public.account'],
    ['COPY "binary" TO stdout', 'public.binary'],
    ['copy account from stdin', 'public.account'],
  ])('is named by %s', (statement, table) => {
    expect(readCopy(statement)).toEqual({ table });
  });

  it.each(['COPY (SELECT 1) TO stdout', 'COPY U&"\\0061" TO stdout', 'COPY a.1 TO stdout', 'copy'])(
    'is not known of %s',
    (statement) => {
      expect(readCopy(statement)).toEqual({ table: undefined });
    },
  );

  it.each(['select 1', 'copying', '-- copy a', '', '<not logged>', '/*'.repeat(500_000)])(
    'is none where nothing is copied: %.20s',
    (statement) => {
      expect(readCopy(statement)).toBeUndefined();
    },
  );
});

it.each([
  ['public.users', 'public.users'],
  ['public."Users"', 'public.Users'],
  ['"my ""own"" schema"."a.b"', 'my "own" schema.a.b'],
  ['public.f(integer)', 'public.f(integer)'],
  ['"never closed', '"never closed'],
  ['', ''],
])('%s is plainly %s', (text, name) => {
  expect(plainName(text)).toBe(name);
});
