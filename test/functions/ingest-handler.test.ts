import { gzipSync } from 'node:zlib';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseIngestEnvironment } from '../../functions/ingest/env.ts';
import { makeKinesisClient, makeS3Client } from '../../shared/stores/clients.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { accessLines } from './ingest-ports.ts';
import { watchPowertools } from './watch-powertools.ts';

const context = {
  functionName: 'ingest',
  awsRequestId: 'request-1',
  memoryLimitInMB: '1024',
  getRemainingTimeInMillis: () => 300_000,
} as Context;

const messages = (...bodies: readonly string[]) =>
  ({ Records: bodies.map((body, i) => ({ messageId: `m${i}`, body, eventSource: 'aws:sqs' })) }) as unknown as SQSEvent;

describe('the environment of ingest', () => {
  it('names every variable that is missing', () => {
    expect(() => parseIngestEnvironment({ STREAM_NAME: 'accesses' })).toThrow("ingest can't start: BUCKET is not set");
  });
});

describe('the ingest handler over real services', () => {
  const streamName = uniqueName('accesses');
  const bucket = uniqueName('evidence');
  const source = uniqueName('trail');
  let disconnect: () => Promise<void>;
  let kinesis: KinesisClient;
  let s3: S3Client;
  let handler: typeof import('../../functions/ingest/handler.ts').handler;

  beforeAll(async () => {
    disconnect = await connectServices();
    kinesis = makeKinesisClient();
    s3 = makeS3Client();
    await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 1 }));
    await vi.waitUntil(
      async () =>
        (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }))).StreamDescriptionSummary
          ?.StreamStatus === 'ACTIVE',
      { timeout: 30_000 },
    );
    for (const Bucket of [bucket, source]) await s3.send(new CreateBucketCommand({ Bucket }));
    for (const [name, value] of Object.entries({
      STREAM_NAME: streamName,
      BUCKET: bucket,
    }))
      vi.stubEnv(name, value);
    watchPowertools('ingest');
    ({ handler } = await import('../../functions/ingest/handler.ts'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    kinesis.destroy();
    s3.destroy();
    await disconnect();
  });

  /** Everything on the stream's one shard. */
  const onStream = async () => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    return Records.map(({ PartitionKey, Data }) => ({
      partitionKey: PartitionKey,
      event: JSON.parse(new TextDecoder().decode(Data)),
    }));
  };

  it('reads a packed object that was notified, once', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: source, Key: 'a b/1.gz', Body: gzipSync(`${accessLines(700)}\nnonsense`) }),
    );
    const notification = messages(
      JSON.stringify({
        Records: [
          {
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            s3: { bucket: { name: source }, object: { key: 'a+b/1.gz' } },
          },
        ],
      }),
    );

    expect(await handler(notification, context)).toEqual({ batchItemFailures: [] });
    expect(await handler(notification, context)).toEqual({ batchItemFailures: [] });

    const records = await onStream();
    expect(records).toHaveLength(700);
    expect(records.every(({ partitionKey, event }) => partitionKey === event.actor.id)).toBe(true);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key = '' }) => Key.split('/')[0]).toSorted()).toEqual(['ingested', 'quarantine']);
    const aside = Contents.find(({ Key }) => Key?.startsWith('quarantine/'));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: aside?.Key }));
    const { reason, data } = JSON.parse((await Body?.transformToString()) ?? '');
    expect([reason, Buffer.from(data, 'base64').toString()]).toEqual(['no JSON object', 'nonsense']);
  });

  it('puts an object that is not there aside', async () => {
    const detail = { bucket: { name: source }, object: { key: 'no such object' } };
    const event = JSON.stringify({ 'detail-type': 'Object Created', source: 'aws.s3', detail });

    expect(await handler(messages(event), context)).toEqual({ batchItemFailures: [] });
  });
});
