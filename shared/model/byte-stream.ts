import { hex64 } from '../stats/hex64.ts';

/** A growing byte buffer with the few encodings that stored state is made of. Little-endian but for numbers beyond 2^53. */
export interface ByteWriter {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

export function byteWriter(capacity = 1024): ByteWriter {
  const bytes = new Uint8Array(capacity);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

/** Forgets what was written. */
export function begin(writer: ByteWriter): ByteWriter {
  writer.length = 0;
  return writer;
}

function reserve(writer: ByteWriter, size: number): number {
  const at = writer.length;
  if (at + size > writer.bytes.length) {
    const grown = new Uint8Array(Math.max(writer.bytes.length * 2, at + size));
    grown.set(writer.bytes);
    writer.bytes = grown;
    writer.view = new DataView(grown.buffer);
  }
  writer.length = at + size;
  return at;
}

/** A copy of what was written. In memory of Node's pool, of which it keeps 8 KB: an allocation of its own costs more than a baseline. */
export function written(writer: ByteWriter): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(writer.bytes.subarray(0, writer.length));
  return new Uint8Array(buffer, byteOffset, length);
}

export function writeByte(writer: ByteWriter, value: number): void {
  const at = reserve(writer, 1);
  writer.bytes[at] = value;
}

/**
 * By index, here and below: lists come with elements of several kinds, and for those `for … of` calls the iterator for each.
 *
 * @param values 0 to 255 each
 */
export function writeBytes(writer: ByteWriter, values: readonly number[]): void {
  const at = reserve(writer, values.length);
  const { bytes } = writer;
  for (let i = 0; i < values.length; i++) bytes[at + i] = values[i] as number;
}

export function writeUint32(writer: ByteWriter, value: number): void {
  const at = reserve(writer, 4);
  writer.view.setUint32(at, value, true);
}

/** @param values unsigned, four bytes each */
export function writeUint32s(writer: ByteWriter, values: readonly number[]): void {
  const at = reserve(writer, 4 * values.length);
  const { view } = writer;
  const size = values.length;
  for (let i = 0; i < size; i++) {
    const value = values[i];
    // Without a default: where a number may be one of two, the engine makes an object of each.
    if (value === undefined) throw new RangeError('a list has no number where one is expected');
    view.setUint32(at + 4 * i, value, true);
  }
}

export function writeFloat32(writer: ByteWriter, value: number): void {
  const at = reserve(writer, 4);
  writer.view.setFloat32(at, value, true);
}

/** A whole number from 0 to 2^53 − 1, seven bits a byte. @throws RangeError on anything else: state must never be cut silently */
export function writeCount(writer: ByteWriter, value: number): void {
  // Nearly all of them are small: what has none but the lowest seven bits is a whole number, and not negative.
  if ((value & 127) === value) writeByte(writer, value);
  else writeLargeCount(writer, value);
}

function writeLargeCount(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`);
  let at = reserve(writer, LONGEST_COUNT);
  const { bytes } = writer;
  let rest = value;
  // Whole numbers of 32 bits are divided by shifting them, larger ones are not.
  for (; rest > 0x7f_ff_ff_ff; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
  for (; rest >= 128; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  writer.length = at;
}

/** Of 2^53 − 1, seven bits a byte. */
const LONGEST_COUNT = 8;

/** A whole number of either sign, zigzag. */
export function writeSigned(writer: ByteWriter, value: number): void {
  writeCount(writer, value < 0 ? -2 * value - 1 : 2 * value);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function writeText(writer: ByteWriter, text: string): void {
  if (text.length <= SHORT && writeAscii(writer, text)) return;
  const bytes = encoder.encode(text);
  writeCount(writer, bytes.length);
  // Reserving may move the bytes to a larger buffer: only then is there one to write to.
  const at = reserve(writer, bytes.length);
  writer.bytes.set(bytes, at);
}

/** Longer texts are encoded and decoded faster at one call; the length of shorter ones is one byte. */
const SHORT = 64;

/** @returns whether every character is ASCII; nothing is written where one is not */
function writeAscii(writer: ByteWriter, text: string): boolean {
  const before = writer.length;
  const at = reserve(writer, text.length + 1);
  writer.bytes[at] = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      writer.length = before;
      return false;
    }
    writer.bytes[at + 1 + i] = code;
  }
  return true;
}

/** @param hex of an even length */
export function writeHex(writer: ByteWriter, hex: string): void {
  const size = hex.length / 2;
  const at = reserve(writer, size);
  for (let i = 0; i < size; i++)
    writer.bytes[at + i] = digitOf(hex.charCodeAt(2 * i)) * 16 + digitOf(hex.charCodeAt(2 * i + 1));
}

/** Of a hexadecimal digit's code, of either case. */
const digitOf = (code: number): number => (code & 15) + (code > 64 ? 9 : 0);

const WORD = 8;

/**
 * A whole number of a fixed size, its highest byte first.
 *
 * @param size in bytes, a multiple of eight
 * @throws RangeError on a number that doesn't fit
 */
export function writeBigUint(w: ByteWriter, value: bigint, size: number): void {
  if (BigInt.asUintN(8 * size, value) !== value) throw new RangeError(`not a number of ${size} bytes: ${value}`);
  const begin = reserve(w, size);
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
  for (const item of items) write(w, item);
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
  writeUint32s(w, numbers);
}

export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
}

export function byteReader(bytes: Uint8Array): ByteReader {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

const endsTooEarly = () => new RangeError('stored state ends too early');

function take(reader: ByteReader, size: number): number {
  const at = reader.offset;
  if (at + size > reader.bytes.length) throw endsTooEarly();
  reader.offset = at + size;
  return at;
}

export function readByte(reader: ByteReader): number {
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) throw endsTooEarly();
  reader.offset++;
  return byte;
}

export function readBytes(reader: ByteReader, size: number): number[] {
  const begin = take(reader, size);
  const values = new Array<number>(size);
  for (let i = 0; i < size; i++) values[i] = reader.view.getUint8(begin + i);
  return values;
}

export const readUint32 = (reader: ByteReader): number => reader.view.getUint32(take(reader, 4), true);
export const readFloat32 = (reader: ByteReader): number => reader.view.getFloat32(take(reader, 4), true);

export function readUint32s(reader: ByteReader, size: number): number[] {
  const begin = take(reader, 4 * size);
  const values = new Array<number>(size);
  for (let i = 0; i < size; i++) values[i] = reader.view.getUint32(begin + 4 * i, true);
  return values;
}

/** @throws RangeError on a number beyond what `writeCount` writes */
export function readCount(reader: ByteReader): number {
  let byte = readByte(reader);
  if (byte < 128) return byte;
  let value = byte - 128;
  for (let scale = 128; ; scale *= 128) {
    byte = readByte(reader);
    value += (byte % 128) * scale;
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('stored state has a count that is too large');
    if (byte < 128) return value;
  }
}

export function readSigned(reader: ByteReader): number {
  const value = readCount(reader);
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

export function readText(reader: ByteReader): string {
  const size = readCount(reader);
  const at = take(reader, size);
  return (
    (size <= SHORT ? readAscii(reader, at, size) : undefined) ?? decoder.decode(reader.bytes.subarray(at, at + size))
  );
}

/** @returns undefined where a character is not ASCII */
function readAscii({ bytes }: ByteReader, at: number, size: number): string | undefined {
  let text = '';
  for (let i = at; i < at + size; i++) {
    const code = bytes[i] ?? 0;
    if (code > 127) return undefined;
    text += ASCII[code];
  }
  return text;
}

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** Eight bytes, their highest first, as 16 lower-case hexadecimal digits. */
export function readHex64(reader: ByteReader): string {
  const at = take(reader, 8);
  return hex64(reader.view.getUint32(at), reader.view.getUint32(at + 4));
}

export function readBigUint(reader: ByteReader, size: number): bigint {
  const begin = take(reader, size);
  let value = 0n;
  for (let at = begin; at < begin + size; at += WORD) value = (value << 64n) | reader.view.getBigUint64(at);
  return value;
}

export function readList<Item>(r: ByteReader, read: (r: ByteReader) => Item): Item[] {
  const items = new Array<Item>(readSize(r));
  for (let i = 0; i < items.length; i++) items[i] = read(r);
  return items;
}

/** @throws RangeError where there are several */
export function readOptional<Item>(r: ByteReader, read: (r: ByteReader) => Item): Item | undefined {
  const size = readCount(r);
  if (size > 1) throw new RangeError('stored state has several of what there is one of');
  return size === 0 ? undefined : read(r);
}

/** How many there are of what takes a byte each or more: a damaged number must not ask for memory that its bytes can't fill. */
export function readSize(r: ByteReader): number {
  const size = readCount(r);
  if (size > r.bytes.length - r.offset) throw endsTooEarly();
  return size;
}

export const readByteList = (reader: ByteReader): number[] => readBytes(reader, readCount(reader));
export const readUint32List = (reader: ByteReader): number[] => readUint32s(reader, readCount(reader));
