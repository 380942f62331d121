import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseNotifyEnvironment } from '../../functions/notify/env.ts';
import { createQueueMapping } from '../../infra/local/queue-mapping.ts';
import { makeDynamoClient, makeSnsClient, makeSqsClient } from '../../shared/stores/clients.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { createSqsAlertQueue } from '../../shared/stores/sqs-alert-queue.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { connectServices, createTable, deleteTable, uniqueName } from '../contracts/aws-services.ts';
import { watchPowertools } from './watch-powertools.ts';

const arn = 'arn:aws:sns:us-east-1:123456789012:alerts';

describe('the environment of notify', () => {
  it('is read once, by name', () => {
    const variables = {
      CASES_TABLE: 'cases',
      ALERT_TOPIC_ARN: arn,
      ALERT_QUEUE_URL: 'https://sqs/1/alerts.fifo',
      DEAD_LETTERS_URL: 'https://sqs/1/alerts-dead.fifo',
    };
    expect(parseNotifyEnvironment(variables)).toEqual(variables);
  });

  it('names every variable that is missing or wrong', () => {
    expect(() => parseNotifyEnvironment({})).toThrow(
      'CASES_TABLE is not set; ALERT_TOPIC_ARN is not set; ALERT_QUEUE_URL is not set; DEAD_LETTERS_URL is not set',
    );
    expect(() =>
      parseNotifyEnvironment({
        CASES_TABLE: 'cases',
        ALERT_TOPIC_ARN: 'alerts',
        ALERT_QUEUE_URL: 'https://sqs/1/alerts.fifo',
        DEAD_LETTERS_URL: 'https://sqs/1/alerts-dead.fifo',
      }),
    ).toThrow("notify can't start: ALERT_TOPIC_ARN is not the ARN of an SNS topic");
  });
});

describe('the notify handler over real services', () => {
  let disconnect: () => Promise<void>;
  let casesTable: string;
  let queueUrl: string;
  let alertsUrl: string;
  let deadLettersUrl: string;
  let topicArn: string;
  let handler: typeof import('../../functions/notify/handler.ts').handler;
  let dynamo: ReturnType<typeof makeDynamoClient>;
  let sqs: ReturnType<typeof makeSqsClient>;
  let lines: string[];

  beforeAll(async () => {
    disconnect = await connectServices();
    dynamo = makeDynamoClient();
    sqs = makeSqsClient();
    const sns = makeSnsClient();
    casesTable = await createTable(dynamo, 'cases');
    ({ TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('alerts') })));
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('subscriber') }))).QueueUrl ?? '';
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
    sns.destroy();
    vi.stubEnv('CASES_TABLE', casesTable);
    vi.stubEnv('ALERT_TOPIC_ARN', topicArn);
    alertsUrl = await createFifoQueue('alerts', { VisibilityTimeout: '360' });
    deadLettersUrl = await createFifoQueue('alerts-dead', {});
    vi.stubEnv('ALERT_QUEUE_URL', alertsUrl);
    vi.stubEnv('DEAD_LETTERS_URL', deadLettersUrl);
    lines = watchPowertools('notify');
    ({ handler } = await import('../../functions/notify/handler.ts'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await deleteTable(dynamo, casesTable);
    const sns = makeSnsClient();
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    sns.destroy();
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    dynamo.destroy();
    sqs.destroy();
    await disconnect();
  });

  const createFifoQueue = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const asked = { QueueName: `${uniqueName(name)}.fifo`, Attributes: { FifoQueue: 'true', ...attributes } };
    return (await sqs.send(new CreateQueueCommand(asked))).QueueUrl ?? '';
  };
  const aRecord = (messageId: string, body: string): SQSRecord => ({
    messageId,
    body,
    receiptHandle: 'handle',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '1',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:alerts.fifo',
    awsRegion: 'us-east-1',
  });
  const context = {
    functionName: 'notify',
    functionVersion: '1',
    awsRequestId: 'request-1',
    memoryLimitInMB: '256',
    getRemainingTimeInMillis: () => 30_000,
  } as Context;

  it('tells of what it can and keeps what is no alert, through all its middleware', async () => {
    const alert = anAlert({ alertId: uniqueName('a') });
    const event: SQSEvent = { Records: [aRecord('good', JSON.stringify(alert)), aRecord('bad', 'no alert')] };

    const response = await handler(event, context);

    expect(response).toEqual({ batchItemFailures: [] });
    const kept = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLettersUrl, WaitTimeSeconds: 5 }));
    expect(kept.Messages?.map(({ Body }) => Body)).toEqual(['no alert']);
    const stored = await createDynamoCaseStore({ call: callsThrough(dynamo), tableName: casesTable }).get(
      alert.alertId,
    );
    expect(stored).toMatchObject({ revision: 1, notifiedRevision: 1, alert });
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }),
    );
    expect(JSON.parse(messages[0]?.Body ?? '{}').Message).toContain(alert.alertId);
  });

  it('emits its counts as metrics and its warnings as log lines', () => {
    const parsed = lines.map((line) => JSON.parse(line));

    expect(parsed).toContainEqual(
      expect.objectContaining({
        service: 'borderwatch-test-notify',
        AlertsPublished: 1,
        AlertsPublishedHigh: 1,
        AlertsMalformed: 1,
        AlertsPostponed: 0,
      }),
    );
    expect(parsed).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: 'message bad is no alert', function_request_id: 'request-1' }),
    );
  });

  it('answers with every record when the store is away', async () => {
    await deleteTable(dynamo, casesTable);
    const event: SQSEvent = { Records: ['one', 'two'].map((id) => aRecord(id, JSON.stringify(anAlert()))) };

    const response = await handler(event, context);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'one' }, { itemIdentifier: 'two' }] });
    casesTable = await createTable(dynamo, 'cases');
    vi.stubEnv('CASES_TABLE', casesTable);
  });

  it('tells of an alert long before the queue’s time-out once the store is back, and of those behind it', async () => {
    const { createNotifyHandler } = await import('../../functions/notify/create-handler.ts');
    const working = createNotifyHandler(process.env, { now: Date.now, sleep: async () => {} });
    const broken = createNotifyHandler(
      { ...process.env, CASES_TABLE: 'no-such-table' },
      { now: Date.now, sleep: async () => {} },
    );
    let invocations = 0;
    const mapping = createQueueMapping({
      sqs,
      queueUrl: alertsUrl,
      handler: (event) => (invocations++ === 0 ? broken(event, context) : working(event, context)),
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    const queue = createSqsAlertQueue({ variables: process.env, queueUrl: alertsUrl });

    await queue.send([anAlert({ alertId: 'first' })]);
    const before = await mapping.drain();
    await queue.send([anAlert({ alertId: 'second' })]);
    mapping.start();
    const store = createDynamoCaseStore({ call: callsThrough(dynamo), tableName: casesTable });
    await vi.waitUntil(async () => (await store.get('second'))?.notifiedRevision === 1, { timeout: 60_000 });
    await mapping.stop();

    expect(before).toBe(0);
    expect(await store.get('first')).toMatchObject({ notifiedRevision: 1 });
  }, 90_000);
});
