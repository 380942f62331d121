import type { NotAppliedNote, QuarantinedRecord } from './ports.ts';

/** One object of the archive: its key below the bucket and its text. */
export interface ArchiveObject {
  readonly key: string;
  readonly body: string;
}

/** A batch's quarantined records, one JSON object a line. */
export const quarantineObject = (batchName: string, records: readonly QuarantinedRecord[]): ArchiveObject => ({
  key: `quarantine/${batchName}.ndjson`,
  body: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
});

/** Where notes lie, each named after its batch. */
export const NOTES_PREFIX = 'failed/notes/';

/** What redrive reads to put only those records of a failed batch back that were not applied. */
export const notAppliedObject = (note: NotAppliedNote): ArchiveObject => ({
  key: `${NOTES_PREFIX}${note.batchName}.json`,
  body: JSON.stringify(note),
});
