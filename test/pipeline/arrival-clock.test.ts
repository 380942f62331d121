import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Arrival,
  type ArrivalClock,
  arrive,
  flushClock,
  MOST_WAITING,
  startClock,
  type Timed,
  UNCONFIRMED_JUMP_MS,
} from '../../shared/pipeline/arrival-clock.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 8, 7);

/** `a+2` is a record of actor a, two hours after the start. */
function timed(text: string): Timed {
  const [actorId = '', hours = '0'] = text.split(/(?=[+-])/);
  return { actorId, time: START + Number(hours) * HOUR };
}

/** Everything that comes of a stream, in order: what arrived, and when; what was refused; and what waited until the end. */
function arrivalsOf(items: readonly Timed[]) {
  let clock: ArrivalClock<Timed> = startClock();
  const arrivals: Arrival<Timed>[] = [];
  for (const item of deepFreeze(items)) {
    const step = arrive(deepFreeze(clock), item);
    clock = step.clock;
    arrivals.push(...step.arrivals);
  }
  return { clock, arrivals, flushed: flushClock(clock) };
}

const textOf = (arrival: Arrival<Timed>) =>
  arrival.kind === 'ahead'
    ? `${arrival.item.actorId} ahead`
    : `${arrival.item.actorId} at ${(arrival.arrival - START) / HOUR}`;

function told(...items: string[]) {
  const { arrivals, flushed } = arrivalsOf(items.map(timed));
  return { arrived: arrivals.map(textOf), atTheEnd: flushed.map(textOf) };
}

const streams = fc.array(
  fc.record({
    actorId: fc.constantFrom('a', 'b', 'c'),
    time: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 500 })).map((h) => START + h * HOUR),
  }),
  { maxLength: 40 },
);

describe('arrival on simulated time', () => {
  it('is the running maximum of event time', () => {
    expect(told('a+0', 'b+1', 'a+5', 'b+3', 'a+4', 'b+6')).toEqual({
      arrived: ['a at 0', 'b at 1', 'a at 5', 'b at 5', 'a at 5', 'b at 6'],
      atTheEnd: [],
    });
  });

  it('takes every record exactly once and never goes back, whatever the clocks of the sources say', () => {
    fc.assert(
      fc.property(streams, (items) => {
        const { arrivals, flushed } = arrivalsOf(items);
        const all = [...arrivals, ...flushed];

        expect(new Set(all.map(({ item }) => item)).size).toBe(all.length);
        expect(all).toHaveLength(items.length);
        let now = 0;
        for (const arrival of all) {
          if (arrival.kind !== 'arrived') continue;
          expect(arrival.arrival).toBe(Math.max(now, arrival.item.time));
          now = arrival.arrival;
        }
      }),
    );
  });

  it('hands over the records of one actor in the order they came', () => {
    fc.assert(
      fc.property(streams, (items) => {
        const { arrivals, flushed } = arrivalsOf(items);
        for (const actorId of ['a', 'b', 'c']) {
          const came = items.filter((item) => item.actorId === actorId);
          const left = [...arrivals, ...flushed].map(({ item }) => item).filter((item) => item.actorId === actorId);
          expect(left).toEqual(came);
        }
      }),
    );
  });

  it('believes a jump of more than a day that the next record of another actor confirms', () => {
    expect(told('a+0', 'b+0', 'a+30', 'b+26').arrived).toEqual(['a at 0', 'b at 0', 'a at 30', 'b at 30']);
  });

  it('refuses a jump that the next record of another actor contradicts, and keeps its time', () => {
    expect(told('a+0', 'b+0', 'a+30', 'b+1', 'a+2').arrived).toEqual([
      'a at 0',
      'b at 0',
      'a ahead',
      'b at 1',
      'a at 2',
    ]);
  });

  it('does not take an actor for its own witness', () => {
    expect(told('a+0', 'b+0', 'a+30', 'a+31', 'a+1', 'b+2').arrived).toEqual([
      'a at 0',
      'b at 0',
      'a ahead',
      'a ahead',
      'a at 1',
      'b at 2',
    ]);
  });

  it('takes a day exactly for no jump', () => {
    expect(UNCONFIRMED_JUMP_MS).toBe(24 * HOUR);
    expect(told('a+0', 'b+0', 'a+24').arrived).toEqual(['a at 0', 'b at 0', 'a at 24']);
  });

  it('keeps what came behind an unconfirmed jump behind it when the jump is confirmed', () => {
    expect(told('a+0', 'b+0', 'a+30', 'a+1', 'b+26').arrived.slice(2)).toEqual(['a at 30', 'a at 30', 'b at 30']);
  });

  it('waits for no witness behind very many records of one actor with nobody else about', () => {
    let clock: ArrivalClock<Timed> = { now: START, unconfirmed: [] };
    let arrived = 0;
    let mostWaiting = 0;
    for (let i = 0; i < 2 * MOST_WAITING; i++) {
      const step = arrive(clock, { actorId: 'a', time: START + 30 * HOUR + i });
      clock = step.clock;
      arrived += step.arrivals.length;
      mostWaiting = Math.max(mostWaiting, clock.unconfirmed.length);
    }
    expect(arrived).toBe(2 * MOST_WAITING);
    expect(mostWaiting).toBe(MOST_WAITING);
  });

  it('hands over what waits for a witness when nothing more comes', () => {
    expect(told('a+0', 'b+0', 'a+30', 'a+29')).toEqual({
      arrived: ['a at 0', 'b at 0'],
      atTheEnd: ['a at 30', 'a at 30'],
    });
  });
});

describe('the beginning of simulated time', () => {
  it('waits for a second actor and starts with the earlier of the two', () => {
    expect(told('a+3', 'a+4', 'b+1').arrived).toEqual(['a at 3', 'a at 4', 'b at 4']);
  });

  it('is not set by one broken clock', () => {
    expect(told('a+900', 'b+0', 'c+1', 'b+2').arrived).toEqual(['a ahead', 'b at 0', 'c at 1', 'b at 2']);
  });

  it('of a single actor comes at the end', () => {
    expect(told('a+3', 'a+1', 'a+60')).toEqual({ arrived: [], atTheEnd: ['a at 3', 'a at 3', 'a at 60'] });
  });

  it('may come after very many records of one actor', () => {
    const many = Array.from({ length: 300_000 }, (_, i) => ({ actorId: 'a', time: START + i }));
    const { clock, arrivals } = arrive({ now: undefined, unconfirmed: many }, { actorId: 'b', time: START });
    expect(arrivals).toHaveLength(300_001);
    expect(clock).toEqual({ now: START + 299_999, unconfirmed: [] });
  });
});
