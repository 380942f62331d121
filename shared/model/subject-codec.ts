import { MOST_COUNTED, type OtherSubject, type TopSubject } from './baseline.ts';
import {
  type ByteReader,
  type ByteWriter,
  readByte,
  readHex,
  readSigned,
  readUint32,
  writeByte,
  writeHex,
  writeSigned,
  writeUint32,
} from './byte-stream.ts';

export function writeTopSubject(w: ByteWriter, top: TopSubject, today: number): void {
  writeHex(w, top.subject);
  writeByte(w, top.lookups);
  writeByte(w, top.days);
  writeSigned(w, today - top.lastDay);
}

export const readTopSubject = (r: ByteReader, today: number): TopSubject => ({
  subject: readHex(r, 8),
  lookups: readByte(r),
  days: readByte(r),
  lastDay: today - readSigned(r),
});

/** Bytes of another subject whose last day is less than 64 days before the running one. */
export const OTHER_SUBJECT_BYTES = 5;
const COUNTS = MOST_COUNTED + 1;

export function writeOtherSubject(w: ByteWriter, other: OtherSubject, today: number): void {
  writeUint32(w, (other.mark * COUNTS + other.lookups) * COUNTS + other.days);
  writeSigned(w, today - other.lastDay);
}

export function readOtherSubject(r: ByteReader, today: number): OtherSubject {
  const packed = readUint32(r);
  return {
    mark: Math.floor(packed / COUNTS ** 2),
    lookups: Math.floor(packed / COUNTS) % COUNTS,
    days: packed % COUNTS,
    lastDay: today - readSigned(r),
  };
}
