import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { batchItemFailures } from './batch-outcome.ts';
import { createDriver } from './driver.ts';
import { pause } from './pause.ts';
import { toSqsRecord } from './sqs-event.ts';

export interface QueueMappingOptions {
  /** With `useQueueUrlAsEndpoint: false`, or the client follows the queue URL's host instead of its own endpoint. */
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** The function; what it returns is judged as Lambda judges it. */
  readonly handler: (event: SQSEvent) => Promise<unknown>;
  /** Messages an invocation gets at most, 1 to 10: more is not allowed for FIFO queues. */
  readonly batchSize: number;
  /** Whether the function's response says which messages failed; otherwise a batch succeeds or fails whole. */
  readonly reportBatchItemFailures: boolean;
  /** How often `start` asks an empty queue. @default 200 */
  readonly pollIntervalMs?: number;
  /** Told of everything that goes wrong. @default writes to standard error */
  readonly onError?: (error: unknown, doing: string) => void;
}

/** Lambda's event source mapping for an SQS queue, on one machine. */
export interface QueueMapping {
  /**
   * Hands over what is visible until a receive comes back empty. Messages that failed stay in flight until the queue's visibility
   * time-out, as on AWS, and are not waited for.
   *
   * @returns how many messages were handled and deleted
   */
  readonly drain: () => Promise<number>;
  /** Polls on its own until stopped. */
  readonly start: () => void;
  /** Lets the invocation under way finish. */
  readonly stop: () => Promise<void>;
}

/**
 * Models Lambda's event source mapping for SQS over a real queue endpoint: receive, invoke, delete what succeeded and leave the
 * rest to the visibility time-out and the queue's own redrive policy (Lambda Developer Guide, "Handling errors for an SQS event
 * source"). On a FIFO queue the function has to stop at its first failure and report that message and all after it: what isn't
 * reported is deleted, there as here. One driver at a time: `start` or `drain`.
 *
 * @throws RangeError when the batch size is none that AWS allows
 */
export function createQueueMapping(options: QueueMappingOptions): QueueMapping {
  const { sqs, queueUrl, handler, batchSize, reportBatchItemFailures, pollIntervalMs = 200 } = options;
  const { onError = (error, doing) => console.error(`${doing}:`, error) } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10) {
    throw new RangeError(`batchSize is ${batchSize}; AWS allows whole numbers from 1 to 10 for FIFO queues.`);
  }
  const driver = createDriver(`The mapping of ${queueUrl}`);
  let queueArn: string | undefined;

  /** @returns how many messages were received and how many of them are done with */
  const round = async (): Promise<{ readonly received: number; readonly handled: number }> => {
    queueArn ??= await arnOf(sqs, queueUrl);
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) return { received: 0, handled: 0 };
    const records = messages.map((message) => toSqsRecord(message, queueArn ?? ''));
    const succeeded = await invoke(records);
    if (succeeded.length > 0) await deleteMessages(sqs, queueUrl, succeeded);
    return { received: messages.length, handled: succeeded.length };
  };

  /** @returns the records to delete */
  const invoke = async (records: readonly SQSRecord[]): Promise<readonly SQSRecord[]> => {
    let response: unknown;
    try {
      response = await handler({ Records: [...records] });
    } catch (error) {
      onError(error, `the function of ${queueUrl} with ${records.length} messages`);
      return [];
    }
    return succeededRecords(records, response, reportBatchItemFailures);
  };

  const drainQueue = async (signal: AbortSignal): Promise<number> => {
    let handled = 0;
    while (!signal.aborted) {
      const result = await round();
      handled += result.handled;
      if (result.received === 0) break;
    }
    return handled;
  };

  const pollQueue = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        if ((await round()).received === 0) await pause(pollIntervalMs, signal);
      } catch (error) {
        onError(error, `polling ${queueUrl}`);
        await pause(1_000, signal);
      }
    }
  };

  return {
    drain: async () => driver.run(drainQueue),
    start: () => {
      driver.run(pollQueue).catch((error) => onError(error, `polling ${queueUrl}`));
    },
    stop: driver.stop,
  };
}

/** All of them after a success, none after a failure, and those not reported after a partial batch response. */
function succeededRecords(records: readonly SQSRecord[], response: unknown, report: boolean): readonly SQSRecord[] {
  const failures = report ? batchItemFailures(response) : [];
  const known = new Set(records.map(({ messageId }) => messageId));
  if (failures === undefined || failures.some((identifier) => !known.has(identifier))) return [];
  return records.filter(({ messageId }) => !failures.includes(messageId));
}

async function deleteMessages(sqs: SQSClient, queueUrl: string, records: readonly SQSRecord[]): Promise<void> {
  const Entries = records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
  const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  const [first] = Failed;
  if (first) throw new Error(`${Failed.length} handled messages could not be deleted: ${first.Code} ${first.Message}`);
}

async function arnOf(sqs: SQSClient, queueUrl: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  const arn = (await sqs.send(command)).Attributes?.QueueArn;
  if (!arn) throw new Error(`SQS gave no ARN for ${queueUrl}.`);
  return arn;
}
