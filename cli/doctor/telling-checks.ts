import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { makeSnsClient, makeSqsClient } from '../../shared/stores/clients.ts';
import { type Check, type Finding, note, ok, SKIPPED, wrong } from './check.ts';
import type { DeploymentNames } from './deployment-names.ts';
import { mapping } from './detection-checks.ts';
import { slackSecret } from './slack-secret.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/** From the queue of alerts to people. @param wanted who should be told, where the stages file says so */
export function tellingChecks(names: DeploymentNames, wanted: StageConfiguration | undefined): readonly Check[] {
  return [
    {
      name: `queue ${names.alertQueue}`,
      service: 'SQS',
      run: async () => ok(`${await waiting(names.alertQueue)} alerts wait to be told`),
    },
    {
      name: `queue ${names.deadLetters}`,
      service: 'SQS',
      run: async () => {
        const untold = await waiting(names.deadLetters);
        return untold === 0
          ? ok('empty')
          : wrong(`${untold} alerts could not be told`, 'see docs/runbook.md#alerts-could-not-be-told');
      },
    },
    mapping('notify reads the queue', names.notify),
    {
      name: `mail of topic ${names.topic}`,
      service: 'SNS',
      run: () => mail({ topic: names.topic, field: 'alertEmails', wanted: wanted?.alertEmails, nobody: note }),
    },
    {
      name: `mail of topic ${names.alarmTopic ?? 'alarms'}`,
      service: 'SNS',
      run: async () =>
        names.alarmTopic === undefined
          ? SKIPPED
          : mail({ topic: names.alarmTopic, field: 'alarmEmails', wanted: wanted?.alarmEmails, nobody: wrong }),
    },
    ...(wanted?.slackWebhookSecretArn === undefined ? [] : [slackSecret(wanted.slackWebhookSecretArn)]),
  ];
}

async function waiting(queueName: string): Promise<number> {
  const sqs = makeSqsClient();
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** Mail of one of the two topics. */
interface Mailing {
  readonly topic: string;
  /** The field of a stage that names the addresses. */
  readonly field: 'alertEmails' | 'alarmEmails';
  /** @default - not known: the stages file doesn't have the stage */
  readonly wanted: readonly string[] | undefined;
  /** What it is when nobody is told. */
  readonly nobody: (says: string, remedy: string) => Finding;
}

/** Every address that should be there is, is confirmed, and so that a link in a forwarded mail can't end it. */
async function mail({ topic, field, wanted = [], nobody }: Mailing): Promise<Finding> {
  const sns = makeSnsClient();
  const topicArn = await topicCalled(sns, topic);
  if (!topicArn) return wrong('there is no such topic', 'npx cdk deploy');
  const addresses: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn }))
    addresses.push(...Subscriptions.filter(({ Protocol }) => Protocol === 'email'));
  const subscribe = `aws sns subscribe --protocol email --topic-arn ${topicArn} --notification-endpoint`;
  const vanished = wanted.find((address) => !addresses.some(({ Endpoint }) => Endpoint === address));
  if (vanished !== undefined)
    return wrong(
      `${vanished} is in ${field} and not subscribed: it never confirmed, or somebody unsubscribed it`,
      `${subscribe} ${vanished}`,
    );
  if (addresses.length === 0)
    return nobody('nobody is told by mail', `put addresses into ${field} of infra/stages.json, and deploy`);
  const silent = addresses.find(({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:'));
  if (silent) return wrong(`${silent.Endpoint} is ${silent.SubscriptionArn}`, `${subscribe} ${silent.Endpoint}`);
  for (const { SubscriptionArn, Endpoint } of addresses) {
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    if (Attributes?.PendingConfirmation === 'true')
      return wrong(`${Endpoint} was never confirmed`, `${subscribe} ${Endpoint}`);
    if (Attributes?.ConfirmationWasAuthenticated !== 'true')
      return wrong(
        `anybody who gets a mail of ${Endpoint} can unsubscribe it: it was confirmed by its link`,
        'unsubscribe and subscribe it, then aws sns confirm-subscription --authenticate-on-unsubscribe true; see docs/runbook.md#mail-is-not-delivered',
      );
  }
  return ok(`${addresses.length} addresses, confirmed with authenticated unsubscribe`);
}

async function topicCalled(sns: SNSClient, name: string): Promise<string | undefined> {
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    const found = Topics.find(({ TopicArn }) => TopicArn?.endsWith(`:${name}`));
    if (found) return found.TopicArn;
  }
  return undefined;
}
