import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ONGOING_INDEX, UNTOLD_INDEX } from '../shared/stores/table-definitions.ts';
import type { AccessStream } from './access-stream.ts';
import type { AlertQueue } from './alert-queue.ts';
import { ASSESS_MEGABYTES, ASSESS_NODE_OPTIONS } from './assess-memory.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { ProtectedTable } from './protected-table.ts';
import { startRegularly } from './regular-start.ts';
import { resourceName } from './resource-names.ts';
import type { SettingsParameters } from './settings-parameters.ts';

export interface AssessFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly baselines: ProtectedTable;
  readonly directory: ProtectedTable;
  readonly cases: ProtectedTable;
  readonly linkLog: ProtectedTable;
  readonly alerts: AlertQueue;
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
      memoryMegabytes: ASSESS_MEGABYTES,
      // One at a time: two folds at once would publish over each other.
      reservedConcurrency: 1,
      environment: {
        NODE_OPTIONS: ASSESS_NODE_OPTIONS,
        BASELINES_TABLE: props.baselines.tableName,
        DIRECTORY_TABLE: props.directory.tableName,
        CASES_TABLE: props.cases.tableName,
        LINK_LOG_TABLE: props.linkLog.tableName,
        STREAM_NAME: props.accesses.streamName,
        ALERT_QUEUE_URL: props.alerts.queueUrl,
        SETTINGS_PATH: props.settings.path,
      },
    });
    props.baselines.allowRead(this.role, 'Scan', 'BatchGetItem');
    props.directory.allowRead(this.role, 'GetItem', 'Query');
    // What it publishes is named after its content: it never loses a race to other bytes, so it has nothing to delete.
    props.directory.allowWrite(this.role, 'PutItem', 'UpdateItem');
    props.cases.allowRead(this.role, 'BatchGetItem', 'GetItem');
    props.cases.allowQueryIndex(this.role, UNTOLD_INDEX.name);
    props.cases.allowQueryIndex(this.role, ONGOING_INDEX.name);
    // It ends cases that nobody judged, and says so on the stream.
    props.cases.allowWrite(this.role, 'UpdateItem');
    props.accesses.allowAdjudicate(this.role);
    // It joins refusals with looks, says so on the stream too, and notes how far it came.
    props.linkLog.allowRead(this.role, 'GetItem', 'Query');
    props.linkLog.allowWrite(this.role, 'PutItem');
    props.alerts.allowSend(this.role);
    props.settings.allowRead(this.role);
    startRegularly(this, {
      lambda: this.lambda,
      name: resourceName(props.stage, 'assess'),
      id: 'EveryMinute',
      every: Duration.minutes(1),
      description: 'Settings every minute; the function itself folds every five',
    });
  }
}
