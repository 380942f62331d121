import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Context, SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseIngestEnvironment } from '../../functions/ingest/env.ts';
import { uniqueName } from '../contracts/aws-services.ts';
import { accessLines } from './ingest-ports.ts';
import { useIntakeServices } from './use-intake-services.ts';
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
  const services = useIntakeServices();
  const source = uniqueName('trail');
  let handler: typeof import('../../functions/ingest/handler.ts').handler;

  beforeAll(async () => {
    await services.s3.send(new CreateBucketCommand({ Bucket: source }));
    watchPowertools('ingest');
    ({ handler } = await import('../../functions/ingest/handler.ts'));
  });

  it('reads a packed object that was notified, once', async () => {
    await services.s3.send(
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

    const records = await services.onStream();
    expect(records).toHaveLength(700);
    expect(records.every(({ partitionKey, event }) => partitionKey === event.actor.id)).toBe(true);
    const { Contents = [] } = await services.s3.send(new ListObjectsV2Command({ Bucket: services.bucket }));
    expect(Contents.map(({ Key = '' }) => Key.split('/')[0]).toSorted()).toEqual(['ingested', 'quarantine']);
    const aside = Contents.find(({ Key }) => Key?.startsWith('quarantine/'));
    const { Body } = await services.s3.send(new GetObjectCommand({ Bucket: services.bucket, Key: aside?.Key }));
    const { reason, data } = JSON.parse((await Body?.transformToString()) ?? '');
    expect([reason, Buffer.from(data, 'base64').toString()]).toEqual(['no JSON object', 'nonsense']);
  });

  it('puts an object that is not there aside', async () => {
    const detail = { bucket: { name: source }, object: { key: 'no such object' } };
    const event = JSON.stringify({ 'detail-type': 'Object Created', source: 'aws.s3', detail });

    expect(await handler(messages(event), context)).toEqual({ batchItemFailures: [] });
  });
});
