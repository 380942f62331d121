import { isDeepStrictEqual } from 'node:util';
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { makeSnsClient } from '../../shared/stores/clients.ts';
import { type Finding, ok, wrong } from './check.ts';

/** Mail of one of the two topics. */
export interface Mailing {
  readonly topic: string;
  /** The field of a stage that names the addresses. */
  readonly field: 'alertEmails' | 'alarmEmails';
  /** @default - not known: the stages file doesn't have the stage */
  readonly wanted: readonly string[] | undefined;
  /** The filter policy that each address is subscribed with; empty where everything is mailed. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** What it is when nobody is told. */
  readonly nobody: (says: string, remedy: string) => Finding;
}

/**
 * Every address that should be there is and no other, is confirmed so that a link in a forwarded mail can't end it, and gets what the
 * stack would mail to it.
 */
export async function mail(mailing: Mailing): Promise<Finding> {
  const sns = makeSnsClient();
  const topicArn = await topicCalled(sns, mailing.topic);
  if (!topicArn) return wrong('there is no such topic', 'npx cdk deploy');
  const subscriptions: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn }))
    subscriptions.push(...Subscriptions.filter(({ Protocol }) => Protocol === 'email'));
  const trouble = judgeAddresses(subscriptions, topicArn, mailing);
  if (trouble) return trouble;
  const confirmed = subscriptions.filter(isConfirmed);
  for (const { SubscriptionArn, Endpoint = '' } of confirmed) {
    const { Attributes = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    if (Attributes.PendingConfirmation === 'true')
      return wrong(`${Endpoint} was never confirmed`, subscribing(Endpoint, topicArn, mailing));
    if (Attributes.ConfirmationWasAuthenticated !== 'true')
      return wrong(
        `anybody who gets a mail of ${Endpoint} can unsubscribe it: it was confirmed by its link`,
        'unsubscribe and subscribe it, then aws sns confirm-subscription --authenticate-on-unsubscribe true; see docs/runbook.md#mail-is-not-delivered',
      );
    const misled = judgeFilter(Attributes, mailing);
    if (misled) return wrong(`${Endpoint} ${misled.says}`, `${misled.remedy} --subscription-arn ${SubscriptionArn}`);
  }
  return ok(`${confirmed.length} addresses, confirmed with authenticated unsubscribe`);
}

/** A word in place of the ARN says what else became of it: `PendingConfirmation`, `Deleted`. */
const isConfirmed = ({ SubscriptionArn = '' }: Subscription) => SubscriptionArn.startsWith('arn:');

/**
 * Whether those are subscribed that should be. A subscription that ended stays listed for a while, beside the one that took its place;
 * one of an address that nobody wants disappears by itself, as one that is never confirmed does.
 */
export function judgeAddresses(
  subscriptions: readonly Subscription[],
  topicArn: string,
  mailing: Mailing,
): Finding | undefined {
  const { field, wanted, nobody } = mailing;
  const confirmed = subscriptions.filter(isConfirmed);
  const isWanted = ({ Endpoint }: Subscription) => !wanted || wanted.some((address) => address === Endpoint);
  const isReached = ({ Endpoint }: Subscription) => confirmed.some((each) => each.Endpoint === Endpoint);
  const vanished = wanted?.find((address) => !subscriptions.some(({ Endpoint }) => Endpoint === address));
  if (vanished !== undefined)
    return wrong(
      `${vanished} is in ${field} and not subscribed: it never confirmed, or somebody unsubscribed it`,
      subscribing(vanished, topicArn, mailing),
    );
  const stranger = confirmed.find((each) => !isWanted(each));
  if (stranger)
    return wrong(
      `${stranger.Endpoint} is subscribed and not in ${field}`,
      `aws sns unsubscribe --subscription-arn ${stranger.SubscriptionArn}`,
    );
  const silent = subscriptions.find((each) => isWanted(each) && !isReached(each));
  if (silent)
    return wrong(
      `${silent.Endpoint} is ${silent.SubscriptionArn}`,
      subscribing(silent.Endpoint ?? '', topicArn, mailing),
    );
  if (confirmed.length === 0)
    return nobody('nobody is told by mail', `put addresses into ${field} of infra/stages.json, and deploy`);
  return undefined;
}

/** A filter without a scope looks at attributes (SNS Developer Guide, Amazon SNS subscription filter policy scope). */
function judgeFilter(attributes: Readonly<Record<string, string>>, { filter }: Mailing) {
  const { FilterPolicy = '{}', FilterPolicyScope = 'MessageAttributes' } = attributes;
  const set = 'aws sns set-subscription-attributes --attribute-name';
  if (!isDeepStrictEqual(JSON.parse(FilterPolicy), filter))
    return {
      says: `is not mailed what it should be: its filter policy is ${FilterPolicy}`,
      remedy: `${set} FilterPolicy --attribute-value '${JSON.stringify(filter)}'`,
    };
  if (FilterPolicyScope !== 'MessageAttributes')
    return {
      says: `is not mailed what it should be: its filter policy looks at ${FilterPolicyScope}`,
      remedy: `${set} FilterPolicyScope --attribute-value MessageAttributes`,
    };
  return undefined;
}

/** The command that subscribes an address as the stack does. */
function subscribing(address: string, topicArn: string, { filter }: Mailing): string {
  const attributes = JSON.stringify({ FilterPolicy: JSON.stringify(filter) });
  return [
    `aws sns subscribe --protocol email --topic-arn ${topicArn} --notification-endpoint ${address}`,
    ...(Object.keys(filter).length > 0 ? [`--attributes '${attributes}'`] : []),
  ].join(' ');
}

async function topicCalled(sns: SNSClient, name: string): Promise<string | undefined> {
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    const found = Topics.find(({ TopicArn }) => TopicArn?.endsWith(`:${name}`));
    if (found) return found.TopicArn;
  }
  return undefined;
}
