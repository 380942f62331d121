import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Construct } from 'constructs';
import { defaultProductArn } from '../shared/findings/security-hub-finding.ts';
import type { AlertTopic } from './alert-topic.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import { DeadLetters } from './dead-letters.ts';
import type { NamedRole } from './named-role.ts';

export interface FindingsFunctionProps extends FunctionSurroundings {
  readonly topic: AlertTopic;
  readonly removalPolicy: RemovalPolicy;
  /** Gets each alert as an OCSF Detection Finding. @default - none */
  readonly eventBusArn: string | undefined;
  /** Whether alerts become findings of AWS Security Hub. */
  readonly securityHub: boolean;
}

/** Hands alerts on to other systems in their formats; what they don't take is kept in a queue. */
export class FindingsFunction extends BundledFunction {
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: FindingsFunctionProps) {
    const { account, region, partition } = Stack.of(scope);
    const deadLetters = new DeadLetters(scope, `${id}DeadLetters`, { ...props, part: 'findings' });
    super(scope, id, {
      ...props,
      handlerFolder: 'findings',
      description: 'Hands alerts on as findings',
      timeout: Duration.minutes(1),
      memoryMegabytes: 512,
      // Alerts are few. Security Hub takes ten calls a second from the whole account.
      reservedConcurrency: 2,
      environment: {
        ACCOUNT_ID: account,
        PARTITION: partition,
        ...(props.eventBusArn !== undefined && { EVENT_BUS_ARN: props.eventBusArn }),
        ...(props.securityHub && { SECURITY_HUB: 'on' }),
      },
    });
    this.deadLetters = deadLetters;
    if (props.eventBusArn !== undefined) this.role.allow(['events:PutEvents'], [props.eventBusArn]);
    if (props.securityHub) {
      const productArn = defaultProductArn({ accountId: account, region, partition });
      this.role.allow(['securityhub:BatchImportFindings'], [productArn]);
    }
    deadLetters.allowSend(this.role);
    this.lambda.configureAsyncInvoke({
      onFailure: new SqsDestination(deadLetters.queue),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    props.topic.subscribeFunction(this.lambda);
  }

  /** Reading what was not handed over, and handing it over once more. */
  allowRedrive(role: NamedRole): void {
    this.deadLetters.allowLook(role);
    role.allow(['lambda:InvokeFunction'], [this.lambda.functionArn]);
  }
}
