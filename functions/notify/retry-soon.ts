import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';

/** Deliveries of one message before it goes to the dead-letter queue: with the waits between them, an hour's trouble with the topic or the table. */
export const DELIVERIES = 16;

/**
 * So long the queue itself hides a message that was delivered, and so no other wait is longer. Six times as long as `notify` may take:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const QUEUE_TIMEOUT_SECONDS = 360;

const FIRST_WAIT_SECONDS = 5;

export interface RetryPorts {
  /** Has messages that are in flight delivered again after so many seconds. */
  readonly reappear: (receiptHandles: readonly string[], seconds: number) => Promise<void>;
  readonly warn: (message: string, error: unknown) => void;
}

/** What matters here of a queue's record. */
export type FailedRecord = Pick<SQSRecord, 'messageId' | 'receiptHandle'> & {
  readonly attributes: Pick<SQSRecord['attributes'], 'ApproximateReceiveCount'>;
};

/**
 * Has what failed delivered again sooner than the queue's time-out would. All alerts are one message group, and of a group nothing is
 * delivered while one of its messages is in flight (Amazon SQS Developer Guide, "FIFO queue delivery logic"): what waits keeps every
 * alert behind it waiting. When the queue doesn't listen, the time-out holds.
 */
export async function retrySoon(
  records: readonly FailedRecord[],
  { batchItemFailures }: SQSBatchResponse,
  { reappear, warn }: RetryPorts,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const inFlight = records.filter(({ messageId }) => failed.has(messageId));
  if (inFlight.length === 0) return;
  // One wait for all: they come in their order, and none of them before the last.
  const seconds = Math.max(...inFlight.map(({ attributes }) => waitAfter(Number(attributes.ApproximateReceiveCount))));
  try {
    await reappear(
      inFlight.map(({ receiptHandle }) => receiptHandle),
      seconds,
    );
  } catch (error) {
    warn('failed messages wait for the time-out of the queue', error);
  }
}

/** @param deliveries so far, from 1 @returns seconds until the next */
export const waitAfter = (deliveries: number): number =>
  Math.min(QUEUE_TIMEOUT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (deliveries - 1));
