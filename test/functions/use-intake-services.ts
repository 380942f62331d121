import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, vi } from 'vitest';
import { makeKinesisClient, makeS3Client } from '../../shared/stores/clients.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';

/** What functions that take sources in write to. */
export interface IntakeServices {
  readonly s3: S3Client;
  /** Evidence, named in the function's environment. */
  readonly bucket: string;
  /** Everything on the stream's one shard. */
  readonly onStream: () => Promise<readonly { readonly partitionKey: string | undefined; readonly event: Event }[]>;
}
type Event = { readonly actor: { readonly id: string } };

/** Has the services connected, a stream and a bucket made, and both named in the environment, for the tests of a file. */
export function useIntakeServices(): IntakeServices {
  const streamName = uniqueName('accesses');
  const bucket = uniqueName('evidence');
  const clients = {} as { kinesis: KinesisClient; s3: S3Client };
  let disconnect: () => Promise<void>;
  beforeAll(async () => {
    disconnect = await connectServices();
    clients.kinesis = makeKinesisClient();
    clients.s3 = makeS3Client();
    const { kinesis, s3 } = clients;
    await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 1 }));
    const isActive = async () => {
      const summary = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
      return summary.StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
    };
    await vi.waitUntil(isActive, { timeout: 30_000 });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    vi.stubEnv('STREAM_NAME', streamName);
    vi.stubEnv('BUCKET', bucket);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    clients.kinesis.destroy();
    clients.s3.destroy();
    await disconnect();
  });
  return {
    get s3() {
      return clients.s3;
    },
    bucket,
    onStream: async () => {
      const from = {
        StreamName: streamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      } as const;
      const { ShardIterator } = await clients.kinesis.send(new GetShardIteratorCommand(from));
      const { Records = [] } = await clients.kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
      return Records.map(({ PartitionKey, Data }) => ({
        partitionKey: PartitionKey,
        event: JSON.parse(new TextDecoder().decode(Data)),
      }));
    },
  };
}
