import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReceiveEnvironment } from '../../functions/receive/env.ts';
import { signatureOf } from '../../functions/receive/webhook-signature.ts';
import { makeKinesisClient, makeS3Client, makeSecretsManagerClient } from '../../shared/stores/clients.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { watchPowertools } from './watch-powertools.ts';

const context = { functionName: 'receive', awsRequestId: 'request-1', memoryLimitInMB: '1024' } as Context;
const SECRET = 'a secret that both sides know';

const requestWith = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  ({
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
  }) as unknown as LambdaFunctionURLEvent;

function signedRequest(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return requestWith(body, {
    'x-borderwatch-timestamp': timestamp,
    'x-borderwatch-signature': signatureOf(SECRET, timestamp, Buffer.from(body)),
  });
}

describe('the environment of receive', () => {
  it('names every variable that is missing', () => {
    expect(() => parseReceiveEnvironment({ STREAM_NAME: 'accesses' })).toThrow(
      "receive can't start: BUCKET is not set",
    );
  });
});

describe('the receive handler over real services', () => {
  const streamName = uniqueName('accesses');
  const bucket = uniqueName('evidence');
  let disconnect: () => Promise<void>;
  let kinesis: KinesisClient;
  let s3: S3Client;
  let handler: typeof import('../../functions/receive/handler.ts').handler;

  beforeAll(async () => {
    disconnect = await connectServices();
    kinesis = makeKinesisClient();
    s3 = makeS3Client();
    const secrets = makeSecretsManagerClient();
    const secretName = uniqueName('webhook');
    await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 1 }));
    await vi.waitUntil(
      async () =>
        (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }))).StreamDescriptionSummary
          ?.StreamStatus === 'ACTIVE',
      { timeout: 30_000 },
    );
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await secrets.send(new CreateSecretCommand({ Name: secretName, SecretString: SECRET }));
    secrets.destroy();
    for (const [name, value] of Object.entries({
      STREAM_NAME: streamName,
      BUCKET: bucket,
      WEBHOOK_SECRET: secretName,
    }))
      vi.stubEnv(name, value);
    watchPowertools('receive');
    ({ handler } = await import('../../functions/receive/handler.ts'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    kinesis.destroy();
    s3.destroy();
    await disconnect();
  });

  /** The actors of everything on the stream's one shard. */
  const actorsOnStream = async () => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    return Records.map(({ PartitionKey }) => PartitionKey);
  };

  it('looks at nothing of ours for a request without signature', async () => {
    const resources = { Bucket: bucket, Key: 'reference/resources.json' };
    await s3.send(new PutObjectCommand({ ...resources, Body: 'no JSON' }));

    expect(await handler(requestWith('{}'), context)).toMatchObject({ statusCode: 401 });
    await expect(handler(signedRequest('{}'), context)).rejects.toThrow('resources.json is not JSON');

    await s3.send(new DeleteObjectCommand(resources));
  });

  it('takes a signed request and turns an unsigned one away', async () => {
    const body = JSON.stringify(anAccessEvent({ id: 'by-webhook', actor: { id: 'e-webhook' } }));

    const unsigned = await handler(requestWith(body), context);
    const signed = await handler(signedRequest(body), context);

    expect(unsigned).toMatchObject({ statusCode: 401 });
    expect(signed).toMatchObject({ statusCode: 200 });
    expect(await actorsOnStream()).toEqual(['e-webhook']);
  });
});
