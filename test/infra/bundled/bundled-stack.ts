import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { KinesisStreamEvent } from 'aws-lambda';
import { type FunctionBundle, synthesiseWithBundles, type Template } from '../../../infra/function-bundles.ts';
import { createLocalClients, type LocalClients } from '../../../infra/local/clients.ts';
import { startEmulators } from '../../../infra/local/emulators.ts';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { streamIdentity, toEvent, toStreamRecord } from '../../../infra/local/kinesis-event.ts';
import { toSqsRecord } from '../../../infra/local/sqs-event.ts';
import { createDynamoReferenceStore } from '../../../shared/stores/dynamo-reference-store.ts';
import type { ReferenceStore } from '../../../shared/stores/ports.ts';
import { callsThrough } from '../../../shared/stores/sdk-dynamo-call.ts';
import { createFindingsEndpoint, type FindingsEndpoint } from '../../functions/findings-endpoint.ts';
import { type CallRecorder, startCallRecorder } from './call-recorder.ts';
import { type LambdaProcess, startLambda } from './lambda-process.ts';
import { provisionFromTemplate } from './template-services.ts';

/** One function of the deployment: its process, and what it asks services for. */
export interface BundledFunctionUnderTest extends LambdaProcess {
  readonly recorder: CallRecorder;
}

/** The deployment on one machine: the template's resources in emulators, and every function as it is bundled. */
export interface BundledStack {
  readonly template: Template;
  readonly bundles: readonly FunctionBundle[];
  readonly clients: LocalClients;
  readonly references: ReferenceStore;
  /** What the event bus and Security Hub were given. */
  readonly findings: FindingsEndpoint;
  /** Started at the first call. */
  readonly lambda: (name: string) => Promise<BundledFunctionUnderTest>;
  /** Every message on a queue, as an event for a function behind it. @param queueName without the stage's prefix */
  readonly take: (queueName: string) => Promise<{ readonly Records: readonly { readonly body: string }[] }>;
  /** Every record on the stream, as an event for the function behind it. */
  readonly onStream: () => Promise<KinesisStreamEvent>;
  /** What the alert topic published since the last call: the notifications' JSON. */
  readonly published: () => Promise<readonly Readonly<Record<string, string>>[]>;
  readonly stop: () => Promise<void>;
}

const ACCOUNT_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/';
/** What requests to `receive` are signed with. */
export const SIGNING_SECRET = 'a secret that both sides know';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:borderwatch-bundle-alerts';

/** @param webhook the address in Slack's secret @param parameters settings that differ from their defaults */
export async function startBundledStack(
  webhook: string,
  parameters: Readonly<Record<string, string>>,
): Promise<BundledStack> {
  const outdir = mkdtempSync(join(tmpdir(), 'borderwatch-bundled-'));
  const { bundles, template } = synthesiseWithBundles(outdir);
  const emulators = await startEmulators();
  const clients = createLocalClients(emulators.environment);
  const secrets = await provisionFromTemplate(template, clients, parameters);
  const slack = await clients.secretsManager.send(new CreateSecretCommand({ Name: 'slack', SecretString: webhook }));
  const signing = await clients.secretsManager.send(
    new CreateSecretCommand({ Name: 'webhook', SecretString: SIGNING_SECRET }),
  );
  const arns = new Map([...secrets, ['slack', slack.ARN ?? ''], ['webhook', signing.ARN ?? '']]);
  const subscriber = await subscribe(clients);
  const findings = createFindingsEndpoint();
  const findingsUrl = await listen(findings.server, 0, '127.0.0.1', 'the event bus and Security Hub');
  const endpoints = { ...emulators.endpoints, events: findingsUrl, securityhub: findingsUrl };
  const running = new Map<string, Promise<BundledFunctionUnderTest>>();

  const start = async (name: string): Promise<BundledFunctionUnderTest> => {
    const bundle = bundles.find((candidate) => candidate.name === name);
    if (!bundle) throw new Error(`there is no function ${name}`);
    const recorder = await startCallRecorder(endpoints);
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = emulators.environment;
    const ownSecrets = Object.entries(bundle.environment).flatMap(([key, value]) => {
      const [, secret] = /^arn:aws:secretsmanager:[^:]+:\d+:secret:(.+)-\w{6}$/.exec(value) ?? [];
      return secret === undefined ? [] : [[key, arns.get(secret) ?? '']];
    });
    const surroundings = { AWS_ENDPOINT_URL: recorder.url, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    return { ...(await startLambda(bundle, { ...surroundings, ...Object.fromEntries(ownSecrets) })), recorder };
  };
  return {
    template,
    bundles,
    clients,
    findings,
    references: createDynamoReferenceStore({
      call: callsThrough(clients.dynamodb),
      tableName: 'borderwatch-bundle-directory',
    }),
    lambda: (name) => {
      const started = running.get(name) ?? start(name);
      running.set(name, started);
      return started;
    },
    take: async (queueName) => {
      const bodies = await drain(clients, `${ACCOUNT_URL}borderwatch-bundle-${queueName}`);
      return { Records: bodies };
    },
    onStream: () => readStream(clients),
    published: async () => (await drain(clients, subscriber)).map(({ body }) => JSON.parse(body)),
    stop: async () => {
      for (const each of running.values()) {
        const { stop, recorder } = await each;
        await stop();
        await recorder.stop();
      }
      clients.destroy();
      await closeServer(findings.server);
      await emulators.stop();
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}

/** The emulator can't call functions or send mail: a queue listens to the topic instead. */
async function subscribe({ sns, sqs }: LocalClients): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'subscriber' }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }));
  return QueueUrl;
}

async function readStream({ kinesis }: LocalClients): Promise<KinesisStreamEvent> {
  const StreamName = 'borderwatch-bundle-accesses';
  const ShardId = 'shardId-000000000000';
  const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  const stream = streamIdentity(`arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`, 'detect');
  return toEvent(Records.map((record) => toStreamRecord(record, ShardId, stream)));
}

async function drain({ sqs }: LocalClients, queueUrl: string) {
  const taken = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return taken;
    for (const message of Messages) {
      taken.push(toSqsRecord(message, `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}
