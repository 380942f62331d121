import { MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';

/** Encoded states by key. */
export interface PackedStates {
  /** @returns a view of what is stored, until the next `set` under the same key */
  readonly get: (key: string) => Uint8Array | undefined;
  readonly set: (key: string, state: Uint8Array) => void;
}

/** No state is larger than an item may be. */
const SLOT_BYTES = MOST_ITEM_BYTES;
const SLOTS_A_BLOCK = 1_024;

/**
 * States side by side in a few large blocks of memory: as a million arrays of their own they keep the garbage collector busier than the
 * pipeline does.
 */
export function packStates(states: Iterable<readonly [key: string, state: Uint8Array]>): PackedStates {
  const places = new Map<string, number>();
  const blocks: Uint8Array[] = [];
  const lengths: Uint16Array[] = [];
  const set = (key: string, state: Uint8Array) => {
    if (state.length > SLOT_BYTES) throw new RangeError(`a state of ${state.length} bytes has no room`);
    const place = places.get(key) ?? places.size;
    if (place === places.size) places.set(key, place);
    const number = Math.floor(place / SLOTS_A_BLOCK);
    const slot = place % SLOTS_A_BLOCK;
    blocks[number] ??= new Uint8Array(SLOTS_A_BLOCK * SLOT_BYTES);
    lengths[number] ??= new Uint16Array(SLOTS_A_BLOCK);
    blocks[number].set(state, slot * SLOT_BYTES);
    lengths[number][slot] = state.length;
  };
  for (const [key, state] of states) set(key, state);
  return {
    get: (key) => {
      const place = places.get(key);
      if (place === undefined) return undefined;
      const number = Math.floor(place / SLOTS_A_BLOCK);
      const slot = place % SLOTS_A_BLOCK;
      const begin = slot * SLOT_BYTES;
      return blocks[number]?.subarray(begin, begin + (lengths[number]?.[slot] ?? 0));
    },
    set,
  };
}
