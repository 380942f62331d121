import type { Duration } from 'aws-cdk-lib';
import { Lazy } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopicSubscription, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { QUIET_ON } from '../shared/stores/sns-alert-topic.ts';
import { ONLY_MAIL } from '../shared/stores/sns-mail-topic.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { resourceName } from './resource-names.ts';
import { unlessOneOf } from './unless-one-of.ts';

export interface AlertTopicProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  /** Who gets alerts by email; nobody else can be subscribed. */
  readonly emails: readonly string[];
}

/** What people are told. Only `notify` publishes, and only the addresses in the stage's configuration can subscribe. */
export class AlertTopic extends Construct {
  private readonly topic: Topic;
  private readonly encryptionKey: EncryptionKey;
  private readonly publisherRoleArns: string[] = [];
  private readonly subscribers: string[];
  private readonly subscribeDenial: PolicyStatement;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.subscribers = [...props.emails];
    this.topic = new Topic(this, 'Topic', {
      topicName: resourceName(props.stage, 'alerts'),
      displayName: 'Borderwatch',
      masterKey: props.encryptionKey.key,
      enforceSSL: true,
    });
    this.subscribeDenial = new PolicyStatement({
      sid: 'OnlyConfiguredAddressesSubscribe',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sns:Subscribe'],
      resources: [this.topic.topicArn],
      // With no address at all the denial has no condition: nobody can subscribe.
      ...(props.emails.length > 0 && { conditions: { StringNotEquals: { 'sns:Endpoint': [...props.emails] } } }),
    });
    this.topic.addToResourcePolicy(this.subscribeDenial);
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyNotifyPublishes',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: unlessOneOf(Lazy.list({ produce: () => this.publisherRoleArns })),
      }),
    );
    for (const email of props.emails)
      this.subscribe(new EmailSubscription(email, { filterPolicy: { [QUIET_ON.email]: isAbsent() } }));
  }

  get topicArn(): string {
    return this.topic.topicArn;
  }

  allowPublish(role: NamedRole): void {
    role.allow(['sns:Publish'], [this.topic.topicArn]);
    this.encryptionKey.allowThrough('sns', role, 'read and write');
    this.publisherRoleArns.push(role.roleArn);
  }

  allowListSubscriptions(role: NamedRole): void {
    role.allow(['sns:ListSubscriptionsByTopic'], [this.topic.topicArn]);
  }

  /**
   * Lets a function of the stack receive alerts, but not what is for mail alone.
   *
   * @param quietMark attribute of messages that its channel is spared; without one it gets all of them
   */
  subscribeFunction(receiver: IFunction, quietMark?: string): void {
    this.subscribers.push(receiver.functionArn);
    this.subscribeDenial.addCondition('StringNotEquals', { 'sns:Endpoint': [...this.subscribers] });
    this.subscribe(
      new LambdaSubscription(receiver, {
        filterPolicy: { [ONLY_MAIL]: isAbsent(), ...(quietMark !== undefined && { [quietMark]: isAbsent() }) },
      }),
    );
  }

  /** After the policy: until that names the new endpoint, it keeps even whoever deploys from subscribing it. */
  private subscribe(subscription: ITopicSubscription): void {
    this.topic.addSubscription(subscription).node.addDependency(this.topic.node.findChild('Policy'));
  }

  metricNotDelivered(period: Duration): Metric {
    return this.topic.metricNumberOfNotificationsFailed({ period, statistic: Stats.SUM, label: 'not delivered' });
  }
}

const isAbsent = () => new SubscriptionFilter([{ exists: false }]);
