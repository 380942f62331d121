import { byteReader, readCount, readHex64, readList, readSigned, readText } from '../model/byte-reader.ts';
import {
  byteWriter,
  writeCount,
  writeHex,
  writeList,
  writeSigned,
  writeText,
  writeWhole,
  written,
} from '../model/byte-writer.ts';
import type { LinkEntry } from '../pipeline/links.ts';

/** A look at one user, as the link log has it. */
export interface LinkMark extends LinkEntry {
  /** The user's HMAC, 64 bits in hexadecimal digits. */
  readonly subject: string;
  /** Who had been refused the user, where the look met somebody; else nobody. */
  readonly met: string;
}

/** Marks as they are stored: some 15 bytes each, and each name once. */
export function encodeMarks(marks: readonly LinkMark[]): Uint8Array {
  const first = marks[0]?.time ?? 0;
  const names = [...new Set(marks.flatMap(({ actorId, met }) => [actorId, met]))];
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = (name: string) => places.get(name) ?? 0;
  return written(
    writeWhole(byteWriter(), (w) => {
      writeSigned(w, first);
      writeList(w, names, writeText);
      writeList(w, marks, (to, { subject, actorId, time, met }) => {
        writeHex(to, subject);
        writeCount(to, placeOf(actorId));
        writeSigned(to, time - first);
        writeCount(to, placeOf(met));
      });
    }),
  );
}

/** @throws RangeError on damaged bytes */
export function decodeMarks(encoded: Uint8Array): readonly LinkMark[] {
  const reader = byteReader(encoded);
  const first = readSigned(reader);
  const names = readList(reader, readText);
  const nameAt = (place: number) => names[place] ?? '';
  return readList(reader, (r) => ({
    subject: readHex64(r),
    actorId: nameAt(readCount(r)),
    time: first + readSigned(r),
    met: nameAt(readCount(r)),
  }));
}
