import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

/** Puts one message on a queue that is no FIFO. Make one at cold start. */
export function makeMessageSender(variables: Variables, queueUrl: string) {
  const call = makeSendMessage(variables);
  return async (message: string): Promise<void> => {
    await call({ QueueUrl: queueUrl, MessageBody: message });
  };
}

/** Puts one message of a group on a FIFO queue; the same id within five minutes is one message. Make one at cold start. */
export function makeFifoMessageSender(variables: Variables, queueUrl: string, group: string) {
  const call = makeSendMessage(variables);
  return async (message: string, id: string): Promise<void> => {
    await call({ QueueUrl: queueUrl, MessageBody: message, MessageGroupId: group, MessageDeduplicationId: id });
  };
}

const makeSendMessage = (variables: Variables) =>
  makeJsonCall(variables, { service: 'sqs', target: 'AmazonSQS.SendMessage', version: '1.0' });
