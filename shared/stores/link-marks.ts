import { byteReader, readHex64, readList, readSigned, readText } from '../model/byte-reader.ts';
import { byteWriter, writeHex, writeList, writeSigned, writeText, writeWhole, written } from '../model/byte-writer.ts';
import type { LinkEntry } from '../pipeline/links.ts';

/** A look at one user, as the link log has it. */
export interface LinkMark extends LinkEntry {
  /** The user's HMAC, 64 bits in hexadecimal digits. */
  readonly subject: string;
  /** Who had been refused the user, where the look met somebody; else nobody. */
  readonly met: string;
}

/** Marks as they are stored: some 20 bytes each. */
export function encodeMarks(marks: readonly LinkMark[]): Uint8Array {
  const first = marks[0]?.time ?? 0;
  return written(
    writeWhole(byteWriter(), (w) => {
      writeSigned(w, first);
      writeList(w, marks, (to, { subject, actorId, time, met }) => {
        writeHex(to, subject);
        writeText(to, actorId);
        writeSigned(to, time - first);
        writeText(to, met);
      });
    }),
  );
}

/** @throws RangeError on damaged bytes */
export function decodeMarks(encoded: Uint8Array): readonly LinkMark[] {
  const reader = byteReader(encoded);
  const first = readSigned(reader);
  return readList(reader, (r) => ({
    subject: readHex64(r),
    actorId: readText(r),
    time: first + readSigned(r),
    met: readText(r),
  }));
}
