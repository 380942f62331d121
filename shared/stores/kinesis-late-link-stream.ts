import type { LateLinkStream } from './link-ports.ts';
import type { RecordWriter } from './record-writer.ts';

/** Late links on the access stream, where the accesses of whoever was refused are: the partition key keeps one actor's records in one order. */
export const createKinesisLateLinkStream = (write: RecordWriter, streamName: string): LateLinkStream => ({
  put: (links) => write({ streamName, partitionKey: links.actorId, data: JSON.stringify(links) }),
});
