import type { QuarantinedRecord } from './ports.ts';

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

/** What redrive reads to replay only those records of a failed batch that were not applied. */
export interface NotAppliedNote {
  readonly batchName: string;
  readonly shardId: string;
  readonly sequenceNumbers: readonly string[];
}

/** Where notes lie, each named after its batch. */
export const NOTES_PREFIX = 'failed/notes/';

export const notAppliedObject = (note: NotAppliedNote): ArchiveObject => ({
  key: `${NOTES_PREFIX}${note.batchName}.json`,
  body: JSON.stringify(note),
});
