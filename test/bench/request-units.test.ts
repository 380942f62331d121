import { describe, expect, it } from 'vitest';
import { readUnits, sizeOfItem, writeUnits } from '../../bench/metering/request-units.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { itemBytes } from '../../shared/model/item-size.ts';

describe('an item', () => {
  it('counts for the names and values of all its attributes', () => {
    const item = {
      pk: { S: 'é' },
      n: { N: '-12300' },
      t: { BOOL: true },
      s: { SS: ['ab', 'c'] },
      l: { L: [{ S: 'ab' }, { N: '7' }] },
      m: { M: { ab: { B: new Uint8Array(10) } } },
    };

    // 2 + 2; 1 + 2 digits, exponent and sign; 1 + 1; 1 + 3; 1 + 3 + (1 + 2) + (1 + 2); 1 + 3 + 1 + 2 + 10
    expect(sizeOfItem(item)).toBe(4 + 5 + 2 + 4 + 10 + 17);
  });

  it('of an employee counts for what the project itself reckons with', () => {
    const baseline = { ...initialBaseline(), version: 812, updatedAt: 1_763_892_930_123 };

    const item = {
      pk: { S: 'employee#e-00042' },
      b: { B: encodeBaseline(baseline) },
      v: { N: '812' },
      u: { N: String(baseline.updatedAt) },
    };

    expect(sizeOfItem(item)).toBe(itemBytes('e-00042', baseline));
  });
});

describe('units', () => {
  it.each([
    [0, 1, 1],
    [1_024, 1, 1],
    [1_025, 1, 2],
    [4_096, 1, 4],
    [4_097, 2, 5],
  ])('of %i bytes are %i of a consistent read and %i of a write', (bytes, reads, writes) => {
    expect([readUnits(bytes), writeUnits(bytes)]).toEqual([reads, writes]);
  });
});
