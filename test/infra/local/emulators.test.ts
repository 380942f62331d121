import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListStreamsCommand,
} from '@aws-sdk/client-kinesis';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLocalClients } from '../../../infra/local/clients.ts';
import { type EmulatorPorts, type Emulators, startEmulators } from '../../../infra/local/emulators.ts';

const started: Emulators[] = [];
const start = async (ports?: EmulatorPorts) => {
  const emulators = await startEmulators(ports ? { ports } : {});
  started.push(emulators);
  return emulators;
};

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const emulators of started.splice(0)) await emulators.stop();
});

/** @returns undefined when somebody listens there, or why not */
async function connectionError(host: string, port: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

async function occupyPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, free: () => new Promise((resolve) => server.close(resolve)) };
}

async function freePort(): Promise<number> {
  const { port, free } = await occupyPort();
  await free();
  return port;
}

const portOf = (url: string) => Number(new URL(url).port);

describe('the emulators', () => {
  it('answer clients that know nothing but the environment, whatever the user had in theirs', async () => {
    vi.stubEnv('AWS_PROFILE', 'production');
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true');
    const { environment } = await start();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const common = { requestHandler: new NodeHttpHandler() };

    const answers = await Promise.all([
      new KinesisClient(common).send(new ListStreamsCommand({})),
      new DynamoDBClient(common).send(new ListTablesCommand({})),
      new SQSClient(common).send(new ListQueuesCommand({})),
      new SNSClient(common).send(new ListTopicsCommand({})),
      new S3Client(common).send(new ListBucketsCommand({})),
      new SSMClient(common).send(new GetParametersByPathCommand({ Path: '/borderwatch' })),
      new SecretsManagerClient(common).send(new CreateSecretCommand({ Name: 'key', SecretString: 'k' })),
    ]);

    expect(answers.map(({ $metadata }) => $metadata.httpStatusCode)).toEqual([200, 200, 200, 200, 200, 200, 200]);
  });

  it('live in one region and account, whatever the user had in their environment', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCOUNT_ID', '123456789012');
    const { environment } = await start();
    const { kinesis, dynamodb, sqs, sns, ssm, destroy } = createLocalClients(environment);
    const table: CreateTableCommandInput = {
      TableName: 'table',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    };
    await kinesis.send(new CreateStreamCommand({ StreamName: 'stream', ShardCount: 1 }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
    await ssm.send(new PutParameterCommand({ Name: '/parameter', Value: '1', Type: 'String' }));

    const stream = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'stream' }));
    const { TableDescription } = await dynamodb.send(new CreateTableCommand(table));
    const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const topic = await sns.send(new CreateTopicCommand({ Name: 'topic' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/parameter' }));
    destroy();

    expect([
      stream.StreamDescriptionSummary?.StreamARN,
      TableDescription?.TableArn,
      queue.Attributes?.QueueArn,
      topic.TopicArn,
      Parameter?.ARN,
    ]).toEqual([
      'arn:aws:kinesis:us-east-1:000000000000:stream/stream',
      'arn:aws:dynamodb:us-east-1:000000000000:table/table',
      'arn:aws:sqs:us-east-1:000000000000:queue',
      'arn:aws:sns:us-east-1:000000000000:topic',
      'arn:aws:ssm:us-east-1:000000000000:parameter/parameter',
    ]);
    expect(process.env).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_ACCOUNT_ID: '123456789012' });
  });

  it('listen on 127.0.0.1 and on no other address of the machine', async () => {
    const { endpoints } = await start();

    for (const url of new Set(Object.values(endpoints))) {
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(await connectionError('127.0.0.1', portOf(url))).toBeUndefined();
      // A server that listens everywhere would answer here, too.
      expect(await connectionError('127.0.0.2', portOf(url))).toMatch(/ECONNREFUSED|EADDRNOTAVAIL/);
    }
  });

  it('take the ports they are given', async () => {
    const ports = {
      kinesis: await freePort(),
      dynamodb: await freePort(),
      queuesAndObjects: await freePort(),
      parameters: await freePort(),
    };

    const { endpoints } = await start(ports);

    expect(portOf(endpoints.kinesis)).toBe(ports.kinesis);
    expect(portOf(endpoints.dynamodb)).toBe(ports.dynamodb);
    expect(portOf(endpoints.sqs)).toBe(ports.queuesAndObjects);
    expect(portOf(endpoints.sns)).toBe(ports.queuesAndObjects);
    expect(portOf(endpoints.s3)).toBe(ports.queuesAndObjects);
    expect(portOf(endpoints.ssm)).toBe(ports.parameters);
    expect(portOf(endpoints.secretsmanager)).toBe(ports.parameters);
  });

  it.each([
    ['kinesis', 'Kinesis'],
    ['dynamodb', 'DynamoDB'],
    ['queuesAndObjects', 'SQS, SNS and S3'],
    ['parameters', 'Parameter Store and Secrets Manager'],
  ] as const)('say what to do when the port for %s is in use, and stop the others', async (taken, service) => {
    const { port, free } = await occupyPort();
    const names = ['kinesis', 'dynamodb', 'queuesAndObjects', 'parameters'] as const;
    const others = await Promise.all(
      names.filter((name) => name !== taken).map(async (name) => [name, await freePort()]),
    );

    await expect(startEmulators({ ports: { ...Object.fromEntries(others), [taken]: port } })).rejects.toThrow(
      new RegExp(`Port ${port} for ${service}.* is in use: stop .*, or choose another port`),
    );

    for (const [, other] of others) expect(await connectionError('127.0.0.1', Number(other))).toBe('ECONNREFUSED');
    await free();
  });

  it('can be started twice side by side', async () => {
    const one = await start();
    const other = await start();

    expect(one.endpoints).not.toEqual(other.endpoints);
  });

  it('listen nowhere once they are stopped, and can be stopped again', async () => {
    const { endpoints, stop } = await start();

    await stop();
    await stop();

    for (const url of Object.values(endpoints)) {
      expect(await connectionError('127.0.0.1', portOf(url))).toBe('ECONNREFUSED');
    }
  });

  it('leave no process, timer or file behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emulators-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const script = join(import.meta.dirname, 'start-and-stop.ts');

    const run = await promisify(execFile)(process.execPath, [script], {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder, HOME: folder },
      // Bounded only so that one which never ends is told of.
      timeout: 60_000,
    });

    expect(run.stdout.trim()).toBe('stopped');
    expect(await readdir(folder)).toEqual([]);
  });
});
