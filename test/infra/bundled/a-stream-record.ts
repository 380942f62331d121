import type { KinesisStreamRecord } from 'aws-lambda';
import type { AccessEvent } from '../../../shared/model/access-event.ts';
import type { Adjudication } from '../../../shared/model/adjudication.ts';
import type { LateLinks } from '../../../shared/model/late-links.ts';

/** A record as Lambda hands it over. @param value the record's JSON, or its text as it is @param arrival epoch milliseconds */
export function aStreamRecord(
  value: AccessEvent | Adjudication | LateLinks | string,
  arrival: number,
  sequence: bigint,
): KinesisStreamRecord {
  const data = typeof value === 'string' ? value : JSON.stringify(value);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: keyOf(value),
      sequenceNumber: String(49590338271490256608559692538361571095n + sequence),
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: arrival / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${49590338271490256608559692538361571095n + sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/detect',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/borderwatch-bundle-accesses',
  };
}

function keyOf(value: AccessEvent | Adjudication | LateLinks | string): string {
  if (typeof value === 'string') return 'nobody';
  return 'actor' in value ? value.actor.id : value.actorId;
}
