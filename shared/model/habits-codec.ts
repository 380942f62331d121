import type { Moments } from '../stats/moments.ts';
import type { Category, Habits } from './baseline.ts';
import {
  type ByteReader,
  type ByteWriter,
  readByte,
  readByteList,
  readBytes,
  readCount,
  readFloat32,
  readSigned,
  readUint32,
  writeByte,
  writeByteList,
  writeBytes,
  writeCount,
  writeFloat32,
  writeSigned,
  writeUint32,
} from './byte-stream.ts';

/** Days are stored relative to the running one. */
export function writeHabits(w: ByteWriter, habits: Habits, today: number): void {
  for (const moments of [habits.sittingReads, habits.sittingSubjects, habits.dayReads, habits.daySubjects])
    writeMoments(w, moments);
  writeFloat32(w, habits.sittings);
  writeFloat32(w, habits.protectedSittings);
  writeCount(w, habits.activeDays);
  writeBytes(w, habits.hours);
  writeBytes(w, habits.weekdays);
  writeCount(w, habits.categories.length);
  for (const category of habits.categories) {
    writeByte(w, category.attribute);
    writeUint32(w, category.hash);
    writeByte(w, category.days);
    writeSigned(w, today - category.lastDay);
  }
  writeByteList(w, habits.usual);
}

export function readHabits(r: ByteReader, today: number): Habits {
  return {
    sittingReads: readMoments(r),
    sittingSubjects: readMoments(r),
    dayReads: readMoments(r),
    daySubjects: readMoments(r),
    sittings: readFloat32(r),
    protectedSittings: readFloat32(r),
    activeDays: readCount(r),
    hours: readBytes(r, 24),
    weekdays: readBytes(r, 7),
    categories: readCategories(r, today),
    usual: readByteList(r),
  };
}

function readCategories(r: ByteReader, today: number): Category[] {
  const size = readCount(r);
  const categories: Category[] = [];
  for (let i = 0; i < size; i++) {
    categories.push({
      attribute: readByte(r),
      hash: readUint32(r),
      days: readByte(r),
      lastDay: today - readSigned(r),
    });
  }
  return categories;
}

function writeMoments(w: ByteWriter, moments: Moments): void {
  writeFloat32(w, moments.n);
  writeFloat32(w, moments.mean);
  writeFloat32(w, moments.variance);
}

const readMoments = (r: ByteReader): Moments => ({ n: readFloat32(r), mean: readFloat32(r), variance: readFloat32(r) });
