import { MOST_COUNTED, type OtherSubject, type TopSubject } from './baseline.ts';
import {
  type ByteReader,
  type ByteWriter,
  readByte,
  readCount,
  readHex64,
  readSigned,
  readUint32,
  writeByte,
  writeCount,
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
  subject: readHex64(r),
  lookups: readByte(r),
  days: readByte(r),
  lastDay: today - readSigned(r),
});

const COUNTS = MOST_COUNTED + 1;

/** Four bytes each: the day stands once for all of that day that follow one another. */
export function writeOtherSubjects(w: ByteWriter, others: readonly OtherSubject[], today: number): void {
  writeCount(w, others.length);
  others.forEach(({ mark, lookups, days, lastDay }, place) => {
    if (others[place - 1]?.lastDay !== lastDay) {
      writeSigned(w, today - lastDay);
      writeCount(w, runLength(others, place));
    }
    writeUint32(w, (mark * COUNTS + lookups) * COUNTS + days);
  });
}

/** How many from a place on have the day of the first of them. */
function runLength(others: readonly OtherSubject[], begin: number): number {
  let end = begin + 1;
  while (others[end]?.lastDay === others[begin]?.lastDay) end++;
  return end - begin;
}

export function readOtherSubjects(r: ByteReader, today: number): OtherSubject[] {
  const size = readCount(r);
  const others: OtherSubject[] = [];
  while (others.length < size) {
    const lastDay = today - readSigned(r);
    for (let left = readCount(r); left > 0; left--) {
      const packed = readUint32(r);
      others.push({
        mark: Math.floor(packed / COUNTS ** 2),
        lookups: Math.floor(packed / COUNTS) % COUNTS,
        days: packed % COUNTS,
        lastDay,
      });
    }
  }
  return others;
}
