import type { Pace, Sitting } from './baseline.ts';
import {
  type ByteReader,
  readCount,
  readFloat32,
  readOptional,
  readSigned,
  readUint32,
  readUint32List,
} from './byte-reader.ts';
import {
  type ByteWriter,
  writeCount,
  writeFloat32,
  writeOptional,
  writeSigned,
  writeUint32,
  writeUint32List,
} from './byte-writer.ts';

export function writeSitting(w: ByteWriter, sitting: Sitting): void {
  const { start } = sitting;
  writeCount(w, start);
  writeSigned(w, sitting.last - start);
  writeCount(w, sitting.reads);
  writeCount(w, sitting.subjects);
  writeCount(w, sitting.protectedReads);
  writeCount(w, sitting.protectedSubjects);
  writeCount(w, sitting.unapproved);
  writeUint32List(w, sitting.linkedSubjects);
  writeOptional(w, sitting.pace, (writer, pace) => writePace(writer, pace, start));
}

export function readSitting(r: ByteReader): Sitting {
  const start = readCount(r);
  return {
    start,
    last: start + readSigned(r),
    reads: readCount(r),
    subjects: readCount(r),
    protectedReads: readCount(r),
    protectedSubjects: readCount(r),
    unapproved: readCount(r),
    linkedSubjects: readUint32List(r),
    pace: readOptional(r, (reader) => readPace(reader, start)),
  };
}

function writePace(w: ByteWriter, pace: Pace, start: number): void {
  writeCount(w, pace.lookups);
  writeSigned(w, pace.last - start);
  writeFloat32(w, pace.meanLogGap);
  writeFloat32(w, pace.squaredLogGaps);
  writeCount(w, pace.adjacent);
  writeUint32(w, pace.successor);
  writeUint32(w, pace.seen[0]);
  writeUint32(w, pace.seen[1]);
}

const readPace = (r: ByteReader, start: number): Pace => ({
  lookups: readCount(r),
  last: start + readSigned(r),
  meanLogGap: readFloat32(r),
  squaredLogGaps: readFloat32(r),
  adjacent: readCount(r),
  successor: readUint32(r),
  seen: [readUint32(r), readUint32(r)],
});
