import { describe, expect, it } from 'vitest';
import { digestible, digestsOf } from '../../shared/notification/digest.ts';
import { createSnsAlertTopic } from '../../shared/stores/sns-alert-topic.ts';
import { createSnsMailTopic } from '../../shared/stores/sns-mail-topic.ts';
import type { Publication } from '../../shared/stores/sns-publish.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { SYNTHESIS_TIMEOUT, synthesise, targetOf } from './synthesised-stack.ts';

type FilterPolicy = Readonly<Record<string, readonly { readonly exists: boolean }[]>>;

const { ofType, only, named } = synthesise({
  alertEmails: ['jane@example.com'],
  slackWebhookSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack/alerts-a1b2c3',
  securityHub: true,
});

const alertTopic = named('AWS::SNS::Topic', 'TopicName', 'borderwatch-prod-alerts').id;
const subscriptions = ofType('AWS::SNS::Subscription').filter(
  ({ properties }) => targetOf(properties.TopicArn ?? '') === alertTopic,
);
const channelOf = ({ properties: { Protocol, Endpoint } }: (typeof subscriptions)[number]) =>
  Protocol === 'email' ? 'email' : /slack|findings/i.exec(targetOf(Endpoint ?? ''))?.[0].toLowerCase();

/**
 * Whether a subscription takes a message, as SNS decides by attributes: all names of a policy must match, and that something is absent
 * matches only where any attribute is present (Amazon SNS Developer Guide, "Key matching").
 */
function takes(policy: FilterPolicy, attributes: Publication['MessageAttributes']): boolean {
  const isThere = (name: string) => name in attributes;
  return Object.entries(policy).every(([name, conditions]) =>
    conditions.some(({ exists }) => (exists ? isThere(name) : !isThere(name) && Object.keys(attributes).length > 0)),
  );
}

async function toldBy(publish: (to: ReturnType<typeof topics>) => Promise<void>) {
  const published: Publication[] = [];
  await publish(topics(published));
  return subscriptions
    .filter(({ properties }) =>
      published.every(({ MessageAttributes }) => takes(properties.FilterPolicy as FilterPolicy, MessageAttributes)),
    )
    .map(channelOf)
    .toSorted();
}

const topics = (published: Publication[]) => {
  const publish = async (publication: Publication) => {
    published.push(publication);
  };
  return {
    ...createSnsAlertTopic({ publish, topicArn: 'topic', renderEmail: () => 'a card' }),
    byMail: createSnsMailTopic({ publish, topicArn: 'topic' }),
  };
};
const digestOf = (...alerts: Parameters<typeof anAlert>) => {
  const [digest] = digestsOf([digestible(anAlert(...alerts))]);
  if (!digest) throw new Error('there is no digest');
  return digest;
};

describe('whoever subscribes to alerts', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('is subscribed after the policy that lets nobody else subscribe: until then that refuses a new address', () => {
    const { id: policy } = only('AWS::SNS::TopicPolicy', 'AlertTopic');

    expect(subscriptions.map(({ dependsOn }) => dependsOn.includes(policy))).toEqual([true, true, true]);
  });

  it.each([
    ['an alert', {}, ['email', 'findings', 'slack']],
    ['an alert that mail is to be spared', { quietChannels: ['email'] }, ['findings', 'slack']],
    ['an alert that Slack is to be spared', { quietChannels: ['slack'] }, ['email', 'findings']],
    ['an alert for the case alone', { quietChannels: ['email', 'slack'] }, ['findings']],
  ] as const)('is told of %s, and of a digest of such', async (_, changes, told) => {
    expect(await toldBy(({ publish }) => publish(anAlert(changes)))).toEqual(told);
    expect(await toldBy(({ publishDigest }) => publishDigest(digestOf(changes)))).toEqual(told);
  });

  it('is told by mail alone of what Slack refused', async () => {
    expect(await toldBy(({ byMail }) => byMail(anAlert(), 'no_service'))).toEqual(['email']);
    expect(await toldBy(({ byMail }) => byMail(digestOf(), 'no_service'))).toEqual(['email']);
  });
});
