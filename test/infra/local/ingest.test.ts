import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../../infra/local/local-stack.ts';
import { createDynamoBaselineStore } from '../../../shared/stores/dynamo-baseline-store.ts';
import { callsThrough } from '../../../shared/stores/sdk-dynamo-call.ts';
import { anAccessEvent } from '../../factories/an-access-event.ts';
import { dataEvent } from '../../formats/cloudtrail-records.ts';

describe('sources that are taken in on one machine', () => {
  let stack: LocalStack;
  const known = async (...actorIds: string[]) => {
    await stack.drainSources();
    await stack.drainStream();
    const { clients, resources } = stack;
    const store = createDynamoBaselineStore({
      call: callsThrough(clients.dynamodb),
      tableName: resources.baselinesTable,
    });
    return [...(await store.load(actorIds)).keys()].toSorted();
  };
  const access = (actor: string) =>
    JSON.stringify(
      anAccessEvent({ id: `ev-${actor}`, time: new Date(Date.now() - 60_000).toISOString(), actor: { id: actor } }),
    );

  beforeAll(async () => {
    stack = await startLocalStack({ subjectKey: 'a key', now: Date.now, onAlert: () => {}, onDigest: () => {} });
    const holds = [{ match: { s3: { bucket: 'exports' } }, dataset: 'user.exports', region: 'US' }];
    await stack.clients.s3.send(
      new PutObjectCommand({
        Bucket: stack.resources.bucketName,
        Key: 'reference/resources.json',
        Body: JSON.stringify(holds),
      }),
    );
    await stack.assess();
  });
  afterAll(() => stack.stop());

  it('become baselines, by a request', async () => {
    const response = await fetch(stack.receiveUrl, {
      method: 'POST',
      body: gzipSync(`${access('e-1')}\n${access('e-2')}`),
    });

    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ sent: 2 })]);
    expect(await known('e-1', 'e-2', 'e-3')).toEqual(['e-1', 'e-2']);
  });

  it('become baselines, by an object that S3 notifies of', async () => {
    const { clients, resources } = stack;
    const record = { ...dataEvent(), eventID: 'one' };
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'trail' }));
    await clients.s3.send(
      new PutObjectCommand({
        Bucket: 'trail',
        Key: 'log.json.gz',
        Body: gzipSync(JSON.stringify({ Records: [record] })),
      }),
    );
    const s3 = { bucket: { name: 'trail' }, object: { key: 'log.json.gz' } };
    const Records = [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }];
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl: resources.ingestObjectsQueueUrl, MessageBody: JSON.stringify({ Records }) }),
    );

    expect(await known('Alice')).toEqual(['Alice']);
  });

  it('become baselines, by an event of EventBridge', async () => {
    const MessageBody = JSON.stringify({
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.s3',
      detail: JSON.parse(access('e-4')),
    });
    await stack.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: stack.resources.ingestEventsQueueUrl, MessageBody }),
    );

    expect(await known('e-4')).toEqual(['e-4']);
  });
});
