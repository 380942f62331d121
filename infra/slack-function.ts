import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Construct } from 'constructs';
import { PATIENCE_MS } from '../functions/slack/slack.ts';
import { QUIET_ON } from '../shared/stores/sns-alert-topic.ts';
import type { AlertTopic } from './alert-topic.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import { DeadLetters } from './dead-letters.ts';

export interface SlackFunctionProps extends FunctionSurroundings {
  readonly topic: AlertTopic;
  /** Complete ARN of the secret that holds the webhook's address; it lives outside of the stack. */
  readonly webhookSecretArn: string;
  /** Address of a case's page, with `{case}` for its id. @default - messages have no button */
  readonly caseUrl: string | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** The function's patience with Slack, a last attempt of ten seconds, and time for the mail and for the posts of a digest. */
const TIMEOUT = Duration.millis(PATIENCE_MS).plus(Duration.minutes(2));

/** Posts alerts to Slack; what Slack won't take is kept in a queue and told by mail. */
export class SlackFunction extends BundledFunction {
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: SlackFunctionProps) {
    const deadLetters = new DeadLetters(scope, `${id}DeadLetters`, { ...props, part: 'slack' });
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
        DEAD_LETTERS_URL: deadLetters.queue.queueUrl,
        ...(props.caseUrl !== undefined && { CASE_URL: props.caseUrl }),
      },
    });
    this.deadLetters = deadLetters;
    this.role.allow(['secretsmanager:GetSecretValue'], [props.webhookSecretArn]);
    deadLetters.allowSend(this.role);
    props.topic.allowPublish(this.role);
    // Slack's troubles end in mail and are no errors: what fails here could not be mailed either.
    this.lambda.configureAsyncInvoke({
      onFailure: new SqsDestination(deadLetters.queue),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    props.topic.subscribeFunction(this.lambda, QUIET_ON.slack);
  }
}
