import { describe, expect, it } from 'vitest';
import { packStates, type StateStore } from '../../bench/workload/packed-states.ts';
import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';

/** @param days decide how long it is */
const stateOf = (version: number, days: number): Baseline => ({
  ...initialBaseline(),
  version,
  dailyReads: new Array(days).fill(version % 256),
});

/** @returns what was there before */
function exchange(states: StateStore, key: string, after: Baseline): Baseline | undefined {
  let found: Baseline | undefined;
  states.change(key, (before) => {
    found = before;
    return after;
  });
  return found;
}

describe('packed states', () => {
  it('are each what was stored last, beyond one block as well', () => {
    const many = Array.from({ length: 17_000 }, (_, i) => [`e-${i}`, stateOf(i, i % 900)] as const);

    const packed = packStates(new Map(many.map(([key, state]) => [key, encodeBaseline(state)])));
    expect(exchange(packed, 'e-1', stateOf(7, 1_800))).toEqual(stateOf(1, 1));
    expect(exchange(packed, 'e-1', stateOf(8, 3))).toEqual(stateOf(7, 1_800));
    expect(exchange(packed, 'e-new', stateOf(9, 5))).toBeUndefined();

    expect(exchange(packed, 'e-0', stateOf(10, 0))).toEqual(stateOf(0, 0));
    expect(exchange(packed, 'e-1', stateOf(10, 0))).toEqual(stateOf(8, 3));
    expect(exchange(packed, 'e-2', stateOf(10, 0))).toEqual(stateOf(2, 2));
    expect(exchange(packed, 'e-16999', stateOf(10, 0))).toEqual(many[16_999]?.[1]);
    expect(exchange(packed, 'e-new', stateOf(10, 0))).toEqual(stateOf(9, 5));
  });

  it('have room for the largest item, and for nothing larger', () => {
    const ofBytes = (bytes: number) => stateOf(1, 1_000 + bytes - encodeBaseline(stateOf(1, 1_000)).length);
    const [largest, tooLarge] = [ofBytes(MOST_ITEM_BYTES), ofBytes(MOST_ITEM_BYTES + 1)];
    const packed = packStates(
      new Map([
        ['e-1', encodeBaseline(largest)],
        ['e-2', encodeBaseline(largest)],
      ]),
    );

    expect(exchange(packed, 'e-1', largest)).toEqual(largest);
    expect(exchange(packed, 'e-2', largest)).toEqual(largest);
    expect(() => exchange(packed, 'e-2', tooLarge)).toThrow(RangeError);
    expect(() => packStates(new Map([['e-1', encodeBaseline(tooLarge)]]))).toThrow(RangeError);
  });

  it('take memory for as many as there are: more would set the garbage collector to work while something is measured', () => {
    const few = new Map(Array.from({ length: 100 }, (_, i) => [`e-${i}`, encodeBaseline(stateOf(i, 5))] as const));
    const before = process.memoryUsage().arrayBuffers;

    const packed = packStates(few);

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 * MOST_ITEM_BYTES);
    expect(exchange(packed, 'e-99', stateOf(1, 1))).toEqual(stateOf(99, 5));
    expect(exchange(packStates(new Map()), 'e-new', stateOf(1, 1))).toBeUndefined();
  });
});
