import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type IFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../shared/model/metric-names.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { functionBundling, PROJECT_ROOT } from './function-bundling.ts';
import { NamedRole } from './named-role.ts';
import { resourceName } from './resource-names.ts';

/** What every function of a stage has in common. */
export interface FunctionSurroundings {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly logRetentionDays: RetentionDays;
}

export interface BundledFunctionProps extends FunctionSurroundings {
  /** The folder below `functions/` whose handler.ts exports `handler`; also the last part of the function's name. */
  readonly handlerFolder: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Files beside the bundle, by their name there, named from the repository's folder. @default - none */
  readonly copies?: Readonly<Record<string, string>>;
  /** At most so many at once, and so many set aside for it. @default - whatever the account has left */
  readonly reservedConcurrency?: number;
}

/** A function of this project: bundled by esbuild, traced, with its own log group and a role that can do nothing yet. */
export class BundledFunction extends Construct {
  readonly lambda: IFunction;
  readonly role: NamedRole;
  private readonly functionName: string;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    this.functionName = resourceName(props.stage, props.handlerFolder);
    this.role = new NamedRole(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${this.functionName}: ${props.description}`,
    });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${this.functionName}`,
      retention: props.logRetentionDays,
      encryptionKey: props.encryptionKey.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: this.functionName,
      description: props.description,
      entry: `${PROJECT_ROOT}functions/${props.handlerFolder}/handler.ts`,
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: `${PROJECT_ROOT}package-lock.json`,
      bundling: functionBundling(props.copies),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role.role,
      logGroup,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      environment: {
        ...props.environment,
        STAGE: props.stage,
        // Also the metrics' one dimension: two stages in one account stay apart.
        POWERTOOLS_SERVICE_NAME: this.functionName,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
    });
    this.lambda.node.addDependency(this.role);
    this.role.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.role.allowWildcard(
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      '*',
      'X-Ray has no resources that a policy could name.',
    );
    this.acknowledge(props.reservedConcurrency !== undefined);
  }

  /** A metric that Lambda writes, such as `Errors`. */
  metric(name: string, period: Duration, statistic: string = Stats.SUM): Metric {
    return this.lambda.metric(name, { period, statistic, label: `${this.node.id} ${name}` });
  }

  /** A metric that the function itself writes. @param dimensions beside the function's name */
  ownMetric(
    name: string,
    period: Duration,
    statistic: string = Stats.SUM,
    dimensions: Readonly<Record<string, string>> = {},
  ): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { service: this.functionName, ...dimensions },
      period,
      statistic,
      label: name,
    });
  }

  private acknowledge(isConcurrencyLimited: boolean): void {
    Validations.of(this.lambda).acknowledge(
      {
        id: 'NIST.800.53.R5-LambdaInsideVPC',
        reason:
          'The function talks to AWS services only, over TLS, and listens to nothing. Inside a VPC the same calls would go to the same public services through endpoints; what it may reach is limited by its role.',
      },
      {
        id: 'NIST.800.53.R5-LambdaDLQ',
        reason:
          'The function’s own dead-letter setting works for asynchronous events only. Stream and queue have failure destinations of their own; the scheduled function makes a lost run good at the next minute, and an alarm rings when runs stay away.',
      },
    );
    if (isConcurrencyLimited) return;
    Validations.of(this.lambda).acknowledge({
      id: 'NIST.800.53.R5-LambdaConcurrency',
      reason:
        'Its source limits it: at most one invocation for each lane of each shard, one for the queue’s single message group, or as many as a queue’s mapping allows. A lower limit would delay alerts under load, which is when they matter.',
    });
  }
}
