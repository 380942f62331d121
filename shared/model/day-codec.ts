import type { Borrowed, CategoryUse, Day, DayMaxima } from './baseline.ts';
import {
  type ByteReader,
  readByte,
  readByteList,
  readCount,
  readOptional,
  readSigned,
  readSize,
  readText,
  readUint32,
} from './byte-reader.ts';
import {
  type ByteWriter,
  writeByte,
  writeByteList,
  writeCount,
  writeOptional,
  writeSigned,
  writeText,
  writeUint32,
} from './byte-writer.ts';

export function writeDay(w: ByteWriter, day: Day): void {
  writeCount(w, day.sittings);
  writeCount(w, day.protectedSittings);
  writeCount(w, day.reads);
  writeCount(w, day.protectedReads);
  writeCount(w, day.protectedSubjects);
  writeCount(w, day.approvedReads);
  writeCount(w, day.hours);
  writeCount(w, day.weekday);
  writeCount(w, day.used.length);
  for (const use of day.used) {
    writeByte(w, use.attribute);
    writeUint32(w, use.hash);
    writeCount(w, use.reads);
    writeCount(w, use.unapproved);
  }
  writeOptional(w, day.borrowed, writeBorrowed);
  writeMaxima(w, day.maxima, day.day);
}

export function readDay(r: ByteReader, today: number): Day {
  return {
    day: today,
    sittings: readCount(r),
    protectedSittings: readCount(r),
    reads: readCount(r),
    protectedReads: readCount(r),
    protectedSubjects: readCount(r),
    approvedReads: readCount(r),
    hours: readCount(r),
    weekday: readCount(r),
    used: readUsed(r),
    borrowed: readOptional(r, readBorrowed),
    maxima: readMaxima(r, today),
  };
}

function readUsed(r: ByteReader): CategoryUse[] {
  const used = new Array<CategoryUse>(readSize(r));
  for (let i = 0; i < used.length; i++)
    used[i] = { attribute: readByte(r), hash: readUint32(r), reads: readCount(r), unapproved: readCount(r) };
  return used;
}

function writeBorrowed(w: ByteWriter, borrowed: Borrowed): void {
  writeUint32(w, borrowed.device);
  writeText(w, borrowed.owner);
  writeCount(w, borrowed.days);
  writeCount(w, borrowed.users);
}

const readBorrowed = (r: ByteReader): Borrowed => ({
  device: readUint32(r),
  owner: readText(r),
  days: readCount(r),
  users: readCount(r),
});

export function writeClosedDays(w: ByteWriter, days: readonly DayMaxima[], today: number): void {
  writeCount(w, days.length);
  for (const maxima of days) writeMaxima(w, maxima, today);
}

export function readClosedDays(r: ByteReader, today: number): DayMaxima[] {
  const days = new Array<DayMaxima>(readSize(r));
  for (let i = 0; i < days.length; i++) days[i] = readMaxima(r, today);
  return days;
}

function writeMaxima(w: ByteWriter, maxima: DayMaxima, today: number): void {
  writeSigned(w, today - maxima.day);
  writeByte(w, maxima.population * 2 + (maxima.settled ? 1 : 0));
  writeByteList(w, maxima.strengths);
  writeByte(w, maxima.evidence);
}

function readMaxima(r: ByteReader, today: number): DayMaxima {
  const day = today - readSigned(r);
  const flags = readByte(r);
  return {
    day,
    population: (flags >> 1) as DayMaxima['population'],
    settled: flags % 2 === 1,
    strengths: readByteList(r),
    evidence: readByte(r),
  };
}
