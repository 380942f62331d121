import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it } from 'vitest';
import { DELIVERIES, QUEUE_TIMEOUT_SECONDS } from '../../../functions/notify/retry-soon.ts';
import { createLocalClients } from '../../../infra/local/clients.ts';
import { startEmulators } from '../../../infra/local/emulators.ts';
import { type ProvisionOptions, provision } from '../../../infra/local/provision.ts';
import { SETTING_DEFINITIONS } from '../../../shared/model/settings.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function prepare(options: Partial<ProvisionOptions> = {}) {
  const emulators = await startEmulators();
  stops.push(emulators.stop);
  const { environment } = emulators;
  const created = await provision(environment, { subjectKey: 'secret', ...options });
  const clients = createLocalClients(environment);
  stops.push(async () => clients.destroy());
  const settings = async () => {
    const found: Record<string, string> = {};
    const input = { Path: created.settingsPath, Recursive: true };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: clients.ssm }, input)) {
      for (const { Name = '', Value = '' } of Parameters) found[Name.slice(created.settingsPath.length + 1)] = Value;
    }
    return found;
  };
  return { environment, created, clients, settings };
}

describe('the local stack', () => {
  it('has everything that the functions ask for', async () => {
    const { created, clients, environment } = await prepare({ shards: 3, stage: 'test' });

    const stream = await clients.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: created.streamName }));
    const tables = await Promise.all(
      [
        created.baselinesTable,
        created.linksTable,
        created.linkLogTable,
        created.directoryTable,
        created.casesTable,
      ].map(async (TableName) => {
        const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName }));
        const keys = Table?.KeySchema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
        return [TableName, Table?.TableStatus, Table?.BillingModeSummary?.BillingMode, keys?.join(', ')];
      }),
    );
    const secret = await clients.secretsManager.send(
      new GetSecretValueCommand({ SecretId: created.subjectKeySecretName }),
    );

    expect(stream.StreamDescriptionSummary).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 3 });
    expect(tables).toEqual([
      ['baselines', 'ACTIVE', 'PAY_PER_REQUEST', 'pk HASH'],
      ['links', 'ACTIVE', 'PAY_PER_REQUEST', 'pk HASH'],
      ['linkLog', 'ACTIVE', 'PAY_PER_REQUEST', 'pk HASH, sk RANGE'],
      ['directory', 'ACTIVE', 'PAY_PER_REQUEST', 'pk HASH, sk RANGE'],
      ['cases', 'ACTIVE', 'PAY_PER_REQUEST', 'pk HASH'],
    ]);
    expect(secret.SecretString).toBe('secret');
    expect(created).toEqual({
      streamName: 'accesses',
      baselinesTable: 'baselines',
      linksTable: 'links',
      linkLogTable: 'linkLog',
      directoryTable: 'directory',
      casesTable: 'cases',
      alertQueueUrl: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/alerts.fifo`,
      alertDeadLetterQueueUrl: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/alerts-dead-letter.fifo`,
      alertTopicArn: 'arn:aws:sns:us-east-1:000000000000:alerts',
      printerQueueUrl: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/alert-printer`,
      ingestEventsQueueUrl: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/ingest-events`,
      ingestObjectsQueueUrl: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/ingest-objects`,
      bucketName: 'borderwatch-test',
      subjectKeySecretName: 'borderwatch/test/subject-key',
      settingsPath: '/borderwatch/test',
    });
  });

  it('holds every setting at its initial value, or at the one it was given', async () => {
    const { settings } = await prepare({ settings: { 'alerts-per-day': '8', 'signals/volume/enabled': 'false' } });
    const initial = Object.fromEntries(SETTING_DEFINITIONS.map(({ name, initial }) => [name, initial]));

    const found = await settings();

    expect(found).toEqual({ ...initial, 'alerts-per-day': '8', 'signals/volume/enabled': 'false' });
  });

  it('refuses a setting that does not exist', async () => {
    await expect(prepare({ settings: { 'alerts-per-week': '8' } })).rejects.toThrow('No such setting: alerts-per-week');
  });

  it('keeps what is put into its bucket', async () => {
    const { created, clients } = await prepare();
    const Bucket = created.bucketName;

    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'quarantine/a', Body: 'content' }));

    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'quarantine/a' }));
    expect(await Body?.transformToString()).toBe('content');
  });

  it('moves an alert to the dead-letter queue after as many receives as in an account', async () => {
    const { created, clients } = await prepare();
    const QueueUrl = created.alertQueueUrl;
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageGroupId: 'alerts', MessageDeduplicationId: 'a:1' }),
    );
    const receive = async (url: string) => {
      const command = new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0 });
      return (await clients.sqs.send(command)).Messages?.map(({ Body }) => Body);
    };

    for (let count = 1; count <= DELIVERIES; count += 1) expect(await receive(QueueUrl)).toEqual(['a']);

    expect(await receive(QueueUrl)).toBeUndefined();
    expect(await receive(created.alertDeadLetterQueueUrl)).toEqual(['a']);
  });

  it('hides an alert that was delivered for as long as in an account', async () => {
    const { created, clients } = await prepare();

    const command = new GetQueueAttributesCommand({
      QueueUrl: created.alertQueueUrl,
      AttributeNames: ['VisibilityTimeout'],
    });
    const { Attributes } = await clients.sqs.send(command);

    expect(Attributes).toEqual({ VisibilityTimeout: String(QUEUE_TIMEOUT_SECONDS) });
  });

  it('deduplicates alerts by alert and revision', async () => {
    const { created, clients } = await prepare();
    const QueueUrl = created.alertQueueUrl;
    for (const revision of ['a:1', 'a:1', 'a:2']) {
      const input = { QueueUrl, MessageBody: revision, MessageGroupId: 'alerts', MessageDeduplicationId: revision };
      await clients.sqs.send(new SendMessageCommand(input));
    }

    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    expect((await clients.sqs.send(command)).Attributes).toEqual({ ApproximateNumberOfMessages: '2' });
  });

  it('hands what is published on the topic to the printer, in the envelope of SNS', async () => {
    const { created, clients } = await prepare();

    await clients.sns.send(new PublishCommand({ TopicArn: created.alertTopicArn, Message: 'an alert' }));

    const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: created.printerQueueUrl }));
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'an alert' });
  });

  it('has queue URLs that a client which follows them can reach', async () => {
    const { created } = await prepare();
    const follower = new SQSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: new NodeHttpHandler(),
      // The SDK warns that it follows the URL, which is what this is about.
      logger: { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    stops.push(async () => follower.destroy());

    const answer = await follower.send(
      new GetQueueAttributesCommand({ QueueUrl: created.alertQueueUrl, AttributeNames: ['FifoQueue'] }),
    );

    expect(answer.Attributes).toEqual({ FifoQueue: 'true' });
  });

  it('is not set up for an environment that names no endpoint', async () => {
    await expect(provision({ AWS_REGION: 'us-east-1' }, { subjectKey: 'k' })).rejects.toThrow(
      'AWS_ENDPOINT_URL_KINESIS is missing',
    );
  });
});
