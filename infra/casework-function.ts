import { Duration, Stack } from 'aws-cdk-lib';
import { type ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { ProtectedTable } from './protected-table.ts';
import { caseworkUrlParameter } from './resource-names.ts';

export interface CaseworkFunctionProps extends FunctionSurroundings {
  readonly cases: ProtectedTable;
  readonly directory: ProtectedTable;
  readonly accesses: AccessStream;
  /** Whether people whom the directory doesn't know may judge cases. */
  readonly outsideAnalysts: boolean;
}

/**
 * Takes analysts' verdicts. Its URL demands IAM authentication, which is what tells it who asks: an invocation through Lambda's
 * own API carries no caller.
 */
export class CaseworkFunction extends BundledFunction {
  private readonly urlParameterArn: string;

  constructor(scope: Construct, id: string, props: CaseworkFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'casework',
      description: 'Takes verdicts on cases and puts them on the stream',
      timeout: Duration.seconds(30),
      memoryMegabytes: 512,
      // People at their keyboards: two at once are many.
      reservedConcurrency: 2,
      environment: {
        CASES_TABLE: props.cases.tableName,
        DIRECTORY_TABLE: props.directory.tableName,
        STREAM_NAME: props.accesses.streamName,
        OUTSIDE_ANALYSTS: props.outsideAnalysts ? 'allowed' : 'refused',
      },
    });
    props.cases.allowRead(this.role, 'GetItem');
    props.cases.allowWrite(this.role, 'UpdateItem');
    props.directory.allowRead(this.role, 'GetItem', 'Query');
    props.accesses.allowAdjudicate(this.role);

    const url = this.lambda.addFunctionUrl({
      authType: FunctionUrlAuthType.AWS_IAM,
      invokeMode: InvokeMode.BUFFERED,
    });
    const parameterName = caseworkUrlParameter(props.stage);
    new StringParameter(this, 'Url', {
      parameterName,
      description: 'Where borderwatch cases resolve sends verdicts; chosen by Lambda',
      stringValue: url.url,
    });
    this.urlParameterArn = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: parameterName.slice(1),
    });
  }

  /**
   * Lets whoever a policy is attached to find the function and call it, by its URL alone: a direct invocation could claim any
   * caller. Both actions are needed. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  allowCall(policy: ManagedPolicy): void {
    policy.addStatements(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [this.urlParameterArn] }),
      new PolicyStatement({
        actions: ['lambda:InvokeFunctionUrl'],
        resources: [this.lambda.functionArn],
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType.AWS_IAM } },
      }),
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.lambda.functionArn],
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
    );
  }
}
