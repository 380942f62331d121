import type { AdjudicationStream } from './ports.ts';
import type { RecordWriter } from './record-writer.ts';

/** Verdicts on the access stream, where the actor's events are: the partition key keeps one actor's records in one order. */
export const createKinesisAdjudicationStream = (write: RecordWriter, streamName: string): AdjudicationStream => ({
  put: (adjudication) => write({ streamName, partitionKey: adjudication.actorId, data: JSON.stringify(adjudication) }),
});
