import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Conditions, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { denyOthersToTake } from './queue-denials.ts';
import { resourceName } from './resource-names.ts';

export interface IngestQueueProps {
  readonly stage: string;
  /** The last part of its name. */
  readonly part: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
  /** How long the function may take for a batch. */
  readonly consumerTimeout: Duration;
}

/** After so many deliveries in vain a message is given up. */
const DELIVERIES = 10;

/**
 * What a source delivers waits here, so that a busy stream or a broken deployment loses nothing for two weeks. Only the roles named here
 * take it, whatever other policies in the account say.
 */
export class IngestQueue extends Construct {
  readonly deadLetters: DeadLetters;
  private readonly queue: Queue;
  private readonly encryptionKey: EncryptionKey;
  private readonly receiverRoleArns: string[] = [];

  constructor(scope: Construct, id: string, props: IngestQueueProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.deadLetters = new DeadLetters(this, 'DeadLetters', props);
    this.queue = new Queue(this, 'Queue', {
      queueName: resourceName(props.stage, props.part),
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: DELIVERIES },
      removalPolicy: props.removalPolicy,
    });
    denyOthersToTake(this.queue, this.receiverRoleArns);
  }

  get queueArn(): string {
    return this.queue.queueArn;
  }

  /**
   * Lets a service of AWS send, and use the key to do so, under these conditions alone.
   *
   * @param onSending what the queue demands of a message's source
   * @param onTheKey what the key demands; the queue's demand holds all the same
   */
  allowService(
    service: 'events.amazonaws.com' | 's3.amazonaws.com',
    onSending: Conditions,
    onTheKey: Conditions,
  ): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: onSending,
      }),
    );
    this.encryptionKey.key.addToResourcePolicy(
      new PolicyStatement({
        sid: `MessagesOf${this.node.id}`,
        principals: [new ServicePrincipal(service)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: onTheKey,
      }),
    );
  }

  allowReceive(role: NamedRole): void {
    role.allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [this.queue.queueArn]);
    this.encryptionKey.allowThrough('sqs', role, 'read');
    this.receiverRoleArns.push(role.roleArn);
  }

  /**
   * Looking how much waits, and sending what was given up on its way again. SQS asks for these rights on both queues:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
   */
  allowRedrive(role: NamedRole): void {
    this.deadLetters.allowRedrive(role);
    role.allow(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'], [this.queue.queueArn]);
    this.encryptionKey.allowThrough('sqs', role, 'read and write');
  }

  metricOldestSeconds(period: Duration): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({
      period,
      statistic: Stats.MAXIMUM,
      label: `${this.node.id}, oldest, seconds`,
    });
  }
}
