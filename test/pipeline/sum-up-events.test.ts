import { describe, expect, it } from 'vitest';
import { type AccessEvent, parseAccessEvent } from '../../shared/model/access-event.ts';
import { EVENTS_A_SECOND, sumUpEvents } from '../../shared/pipeline/sum-up-events.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const second = (millisecond: number) => `2026-11-23T10:15:30.${String(millisecond % 1000).padStart(3, '0')}Z`;
const burst = (count: number, changes: (i: number) => Partial<AccessEvent> = () => ({})) =>
  Array.from({ length: count }, (_, i) => ({
    event: anAccessEvent({
      id: `ev-${i}`,
      time: second(i),
      actor: { id: 'svc-etl', type: 'service' },
      subjects: { region: 'US', count: 1, countBasis: 'exact' },
      bytes: 10,
      ...changes(i),
    }),
  }));

describe('events of an actor that is too fast for a shard', () => {
  it('pass as they are up to the limit', () => {
    const events = deepFreeze(burst(EVENTS_A_SECOND));

    expect(sumUpEvents(events).map(({ event }) => event)).toEqual(events.map(({ event }) => event));
  });

  it('become one above it, which counts what they counted', () => {
    const [sum, ...others] = sumUpEvents(deepFreeze(burst(600)));

    expect(others).toEqual([]);
    expect(sum?.of).toHaveLength(600);
    expect(sum?.event).toMatchObject({
      actor: { id: 'svc-etl' },
      time: second(0),
      bytes: 6000,
      subjects: { region: 'US', count: 600, countBasis: 'estimated' },
    });
    expect(parseAccessEvent(sum?.event).ok).toBe(true);
  });

  it('are summed apart where they differ in what they touch', () => {
    const mixed = burst(600, (i) => ({ outcome: i % 2 === 0 ? 'allowed' : 'denied' }));

    expect(sumUpEvents(mixed).map(({ event, of }) => [event.outcome, of.length])).toEqual([
      ['allowed', 300],
      ['denied', 300],
    ]);
  });

  it('leave everybody else alone, in order', () => {
    const colleague = {
      event: anAccessEvent({ id: 'other', time: second(3), actor: { id: 'e-1', type: 'employee' } }),
    };
    const later = {
      event: anAccessEvent({
        id: 'later',
        time: '2026-11-23T10:15:31.000Z',
        actor: { id: 'svc-etl', type: 'service' },
      }),
    };

    const ids = sumUpEvents([...burst(300), colleague, ...burst(300), later]).map(({ event }) => event.id.slice(0, 5));

    expect(ids).toEqual(['ev-0+', 'other', 'later']);
  });

  it('count a user who is named once, however often', () => {
    const [sum] = sumUpEvents(burst(600, (i) => ({ subjects: { region: 'US', ids: [`us-${i % 150}`] } })));

    expect(sum?.event.subjects).toMatchObject({ count: 150, countBasis: 'exact' });
    expect(sum?.event.subjects.ids).toHaveLength(100);
  });

  it('say no count where one of them doesn’t', () => {
    const [first, ...rest] = burst(600);
    if (!first) throw new Error('there is no event');
    const silent = { event: { ...first.event, subjects: { region: 'US' } } };

    const [sum] = sumUpEvents([silent, ...rest]);

    expect(sum?.event.subjects).toEqual({ region: 'US', countBasis: 'unknown' });
  });

  it('have the same id when the same are sent again, and another when others are', () => {
    const [once] = sumUpEvents(burst(600));
    const [twice] = sumUpEvents(burst(600));
    const [other] = sumUpEvents(burst(601));

    expect(twice?.event.id).toBe(once?.event.id);
    expect(other?.event.id).not.toBe(once?.event.id);
    expect(once?.event.id.length).toBeLessThanOrEqual(256);
  });
});
