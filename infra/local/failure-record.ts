import { randomUUID } from 'node:crypto';
import type { InvocationResult } from './batch-outcome.ts';
import { type StreamIdentity, type StreamRecord, toEvent } from './kinesis-event.ts';

/**
 * What Lambda writes for a discarded batch: the document of an S3 destination (Lambda Developer Guide, "Retain discarded batch
 * records for a Kinesis Data Streams event source"). `payload` is the whole event as a JSON string.
 */
export interface FailureRecord {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: DiscardCondition;
    readonly approximateInvokeCount: number;
  };
  /** Absent when the function never saw the batch. */
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    /** `Unhandled` when it threw, null when it reported failures. */
    readonly functionError: 'Unhandled' | null;
  };
  readonly version: '1.0';
  readonly timestamp: string;
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
    readonly streamArn: string;
  };
  readonly payload: string;
}

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** A batch that is given up, and why. */
export interface DiscardedBatch {
  /** At least one. */
  readonly records: readonly StreamRecord[];
  readonly shardId: string;
  readonly condition: DiscardCondition;
  readonly invocations: number;
  readonly lastResult: InvocationResult | undefined;
}

/** @param discardedAt epoch milliseconds */
export function failureRecord(
  discarded: DiscardedBatch,
  stream: StreamIdentity,
  functionName: string,
  discardedAt: number,
): FailureRecord {
  const { records, shardId, condition, invocations, lastResult } = discarded;
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) throw new Error(`An empty batch of shard ${shardId} can't be discarded.`);
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `arn:aws:lambda:${stream.region}:${stream.accountId}:function:${functionName}`,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(lastResult && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: lastResult.kind === 'threw' ? 'Unhandled' : null,
      },
    }),
    version: '1.0',
    timestamp: new Date(discardedAt).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: stream.arn,
    },
    payload: JSON.stringify(toEvent(records)),
  };
}

const arrival = ({ event }: StreamRecord) =>
  new Date(Math.round(event.kinesis.approximateArrivalTimestamp * 1_000)).toISOString();

/**
 * The key under which Lambda stores a failure record: `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`.
 *
 * @param mappingId the UUID of the event source mapping
 */
export function failureRecordKey(record: FailureRecord, mappingId: string): string {
  const [date = '', time = ''] = record.timestamp.split('T');
  const day = date.replaceAll('-', '/');
  const stamp = `${date}T${time.slice(0, 8).replaceAll(':', '.')}`;
  return `aws/lambda/${mappingId}/${record.KinesisBatchInfo.shardId}/${day}/${stamp}-${randomUUID()}`;
}
