import { describe, expect, it } from 'vitest';
import { hottestActorPerSecond } from '../../functions/detect/hottest-actor.ts';

const arriving = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, i) => ({ arrival: i * everyMs }));

describe('the busiest actor of a batch', () => {
  it('is whoever sends fastest, not whoever sent most', () => {
    const batch = new Map([
      ['steady', arriving(900, 100)],
      ['burst', arriving(600, 1)],
    ]);

    expect(hottestActorPerSecond(batch)).toBe(600);
  });

  it('is counted over the time in which its events came', () => {
    expect(hottestActorPerSecond(new Map([['a', arriving(601, 10)]]))).toBeCloseTo(601 / 6);
  });

  it('is nobody where nothing came', () => {
    expect(hottestActorPerSecond(new Map())).toBe(0);
  });
});
