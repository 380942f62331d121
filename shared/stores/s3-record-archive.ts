import { type ArchiveObject, notAppliedObject, quarantineObject } from './archive-objects.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { RecordArchive } from './ports.ts';

export interface S3RecordArchiveOptions {
  readonly write: ObjectWriter;
  readonly bucketName: string;
}

/**
 * The archive in S3. A batch's name is part of the key, so a repeated batch overwrites its own object instead of adding
 * one. Encryption, versions and the 30 days that raw ids are kept are the bucket's.
 */
export function createS3RecordArchive({ write, bucketName }: S3RecordArchiveOptions): RecordArchive {
  const put = ({ key, body }: ArchiveObject, contentType: string) =>
    write({ bucket: bucketName, key, body, contentType });
  return {
    quarantine: async (batchName, records) => {
      if (records.length === 0) return;
      await put(quarantineObject(batchName, records), 'application/x-ndjson');
    },
    noteNotApplied: async (note) => {
      await put(notAppliedObject(note), 'application/json');
    },
  };
}
