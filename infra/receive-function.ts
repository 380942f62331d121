import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, CfnUrl } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import { QUARANTINE_PREFIX, REFERENCE_PREFIX, resourceName } from './resource-names.ts';

export interface ReceiveFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly evidence: EvidenceBucket;
  /** What an access is to a resource that `reference/resources.json` in the evidence bucket doesn't name. */
  readonly unmapped: 'not-concerned' | 'unknown-region';
  /** Complete ARN of the secret that requests are signed with. @default - IAM decides who may send */
  readonly webhookSecretArn: string | undefined;
}

/** Lambda takes ten times as many requests a second: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-throttling */
const REQUESTS_AT_ONCE = 10;

/**
 * Takes in requests of what can't write to the stream itself. A function of its own, since its URL may be open: a flood of requests takes
 * the concurrency that is set aside here, and neither that of detection nor that of the queues.
 */
export class ReceiveFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: ReceiveFunctionProps) {
    const { accesses, evidence, webhookSecretArn } = props;
    super(scope, id, {
      ...props,
      handlerFolder: 'receive',
      description: 'Turns what requests bring into accesses on the stream',
      // A body may unpack to 64 MiB, and a busy stream takes its time.
      timeout: Duration.minutes(5),
      memoryMegabytes: 1024,
      reservedConcurrency: REQUESTS_AT_ONCE,
      environment: {
        STREAM_NAME: accesses.streamName,
        BUCKET: evidence.bucketName,
        UNMAPPED: props.unmapped,
        ...(webhookSecretArn !== undefined && { WEBHOOK_SECRET: webhookSecretArn }),
      },
    });
    accesses.allowWrite(this.role);
    evidence.allowWrite(this.role, QUARANTINE_PREFIX);
    evidence.allowRead(this.role, REFERENCE_PREFIX);
    // Without it S3 answers "access denied" where a file isn't there yet.
    evidence.allowList(this.role);
    const authType = webhookSecretArn === undefined ? 'AWS_IAM' : 'NONE';
    const url = new CfnUrl(this, 'Url', { targetFunctionArn: this.lambda.functionArn, authType });
    if (webhookSecretArn === undefined) this.createCallerPolicy(props.stage);
    else this.openToWebhooks(webhookSecretArn);
    new CfnOutput(this, 'Address', { value: url.attrFunctionUrl, description: 'Records are posted here' });
  }

  /**
   * Since October 2025 a caller needs two permissions, for the URL and for the function behind it.
   * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  private openToWebhooks(secretArn: string): void {
    this.role.allow(['secretsmanager:GetSecretValue'], [secretArn]);
    const everybody = { functionName: this.lambda.functionArn, principal: '*' };
    const permissions = [
      new CfnPermission(this, 'AnybodyMayCallTheUrl', {
        ...everybody,
        action: 'lambda:InvokeFunctionUrl',
        functionUrlAuthType: 'NONE',
      }),
      new CfnPermission(this, 'AnybodyMayCallThroughTheUrl', {
        ...everybody,
        action: 'lambda:InvokeFunction',
        invokedViaFunctionUrl: true,
      }),
    ];
    for (const permission of permissions)
      Validations.of(permission).acknowledge({
        id: 'NIST.800.53.R5-LambdaFunctionPublicAccessProhibited',
        reason:
          'Webhooks can’t sign as IAM wants. The stage asked for an open URL; the function turns away what is not signed with the shared secret within five minutes, before it looks at anything else.',
      });
  }

  /** The same two, for those to whom the policy is attached. */
  private createCallerPolicy(stage: string): void {
    new ManagedPolicy(this, 'Caller', {
      managedPolicyName: resourceName(stage, 'receive-caller'),
      description: 'Sends records to the URL of Borderwatch',
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunctionUrl'],
          resources: [this.lambda.functionArn],
          conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
        }),
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [this.lambda.functionArn],
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        }),
      ],
    });
  }
}
