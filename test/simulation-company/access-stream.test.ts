import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../shared/simulation/access-stream.ts';
import { buildCompany } from '../../shared/simulation/company.ts';

const HOUR = 3_600_000;

/** The most that was held and planned at any time of a run. */
function peaks(people: number, days: number) {
  let held = 0;
  let planned = 0;
  let events = 0;
  const observe = (state: StreamState) => {
    held = Math.max(held, state.held);
    planned = Math.max(planned, state.planned);
  };
  for (const _ of buildCompany({ people, days, attacks: false }).events(observe)) events++;
  return { held, planned, events };
}

describe('the stream of a run', () => {
  it('makes nothing before it is asked, and then no more than the next minutes', () => {
    const company = buildCompany({ people: 300, days: 365 });
    const clocks: number[] = [];
    const events = company.events(({ clock }) => clocks.push(clock));
    expect(clocks).toEqual([]);

    let delivered = events.next();
    for (let n = 1; n < 2000; n++) delivered = events.next();

    expect(delivered.done).toBe(false);
    const arrival = delivered.done ? 0 : delivered.value.arrival;
    expect(arrival - (clocks.at(-1) ?? 0)).toBeLessThan(HOUR / 6);
    expect((clocks.at(-1) ?? 0) - company.start).toBeLessThan(24 * HOUR);
  });

  it('holds no more of a long run than of a short one', () => {
    const week = peaks(120, 7);
    const quarter = peaks(120, 91);

    expect(quarter.events).toBeGreaterThan(10 * week.events);
    expect(quarter.held).toBeLessThan(2 * week.held);
    expect(quarter.planned).toBeLessThan(1.3 * week.planned);
    expect(quarter.held).toBeLessThan(quarter.events / 200);
  });

  it('lets go of everything at its end', () => {
    const states: StreamState[] = [];
    const company = buildCompany({ people: 10, days: 2 });
    for (const _ of company.events((state) => states.push(state)));

    expect(states.at(-1)).toMatchObject({ held: 0, planned: 0 });
    expect(states.at(-1)?.clock).toBeGreaterThanOrEqual(company.end);
  });
});
