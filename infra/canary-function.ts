import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import type { AlertTopic } from './alert-topic.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { GeneratedKey } from './generated-key.ts';
import { startRegularly } from './regular-start.ts';
import { resourceName } from './resource-names.ts';

export interface CanaryFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly canaryKey: GeneratedKey;
  readonly topic: AlertTopic;
  /** The addresses that get alerts by mail. */
  readonly mailboxes: readonly string[];
}

/** How often it sings. */
export const CANARY_EVERY = Duration.minutes(15);

/** Puts an access on the stream that must alert, and looks whether mail reaches everybody that it should. */
export class CanaryFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: CanaryFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'canary',
      description: 'Makes an access whose alert must come out',
      timeout: Duration.seconds(30),
      memoryMegabytes: 256,
      reservedConcurrency: 1,
      environment: {
        STREAM_NAME: props.accesses.streamName,
        CANARY_KEY_SECRET: props.canaryKey.secretArn,
        ALERT_TOPIC_ARN: props.topic.topicArn,
        ...(props.mailboxes.length > 0 && { MAILBOXES: props.mailboxes.join(',') }),
      },
    });
    props.accesses.allowWrite(this.role);
    props.canaryKey.allowRead(this.role);
    props.topic.allowListSubscriptions(this.role);
    startRegularly(this, {
      lambda: this.lambda,
      name: resourceName(props.stage, 'canary'),
      id: 'EveryQuarter',
      every: CANARY_EVERY,
      description: 'The canary sings every quarter of an hour',
    });
  }
}
