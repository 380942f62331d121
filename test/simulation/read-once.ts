import { type BatchRecord, readBatch } from '../../functions/detect/read-batch.ts';
import type { StreamRecord } from '../../infra/local/kinesis-event.ts';

const known = new WeakMap<StreamRecord, readonly BatchRecord[]>();

/** What `detect` makes of a record by itself; nothing where it can't be used. Records are read again and again: once is enough. */
export function readOnce(record: StreamRecord): BatchRecord | undefined {
  let read = known.get(record);
  if (!read) {
    read = [...readBatch([record.event]).byActor.values()].flat();
    known.set(record, read);
  }
  return read[0];
}
