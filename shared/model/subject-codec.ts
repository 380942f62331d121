import { MOST_COUNTED, type OtherSubject, type TopSubject } from './baseline.ts';
import { type ByteReader, readByte, readCount, readInt32, readSigned, readSize, readUint32 } from './byte-reader.ts';
import { type ByteWriter, writeByte, writeCount, writeInt32, writeSigned, writeUint32 } from './byte-writer.ts';

export function writeTopSubjects(w: ByteWriter, tops: readonly TopSubject[], today: number): void {
  writeCount(w, tops.length);
  for (const top of tops) {
    writeInt32(w, top.high);
    writeInt32(w, top.low);
    writeByte(w, top.lookups);
    writeByte(w, top.days);
    writeSigned(w, today - top.lastDay);
  }
}

export function readTopSubjects(r: ByteReader, today: number): TopSubject[] {
  const tops = new Array<TopSubject>(readSize(r));
  for (let i = 0; i < tops.length; i++)
    tops[i] = {
      high: readInt32(r),
      low: readInt32(r),
      lookups: readByte(r),
      days: readByte(r),
      lastDay: today - readSigned(r),
    };
  return tops;
}

/** Of a count up to `MOST_COUNTED`. */
const COUNT_BITS = 4;

/** Four bytes each: the day stands once for all of that day that follow one another. */
export function writeOtherSubjects(w: ByteWriter, others: readonly OtherSubject[], today: number): void {
  writeCount(w, others.length);
  for (let place = 0; place < others.length; place++) {
    const { mark, lookups, days, lastDay } = others[place] as OtherSubject;
    if (others[place - 1]?.lastDay !== lastDay) {
      writeSigned(w, today - lastDay);
      writeCount(w, runLength(others, place));
    }
    writeUint32(w, (mark << (2 * COUNT_BITS)) | (lookups << COUNT_BITS) | days);
  }
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
        mark: packed >>> (2 * COUNT_BITS),
        lookups: (packed >>> COUNT_BITS) & MOST_COUNTED,
        days: packed & MOST_COUNTED,
        lastDay,
      });
    }
  }
  return others;
}
