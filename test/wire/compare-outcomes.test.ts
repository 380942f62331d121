import { describe, expect, it } from 'vitest';
import { randomSource } from '../../shared/simulation/random.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import { seededKills } from './seeded-kills.ts';
import type { WireOutcome } from './wire-run.ts';

const anOutcome = (changes: Partial<WireOutcome> = {}): WireOutcome => ({
  events: 2,
  baselines: new Map([
    ['e-1', 'AAAA'],
    ['e-2', 'BBBB'],
  ]),
  cases: new Map([['a-1', { revision: 2, notifiedRevision: 2, alert: '{}' }]]),
  published: new Map([['a-1:2', 1]]),
  quarantined: 0,
  givenUp: 0,
  deadAlerts: 0,
  starts: 1,
  troubles: {},
  ...changes,
});

describe('two runs', () => {
  it('are the same when alerts were published more often, or revisions in between were passed over', () => {
    const clean = anOutcome({
      published: new Map([
        ['a-1:1', 1],
        ['a-1:2', 1],
      ]),
    });

    expect(compareOutcomes(clean, anOutcome({ published: new Map([['a-1:2', 3]]), starts: 9 }))).toEqual([]);
  });

  it.each<[string, Partial<WireOutcome>]>([
    ['baseline of e-2 is missing', { baselines: new Map([['e-1', 'AAAA']]) }],
    [
      'baseline of e-2 is another one',
      {
        baselines: new Map([
          ['e-1', 'AAAA'],
          ['e-2', 'CCCC'],
        ]),
      },
    ],
    [
      'case a-1 is another one',
      { cases: new Map([['a-1', { revision: 2, notifiedRevision: 2, alert: '{"score":3}' }]]) },
    ],
    [
      'case a-1: revision 2, told up to 1',
      { cases: new Map([['a-1', { revision: 2, notifiedRevision: 1, alert: '{}' }]]) },
    ],
    ['case a-1: revision 2 was never published', { published: new Map([['a-1:1', 1]]) }],
    ['1 objects quarantined', { quarantined: 1 }],
    ['1 batches were given up', { givenUp: 1 }],
    ['1 alerts in the dead-letter queue', { deadAlerts: 1 }],
  ])('differ: %s', (problem, changes) => {
    expect(compareOutcomes(anOutcome(), anOutcome(changes))).toEqual([problem]);
  });

  it('differ when one has an actor and a case of its own', () => {
    const more = anOutcome({
      baselines: new Map([...anOutcome().baselines, ['e-3', 'DDDD']]),
      cases: new Map([...anOutcome().cases, ['a-2', { revision: 1, notifiedRevision: 1, alert: '{}' }]]),
      published: new Map([...anOutcome().published, ['a-2:1', 1]]),
    });

    expect(compareOutcomes(anOutcome(), more)).toEqual([
      'baseline of e-3 should not be there',
      'case a-2 should not be there',
    ]);
  });
});

describe('seeded kills', () => {
  const moments = (seed: number) => {
    const kills = seededKills(randomSource(seed), 50, 20);
    return Array.from({ length: 2_000 }, () => kills.strike());
  };

  it('strike as often as asked, on both sides of requests, within the gap', () => {
    const struck = moments(1).flatMap((side, at) => (side === undefined ? [] : [{ side, at }]));

    expect(struck).toHaveLength(50);
    expect(new Set(struck.map(({ side }) => side))).toEqual(new Set(['before', 'after']));
    expect(struck[0]?.at).toBeLessThan(20);
    for (const [i, { at }] of struck.entries()) expect(at - (struck[i - 1]?.at ?? 0)).toBeLessThanOrEqual(20);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(moments(7)).toEqual(moments(7));
    expect(moments(7)).not.toEqual(moments(8));
  });
});
