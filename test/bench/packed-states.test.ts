import { describe, expect, it } from 'vitest';
import { packStates } from '../../bench/workload/packed-states.ts';

const stateOf = (length: number, value: number) => new Uint8Array(length).fill(value);

describe('packed states', () => {
  it('are each what was stored last, beyond one block as well', () => {
    const many = Array.from({ length: 1_100 }, (_, i) => [`e-${i}`, stateOf(1 + (i % 900), i % 256)] as const);

    const packed = packStates(many);
    packed.set('e-1', stateOf(2_048, 7));
    packed.set('e-1', stateOf(3, 8));
    packed.set('e-new', stateOf(5, 9));

    expect(packed.get('e-0')).toEqual(stateOf(1, 0));
    expect(packed.get('e-1')).toEqual(stateOf(3, 8));
    expect(packed.get('e-2')).toEqual(stateOf(3, 2));
    expect(packed.get('e-1099')).toEqual(many[1_099]?.[1]);
    expect(packed.get('e-new')).toEqual(stateOf(5, 9));
    expect(packed.get('e-unknown')).toBeUndefined();
  });

  it('have room for an item, and for nothing larger', () => {
    expect(() => packStates([['e-1', stateOf(2_049, 0)]])).toThrow('a state of 2049 bytes has no room');
  });
});
