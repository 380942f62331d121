import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ByteReader,
  byteReader,
  readBigUint,
  readByte,
  readByteList,
  readBytes,
  readCount,
  readFloat32,
  readHex64,
  readInt32,
  readList,
  readOptional,
  readSigned,
  readText,
  readUint32,
  readUint32List,
} from '../../shared/model/byte-reader.ts';
import {
  type ByteWriter,
  byteWriter,
  writeBigUint,
  writeByte,
  writeByteList,
  writeBytes,
  writeCount,
  writeFloat32,
  writeHex,
  writeInt32,
  writeLongUint32List,
  writeOptional,
  writeSigned,
  writeText,
  writeUint32,
  writeUint32List,
  writeWhole,
  written,
} from '../../shared/model/byte-writer.ts';

interface Part {
  readonly value: unknown;
  readonly write: (writer: ByteWriter) => void;
  readonly read: (reader: ByteReader) => unknown;
}

const partOf =
  <Value>(write: (writer: ByteWriter, value: Value) => void, read: (reader: ByteReader) => Value) =>
  (value: Value): Part => ({ value, write: (writer) => write(writer, value), read });

/** As many as were written: how many is not. */
const bareBytes = (values: readonly number[]): Part =>
  partOf<readonly number[]>(writeBytes, (reader) => readBytes(reader, values.length))(values);

/** Text of any kind that has a form in UTF-8: no half surrogate pairs. */
const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '\uFEFF', '\u0000', ' '), maxLength: 300 });
const uint32List = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 40 });
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map(partOf(writeByte, readByte)),
  fc.integer({ min: 0, max: 0xffff_ffff }).map(partOf(writeUint32, readUint32)),
  fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }).map(bareBytes),
  fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
    .map(partOf<readonly number[]>(writeByteList, readByteList)),
  uint32List.map(partOf<readonly number[]>(writeUint32List, readUint32List)),
  uint32List.map(partOf<readonly number[]>(writeLongUint32List, readUint32List)),
  fc.integer().map(partOf(writeInt32, readInt32)),
  fc.float().map(partOf(writeFloat32, readFloat32)),
  fc.maxSafeNat().map(partOf(writeCount, readCount)),
  fc.integer({ min: -(2 ** 51), max: 2 ** 51 }).map(partOf(writeSigned, readSigned)),
  text.map(partOf(writeText, readText)),
  fc.bigInt({ min: 0n, max: 2n ** 192n - 1n }).map(
    partOf(
      (writer, value) => writeBigUint(writer, value, 24),
      (reader) => readBigUint(reader, 24),
    ),
  ),
  fc.stringMatching(/^[0-9a-f]{16}$/).map(partOf(writeHex, readHex64)),
  fc.option(fc.maxSafeNat(), { nil: undefined }).map(
    partOf(
      (writer, value) => writeOptional(writer, value, writeCount),
      (reader) => readOptional(reader, readCount),
    ),
  ),
);

const bytesOf = (parts: readonly Part[], room: number): Uint8Array =>
  written(
    writeWhole(byteWriter(room), (writer) => {
      for (const { write } of parts) write(writer);
    }),
  );

describe('a stream of bytes', () => {
  it('gives back what was written, however small the buffer began', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (parts, room) => {
        const reader = byteReader(bytesOf(parts, room));
        expect(parts.map(({ read }) => read(reader))).toEqual(parts.map(({ value }) => value));
        expect(() => readByte(reader)).toThrow(RangeError);
      }),
    );
  });

  it('is the same whatever the buffer began with', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        expect(bytesOf(parts, 1)).toEqual(bytesOf(parts, 4096));
      }),
    );
  });

  it('that is cut off anywhere says so', () => {
    fc.assert(
      fc.property(part, (only) => {
        const bytes = bytesOf([only], 8);
        for (let length = 0; length < bytes.length; length++)
          expect(() => only.read(byteReader(bytes.subarray(0, length)))).toThrow(RangeError);
      }),
    );
  });

  it('is read from wherever its bytes lie in a larger buffer', () => {
    const bytes = bytesOf([partOf(writeFloat32, readFloat32)(1.5), partOf(writeText, readText)('abc')], 1);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 5);

    const reader = byteReader(larger.subarray(5, 5 + bytes.length));

    expect([readFloat32(reader), readText(reader)]).toEqual([1.5, 'abc']);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60)])('refuses %d as a count', (value) => {
    expect(() => writeCount(byteWriter(), value)).toThrow(RangeError);
  });

  it('is refused where a count is larger than any that is written, however it goes on', () => {
    const endless = new Uint8Array(100_000).fill(255);
    const paddedWithZeros = new Uint8Array(200).fill(128, 0, 199);
    const justTooLarge = Uint8Array.of(128, 128, 128, 128, 128, 128, 128, 16);
    expect(() => readCount(byteReader(endless))).toThrow(RangeError);
    expect(() => readCount(byteReader(justTooLarge))).toThrow(RangeError);
    expect(() => readCount(byteReader(paddedWithZeros))).toThrow(RangeError);
  });

  it('asks for no memory that its bytes can’t fill', () => {
    let read = 0;
    const readNext = (reader: ByteReader) => {
      read++;
      return readByte(reader);
    };

    expect(() => readList(byteReader(Uint8Array.of(4, 1, 2, 3)), readNext)).toThrow('stored state ends too early');
    expect(read).toBe(0);
    expect(readList(byteReader(Uint8Array.of(3, 1, 2, 3)), readNext)).toEqual([1, 2, 3]);
  });

  it('is refused where there are several of what there is one of', () => {
    expect(() => readOptional(byteReader(Uint8Array.of(2, 1, 1)), readByte)).toThrow('several');
  });

  it.each([writeUint32List, writeLongUint32List])('refuses a list that lacks a number: %o', (write) => {
    const lacking = [1, 2, 3];
    lacking.length = 4;

    expect(() => write(byteWriter(), lacking)).toThrow('no number');
  });

  it('is never cut silently', () => {
    const writer = byteWriter(2);
    let times = 0;

    writeUint32(writer, 7);

    expect(() => written(writer)).toThrow(RangeError);
    expect(() => writeWhole(writer, (w) => writeBytes(w, new Array(3 * ++times).fill(1)))).toThrow(RangeError);
  });

  it.each([-1n, 2n ** 192n])('refuses %d as a number of 24 bytes', (value) => {
    expect(() => writeBigUint(byteWriter(), value, 24)).toThrow(RangeError);
  });

  it('what was taken out of it stays when more is written', () => {
    const writer = byteWriter();
    const taken = written(writeWhole(writer, (w) => writeText(w, 'first')));
    const before = [...taken];

    written(writeWhole(writer, (w) => writeText(w, 'second'))).fill(0);

    expect([...taken]).toEqual(before);
  });

  it('takes a byte for counts below 128, of either sign below 64', () => {
    const sizeOf = (write: (writer: ByteWriter) => void) => writeWhole(byteWriter(), write).length;
    expect([0, 127, 128].map((count) => sizeOf((writer) => writeCount(writer, count)))).toEqual([1, 1, 2]);
    expect([-64, 63, 64].map((count) => sizeOf((writer) => writeSigned(writer, count)))).toEqual([1, 1, 2]);
  });

  it('reads signed numbers of every size as they were written', () => {
    const sizes = Array.from({ length: 52 }, (_, bits) => 2 ** bits);
    const numbers = sizes.flatMap((size) => [size - 1, size, size + 1].flatMap((number) => [number, -number]));
    const writer = writeWhole(byteWriter(), (w) => {
      for (const number of numbers) writeSigned(w, number);
    });
    const reader = byteReader(written(writer));

    // What was 0 with a sign comes back without one.
    expect(numbers.map(() => readSigned(reader))).toEqual(numbers.map((number) => number + 0));
  });
});
