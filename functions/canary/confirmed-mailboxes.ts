import { paginateListSubscriptionsByTopic, type SNSClient, type Subscription } from '@aws-sdk/client-sns';

/** The addresses that mail of a topic reaches. */
export async function confirmedMailboxes(client: SNSClient, topicArn: string): Promise<readonly string[]> {
  const addresses: string[] = [];
  for await (const { Subscriptions } of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn }))
    addresses.push(...confirmedAddresses(Subscriptions ?? []));
  return addresses;
}

/**
 * The addresses of confirmed mail subscriptions. One that is not has the word `PendingConfirmation` in place of its ARN, and
 * one that was ended, by its subscriber or by SNS, the word `Deleted` until it disappears (SNS API reference, Subscribe and
 * ListSubscriptionsByTopic).
 */
export const confirmedAddresses = (subscriptions: readonly Subscription[]): readonly string[] =>
  subscriptions.flatMap(({ Protocol, SubscriptionArn = '', Endpoint }) =>
    Protocol === 'email' && SubscriptionArn.startsWith('arn:') && Endpoint !== undefined ? [Endpoint] : [],
  );
