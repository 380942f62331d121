import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SNSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseSlackEnvironment } from '../../functions/slack/env.ts';
import { makeSecretsManagerClient, makeSnsClient, makeSqsClient } from '../../shared/stores/clients.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { watchPowertools } from './watch-powertools.ts';

const context = { functionName: 'slack', awsRequestId: 'request-1', memoryLimitInMB: '512' } as Context;
const PATH = '/services/T000/B000/not-to-be-told';

const notified = (message: string) =>
  ({ Records: [{ Sns: { Message: message, Timestamp: new Date().toISOString() } }] }) as unknown as SNSEvent;

describe('the environment of slack', () => {
  it('names every variable that is missing', () => {
    expect(() => parseSlackEnvironment({})).toThrow(
      "slack can't start: WEBHOOK_SECRET is not set; ALERT_TOPIC_ARN is not set; DEAD_LETTERS_URL is not set",
    );
  });

  it.each(['https://cases.example/', 'http://cases.example/{case}'])(
    'takes an address of cases only with a place for the id, and encrypted: not %s',
    (address) => {
      expect(() => parseSlackEnvironment({ CASE_URL: address })).toThrow(
        'CASE_URL is not an https address with {case} in it',
      );
    },
  );
});

describe('the slack handler over real services', () => {
  const posts: { readonly path: string; readonly body: string }[] = [];
  let lines: string[];
  const revoked = 'revoked';
  const webhook = createServer(async (request, response) => {
    posts.push({ path: request.url ?? '', body: await text(request) });
    response.writeHead(request.url?.endsWith(revoked) ? 404 : 200).end();
  });
  const secretName = uniqueName('slack');
  let address: string;
  let disconnect: () => Promise<void>;
  let sqs: ReturnType<typeof makeSqsClient>;
  let secrets: ReturnType<typeof makeSecretsManagerClient>;
  let mailbox: string;
  let deadLetters: string;
  let topicArn: string;
  let handler: typeof import('../../functions/slack/handler.ts').handler;

  beforeAll(async () => {
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}${PATH}`;
    disconnect = await connectServices();
    sqs = makeSqsClient();
    secrets = makeSecretsManagerClient();
    const sns = makeSnsClient();
    await secrets.send(new CreateSecretCommand({ Name: secretName, SecretString: address }));
    ({ TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('alerts') })));
    [mailbox = '', deadLetters = ''] = await Promise.all(
      ['mailbox', 'dead'].map(
        async (name) => (await sqs.send(new CreateQueueCommand({ QueueName: uniqueName(name) }))).QueueUrl ?? '',
      ),
    );
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: mailbox, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
    sns.destroy();
    vi.stubEnv('WEBHOOK_SECRET', secretName);
    vi.stubEnv('ALERT_TOPIC_ARN', topicArn);
    vi.stubEnv('DEAD_LETTERS_URL', deadLetters);
    vi.stubEnv('CASE_URL', 'https://cases.example/{case}');
    lines = watchPowertools('slack');
    ({ handler } = await import('../../functions/slack/handler.ts'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    const sns = makeSnsClient();
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    sns.destroy();
    for (const QueueUrl of [mailbox, deadLetters]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    sqs.destroy();
    secrets.destroy();
    await new Promise((resolve) => webhook.close(resolve));
    await disconnect();
  });

  const received = async (QueueUrl: string): Promise<string | undefined> => {
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
    for (const { ReceiptHandle } of messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return messages[0]?.Body;
  };

  it('posts to the address in the secret, with a link to the case', async () => {
    await handler(notified(JSON.stringify(anAlert({ alertId: 'a b' }))), context);

    expect(posts.map(({ path }) => path)).toEqual([PATH]);
    expect(posts[0]?.body).toContain('"url":"https://cases.example/a%20b"');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ service: 'borderwatch-test-slack', SlackPosted: 1, SlackRejected: 0 }),
    );
  });

  it('mails and keeps what a revoked hook refuses, and never writes the address down', async () => {
    await secrets.send(new PutSecretValueCommand({ SecretId: secretName, SecretString: `${address}/${revoked}` }));
    const message = JSON.stringify(anAlert());

    await handler(notified(message), context);

    expect(await received(deadLetters)).toBe(message);
    const { Subject, Message, MessageAttributes } = JSON.parse((await received(mailbox)) ?? '{}');
    expect(Subject).toBe('[high] e-00042 in China read 70 US users in 27 minutes');
    expect(Message).toMatch(/^This could not be posted: Slack answered 404\.\n\nHIGH: e-00042/);
    expect(MessageAttributes.onlyMail.Value).toBe('true');
    expect(lines.join('\n')).toContain('Slack answered 404');
    expect(lines.join('\n')).not.toContain('services/T000');
  });

  it.each([
    ['holds no address', "the Slack webhook's secret can't be used", 'http://elsewhere.example/hook'],
    ['is gone', "the Slack webhook's secret can't be used (ResourceNotFoundException)", undefined],
  ])('mails, keeps and counts what it can’t post since the secret %s', async (_, reason, value) => {
    if (value === undefined)
      await secrets.send(new DeleteSecretCommand({ SecretId: secretName, ForceDeleteWithoutRecovery: true }));
    else await secrets.send(new PutSecretValueCommand({ SecretId: secretName, SecretString: value }));
    lines.length = 0;
    const message = JSON.stringify(anAlert({ alertId: reason }));

    await handler(notified(message), context);

    expect(await received(deadLetters)).toBe(message);
    expect(JSON.parse((await received(mailbox)) ?? '{}').Message).toContain(`This could not be posted: ${reason}.`);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ SlackPosted: 0, SlackRejected: 1 }),
    );
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: "the Slack webhook's secret can't be used",
        error: expect.objectContaining({ message: expect.any(String) }),
      }),
    );
    expect(lines.join('\n')).not.toContain('elsewhere.example');
  });
});
