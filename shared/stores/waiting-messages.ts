import * as z from 'zod/mini';
import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

const answer = z.object({ Attributes: z.object({ ApproximateNumberOfMessages: z.string().check(z.regex(/^\d+$/)) }) });

/** Asks a queue how many messages nobody has received yet. Make one at cold start. @throws Error when the queue doesn't say */
export function makeWaitingMessages(variables: Variables, queueUrl: string) {
  const call = makeJsonCall(variables, { service: 'sqs', target: 'AmazonSQS.GetQueueAttributes', version: '1.0' });
  return async (): Promise<number> => {
    const asked = await call({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    const { success, data } = answer.safeParse(asked);
    if (!success) throw new Error('the queue does not say how many messages wait');
    return Number(data.Attributes.ApproximateNumberOfMessages);
  };
}
