import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

/** Puts one record on a stream. @throws when the stream doesn't take it */
export type RecordWriter = (record: {
  readonly streamName: string;
  readonly partitionKey: string;
  readonly data: string;
}) => Promise<void>;

/**
 * Kinesis's PutRecord and nothing else of it (Kinesis Data Streams API reference). A call that is tried again may put
 * the record twice. Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeRecordWriter(variables: Variables): RecordWriter {
  const call = makeJsonCall(variables, { service: 'kinesis', target: 'Kinesis_20131202.PutRecord', version: '1.1' });
  return async ({ streamName, partitionKey, data }) => {
    await call({
      StreamName: streamName,
      PartitionKey: partitionKey,
      Data: Buffer.from(data).toString('base64'),
    });
  };
}
