import { makeJsonCall } from './json-call.ts';

/** Puts one message on a queue that is no FIFO. Make one at cold start. */
export function makeMessageSender(variables: Readonly<Record<string, string | undefined>>, queueUrl: string) {
  const call = makeJsonCall(variables, { service: 'sqs', target: 'AmazonSQS.SendMessage', version: '1.0' });
  return async (message: string): Promise<void> => {
    await call({ QueueUrl: queueUrl, MessageBody: message });
  };
}
