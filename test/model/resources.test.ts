import { describe, expect, it } from 'vitest';
import { lookUpS3Resource, parseResources } from '../../shared/model/resources.ts';

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
    expect(lookUpS3Resource(parsed.resources, bucket, key)?.dataset).toBe(dataset);
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
        'resources[3]: match.s3: not { bucket, prefix? }',
        'resources[4]: good/ is there twice',
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
