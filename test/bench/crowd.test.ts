import { describe, expect, it } from 'vitest';
import { type CrowdEvent, crowdOf } from '../../bench/workload/crowd.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { anAccess } from '../factories/an-access.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const PEOPLE = ['e-00042', 'e-00007'];
const baselines = new Map(PEOPLE.map((actorId) => [actorId, aBaseline(1)] as const));
const events = [0, 1, 2, 3, 4].map((i): CrowdEvent => {
  const event = anAccessEvent({ actor: { id: PEOPLE[i % 2] ?? '' } });
  return { arrival: i, line: JSON.stringify(event), access: anAccess({ actor: event.actor }) };
});
/** What is known before the first, the second … event. */
const before = events.map((_, i) => encodeBaseline(aBaseline(100 + i)));
const settled = encodeBaseline(aBaseline(1));

const crowd = (actors: number) => {
  const { states, turns } = crowdOf({ baselines }, events, before, actors);
  return { states, turns: turns.map(({ arrival, key }) => [arrival, key] as const) };
};

describe('a crowd', () => {
  it('of few copies takes every event in each of them, from where the company was settled', () => {
    const { states, turns } = crowd(4);

    expect([...states.keys()]).toEqual(['e-00042 0', 'e-00042 1', 'e-00007 0', 'e-00007 1']);
    expect([...states.values()]).toEqual(new Array(4).fill(settled));
    expect(turns.slice(0, 4)).toEqual([
      [0, 'e-00042 0'],
      [0, 'e-00042 1'],
      [1, 'e-00007 0'],
      [1, 'e-00007 1'],
    ]);
    expect(turns).toHaveLength(2 * events.length);
  });

  it('of many has four copies take each event, all of them by turns, each from what was known before its first', () => {
    const { states, turns } = crowd(20);

    expect(states.size).toBe(20);
    expect(turns).toHaveLength(4 * events.length);
    expect(turns.slice(0, 12).map(([, key]) => key)).toEqual([
      ...['e-00042 0', 'e-00042 1', 'e-00042 2', 'e-00042 3'],
      ...['e-00007 4', 'e-00007 5', 'e-00007 6', 'e-00007 7'],
      ...['e-00042 8', 'e-00042 9', 'e-00042 0', 'e-00042 1'],
    ]);
    // It takes the first and the third event.
    expect(states.get('e-00042 1')).toEqual(before[0]);
    expect(states.get('e-00042 8')).toEqual(before[2]);
    expect(states.get('e-00007 9')).toEqual(settled);
  });
});
