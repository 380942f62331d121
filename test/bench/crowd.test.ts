import { describe, expect, it } from 'vitest';
import { type CrowdEvent, crowdOf, statesBefore } from '../../bench/workload/crowd.ts';
import { decodeBaseline, encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { aScoringContext, aSettledBaseline, ordinaryDays, QUIET } from '../factories/a-history.ts';
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

  it('of many has four copies take a run of events, and others the next, each from what was known before its first', () => {
    const { states, turns } = crowd(20);

    expect(states.size).toBe(20);
    expect(turns).toHaveLength(4 * events.length);
    // Two groups of four: of three events the first takes two, of two one.
    expect(turns.map(([, key]) => key)).toEqual([
      ...['e-00042 0', 'e-00042 1', 'e-00042 2', 'e-00042 3'],
      ...['e-00007 0', 'e-00007 1', 'e-00007 2', 'e-00007 3'],
      ...['e-00042 0', 'e-00042 1', 'e-00042 2', 'e-00042 3'],
      ...['e-00007 4', 'e-00007 5', 'e-00007 6', 'e-00007 7'],
      ...['e-00042 4', 'e-00042 5', 'e-00042 6', 'e-00042 7'],
    ]);
    expect(states.get('e-00042 1')).toEqual(before[0]);
    expect(states.get('e-00042 5')).toEqual(before[4]);
    expect(states.get('e-00007 9')).toEqual(settled);
  });

  it.each([2, 8, 40, 400, 4_000])(
    'of %i ends as many sittings and days with each event as the people it is made of',
    (copies) => {
      const known = aSettledBaseline();
      const week = ordinaryDays([0, 12]).map(
        (event): CrowdEvent => ({ arrival: 0, line: '', access: anAccess(event) }),
      );
      const actorId = week[0]?.access.actorId ?? '';
      const company = { baselines: new Map([[actorId, known]]) };
      const scoring = aScoringContext(QUIET);
      const { states, turns } = crowdOf(company, week, statesBefore(company, week, scoring), copies);
      const baselines = new Map([...states].map(([key, bytes]) => [key, decodeBaseline(bytes)]));
      const ended = { sittings: 0, days: 0 };
      for (const { key, access } of turns) {
        const stored = baselines.get(key);
        const { baseline } = applyEvent(stored, access, undefined, scoring);
        if (baseline.sitting.start !== stored?.sitting.start) ended.sittings++;
        if (baseline.day.day !== stored?.day.day) ended.days++;
        baselines.set(key, baseline);
      }
      const takers = turns.length / week.length;

      // Two sittings on each of the ten days that are no weekend, and each ends the one before.
      expect(ended).toEqual({ sittings: 20 * takers, days: 10 * takers });
    },
  );
});
