import { hex64 } from '../stats/hex64.ts';

/** Reads what `ByteWriter` wrote, and believes nothing: bytes may be damaged. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the next one is read. */
  offset: number;
  /** Nothing from there on is read. */
  end: number;
}

export function byteReader(bytes: Uint8Array): ByteReader {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0, end: bytes.length };
}

function endsTooEarly(): never {
  throw new RangeError('stored state ends too early');
}

function take(reader: ByteReader, size: number): number {
  const at = reader.offset;
  if (!(at + size <= reader.end)) endsTooEarly();
  reader.offset = at + size;
  return at;
}

export function readByte(reader: ByteReader): number {
  const at = reader.offset++;
  if (!(at < reader.end)) endsTooEarly();
  return reader.bytes[at] as number;
}

export function readBytes(reader: ByteReader, size: number): number[] {
  const begin = take(reader, size);
  const values = new Array<number>(size);
  for (let i = 0; i < size; i++) values[i] = reader.view.getUint8(begin + i);
  return values;
}

export const readUint32 = (reader: ByteReader): number => reader.view.getUint32(take(reader, 4), true);
/** A half of 64 bits, its highest byte first. */
export const readInt32 = (reader: ByteReader): number => reader.view.getInt32(take(reader, 4));
export const readFloat32 = (reader: ByteReader): number => reader.view.getFloat32(take(reader, 4), true);

export function readUint32List(reader: ByteReader): number[] {
  const size = readCount(reader);
  const begin = take(reader, 4 * size);
  const values = new Array<number>(size);
  for (let i = 0; i < size; i++) values[i] = reader.view.getUint32(begin + 4 * i, true);
  return values;
}

/** @throws RangeError on a number beyond what `writeCount` writes */
export function readCount(reader: ByteReader): number {
  const byte = readByte(reader);
  return byte < 128 ? byte : readLargeCount(reader, byte);
}

function readLargeCount(reader: ByteReader, first: number): number {
  let value = first & 127;
  for (let shift = 7; shift < 28; shift += 7) {
    const byte = readByte(reader);
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
  // What has no more than 28 bits is put together by shifting; the rest is beyond that.
  for (let scale = 2 ** 28; ; scale *= 128) {
    const byte = readByte(reader);
    value += (byte & 127) * scale;
    // A count padded with many zeros ends as no number at all, which is not larger than anything.
    if (!(value <= Number.MAX_SAFE_INTEGER)) throw new RangeError('stored state has a count that is too large');
    if (byte < 128) return value;
  }
}

export function readSigned(reader: ByteReader): number {
  const value = readCount(reader);
  // Nearly all are small: shifted, not divided.
  if (value <= 0x7f_ff_ff_ff) return (value >>> 1) ^ -(value & 1);
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function readText(reader: ByteReader): string {
  const size = readCount(reader);
  const at = take(reader, size);
  return (
    (size <= SHORT ? readAscii(reader, at, size) : undefined) ?? decoder.decode(reader.bytes.subarray(at, at + size))
  );
}

/** Longer texts are decoded faster at one call. */
const SHORT = 64;

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

const WORD = 8;

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
  if (size > r.end - r.offset) endsTooEarly();
  return size;
}

export const readByteList = (reader: ByteReader): number[] => readBytes(reader, readCount(reader));
