import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { ONGOING_INDEX, UNTOLD_INDEX } from '../shared/stores/table-definitions.ts';
import type { AccessStream } from './access-stream.ts';
import type { AlertQueue } from './alert-queue.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import { NamedRole } from './named-role.ts';
import type { ProtectedTable } from './protected-table.ts';
import { REFERENCE_PREFIX, resourceName } from './resource-names.ts';
import type { SettingsParameters } from './settings-parameters.ts';

export interface AssessFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly baselines: ProtectedTable;
  readonly directory: ProtectedTable;
  readonly cases: ProtectedTable;
  readonly alerts: AlertQueue;
  readonly evidence: EvidenceBucket;
  readonly settings: SettingsParameters;
}

/** Every minute: reads the settings, folds employees into groups, calibrates, publishes what scoring uses. */
export class AssessFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: AssessFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'assess',
      description: 'Folds employees into groups, calibrates the threshold, reads the settings, publishes snapshots',
      // A fold of 100,000 employees at 5,000 items a second, and a margin.
      timeout: Duration.minutes(4),
      memoryMegabytes: 1769,
      // One at a time: two folds at once would publish over each other.
      reservedConcurrency: 1,
      environment: {
        BASELINES_TABLE: props.baselines.tableName,
        DIRECTORY_TABLE: props.directory.tableName,
        CASES_TABLE: props.cases.tableName,
        STREAM_NAME: props.accesses.streamName,
        ALERT_QUEUE_URL: props.alerts.queueUrl,
        BUCKET: props.evidence.bucketName,
        SETTINGS_PATH: props.settings.path,
      },
    });
    props.baselines.allowRead(this.role, 'BatchGetItem', 'GetItem', 'Scan');
    props.baselines.allowWrite(this.role, 'PutItem', 'UpdateItem');
    props.directory.allowRead(this.role, 'GetItem', 'Query');
    props.directory.allowWrite(this.role, 'PutItem', 'UpdateItem', 'DeleteItem');
    props.cases.allowRead(this.role, 'BatchGetItem', 'GetItem', 'Query', 'Scan');
    props.cases.allowQueryIndex(this.role, UNTOLD_INDEX.name);
    props.cases.allowQueryIndex(this.role, ONGOING_INDEX.name);
    // It ends cases that nobody judged, and says so on the stream.
    props.cases.allowWrite(this.role, 'UpdateItem');
    props.accesses.allowAdjudicate(this.role);
    props.alerts.allowSend(this.role);
    props.evidence.allowRead(this.role, REFERENCE_PREFIX);
    props.settings.allowRead(this.role);
    this.runEveryMinute(props.stage);
  }

  private runEveryMinute(stage: string): void {
    // Scheduler hands the event to Lambda's own queue, which would try twice more and keep a throttled one for six hours.
    this.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    const scheduler = new NamedRole(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Starts ${resourceName(stage, 'assess')} every minute`,
    });
    scheduler.allow(['lambda:InvokeFunction'], [this.lambda.functionArn]);
    const schedule = new Schedule(this, 'EveryMinute', {
      scheduleName: resourceName(stage, 'assess'),
      description: 'Settings every minute; the function itself folds every five',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      timeWindow: TimeWindow.off(),
      enabled: true,
      target: {
        bind: () => ({
          arn: this.lambda.functionArn,
          role: scheduler.role,
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        }),
      },
    });
    schedule.node.addDependency(scheduler);
  }
}
