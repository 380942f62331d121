import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import type { AdjudicationStream } from './ports.ts';

/** Verdicts on the access stream, where the actor's events are: the partition key keeps one actor's records in one order. */
export const createKinesisAdjudicationStream = (client: KinesisClient, streamName: string): AdjudicationStream => ({
  put: async (adjudication) => {
    await client.send(
      new PutRecordCommand({
        StreamName: streamName,
        PartitionKey: adjudication.actorId,
        Data: new TextEncoder().encode(JSON.stringify(adjudication)),
      }),
    );
  },
});
