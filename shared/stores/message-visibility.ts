import * as z from 'zod/mini';
import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

/** The entries that did not change (SQS API reference, ChangeMessageVisibilityBatch); the call as a whole succeeds all the same. */
const answer = z.object({
  Failed: z.optional(z.array(z.object({ Code: z.string(), Message: z.optional(z.string()) }))),
});

/**
 * Sets after how many seconds messages in flight are delivered again. Make one at cold start.
 *
 * @returns a function of at most ten receipt handles @throws Error when the queue refused any of them
 */
export function makeMessageVisibility(variables: Variables, queueUrl: string) {
  const call = makeJsonCall(variables, {
    service: 'sqs',
    target: 'AmazonSQS.ChangeMessageVisibilityBatch',
    version: '1.0',
  });
  return async (receiptHandles: readonly string[], seconds: number): Promise<void> => {
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: seconds,
    }));
    const { Failed: [first] = [] } = z.parse(answer, await call({ QueueUrl: queueUrl, Entries }));
    if (first) throw new Error(`the queue refused to deliver messages sooner: ${first.Code} ${first.Message ?? ''}`);
  };
}
