import type { Moments } from '../stats/moments.ts';
import type { Category, Habits } from './baseline.ts';
import {
  type ByteReader,
  readByte,
  readByteList,
  readBytes,
  readCount,
  readFloat32,
  readSigned,
  readSize,
  readUint32,
} from './byte-reader.ts';
import {
  type ByteWriter,
  writeByte,
  writeByteList,
  writeBytes,
  writeCount,
  writeFloat32,
  writeSigned,
  writeUint32,
} from './byte-writer.ts';

/** Days are stored relative to the running one. */
export function writeHabits(w: ByteWriter, habits: Habits, today: number): void {
  writeMoments(w, habits.sittingReads);
  writeMoments(w, habits.sittingSubjects);
  writeMoments(w, habits.dayReads);
  writeMoments(w, habits.daySubjects);
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
  const categories = new Array<Category>(readSize(r));
  for (let i = 0; i < categories.length; i++) {
    categories[i] = {
      attribute: readByte(r),
      hash: readUint32(r),
      days: readByte(r),
      lastDay: today - readSigned(r),
    };
  }
  return categories;
}

function writeMoments(w: ByteWriter, moments: Moments): void {
  writeFloat32(w, moments.n);
  writeFloat32(w, moments.mean);
  writeFloat32(w, moments.variance);
}

const readMoments = (r: ByteReader): Moments => ({ n: readFloat32(r), mean: readFloat32(r), variance: readFloat32(r) });
