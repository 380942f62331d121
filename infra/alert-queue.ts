import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DELIVERIES, QUEUE_TIMEOUT_SECONDS } from '../functions/notify/retry-soon.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { denyOthersToSend, denyOthersToTake } from './queue-denials.ts';
import { resourceName } from './resource-names.ts';

export interface AlertQueueProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Alert revisions in order between detection and people, and a second queue for what could not be told. Only the roles named here send
 * and take, whatever other policies in the account say: what waits has no case yet, so nothing else would know of it.
 */
export class AlertQueue extends Construct {
  private readonly queue: Queue;
  private readonly deadLetters: Queue;
  private readonly encryptionKey: EncryptionKey;
  private readonly senderRoleArns: string[] = [];
  private readonly receiverRoleArns: string[] = [];
  private readonly redriverRoleArns: string[] = [];

  constructor(scope: Construct, id: string, props: AlertQueueProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const common = {
      fifo: true,
      // The sender names each revision (alertId:revision): equal texts of two alerts are still two alerts.
      contentBasedDeduplication: false,
      deduplicationScope: DeduplicationScope.QUEUE,
      fifoThroughputLimit: FifoThroughputLimit.PER_QUEUE,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey.key,
      enforceSSL: true,
      // The longest there is: an alert must survive a long weekend.
      retentionPeriod: Duration.days(14),
      removalPolicy: props.removalPolicy,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: `${resourceName(props.stage, 'alerts-dead')}.fifo`,
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: `${resourceName(props.stage, 'alerts')}.fifo`,
      visibilityTimeout: Duration.seconds(QUEUE_TIMEOUT_SECONDS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: DELIVERIES },
    });
    denyOthersToSend(this.queue, this.senderRoleArns);
    denyOthersToTake(this.queue, this.receiverRoleArns);
    // Sending there stays open: SQS moves messages itself, and AWS doesn't say as whom. Whatever comes there rings.
    denyOthersToTake(this.deadLetters, this.redriverRoleArns);
  }

  get queueUrl(): string {
    return this.queue.queueUrl;
  }

  get queueArn(): string {
    return this.queue.queueArn;
  }

  get deadLettersUrl(): string {
    return this.deadLetters.queueUrl;
  }

  allowSend(role: NamedRole): void {
    role.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    this.encryptionKey.allowThrough('sqs', role, 'read and write');
    this.senderRoleArns.push(role.roleArn);
  }

  /** What Lambda's event source mapping needs, and what the function behind it does with messages that it can't use or not yet. */
  allowConsume(role: NamedRole): void {
    role.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [this.queue.queueArn],
    );
    role.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
    this.encryptionKey.allowThrough('sqs', role, 'read and write');
    this.receiverRoleArns.push(role.roleArn);
  }

  /** Taking messages off the dead-letter queue and putting them back, one by one or by SQS's own redrive. */
  allowRedrive(role: NamedRole): void {
    role.allow(
      [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:StartMessageMoveTask',
        'sqs:ListMessageMoveTasks',
      ],
      [this.deadLetters.queueArn],
    );
    this.redriverRoleArns.push(role.roleArn);
    this.allowSend(role);
  }

  metricWaiting(period: Duration): Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM, label: 'waiting' });
  }

  metricOldestSeconds(period: Duration): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({
      period,
      statistic: Stats.MAXIMUM,
      label: 'oldest, seconds',
    });
  }

  metricDeadLetters(period: Duration): Metric {
    return this.deadLetters.metricApproximateNumberOfMessagesVisible({
      period,
      statistic: Stats.MAXIMUM,
      label: 'dead letters',
    });
  }
}
