import { describe, expect, it } from 'vitest';
import { packStates } from '../../bench/workload/packed-states.ts';
import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';

/** @param days decide how long it is */
const stateOf = (version: number, days: number): Baseline => ({
  ...initialBaseline(),
  version,
  dailyReads: new Array(days).fill(version % 256),
});

describe('packed states', () => {
  it('are each what was stored last, beyond one block as well', () => {
    const many = Array.from({ length: 1_100 }, (_, i) => [`e-${i}`, stateOf(i, i % 900)] as const);

    const packed = packStates(many.map(([key, state]) => [key, encodeBaseline(state)]));
    packed.set('e-1', stateOf(7, 1_800));
    packed.set('e-1', stateOf(8, 3));
    packed.set('e-new', stateOf(9, 5));

    expect(packed.get('e-0')).toEqual(stateOf(0, 0));
    expect(packed.get('e-1')).toEqual(stateOf(8, 3));
    expect(packed.get('e-2')).toEqual(stateOf(2, 2));
    expect(packed.get('e-1099')).toEqual(many[1_099]?.[1]);
    expect(packed.get('e-new')).toEqual(stateOf(9, 5));
    expect(packed.get('e-unknown')).toBeUndefined();
  });

  it('have room for an item, and for nothing larger', () => {
    const packed = packStates([]);
    const tooLarge = stateOf(1, 2_048);

    expect(() => packed.set('e-1', tooLarge)).toThrow(RangeError);
    expect(() => packStates([['e-1', encodeBaseline(tooLarge)]])).toThrow(RangeError);
  });
});
