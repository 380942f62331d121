import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import { resourceName } from './resource-names.ts';

export interface AlarmTopicProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly emails: readonly string[];
}

/** Where alarms about the detector itself go: another topic than the alerts', so that a broken one can still be told of. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', {
      topicName: resourceName(props.stage, 'alarms'),
      displayName: 'Borderwatch alarms',
      masterKey: props.encryptionKey.key,
      enforceSSL: true,
    });
    for (const email of props.emails) topic.addSubscription(new EmailSubscription(email));
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccountPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.topic = topic;
  }
}
