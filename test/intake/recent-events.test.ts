import { describe, expect, it } from 'vitest';
import { createRecentEvents } from '../../shared/intake/recent-events.ts';

describe('what the stream took lately', () => {
  it('is remembered up to a capacity, of which never more than the older half is forgotten', () => {
    const recent = createRecentEvents(6);
    const remembered: number[] = [];

    for (let added = 1; added <= 20; added++) {
      recent.add(`${added}`);
      const known = Array.from({ length: added }, (_, i) => i + 1).filter((key) => recent.has(`${key}`));
      expect(known).toEqual(Array.from({ length: known.length }, (_, i) => added - known.length + i + 1));
      remembered.push(known.length);
    }

    expect(remembered.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 4, 5, 6, 4]);
    expect(Math.min(...remembered.slice(3))).toBe(4);
    expect(Math.max(...remembered)).toBe(6);
  });
});
