import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { receivePublished } from '../../infra/local/alert-printer.ts';
import { createQueueMapping } from '../../infra/local/queue-mapping.ts';
import { makeDynamoClient, makeSnsClient, makeSqsClient } from '../../shared/stores/clients.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { createSqsAlertQueue } from '../../shared/stores/sqs-alert-queue.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { connectServices, createTable, deleteTable, uniqueName } from '../contracts/aws-services.ts';
import { watchPowertools } from './watch-powertools.ts';

/** `npm run flood` makes them 10,000: the embedded queue hands over one message at a time, which takes minutes. */
const ALERTS = Number(process.env.FLOOD_ALERTS ?? 300);
const context = {
  functionName: 'notify',
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 600_000,
} as Context;

describe('a flood of alerts through the queue, the real notify function, the table and the topic', () => {
  let disconnect: () => Promise<void>;
  let casesTable: string;
  let queueUrl: string;
  let subscriberUrl: string;
  let client: ReturnType<typeof makeDynamoClient>;
  let sqs: ReturnType<typeof makeSqsClient>;
  let topicArn: string;

  beforeAll(async () => {
    disconnect = await connectServices();
    client = makeDynamoClient();
    sqs = makeSqsClient();
    const sns = makeSnsClient();
    casesTable = await createTable(client, 'cases');
    const queue = { QueueName: `${uniqueName('alerts')}.fifo`, Attributes: { FifoQueue: 'true' } };
    queueUrl = (await sqs.send(new CreateQueueCommand(queue))).QueueUrl ?? '';
    subscriberUrl = (await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('subscriber') }))).QueueUrl ?? '';
    topicArn = (await sns.send(new CreateTopicCommand({ Name: uniqueName('alerts') }))).TopicArn ?? '';
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: subscriberUrl, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
    sns.destroy();
    watchPowertools('notify');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await deleteTable(client, casesTable);
    client.destroy();
    sqs.destroy();
    await disconnect();
  });

  it('names every case once, marks it told, and publishes at most once a second', { timeout: 600_000 }, async () => {
    const { createNotifyHandler } = await import('../../functions/notify/create-handler.ts');
    // The minute in which they all come, as this function's clock has it: an invocation takes a few milliseconds of it.
    const clock = { now: Date.parse('2026-11-26T09:00:00Z') };
    const sleeps: number[] = [];
    const handler = createNotifyHandler(
      {
        ...process.env,
        CASES_TABLE: casesTable,
        ALERT_TOPIC_ARN: topicArn,
        ALERT_QUEUE_URL: queueUrl,
        DEAD_LETTERS_URL: queueUrl.replace('.fifo', '-dead.fifo'),
      },
      {
        now: () => {
          clock.now += 3;
          return clock.now;
        },
        sleep: async (duration) => {
          sleeps.push(duration);
          clock.now += duration;
        },
      },
    );
    const mapping = createQueueMapping({
      sqs,
      queueUrl,
      handler: (event) => handler(event, context),
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    const ids = Array.from({ length: ALERTS }, (_, i) => `a-${String(i).padStart(5, '0')}`);
    const alerts = ids.map((alertId, i) => anAlert({ alertId, severity: i % 100 === 0 ? 'critical' : 'medium' }));

    await createSqsAlertQueue({ variables: process.env, queueUrl }).send(alerts);
    const handled = await mapping.drain();

    expect(handled).toBe(ALERTS);
    const published = await receivePublished(sqs, subscriberUrl);
    const named = published.flatMap((each) => ('alert' in each ? [each.alert] : each.digest.cases));
    expect(named.map(({ alertId }) => alertId).toSorted()).toEqual(ids);
    expect(published.length).toBeLessThan(40);
    expect(sleeps).toEqual(published.map(() => 1_000));
    const store = createDynamoCaseStore({ call: callsThrough(client), tableName: casesTable });
    expect(await store.leftBehind(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });
});
