import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

/**
 * How many mail subscriptions of a topic are confirmed. One that is not has the word `PendingConfirmation` in place of its ARN, and
 * one that was ended, by its subscriber or by SNS, the word `Deleted` until it disappears (SNS API reference, Subscribe and
 * ListSubscriptionsByTopic).
 */
export async function confirmedMailboxes(client: SNSClient, topicArn: string): Promise<number> {
  let confirmed = 0;
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
    confirmed += Subscriptions.filter(
      ({ Protocol, SubscriptionArn = '' }) => Protocol === 'email' && SubscriptionArn.startsWith('arn:'),
    ).length;
  }
  return confirmed;
}
