import { type Baseline, WRITTEN_BASELINE_VERSION } from '../../shared/model/baseline.ts';
import { readBaseline, writeBaseline } from '../../shared/model/baseline-codec.ts';
import { type ByteReader, byteReader } from '../../shared/model/byte-reader.ts';
import { type ByteWriter, byteWriter } from '../../shared/model/byte-writer.ts';
import { MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';

/** States by key. */
export interface StateStore {
  /** @param to what follows the state that there is, if any */
  readonly change: (key: string, to: (before: Baseline | undefined) => Baseline) => void;
}

/** How long a state is stands in front of it. */
const LENGTH_BYTES = 2;
/** No state is larger than an item may be. */
const SLOT_BYTES = LENGTH_BYTES + MOST_ITEM_BYTES;
/** Where there are as many states. */
const MOST_SLOTS_A_BLOCK = 16_384;

interface Block {
  readonly writer: ByteWriter;
  /** Of the same bytes. */
  readonly reader: ByteReader;
}

function aBlock(slots: number): Block {
  const writer = byteWriter(slots * SLOT_BYTES);
  return { writer, reader: byteReader(writer.bytes) };
}

/**
 * States encoded, side by side in a few large blocks of memory: as a million arrays of their own they keep the garbage collector busier than
 * the pipeline does. They are read and written where they lie.
 *
 * @param states encoded
 * @throws RangeError where one has no room, and so does `change`: what lies there, and beside it, is lost then
 */
export function packStates(states: ReadonlyMap<string, Uint8Array>): StateStore {
  // Large memory for few states would set the collector marking, and while it does that all else is slower.
  const slotsABlock = Math.max(1, Math.min(states.size, MOST_SLOTS_A_BLOCK));
  // An object, not a Map: among a million texts it waits for memory half as often.
  const places: Record<string, number> = Object.create(null);
  let placesTaken = 0;
  const blocks: Block[] = [];
  const placeOf = (key: string): number => {
    const known = places[key];
    if (known !== undefined) return known;
    places[key] = placesTaken;
    return placesTaken++;
  };
  const blockOf = (place: number): Block => {
    const number = Math.floor(place / slotsABlock);
    blocks[number] ??= aBlock(slotsABlock);
    return blocks[number];
  };
  const slotOf = (place: number) => (place % slotsABlock) * SLOT_BYTES;
  for (const [key, state] of states) {
    const place = placeOf(key);
    const { writer } = blockOf(place);
    writer.bytes.set(state, slotOf(place) + LENGTH_BYTES);
    writer.view.setUint16(slotOf(place), lengthWithin(state.length));
  }
  return {
    change: (key, to) => {
      const place = placeOf(key);
      const { reader, writer } = blockOf(place);
      const begin = slotOf(place) + LENGTH_BYTES;
      const length = reader.view.getUint16(slotOf(place));
      reader.offset = begin;
      reader.end = begin + length;
      const after = to(length === 0 ? undefined : readBaseline(reader));
      writer.length = begin;
      writeBaseline(writer, after, WRITTEN_BASELINE_VERSION);
      writer.view.setUint16(slotOf(place), lengthWithin(writer.length - begin));
    },
  };
}

function lengthWithin(length: number): number {
  if (length > MOST_ITEM_BYTES) throw new RangeError(`a state of ${length} bytes is larger than an item may be`);
  return length;
}
