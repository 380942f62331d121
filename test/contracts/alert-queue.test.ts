import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { makeSqsClient } from '../../shared/stores/clients.ts';
import { createMemoryAlertQueue } from '../../shared/stores/memory-alert-queue.ts';
import type { AlertQueue } from '../../shared/stores/ports.ts';
import { createSqsAlertQueue } from '../../shared/stores/sqs-alert-queue.ts';
import { anAlert } from './alert-factory.ts';
import { connectServices, uniqueName } from './aws-services.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';

interface QueueUnderTest {
  readonly queue: AlertQueue;
  /** Takes everything out of the queue, oldest first. */
  readonly drain: () => Promise<readonly Alert[]>;
}

let disconnect: () => Promise<void>;
let client: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeSqsClient();
});
beforeEach(async () => {
  const created = await client.send(
    new CreateQueueCommand({ QueueName: `${uniqueName('alerts')}.fifo`, Attributes: { FifoQueue: 'true' } }),
  );
  queueUrl = created.QueueUrl ?? '';
});
afterEach(async () => {
  await client.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
});
afterAll(async () => {
  client.destroy();
  await disconnect();
});

async function drainSqs(): Promise<readonly Alert[]> {
  const taken: Alert[] = [];
  for (;;) {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (messages.length === 0) return taken;
    for (const { Body: body = '', ReceiptHandle: handle } of messages) {
      taken.push(JSON.parse(body));
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }));
    }
  }
}

const noPause = async () => {};
const numbered = (count: number, headline = 'h') =>
  Array.from({ length: count }, (_, index) => anAlert({ alertId: `a-${index}`, headline }));

describe.each<{ name: string; make: () => QueueUnderTest }>([
  {
    name: 'memory',
    make: () => {
      const queue = createMemoryAlertQueue(() => 1_000);
      return { queue, drain: async () => queue.drain() };
    },
  },
  {
    name: 'SQS',
    make: () => ({ queue: createSqsAlertQueue({ variables: process.env, queueUrl, pause: noPause }), drain: drainSqs }),
  },
])('an alert queue in $name', ({ make }) => {
  let queue: AlertQueue;
  let drain: QueueUnderTest['drain'];
  beforeEach(() => {
    ({ queue, drain } = make());
  });

  it('delivers alerts whole and in order, more than one batch of them', async () => {
    const alerts = numbered(23);

    await queue.send(alerts.slice(0, 21));
    await queue.send(alerts.slice(21));

    expect(await drain()).toEqual(alerts);
  });

  it('takes no alerts at all', async () => {
    await queue.send([]);

    expect(await drain()).toEqual([]);
  });

  it('delivers a revision once, however often it is sent, and the next revision too', async () => {
    const [first, second] = [anAlert({ revision: 1 }), anAlert({ revision: 2 })];

    await queue.send([first]);
    await queue.send([first, second]);

    expect((await drain()).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('delivers alerts that don’t fit one batch together', async () => {
    const alerts = numbered(5, 'x'.repeat(400_000));

    await queue.send(alerts);

    expect((await drain()).map(({ alertId }) => alertId)).toEqual(alerts.map(({ alertId }) => alertId));
  });

  it('delivers names made of letters that the service refuses', async () => {
    const headline = 'read of data set \uFFFF\uFFFE\u0000\u001B[31m 😀\uD800 in China';

    await queue.send([anAlert({ headline })]);

    expect((await drain()).map((alert) => alert.headline)).toEqual([headline]);
  });
});

describe('the memory alert queue', () => {
  it('delivers a revision again after five minutes, as assess needs for cases left behind', async () => {
    let now = 0;
    const queue = createMemoryAlertQueue(() => now);
    await queue.send([anAlert()]);
    now = 299_999;
    await queue.send([anAlert()]);
    expect(queue.drain()).toHaveLength(1);

    now = 300_000;
    await queue.send([anAlert()]);

    expect(queue.drain()).toHaveLength(1);
  });
});

describe('the SQS alert queue on a bad day', () => {
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await startFaultProxy(process.env.AWS_ENDPOINT_URL_SQS ?? '');
  });
  afterAll(() => proxy.stop());
  /** The alerts of each request, as they left the client. */
  const attempts: string[][] = [];
  const faultyQueue = () =>
    createSqsAlertQueue({
      variables: { ...process.env, AWS_ENDPOINT_URL_SQS: proxy.url },
      queueUrl,
      pause: noPause,
    });

  /** Answers for some entries as SQS does when it could not take them, and sends only the others on. */
  const refuseEntries = (isRefused: (alertId: string, request: number) => boolean, senderFault: boolean): Fault => {
    let requests = 0;
    attempts.length = 0;
    return async (request, forward) => {
      const number = requests++;
      const sent = JSON.parse(request.body);
      const entries: { Id: string; MessageBody: string }[] = sent.Entries;
      attempts.push(entries.map((entry) => JSON.parse(entry.MessageBody).alertId));
      const refused = entries.filter((entry) => isRefused(JSON.parse(entry.MessageBody).alertId, number));
      const others = entries.filter((entry) => !refused.includes(entry));
      const answer =
        others.length === 0 ? {} : JSON.parse((await forward(JSON.stringify({ ...sent, Entries: others }))).body);
      answer.Failed = refused.map(({ Id }) => ({
        Id,
        Code: 'InternalError',
        Message: 'busy',
        SenderFault: senderFault,
      }));
      return { status: 200, body: JSON.stringify(answer) };
    };
  };

  it('sends again exactly what was refused', async () => {
    proxy.setFault(refuseEntries((alertId, request) => request < 2 && alertId === 'a-1', false));

    await faultyQueue().send(numbered(3));

    expect(attempts).toEqual([['a-0', 'a-1', 'a-2'], ['a-1'], ['a-1']]);
    expect((await drainSqs()).map(({ alertId }) => alertId)).toEqual(['a-0', 'a-2', 'a-1']);
  });

  it('says so when an alert is refused for good, and sends nothing behind it', async () => {
    proxy.setFault(refuseEntries((alertId) => alertId === 'a-1', false));

    await expect(faultyQueue().send(numbered(12))).rejects.toThrow('refused 1 alerts: InternalError busy');

    expect(proxy.operations).toHaveLength(5);
    expect((await drainSqs()).map(({ alertId }) => alertId)).not.toContain('a-10');
  });

  it('does not repeat what the service calls our own fault', async () => {
    proxy.setFault(refuseEntries((alertId) => alertId === 'a-1', true));

    await expect(faultyQueue().send(numbered(3))).rejects.toThrow('refused 1 alerts');
    expect(proxy.operations).toHaveLength(1);
  });

  it('delivers once when the response to a send was lost', async () => {
    let lost = false;
    proxy.setFault(async (request, forward) => {
      const response = await forward(request.body);
      if (lost) return response;
      lost = true;
      return 'lost';
    });

    await faultyQueue().send(numbered(2));

    expect(proxy.operations).toHaveLength(2);
    expect((await drainSqs()).map(({ alertId }) => alertId)).toEqual(['a-0', 'a-1']);
  });
});
