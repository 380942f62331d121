import { serviceEndpoint } from './service-endpoint.ts';
import { createSignedCall } from './signed-call.ts';

/** Puts one record on a stream. @throws when the stream doesn't take it */
export type RecordWriter = (record: {
  readonly streamName: string;
  readonly partitionKey: string;
  readonly data: string;
}) => Promise<void>;

/**
 * Kinesis's PutRecord and nothing else of it (Kinesis Data Streams API reference; JSON 1.1). A call that is tried again may put
 * the record twice. Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeRecordWriter(variables: Readonly<Record<string, string | undefined>>): RecordWriter {
  const { region, url } = serviceEndpoint('kinesis', variables);
  const call = createSignedCall({ service: 'kinesis', region });
  return async ({ streamName, partitionKey, data }) => {
    await call({
      method: 'POST',
      endpoint: url,
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.PutRecord' },
      body: JSON.stringify({
        StreamName: streamName,
        PartitionKey: partitionKey,
        Data: Buffer.from(data).toString('base64'),
      }),
    });
  };
}
