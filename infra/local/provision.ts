import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { DELIVERIES, QUEUE_TIMEOUT_SECONDS } from '../../functions/notify/retry-soon.ts';
import { SETTING_DEFINITIONS } from '../../shared/model/settings.ts';
import { createTableRequest, TABLE_DEFINITIONS, type TableKind } from '../../shared/stores/table-definitions.ts';
import { createLocalClients, type LocalClients } from './clients.ts';

export interface ProvisionOptions {
  /** Part of the names of settings and secret. @default local */
  readonly stage?: string;
  /** What the names of stream, tables, queues, topic and bucket begin with. @default - nothing: one stack has the servers for itself */
  readonly prefix?: string;
  /** @default 2, so that nothing gets used to one shard */
  readonly shards?: number;
  /** What subject ids are hashed with: the secret's text. */
  readonly subjectKey: string;
  /** Settings that are not to have their initial value, by name below `/borderwatch/<stage>/`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What was created, by the names that the functions' environments want. */
export interface Provisioned {
  readonly streamName: string;
  readonly baselinesTable: string;
  readonly linksTable: string;
  readonly linkLogTable: string;
  readonly directoryTable: string;
  readonly casesTable: string;
  readonly alertQueueUrl: string;
  readonly alertDeadLetterQueueUrl: string;
  readonly alertTopicArn: string;
  readonly printerQueueUrl: string;
  /** For `ingest`: events of EventBridge, and notifications of S3. */
  readonly ingestEventsQueueUrl: string;
  readonly ingestObjectsQueueUrl: string;
  readonly bucketName: string;
  readonly subjectKeySecretName: string;
  /** `/borderwatch/<stage>`, without a slash at its end. */
  readonly settingsPath: string;
}

/**
 * Creates on one machine what the CDK stack creates in an account: same shapes, same names of attributes.
 *
 * @param environment of Emulators
 * @throws Error when a setting is unknown, or when the servers hold these things already
 */
export async function provision(
  environment: Readonly<Record<string, string>>,
  options: ProvisionOptions,
): Promise<Provisioned> {
  const { stage = 'local', prefix = '', shards = 2, subjectKey, settings = {} } = options;
  const clients = createLocalClients(environment);
  const settingsPath = `/borderwatch/${stage}`;
  // fauxqs puts a host into queue URLs that not every resolver knows, and clients may follow it; it only reads their path.
  const reachable = (queueUrl: string) => new URL(new URL(queueUrl).pathname, environment.AWS_ENDPOINT_URL_SQS).href;
  const subjectKeySecretName = `borderwatch/${stage}/subject-key`;
  try {
    const [
      streamName,
      baselinesTable,
      linksTable,
      linkLogTable,
      directoryTable,
      casesTable,
      queues,
      topic,
      ingestEvents,
      ingestObjects,
      bucketName,
    ] = await Promise.all([
      createStream(clients, `${prefix}accesses`, shards),
      createTable(clients, 'baselines', prefix),
      createTable(clients, 'links', prefix),
      createTable(clients, 'linkLog', prefix),
      createTable(clients, 'directory', prefix),
      createTable(clients, 'cases', prefix),
      createAlertQueues(clients, prefix),
      createAlertTopic(clients, prefix),
      createQueue(clients, `${prefix}ingest-events`, {}),
      createQueue(clients, `${prefix}ingest-objects`, {}),
      createBucket(clients, `${prefix}borderwatch-${stage}`),
      putSettings(clients, settingsPath, settings),
      clients.secretsManager.send(new CreateSecretCommand({ Name: subjectKeySecretName, SecretString: subjectKey })),
    ]);
    return {
      streamName,
      baselinesTable,
      linksTable,
      linkLogTable,
      directoryTable,
      casesTable,
      alertQueueUrl: reachable(queues.alertQueueUrl),
      alertDeadLetterQueueUrl: reachable(queues.alertDeadLetterQueueUrl),
      alertTopicArn: topic.alertTopicArn,
      printerQueueUrl: reachable(topic.printerQueueUrl),
      ingestEventsQueueUrl: reachable(ingestEvents),
      ingestObjectsQueueUrl: reachable(ingestObjects),
      bucketName,
      subjectKeySecretName,
      settingsPath,
    };
  } finally {
    clients.destroy();
  }
}

async function createStream({ kinesis }: LocalClients, name: string, shards: number): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await untilActive(`stream ${name}`, async () => {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    return StreamDescriptionSummary?.StreamStatus;
  });
  return name;
}

async function createTable({ dynamodb }: LocalClients, kind: TableKind, prefix: string): Promise<string> {
  const name = `${prefix}${kind}`;
  await dynamodb.send(new CreateTableCommand(createTableRequest(TABLE_DEFINITIONS[kind], name)));
  await untilActive(`table ${name}`, async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus;
  });
  return name;
}

async function createAlertQueues(clients: LocalClients, prefix: string) {
  const FifoQueue = 'true';
  const alertDeadLetterQueueUrl = await createQueue(clients, `${prefix}alerts-dead-letter.fifo`, { FifoQueue });
  const deadLetterTargetArn = await queueArn(clients, alertDeadLetterQueueUrl);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: DELIVERIES });
  const VisibilityTimeout = String(QUEUE_TIMEOUT_SECONDS);
  const attributes = { FifoQueue, RedrivePolicy, VisibilityTimeout };
  const alertQueueUrl = await createQueue(clients, `${prefix}alerts.fifo`, attributes);
  return { alertQueueUrl, alertDeadLetterQueueUrl };
}

/** The topic and the queue behind it that a printer reads: nothing here can send an email. */
async function createAlertTopic(clients: LocalClients, prefix: string) {
  const { TopicArn: alertTopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: `${prefix}alerts` }));
  if (!alertTopicArn) throw new Error('SNS gave no ARN for topic alerts.');
  const printerQueueUrl = await createQueue(clients, `${prefix}alert-printer`, {});
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: alertTopicArn,
      Protocol: 'sqs',
      Endpoint: await queueArn(clients, printerQueueUrl),
    }),
  );
  return { alertTopicArn, printerQueueUrl };
}

async function createQueue({ sqs }: LocalClients, name: string, attributes: Record<string, string>): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (!QueueUrl) throw new Error(`SQS gave no URL for queue ${name}.`);
  return QueueUrl;
}

async function queueArn({ sqs }: LocalClients, url: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  const arn = (await sqs.send(command)).Attributes?.QueueArn;
  if (!arn) throw new Error(`SQS gave no ARN for ${url}.`);
  return arn;
}

async function createBucket({ s3 }: LocalClients, name: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

async function putSettings(
  { ssm }: LocalClients,
  path: string,
  overrides: Readonly<Record<string, string>>,
): Promise<void> {
  const known = new Set(SETTING_DEFINITIONS.map(({ name }) => name));
  const unknown = Object.keys(overrides).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`No such setting: ${unknown.join(', ')}.`);
  for (const { name, initial, description } of SETTING_DEFINITIONS) {
    const Value = overrides[name] ?? initial;
    await ssm.send(
      new PutParameterCommand({ Name: `${path}/${name}`, Value, Type: 'String', Description: description }),
    );
  }
}

const POLL_MS = 10;
/** Where it isn't an emulator of this machine, a table takes a while. */
const PATIENCE_MS = 60_000;

/** The SDK's own waiters look every few seconds; here it is a matter of milliseconds. */
async function untilActive(what: string, status: () => Promise<string | undefined>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const current = await status();
    if (current === 'ACTIVE') return;
    if (performance.now() > deadline) throw new Error(`The ${what} is still ${current} after ${PATIENCE_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
