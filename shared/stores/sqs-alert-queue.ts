import * as z from 'zod/mini';
import type { Alert } from '../model/alert.ts';
import { alertJson, deduplicationId } from './alert-message.ts';
import { jitteredPause, type Pause } from './back-off.ts';
import { makeJsonCall } from './json-call.ts';
import type { AlertQueue } from './ports.ts';
import type { Variables } from './service-endpoint.ts';

export interface SqsAlertQueueOptions {
  /** The process's: region, endpoint and credentials are the SDK's own. */
  readonly variables: Variables;
  readonly queueUrl: string;
  /** Waited before refused entries are sent again. @default full jitter, 50 ms doubling to a second */
  readonly pause?: Pause;
}

/** One group: alerts are told one at a time and in order. */
export const ALERT_GROUP = 'alerts';
const ENTRIES_PER_BATCH = 10;
/** A message and a batch of messages may both have 1 MiB (Amazon SQS, message quotas). */
const BYTES_PER_BATCH = 1_048_576;
const ATTEMPTS = 5;

/** The entries that were not taken (SQS API reference, SendMessageBatch); the call as a whole succeeds all the same. */
const answer = z.object({
  Failed: z.optional(
    z.array(z.object({ Id: z.string(), SenderFault: z.boolean(), Code: z.string(), Message: z.optional(z.string()) })),
  ),
});
type Refusal = NonNullable<z.output<typeof answer>['Failed']>[number];

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/**
 * The alerts' FIFO queue. Batches go one after another, so the order is the caller's. A retried entry may arrive behind
 * its successors; revisions make that harmless. A repeated send within five minutes is dropped by the queue.
 */
export function createSqsAlertQueue(options: SqsAlertQueueOptions): AlertQueue {
  const { variables, queueUrl, pause = jitteredPause(50, 1_000) } = options;
  const call = makeJsonCall(variables, { service: 'sqs', target: 'AmazonSQS.SendMessageBatch', version: '1.0' });
  const sendBatch = async (batch: readonly Entry[]): Promise<void> => {
    let pending = batch;
    let failed: readonly Refusal[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await pause(attempt - 1);
      const { Failed = [] } = z.parse(answer, await call({ QueueUrl: queueUrl, Entries: pending }));
      failed = Failed;
      if (failed.length === 0) return;
      if (failed.some(({ SenderFault }) => SenderFault)) break;
      const refused = new Set(failed.map(({ Id }) => Id));
      pending = pending.filter(({ Id }) => refused.has(Id));
    }
    const reasons = new Set(failed.map(({ Code, Message }) => `${Code} ${Message ?? ''}`.trim()));
    throw new Error(`the queue refused ${failed.length} alerts: ${[...reasons].join('; ')}`);
  };
  return {
    send: async (alerts) => {
      for (const batch of batches(alerts.map(asEntry))) await sendBatch(batch);
    },
  };
}

const asEntry = (alert: Alert, index: number): Entry => ({
  Id: String(index),
  MessageBody: alertJson(alert),
  MessageGroupId: ALERT_GROUP,
  MessageDeduplicationId: deduplicationId(alert),
});

function* batches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody);
    if (batch.length === ENTRIES_PER_BATCH || (batch.length > 0 && bytes + size > BYTES_PER_BATCH)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
