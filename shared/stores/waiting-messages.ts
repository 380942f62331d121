import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many messages of a queue nobody has received yet. @throws Error when the queue doesn't say */
export async function waitingMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const count = Number(Attributes?.ApproximateNumberOfMessages);
  if (!Number.isInteger(count)) throw new Error('the queue does not say how many messages wait');
  return count;
}
