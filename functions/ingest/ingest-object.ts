import { createHash } from 'node:crypto';
import type { SourceReader } from '../../shared/formats/source-reader.ts';
import { inflate, MAXIMUM_RATIO, UnreadableSource } from '../../shared/intake/inflate.ts';
import { createIntake, type IntakePorts, NO_BYTES } from '../../shared/intake/intake.ts';
import { readingsOf, type SourceRecord, sourceRecords } from '../../shared/intake/source-records.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { ObjectProgress } from '../../shared/stores/s3-object-progress.ts';
import type { ObjectSource, WrittenObject } from '../../shared/stores/s3-object-source.ts';

export interface ObjectPorts extends IntakePorts {
  readonly objects: ObjectSource;
  readonly progress: ObjectProgress;
  /** Reads the records of one object or message, whatever formats are mixed in it, and joins them. */
  readonly openReader: () => SourceReader;
  /** Milliseconds until the invocation is ended. */
  readonly remaining: () => number;
}

/** What may come out of one object. */
export const MAXIMUM_OBJECT_BYTES = 8 * 1024 ** 3;
/** So much time is left for the last records and the note of how far it came. */
const TIME_TO_FINISH_MS = 30_000;
/** After so many records of which none can be read, the object isn't one of records. */
const UNREADABLE_IN_A_ROW = 1_000;

/**
 * Sends the records of one object, holding a few thousand at a time. How far it came is noted after each of those, so that a
 * repeated delivery goes on there, and one that was finished is passed over. What was sent is read again all the same: what follows
 * may be joined with it, as it would have been at once.
 *
 * What is no gzip, is cut off, or grows beyond the limits is sent as far as it can be read, and put aside by its name.
 *
 * @returns whether it is done; if not, it has to be delivered again
 */
export async function ingestObject(object: WrittenObject, ports: ObjectPorts): Promise<boolean> {
  const name = nameOf(object);
  const before = await ports.progress.read(name);
  if (before?.complete) return true;
  const intake = createIntake(ports);
  const alreadySent = before?.records ?? 0;
  let records = 0;
  let unreadable = 0;

  const reader = ports.openReader();
  const take = (record: SourceRecord) => {
    records++;
    const readings = readingsOf(record, reader);
    if (records <= alreadySent) return;
    intake.add(readings, record.bytes, name);
    unreadable = record.kind === 'junk' ? unreadable + 1 : 0;
  };
  /** @returns whether all of it was taken */
  const flush = async (complete: boolean): Promise<boolean> => {
    if ((await intake.flush()).size > 0) return false;
    if (complete || records > alreadySent) await ports.progress.write(name, { records, complete });
    return true;
  };

  try {
    const limits = { bytes: MAXIMUM_OBJECT_BYTES, ratio: MAXIMUM_RATIO };
    const source = await ports.objects.open(object);
    if (!source) throw new UnreadableSource('it is gone, or was written over');
    for await (const some of sourceRecords(inflate(source, limits))) {
      for (const record of some) {
        take(record);
        if (unreadable >= UNREADABLE_IN_A_ROW) throw new UnreadableSource(`${unreadable} records and none can be read`);
        if (!intake.isFull()) continue;
        if (!(await flush(false)) || ports.remaining() < TIME_TO_FINISH_MS) return false;
      }
    }
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    ports.warn('an object could not be read to its end', error);
    ports.count(METRICS.ingestObjectsCutShort, 1);
    const note = new TextEncoder().encode(JSON.stringify(object));
    const reason = `the object, after ${records} records: ${error.message}`;
    intake.add([{ kind: 'invalid', reason }], note, name);
  }
  intake.add(reader.finish(), NO_BYTES, name);
  return flush(true);
}

/** What was written again under the same key is another object. */
const nameOf = ({ bucket, key, versionId = '', etag = '' }: WrittenObject): string =>
  createHash('sha256').update([bucket, key, versionId, etag].join('\u0000')).digest('hex');
