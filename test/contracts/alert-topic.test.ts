import { CreateTopicCommand, DeleteTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../../shared/model/alert.ts';
import { digestible, digestsOf } from '../../shared/notification/digest.ts';
import { makeSnsClient, makeSqsClient } from '../../shared/stores/clients.ts';
import { createMemoryAlertTopic } from '../../shared/stores/memory-alert-topic.ts';
import type { AlertTopic } from '../../shared/stores/ports.ts';
import { createSnsAlertTopic } from '../../shared/stores/sns-alert-topic.ts';
import { makeSnsPublish, type Publication, type SnsPublish } from '../../shared/stores/sns-publish.ts';
import { anAlert } from './alert-factory.ts';
import { connectServices, uniqueName } from './aws-services.ts';

interface Notification {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Record<string, { readonly Type: string; readonly Value: string }>;
}
interface TopicUnderTest {
  readonly topic: AlertTopic;
  /** What a subscribed program got since the last call. */
  readonly received: () => Promise<readonly Alert[]>;
}

let disconnect: () => Promise<void>;
let sns: SNSClient;
let sqs: SQSClient;
let topicArn: string;
let queueUrl: string;

beforeAll(async () => {
  disconnect = await connectServices();
  sns = makeSnsClient();
  sqs = makeSqsClient();
  topicArn = (await sns.send(new CreateTopicCommand({ Name: uniqueName('alerts') }))).TopicArn ?? '';
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('subscriber') }))).QueueUrl ?? '';
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const queueArn = attributes?.QueueArn ?? '';
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy: policy } }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
});
afterAll(async () => {
  await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  sns.destroy();
  sqs.destroy();
  await disconnect();
});

const snsTopic = (publish: SnsPublish = makeSnsPublish(process.env)) =>
  createSnsAlertTopic({
    publish,
    topicArn,
    renderEmail: (alert) => `card of ${alert.alertId}`,
  });

async function notifications(): Promise<readonly Notification[]> {
  const taken: Notification[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: taken.length ? 0 : 1 }),
    );
    if (messages.length === 0) return taken;
    for (const { Body: body = '', ReceiptHandle: handle } of messages) {
      taken.push(JSON.parse(body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }));
    }
  }
}

/** SNS gives a program the `default`; fauxqs does not apply the structure and gives it all. */
const forProgram = ({ Message: message }: Notification): Alert => {
  const parsed = JSON.parse(message);
  return 'default' in parsed ? JSON.parse(parsed.default) : parsed;
};

describe.each<{ name: string; make: () => TopicUnderTest }>([
  {
    name: 'memory',
    make: () => {
      const topic = createMemoryAlertTopic();
      return { topic, received: async () => topic.published() };
    },
  },
  {
    name: 'SNS',
    make: () => ({ topic: snsTopic(), received: async () => (await notifications()).map(forProgram) }),
  },
])('an alert topic in $name', ({ make }) => {
  it('gives programs every publication, whole', async () => {
    const { topic, received } = make();
    const alerts = [anAlert({ revision: 1 }), anAlert({ revision: 2, headline: 'again \uFFFF 😀' })];

    for (const alert of alerts) await topic.publish(alert);

    const byRevision = [...(await received())].sort((a, b) => a.revision - b.revision);
    expect(byRevision).toEqual(alerts);
  });
});

describe('the SNS alert topic', () => {
  const publishOne = async (alert: Alert) => {
    await snsTopic().publish(alert);
    const [notification, ...others] = await notifications();
    expect(others).toEqual([]);
    if (!notification) throw new Error('nothing was delivered');
    return notification;
  };

  it('mails a card under a subject that SNS takes, whatever the headline holds', async () => {
    const headline = `Zoë read\r\nBcc: everyone@example.com \u202Etxt\u001B[31m ${'很多 users '.repeat(30)}`;

    const { Subject: subject } = await publishOne(anAlert({ severity: 'critical', headline }));

    expect(subject).toMatch(/^[ -~]{1,70}$/);
    expect(subject).toMatch(/^\[critical\] Zoe read Bcc: everyone@example\.com txt \?\? users /);
    expect(subject).toMatch(/\.\.\.$/);
  });

  it('asks for the JSON to go to programs and for the card to go to mail', async () => {
    // fauxqs neither applies the structure nor sends mail, so the request itself is looked at.
    const inputs: Publication[] = [];
    const topic = snsTopic(async (publication) => {
      inputs.push(publication);
    });

    await topic.publish(anAlert());

    const [input] = inputs;
    expect(input?.MessageStructure).toBe('json');
    expect(JSON.parse(input?.Message ?? '')).toEqual({
      default: JSON.stringify(anAlert()),
      email: `card of ${anAlert().alertId}`,
    });
  });

  it('carries what filter policies pick by', async () => {
    const { MessageAttributes: attributes } = await publishOne(anAlert({ severity: 'low', score: 4.0499 }));

    expect(attributes).toEqual({
      kind: { Type: 'String', Value: 'alert' },
      severity: { Type: 'String', Value: 'low' },
      subjectType: { Type: 'String', Value: 'employee' },
      score: { Type: 'Number', Value: '4.0' },
    });
  });

  it('marks what a channel is to be spared, and nothing else', async () => {
    const { MessageAttributes: attributes } = await publishOne(anAlert({ quietChannels: ['email'] }));

    expect(attributes).toMatchObject({ quietOnEmail: { Type: 'String', Value: 'true' } });
    expect(attributes).not.toHaveProperty('quietOnSlack');
  });

  it('gives programs a digest, and marks what a channel is to be spared of it', async () => {
    const [digest] = digestsOf([digestible(anAlert({ quietChannels: ['email'] }))]);
    if (!digest) throw new Error('there is none');

    await snsTopic().publishDigest(digest);

    const [notification] = await notifications();
    expect(JSON.parse(JSON.parse(notification?.Message ?? '{}').default)).toEqual(digest);
    expect(notification?.Subject).toBe('[high] 1 case at once: 1 high');
    expect(notification?.MessageAttributes).toEqual({
      kind: { Type: 'String', Value: 'digest' },
      quietOnEmail: { Type: 'String', Value: 'true' },
    });
  });

  it('leaves out the accesses, then some of the related people, rather than not tell of a large alert', async () => {
    const [event] = anAlert().events;
    const events = Array.from({ length: 20 }, () => ({ ...event, id: 'x'.repeat(20_000) }) as Alert['events'][number]);
    const relatedEmployees = Array.from({ length: 30_000 }, (_, index) => `e-${index}`);

    const large = forProgram(await publishOne(anAlert({ events })));
    const larger = forProgram(await publishOne(anAlert({ events, relatedEmployees })));

    expect(large).toEqual(anAlert({ events: [] }));
    expect(larger).toEqual(anAlert({ events: [], relatedEmployees: relatedEmployees.slice(0, 20) }));
    expect(z.safeParse(alertSchema, larger).success).toBe(true);
  });

  it('says so when an alert can’t be told at all', async () => {
    const alert = anAlert({ headline: 'x'.repeat(300_000) });

    await expect(snsTopic().publish(alert)).rejects.toThrow(`alert ${alert.alertId} doesn't fit`);
  });
});
