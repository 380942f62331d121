import { createSecretKey } from 'node:crypto';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CanaryPorts, canary } from '../../functions/canary/canary.ts';
import { confirmedAddresses, confirmedMailboxes } from '../../functions/canary/confirmed-mailboxes.ts';
import { parseCanaryEnvironment } from '../../functions/canary/env.ts';
import { putEvent } from '../../functions/canary/put-event.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { CANARY_ACTOR, isCanary } from '../../shared/pipeline/canary.ts';
import { makeKinesisClient, makeSnsClient } from '../../shared/stores/clients.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const NOW = Date.UTC(2026, 10, 26, 10, 15);
const key = createSecretKey(Buffer.from('the canary’s'));

function somePorts(changes: Partial<CanaryPorts> = {}) {
  const put: AccessEvent[] = [];
  const counted: Record<string, number> = {};
  const ports: CanaryPorts = {
    key: async () => key,
    put: async (event) => void put.push(event),
    confirmedMailboxes: async () => ['a@example.com', 'b@example.com'],
    configuredMailboxes: ['a@example.com', 'b@example.com'],
    now: () => NOW,
    count: (metric, value) => {
      counted[metric] = value;
    },
    ...changes,
  };
  return { ports, put, counted };
}

describe('the canary function', () => {
  it('puts one access on the stream that the detector knows for its own', async () => {
    const { ports, put, counted } = somePorts();

    await canary(ports);

    expect(put.map((event) => isCanary(event, Date.parse(event.time), NOW, key))).toEqual([true]);
    expect(counted).toEqual({ CanarySent: 1, MailUnconfirmed: 0 });
  });

  it.each([
    ['most are not confirmed', ['a', 'b', 'c'], ['b'], 2],
    ['none is configured', [], ['a'], 0],
    ['an address is confirmed that nobody configured', ['a', 'b'], ['a', 'formerly'], 1],
  ])('counts configured addresses that mail does not reach, where %s', async (_, configured, confirmed, left) => {
    const { ports, counted } = somePorts({
      configuredMailboxes: configured,
      confirmedMailboxes: async () => confirmed,
    });

    await canary(ports);

    expect(counted.MailUnconfirmed).toBe(left);
  });

  it('sings even where subscriptions can not be listed, and says so', async () => {
    const { ports, counted } = somePorts({ confirmedMailboxes: () => Promise.reject(new Error('no')) });

    await expect(canary(ports)).rejects.toThrow('no');
    expect(counted).toEqual({ CanarySent: 1 });
  });

  it('counts nothing as sung that the stream did not take', async () => {
    const { ports, counted } = somePorts({ put: () => Promise.reject(new Error('refused')) });

    await expect(canary(ports)).rejects.toThrow('refused');
    expect(counted).toEqual({ MailUnconfirmed: 0 });
  });
});

describe('the environment of canary', () => {
  it('names every variable that is missing or wrong', () => {
    expect(() => parseCanaryEnvironment({ MAILBOXES: '2', STREAM_NAME: 'accesses' })).toThrow(
      "canary can't start: CANARY_KEY_SECRET is not set; ALERT_TOPIC_ARN is not set; MAILBOXES is not a list of addresses",
    );
  });
});

describe('what the canary asks services for', () => {
  let disconnect: () => Promise<void>;
  beforeAll(async () => {
    disconnect = await connectServices();
  });
  afterAll(() => disconnect());

  it('puts its access under its actor’s key', async () => {
    const kinesis = makeKinesisClient();
    const StreamName = uniqueName('canary');
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const event = anAccessEvent({ actor: { id: CANARY_ACTOR } });

    await waitUntilStreamExists({ client: kinesis, maxWaitTime: 60, minDelay: 1 }, { StreamName });

    await putEvent(kinesis, StreamName, event);

    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual([CANARY_ACTOR]);
    expect(JSON.parse(Buffer.from(Records[0]?.Data ?? []).toString('utf8'))).toEqual(event);
    await kinesis.send(new DeleteStreamCommand({ StreamName }));
    kinesis.destroy();
  });

  it('knows the addresses of confirmed mail from others', () => {
    const subscribed = (Endpoint: string, SubscriptionArn: string, Protocol = 'email') => ({
      Protocol,
      Endpoint,
      SubscriptionArn,
    });

    const confirmed = confirmedAddresses([
      subscribed('ended@example.com', 'Deleted'),
      subscribed('asked@example.com', 'PendingConfirmation'),
      subscribed('told@example.com', 'arn:aws:sns:us-east-1:000000000000:alerts:1'),
      subscribed('arn:aws:lambda:…', 'arn:aws:sns:us-east-1:000000000000:alerts:2', 'lambda'),
    ]);

    expect(confirmed).toEqual(['told@example.com']);
  });

  it('takes only mail for mail', async () => {
    const sns = makeSnsClient();
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: uniqueName('alerts') }));
    const before = await confirmedMailboxes(sns, TopicArn ?? '');
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: 'arn:aws:sqs:us-east-1:000000000000:somewhere',
      }),
    );

    expect(before).toEqual([]);
    expect(await confirmedMailboxes(sns, TopicArn ?? '')).toEqual([]);
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    sns.destroy();
  });
});
