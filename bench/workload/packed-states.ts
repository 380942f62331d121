import type { Baseline } from '../../shared/model/baseline.ts';
import { decodeBaseline, encodeBaselineInto } from '../../shared/model/baseline-codec.ts';
import { MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';

/** States by key, encoded. */
export interface PackedStates {
  readonly get: (key: string) => Baseline | undefined;
  readonly set: (key: string, state: Baseline) => void;
}

/** No state is larger than an item may be. */
const SLOT_BYTES = MOST_ITEM_BYTES;
const SLOTS_A_BLOCK = 1_024;

interface Block {
  readonly buffer: ArrayBuffer;
  readonly lengths: Uint16Array;
}

const aBlock = (): Block => ({
  buffer: new ArrayBuffer(SLOTS_A_BLOCK * SLOT_BYTES),
  lengths: new Uint16Array(SLOTS_A_BLOCK),
});

/**
 * States side by side in a few large blocks of memory: as a million arrays of their own they keep the garbage collector busier than the
 * pipeline does.
 *
 * @param states encoded
 * @throws RangeError where one has no room
 */
export function packStates(states: Iterable<readonly [key: string, state: Uint8Array]>): PackedStates {
  const places = new Map<string, number>();
  const blocks: Block[] = [];
  const placeOf = (key: string): number => {
    const place = places.get(key) ?? places.size;
    if (place === places.size) places.set(key, place);
    return place;
  };
  /** @param write what is written to the slot's room; says how many bytes */
  const store = (place: number, write: (room: Uint8Array) => number): void => {
    const number = Math.floor(place / SLOTS_A_BLOCK);
    blocks[number] ??= aBlock();
    const { buffer, lengths } = blocks[number];
    const slot = place % SLOTS_A_BLOCK;
    lengths[slot] = write(new Uint8Array(buffer, slot * SLOT_BYTES, SLOT_BYTES));
  };
  for (const [key, state] of states)
    store(placeOf(key), (room) => {
      room.set(state);
      return state.length;
    });
  return {
    get: (key) => {
      const place = places.get(key);
      const block = place === undefined ? undefined : blocks[Math.floor(place / SLOTS_A_BLOCK)];
      if (place === undefined || block === undefined) return undefined;
      const slot = place % SLOTS_A_BLOCK;
      return decodeBaseline(new Uint8Array(block.buffer, slot * SLOT_BYTES, block.lengths[slot]));
    },
    set: (key, state) => store(placeOf(key), (room) => encodeBaselineInto(room, state)),
  };
}
