import { notAppliedObject, quarantineObject } from './archive-objects.ts';
import type { RecordArchive } from './ports.ts';

/** An archive in memory, for replay and tests. */
export interface MemoryRecordArchive extends RecordArchive {
  /** The text of every object by its key. */
  readonly objects: ReadonlyMap<string, string>;
}

export function createMemoryRecordArchive(): MemoryRecordArchive {
  const objects = new Map<string, string>();
  return {
    objects,
    quarantine: async (batchName, records) => {
      if (records.length === 0) return;
      const { key, body } = quarantineObject(batchName, records);
      objects.set(key, body);
    },
    noteNotApplied: async (note) => {
      const { key, body } = notAppliedObject(note);
      objects.set(key, body);
    },
  };
}
