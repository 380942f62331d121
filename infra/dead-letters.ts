import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { denyOthersToTake } from './queue-denials.ts';
import { resourceName } from './resource-names.ts';

export interface DeadLettersProps {
  readonly stage: string;
  /** Whose dead letters they are: the first part of the queue's name. */
  readonly part: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Where a function's messages end that were tried in vain: kept for two weeks (of a standard queue, since they came to the queue before), for somebody to look at. Only the roles named here take
 * them away, whatever other policies in the account say.
 */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  private readonly encryptionKey: EncryptionKey;
  private readonly lookerRoleArns: string[] = [];

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.queue = new Queue(this, 'Queue', {
      queueName: resourceName(props.stage, `${props.part}-dead`),
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is where dead letters end: Lambda and the function itself send to it, nothing consumes it.',
    });
    denyOthersToTake(this.queue, this.lookerRoleArns);
  }

  allowSend(role: NamedRole): void {
    role.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    this.encryptionKey.allowThrough('sqs', role, 'read and write');
  }

  /** Reading what lies there, and deleting what is done with. */
  allowLook(role: NamedRole): void {
    role.allow(
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
      [this.queue.queueArn],
    );
    this.encryptionKey.allowThrough('sqs', role, 'read');
    this.lookerRoleArns.push(role.roleArn);
  }

  /** The same, and sending messages back to the queue that they came from, which is the role's to write to as well. */
  allowRedrive(role: NamedRole): void {
    this.allowLook(role);
    role.allow(['sqs:ListMessageMoveTasks', 'sqs:StartMessageMoveTask'], [this.queue.queueArn]);
  }

  metricWaiting(period: Duration): Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible({
      period,
      statistic: Stats.MAXIMUM,
      label: `${this.node.id} waiting`,
    });
  }
}
