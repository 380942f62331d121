import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { lookUpResource, parseResources } from '../../shared/model/resources.ts';

const entry = (bucket: string, prefix?: string) => ({
  match: { s3: { bucket, ...(prefix !== undefined && { prefix }) } },
  dataset: `${bucket}/${prefix ?? ''}`,
  region: 'US',
});

describe('looking up what an S3 object holds', () => {
  const parsed = parseResources([
    entry('exports', 'users/us/'),
    entry('exports', 'users/'),
    entry('exports', 'users/us/west/'),
    entry('all'),
  ]);
  if (!parsed.ok) throw new Error(parsed.errors.join());

  it.each([
    ['exports', 'users/us/west/1.csv', 'exports/users/us/west/'],
    ['exports', 'users/us/1.csv', 'exports/users/us/'],
    ['exports', 'users/eu/1.csv', 'exports/users/'],
    ['exports', 'users/', 'exports/users/'],
    ['exports', 'logs/1', undefined],
    ['exports', '', undefined],
    ['all', '', 'all/'],
    ['all', 'anything', 'all/'],
    ['none', 'users/us/1.csv', undefined],
    ['__proto__', '', undefined],
  ])('%s %s is %s: the longest prefix decides', (bucket, key, dataset) => {
    expect(lookUpResource(parsed.resources, { kind: 's3', bucket, key })?.dataset).toBe(dataset);
  });
});

describe('reading resources.json', () => {
  it('names every wrong entry, and accepts none', () => {
    const result = parseResources([
      entry('good'),
      { ...entry('b'), region: 'EU' },
      { ...entry('b'), match: { s3: { bucket: 'b', prefx: 'users/' } } },
      { ...entry('b'), match: {} },
      entry('good'),
      7,
    ]);
    expect(result).toEqual({
      ok: false,
      errors: [
        'resources[1]: region: neither an ISO 3166 alpha-2 country such as US nor unknown',
        'resources[2]: match.s3: no such key: prefx',
        'resources[3]: match: not one of { s3 }, { dynamodb }, { table }, { warehouse }',
        'resources[4]: s3:good is there twice',
        'resources[5]: entry: not an object',
      ],
    });
  });

  it('takes a region that is not known as such', () => {
    expect(parseResources([{ ...entry('b'), region: 'unknown' }])).toMatchObject({ ok: true });
  });

  it.each([{}, null, 'x'])('refuses %j, which is no list', (value) => {
    expect(parseResources(value)).toEqual({ ok: false, errors: ['resources: not a list'] });
  });
});

describe('looking up what a table holds', () => {
  const table = (name: string, columns?: readonly string[]) => ({
    match: { table: { source: 'snowflake', name, ...(columns && { columns }) } },
    dataset: `${name} ${columns ?? ''}`.trim(),
    region: 'US',
  });
  const parsed = parseResources([
    table('PROD.PUBLIC.USERS'),
    table('PROD.PUBLIC.USERS', ['EMAIL', 'PHONE']),
    table('PROD.PUBLIC'),
    { match: { warehouse: { source: 'snowflake', name: 'ANALYSTS' } }, dataset: 'anything', region: 'unknown' },
  ]);
  if (!parsed.ok) throw new Error(parsed.errors.join());
  const { resources } = parsed;

  it.each([
    ['PROD.PUBLIC.USERS', undefined, undefined, 'PROD.PUBLIC.USERS'],
    ['PROD.PUBLIC.USERS', ['NAME'], undefined, 'PROD.PUBLIC.USERS'],
    ['PROD.PUBLIC.USERS', ['NAME', 'PHONE'], undefined, 'PROD.PUBLIC.USERS EMAIL,PHONE'],
    ['PROD.PUBLIC.USERS', undefined, 'ANALYSTS', 'PROD.PUBLIC.USERS'],
    ['PROD.PUBLIC.ORDERS', undefined, undefined, 'PROD.PUBLIC'],
    ['PROD.PUBLICITY.ORDERS', undefined, undefined, undefined],
    ['PROD.PUBLICITY.ORDERS', undefined, 'ANALYSTS', 'anything'],
    ['PROD', undefined, undefined, undefined],
    ['', undefined, undefined, undefined],
    ['.', undefined, undefined, undefined],
    ['__proto__', undefined, undefined, undefined],
  ])('%s with columns %j in warehouse %s is %s', (name, columns, warehouse, dataset) => {
    expect(lookUpResource(resources, { kind: 'table', source: 'snowflake', name, columns, warehouse })?.dataset).toBe(
      dataset,
    );
  });

  it('is what the longest known name says that it lies in, whatever the names', () => {
    const dotted = fc
      .array(fc.constantFrom('A', 'B', ''), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join('.'));
    const known = fc.uniqueArray(
      dotted.filter((name) => name !== ''),
      { maxLength: 5 },
    );

    fc.assert(
      fc.property(known, dotted, (names, name) => {
        const read = parseResources(names.map((each) => table(each)));
        if (!read.ok) throw new Error(read.errors.join());
        const liesIn = (outer: string) => name === outer || name.startsWith(`${outer}.`);
        const [longest] = names.filter(liesIn).toSorted((a, b) => b.length - a.length);

        expect(lookUpResource(read.resources, { kind: 'table', source: 'snowflake', name })?.dataset).toBe(longest);
      }),
    );
  });

  it('asks no more often than the longest known name has parts, and once for the warehouse', () => {
    const asked = vi.spyOn(resources.named, 'get');

    const found = lookUpResource(resources, { kind: 'table', source: 'snowflake', name: `PROD${'.'.repeat(50_000)}` });

    expect(found).toBeUndefined();
    expect(asked.mock.calls.length).toBeLessThanOrEqual(3 + 1);
    asked.mockRestore();
  });

  it('does not take a table of another source for it', () => {
    expect(lookUpResource(resources, { kind: 'table', source: 'postgres', name: 'PROD.PUBLIC.USERS' })).toBeUndefined();
  });

  it.each([
    [
      { s3: { bucket: 'b' }, dynamodb: { table: 't' } },
      'match: not one of { s3 }, { dynamodb }, { table }, { warehouse }',
    ],
    [
      { table: { source: 'oracle', name: 't' } },
      `match.table.source: not one of snowflake, postgres, teleport, bigquery, databricks, ocsf`,
    ],
    [{ table: { source: 'ocsf', name: 't', columns: [] } }, 'match.table.columns: not a list of column names'],
    [{ dynamodb: { tabel: 't' } }, 'match.dynamodb: no such key: tabel'],
  ])('refuses %j', (match, error) => {
    const result = parseResources([{ match, dataset: 'd', region: 'US' }]);
    expect(result.ok ? [] : result.errors).toContain(`resources[0]: ${error}`);
  });

  it('names tables that are there twice, whatever the order of their columns', () => {
    expect(parseResources([table('A', ['X', 'Y']), table('A', ['Y', 'X'])])).toEqual({
      ok: false,
      errors: ['resources[1]: snowflake:A is there twice'],
    });
  });
});
