import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLocalClients, type LocalClients } from '../../../infra/local/clients.ts';
import { type Emulators, startEmulators } from '../../../infra/local/emulators.ts';
import { createQueueMapping, type QueueMappingOptions } from '../../../infra/local/queue-mapping.ts';

let emulators: Emulators;
let clients: LocalClients;
let sqs: SQSClient;
let queues = 0;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  emulators = await startEmulators();
  clients = createLocalClients(emulators.environment);
  sqs = clients.sqs;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  clients.destroy();
  await emulators.stop();
});

const createQueue = async (attributes: Record<string, string>) => {
  queues += 1;
  const QueueName = `queue-${queues}.fifo`;
  const command = new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...attributes } });
  return (await sqs.send(command)).QueueUrl ?? '';
};
const attributesOf = async (QueueUrl: string) =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
const bodies = (event: SQSEvent) => event.Records.map(({ body }) => body);

/** A FIFO queue that hides what was received for a second, and a mapping that writes down each invocation. */
async function prepare(
  handler: (event: SQSEvent) => Promise<unknown> = async () => undefined,
  overrides: Partial<QueueMappingOptions> = {},
  attributes: Record<string, string> = {},
) {
  const queueUrl = await createQueue({ VisibilityTimeout: '1', ...attributes });
  const invocations: string[] = [];
  const mapping = createQueueMapping({
    sqs,
    queueUrl,
    batchSize: 10,
    reportBatchItemFailures: true,
    pollIntervalMs: 10,
    onError: () => {},
    ...overrides,
    handler: async (event) => {
      invocations.push(bodies(event).join(' '));
      return handler(event);
    },
  });
  stops.push(mapping.stop);
  const send = async (group: string, ...texts: readonly string[]) => {
    for (const MessageBody of texts) {
      const MessageDeduplicationId = `${group}:${MessageBody}`;
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageGroupId: group, MessageDeduplicationId }),
      );
    }
  };
  return { mapping, invocations, send, queueUrl };
}

/** Reports messages as failed, as long as they are in its batch. */
const reports =
  (...failed: string[]) =>
  async (event: SQSEvent) => ({
    batchItemFailures: event.Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });

describe('drain', () => {
  it('hands over every message once, in order, and deletes it', async () => {
    const { mapping, invocations, send, queueUrl } = await prepare();
    await send('alerts', '1', '2', '3', '4');

    const handled = await mapping.drain();

    expect(handled).toBe(4);
    expect(invocations.join(' ')).toBe('1 2 3 4');
    expect(await attributesOf(queueUrl)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    expect(await mapping.drain()).toBe(0);
  });

  it('gives messages the form that Lambda gives them', async () => {
    const events: SQSEvent[] = [];
    const { mapping, queueUrl } = await prepare(async (event) => {
      events.push(event);
    });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: '{"alertId":"a"}',
        MessageGroupId: 'alerts',
        MessageDeduplicationId: 'a:1',
        MessageAttributes: {
          stage: { DataType: 'String', StringValue: 'dev' },
          key: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
        },
      }),
    );

    await mapping.drain();

    const [record] = events[0]?.Records ?? [];
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[\da-f-]{36}$/),
            receiptHandle: expect.stringMatching(/./),
            body: '{"alertId":"a"}',
            attributes: expect.objectContaining({
              ApproximateReceiveCount: '1',
              MessageGroupId: 'alerts',
              MessageDeduplicationId: 'a:1',
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
              SequenceNumber: expect.stringMatching(/^\d+$/),
            }),
            messageAttributes: {
              stage: { stringValue: 'dev', stringListValues: [], binaryListValues: [], dataType: 'String' },
              key: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
            },
            md5OfBody: record?.md5OfBody,
            eventSource: 'aws:sqs',
            eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:queue-\d+\.fifo$/),
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
    expect(record?.md5OfBody).toMatch(/^[\da-f]{32}$/);
  });

  it('puts messages of several groups into one batch, no larger than the batch size', async () => {
    const { mapping, invocations, send } = await prepare(undefined, { batchSize: 2 });
    for (const group of ['a', 'b', 'c']) await send(group, group);

    expect(await mapping.drain()).toBe(3);

    expect(invocations).toEqual(['a b', 'c']);
  });

  it('leaves a failed message and its group to the visibility time-out, and deletes the others of the batch', async () => {
    const failing = reports('a1');
    let healthy = false;
    const { mapping, invocations, send } = await prepare(async (event) => (healthy ? undefined : failing(event)));
    await send('a', 'a1', 'a2');
    await send('b', 'b1');

    const handled = await mapping.drain();
    healthy = true;
    const atOnce = await mapping.drain();
    await sleep(1_100);
    const later = await mapping.drain();

    expect([handled, atOnce, later]).toEqual([1, 0, 2]);
    expect(invocations).toEqual(['a1 b1', 'a1', 'a2']);
  });

  it.each([
    ['the function throws', async () => Promise.reject(new Error('no'))],
    ['an identifier is empty', async () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['an identifier is of no message in the batch', async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
    ['a key name is bad', async () => ({ batchItemFailures: [{ id: 'x' }] })],
  ])('deletes nothing when %s', async (_what, handler) => {
    const { mapping, send, queueUrl } = await prepare(handler);
    await send('a', '1');
    await send('b', '2');

    expect(await mapping.drain()).toBe(0);

    expect(await attributesOf(queueUrl)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '2' });
  });

  it('believes in success when what is reported is not asked for', async () => {
    const { mapping, send } = await prepare(reports('1'), { reportBatchItemFailures: false });
    await send('a', '1');

    expect(await mapping.drain()).toBe(1);
  });

  it('leaves it to the queue to give a message up', async () => {
    const deadLetterUrl = await createQueue({});
    const { QueueArn: deadLetterTargetArn } = await attributesOf(deadLetterUrl);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    const { mapping, invocations, send } = await prepare(reports('1'), {}, { RedrivePolicy, VisibilityTimeout: '0' });
    await send('a', '1', '2');

    const handled = await mapping.drain();

    // Two receives, then the dead-letter queue, then the message behind it.
    expect(handled).toBe(1);
    expect(invocations).toEqual(['1', '1', '2']);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetterUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['1']);
  });
});

describe('start', () => {
  it('polls until it is stopped', async () => {
    const { mapping, invocations, send } = await prepare();
    mapping.start();

    await send('a', '1');
    await vi.waitFor(() => expect(invocations).toEqual(['1']));
    await mapping.stop();
    await send('a', '2');
    await sleep(100);

    expect(invocations).toEqual(['1']);
    expect(await mapping.drain()).toBe(1);
  });

  it('comes back to what failed', async () => {
    let failures = 0;
    const problems: string[] = [];
    const { mapping, invocations, send } = await prepare(
      async () => {
        failures += 1;
        if (failures === 1) throw new Error('not yet');
      },
      { onError: (_error, doing) => problems.push(doing) },
    );
    mapping.start();
    await send('a', '1');

    await vi.waitFor(() => expect(invocations).toEqual(['1', '1']), 4_000);

    expect(problems).toEqual([expect.stringMatching(/with 1 messages$/)]);
  });
});

describe('a mapping', () => {
  it('has one driver at a time, and a batch size that AWS allows', async () => {
    const { mapping } = await prepare();
    mapping.start();

    await expect(mapping.drain()).rejects.toThrow('already running');
    await expect(prepare(undefined, { batchSize: 11 })).rejects.toThrow('batchSize is 11');
    await expect(prepare(undefined, { batchSize: 0 })).rejects.toThrow('batchSize is 0');
  });
});
