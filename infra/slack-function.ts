import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AlertTopic } from './alert-topic.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import { resourceName } from './resource-names.ts';

export interface SlackFunctionProps extends FunctionSurroundings {
  readonly topic: AlertTopic;
  /** Complete ARN of the secret that holds the webhook's address; it lives outside of the stack. */
  readonly webhookSecretArn: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Four attempts of ten seconds and the waits between them. */
const TIMEOUT = Duration.minutes(3);

/** Posts alerts to Slack; what Slack won't take is kept in a queue and told by mail. */
export class SlackFunction extends BundledFunction {
  private readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: SlackFunctionProps) {
    const deadLetters = new Queue(scope, `${id}DeadLetters`, {
      queueName: resourceName(props.stage, 'slack-dead'),
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: props.removalPolicy,
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is where dead letters end: Lambda and the function itself send to it, nothing consumes it.',
    });
    super(scope, id, {
      ...props,
      handlerFolder: 'slack',
      description: 'Posts alerts to Slack',
      timeout: TIMEOUT,
      memoryMegabytes: 512,
      // Slack takes about one message a second of a hook.
      reservedConcurrency: 1,
      environment: {
        WEBHOOK_SECRET: props.webhookSecretArn,
        ALERT_TOPIC_ARN: props.topic.topicArn,
        DEAD_LETTERS_URL: deadLetters.queueUrl,
      },
    });
    this.deadLetters = deadLetters;
    this.role.allow(['secretsmanager:GetSecretValue'], [props.webhookSecretArn]);
    this.role.allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    props.encryptionKey.allowThrough('sqs', this.role, 'read and write');
    props.topic.allowPublish(this.role);
    this.lambda.configureAsyncInvoke({
      onFailure: new SqsDestination(deadLetters),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    props.topic.subscribeFunction(this.lambda);
  }

  metricDeadLetters(period: Duration): Metric {
    return this.deadLetters.metricApproximateNumberOfMessagesVisible({
      period,
      statistic: Stats.MAXIMUM,
      label: 'not posted to Slack',
    });
  }
}
