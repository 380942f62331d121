import type { _Record } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

/** One record as the mapping carries it: the event's form, and what decides about batches. */
export interface StreamRecord {
  readonly event: KinesisStreamRecord;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When the stream took it, epoch milliseconds; a rewritten arrival doesn't change it. */
  readonly arrivedAt: number;
  /** Bytes in the event's JSON. */
  readonly payloadBytes: number;
}

/** Where records come from, as every one of them says. */
export interface StreamIdentity {
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  /** The function's execution role. */
  readonly roleArn: string;
}

/** @param arn of a stream: `arn:aws:kinesis:<region>:<account>:stream/<name>` */
export function streamIdentity(arn: string, functionName: string): StreamIdentity {
  const [, partition = 'aws', , region = '', accountId = ''] = arn.split(':');
  return { arn, region, accountId, roleArn: `arn:${partition}:iam::${accountId}:role/${functionName}` };
}

/**
 * A record in the form in which Lambda hands it over (Lambda Developer Guide, "Using Lambda to process records from Kinesis").
 *
 * @param arrival epoch milliseconds, what `approximateArrivalTimestamp` is to say in seconds with a fraction
 */
export function toStreamRecord(
  record: _Record,
  shardId: string,
  stream: StreamIdentity,
  arrival?: (record: _Record) => number,
): StreamRecord {
  const { SequenceNumber: sequenceNumber = '', PartitionKey: partitionKey = '', Data = new Uint8Array() } = record;
  const arrivedAt = record.ApproximateArrivalTimestamp?.getTime() ?? 0;
  const data = Buffer.from(Data.buffer, Data.byteOffset, Data.byteLength).toString('base64');
  const event: KinesisStreamRecord = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data,
      approximateArrivalTimestamp: (arrival ? arrival(record) : arrivedAt) / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: stream.roleArn,
    awsRegion: stream.region,
    eventSourceARN: stream.arn,
  };
  return { event, sequenceNumber, partitionKey, arrivedAt, payloadBytes: data.length + envelopeBytes(event) };
}

/** The JSON around the data: fixed text and the few parts that vary, without writing it all out for each record. */
const envelopeBytes = ({ kinesis, eventID, eventSourceARN, invokeIdentityArn }: KinesisStreamRecord) =>
  320 + 2 * kinesis.partitionKey.length + 2 * eventID.length + eventSourceARN.length + invokeIdentityArn.length;

/** The event of one invocation. */
export const toEvent = (records: readonly StreamRecord[]): KinesisStreamEvent => ({
  Records: records.map(({ event }) => event),
});
