import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { AccessEvent } from '../../shared/model/access-event.ts';

/** Puts one access on the stream under its actor's key. @throws Error when the stream refuses it */
export async function putEvent(client: KinesisClient, streamName: string, event: AccessEvent): Promise<void> {
  const record = { PartitionKey: event.actor.id, Data: new TextEncoder().encode(JSON.stringify(event)) };
  const { Records } = await client.send(new PutRecordsCommand({ StreamName: streamName, Records: [record] }));
  // A call that succeeds may have refused the record all the same.
  const refusal = Records?.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refusal) throw new Error(`the stream refused it: ${refusal.ErrorCode} ${refusal.ErrorMessage ?? ''}`);
}
