import { describe, expect, it } from 'vitest';
import { parseActors, resolveActor } from '../../shared/model/actors.ts';

function actorsOf(...entries: readonly unknown[]) {
  const parsed = parseActors(entries);
  if (!parsed.ok) throw new Error(parsed.errors.join());
  return parsed.actors;
}

describe('who goes by a name', () => {
  const actors = actorsOf(
    { source: 'snowflake', name: 'JSMITH', actor: 'e-00042' },
    { name: 'jsmith@example.com', actor: 'e-00042' },
    { source: 'okta', name: 'jsmith@example.com', actor: 'e-00043' },
    { source: 'cloudtrail', name: 'Analyst/*', actor: '*' },
    { source: 'cloudtrail', name: 'Analyst/etl-*', actor: 'svc-etl', type: 'service' },
  );

  it.each([
    ['snowflake', 'JSMITH', 'e-00042', 'employee'],
    ['teleport', 'JSMITH', 'JSMITH', 'employee'],
    ['teleport', 'jsmith@example.com', 'e-00042', 'employee'],
    ['okta', 'jsmith@example.com', 'e-00043', 'employee'],
    ['cloudtrail', 'Analyst/bob', 'bob', 'employee'],
    ['cloudtrail', 'Analyst/etl-7', 'svc-etl', 'service'],
    ['cloudtrail', 'Analyst/', 'Analyst/', 'employee'],
    ['okta', 'Analyst/bob', 'Analyst/bob', 'employee'],
    ['okta', '__proto__', '__proto__', 'employee'],
  ] as const)('in %s %s is %s, a %s', (source, id, actor, type) => {
    expect(resolveActor(actors, source, { id, type: 'employee' })).toEqual({ id: actor, type });
  });

  it.each([
    ['jsmith@example.com', 'e-00042'],
    ['u-1', 'u-1'],
  ])('on behalf of %s is on behalf of %s', (onBehalfOf, expected) => {
    const actor = { id: 'ETL', type: 'service', onBehalfOf } as const;
    expect(resolveActor(actors, 'snowflake', actor)).toEqual({ id: 'ETL', type: 'service', onBehalfOf: expected });
  });

  it('nobody acts on their own behalf, by whatever names', () => {
    const actor = { id: 'JSMITH', type: 'employee', onBehalfOf: 'jsmith@example.com' } as const;
    expect(resolveActor(actors, 'snowflake', actor)).toEqual({ id: 'e-00042', type: 'employee' });
  });
});

describe('reading actors.json', () => {
  it('names every wrong entry, and accepts none', () => {
    expect(
      parseActors([
        { name: 'a', actor: 'e-1' },
        { name: 'a', actor: 'e-2' },
        { name: 'b' },
        { name: 'c', actor: 'e-1', typ: 'service' },
        { name: 'd', actor: '*' },
        { name: 'e', actor: 'e-1', type: 'robot' },
        7,
      ]),
    ).toEqual({
      ok: false,
      errors: [
        'actors[1]: a is there twice',
        'actors[2]: actor: not a text of 1 to 256 characters',
        'actors[3]: entry: no such key: typ',
        'actors[4]: actor: * needs a name that ends in *',
        'actors[5]: type: neither employee nor service',
        'actors[6]: entry: not { source?, name, actor, type? }',
      ],
    });
  });

  it.each([[{}], [null], ['x']])('refuses %j, which is no list', (value) => {
    expect(parseActors(value)).toEqual({ ok: false, errors: ['actors: not a list'] });
  });
});
