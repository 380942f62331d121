/**
 * A byte buffer with the few encodings that stored state is made of. Little-endian but for numbers beyond 2^53 and halves of such.
 *
 * What has no room is only counted: so nobody has to look before each number whether there is any. `writeWhole` sees to it.
 */
export interface ByteWriter {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

/** @param room in bytes, as much as what is written mostly takes */
export function byteWriter(room = 1024): ByteWriter {
  const bytes = new Uint8Array(room);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

/**
 * Forgets what was written and writes anew; twice, the second time with as much room as it takes, where there was too little.
 *
 * @param write does the same each time
 */
export function writeWhole(writer: ByteWriter, write: (writer: ByteWriter) => void): ByteWriter {
  writer.length = 0;
  write(writer);
  if (hasRoom(writer)) return writer;
  Object.assign(writer, byteWriter(writer.length));
  write(writer);
  if (!hasRoom(writer)) throw new RangeError('what is written is not the same each time');
  return writer;
}

const hasRoom = (writer: ByteWriter): boolean => writer.length <= writer.bytes.length;

/** @returns where so many bytes begin */
function advance(writer: ByteWriter, size: number): number {
  const at = writer.length;
  writer.length = at + size;
  return at;
}

/** A copy of what was written. In memory of Node's pool, of which it keeps 8 KB: an allocation of its own costs more than a baseline. */
export function written(writer: ByteWriter): Uint8Array {
  if (!hasRoom(writer)) throw new RangeError('not all that was written has room');
  const { buffer, byteOffset, length } = Buffer.from(writer.bytes.subarray(0, writer.length));
  return new Uint8Array(buffer, byteOffset, length);
}

/** Writes what another writer has written. */
export function writeWritten(writer: ByteWriter, { bytes, length }: ByteWriter): void {
  const at = advance(writer, length);
  if (hasRoom(writer)) writer.bytes.set(bytes.subarray(0, length), at);
}

export function writeByte(writer: ByteWriter, value: number): void {
  writer.bytes[writer.length++] = value;
}

/**
 * By index, here and below: lists come with elements of several kinds, and for those `for … of` calls the iterator for each. With `| 0` the
 * engine knows a whole number before it stores it, and takes half as long.
 *
 * @param values 0 to 255 each
 */
export function writeBytes(writer: ByteWriter, values: readonly number[]): void {
  const at = advance(writer, values.length);
  const { bytes } = writer;
  for (let i = 0; i < values.length; i++) bytes[at + i] = (values[i] as number) | 0;
}

export function writeUint32(writer: ByteWriter, value: number): void {
  const at = advance(writer, 4);
  if (hasRoom(writer)) writer.view.setUint32(at, value, true);
}

/** A half of 64 bits, its highest byte first. */
export function writeInt32(writer: ByteWriter, value: number): void {
  const at = advance(writer, 4);
  if (hasRoom(writer)) writer.view.setInt32(at, value);
}

export function writeFloat32(writer: ByteWriter, value: number): void {
  const at = advance(writer, 4);
  if (hasRoom(writer)) writer.view.setFloat32(at, value, true);
}

/** A whole number from 0 to 2^53 − 1, seven bits a byte. @throws RangeError on anything else: state must never be cut silently */
export function writeCount(writer: ByteWriter, value: number): void {
  // Nearly all of them are small: what has none but the lowest seven bits is a whole number, and not negative.
  if ((value & 127) === value) writeByte(writer, value);
  else writeLargeCount(writer, value);
}

function writeLargeCount(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`);
  const { bytes } = writer;
  let at = writer.length;
  let rest = value;
  // Numbers below 2^31 are divided by shifting them; of a larger one, 28 bits are written and what is left is small enough.
  if (value > 0x7f_ff_ff_ff) {
    rest = Math.floor(value / 2 ** 28);
    let low = value - rest * 2 ** 28;
    for (const end = at + 4; at < end; low >>>= 7) bytes[at++] = (low & 127) | 128;
  }
  for (; rest >= 128; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  writer.length = at;
}

/** A whole number of either sign, zigzag. */
export function writeSigned(writer: ByteWriter, value: number): void {
  writeCount(writer, value < 0 ? -2 * value - 1 : 2 * value);
}

const encoder = new TextEncoder();

export function writeText(writer: ByteWriter, text: string): void {
  if (text.length <= SHORT && writeAscii(writer, text)) return;
  const bytes = encoder.encode(text);
  writeCount(writer, bytes.length);
  const at = advance(writer, bytes.length);
  if (hasRoom(writer)) writer.bytes.set(bytes, at);
}

/** Longer texts are encoded faster at one call; the length of shorter ones is one byte. */
const SHORT = 64;

/** @returns whether every character is ASCII; nothing is written where one is not */
function writeAscii(writer: ByteWriter, text: string): boolean {
  const before = writer.length;
  const { bytes } = writer;
  writeByte(writer, text.length);
  const at = advance(writer, text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      writer.length = before;
      return false;
    }
    bytes[at + i] = code;
  }
  return true;
}

/** @param hex of an even length */
export function writeHex(writer: ByteWriter, hex: string): void {
  const size = hex.length / 2;
  const at = advance(writer, size);
  const { bytes } = writer;
  for (let i = 0; i < size; i++)
    bytes[at + i] = digitOf(hex.charCodeAt(2 * i)) * 16 + digitOf(hex.charCodeAt(2 * i + 1));
}

/** Of a hexadecimal digit's code, of either case: letters begin at 65, where bit 6 is set. Without a branch, since which it is nobody can guess. */
const digitOf = (code: number): number => (code & 15) + 9 * (code >> 6);

const WORD = 8;

/**
 * A whole number of a fixed size, its highest byte first.
 *
 * @param size in bytes, a multiple of eight
 * @throws RangeError on a number that doesn't fit
 */
export function writeBigUint(w: ByteWriter, value: bigint, size: number): void {
  if (BigInt.asUintN(8 * size, value) !== value) throw new RangeError(`not a number of ${size} bytes: ${value}`);
  const begin = advance(w, size);
  if (!hasRoom(w)) return;
  let rest = value;
  for (let at = begin + size - WORD; at >= begin; at -= WORD) {
    w.view.setBigUint64(at, rest);
    rest >>= 64n;
  }
}

/** How many there are, and each of them. */
export function writeList<Item>(
  w: ByteWriter,
  items: readonly Item[],
  write: (w: ByteWriter, item: Item) => void,
): void {
  writeCount(w, items.length);
  for (let i = 0; i < items.length; i++) write(w, items[i] as Item);
}

/** One, or that there is none: a list of at most one. */
export function writeOptional<Item>(
  w: ByteWriter,
  item: Item | undefined,
  write: (w: ByteWriter, item: Item) => void,
): void {
  writeCount(w, item === undefined ? 0 : 1);
  if (item !== undefined) write(w, item);
}

/** @param bytes 0 to 255 each */
export function writeByteList(w: ByteWriter, bytes: readonly number[]): void {
  writeCount(w, bytes.length);
  writeBytes(w, bytes);
}

export function writeUint32List(w: ByteWriter, numbers: readonly number[]): void {
  writeCount(w, numbers.length);
  for (let i = 0; i < numbers.length; i++) writeUint32(w, expectNumber(numbers[i] as number));
}

/**
 * The same for the one list that is long, and for no other: a list of numbers beyond 2^31 is one of doubles to the engine, and a loop that
 * meets other lists as well makes an object of each number.
 */
export function writeLongUint32List(w: ByteWriter, numbers: readonly number[]): void {
  const size = numbers.length;
  writeCount(w, size);
  const at = advance(w, 4 * size);
  if (!hasRoom(w)) return;
  const { view } = w;
  for (let i = 0; i < size; i++) view.setUint32(at + 4 * i, expectNumber(numbers[i] as number), true);
}

/** Not compared with undefined: to the engine, a number that may be nothing is an object. */
function expectNumber(number: number): number {
  if (!(number >= 0)) throw new RangeError('a list has no number where one is expected');
  return number;
}
