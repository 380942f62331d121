import type { KinesisStreamRecord } from 'aws-lambda';

export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/accesses';

export interface StreamRecordOptions {
  /** Its place in the shard, from 1. */
  readonly place: number;
  readonly partitionKey: string;
  /** Epoch milliseconds. */
  readonly arrival: number;
}

/** A record as Lambda hands it over, with any bytes for its data. */
export function aStreamRecord(
  data: string | Uint8Array,
  { place, partitionKey, arrival }: StreamRecordOptions,
): KinesisStreamRecord {
  const sequenceNumber = String(49_590_338_271_490_256n * 10n ** 20n + BigInt(place));
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: arrival / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/detect',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM_ARN,
  };
}
