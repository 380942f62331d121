import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, MetricType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ONGOING_INDEX, UNTOLD_INDEX } from '../shared/stores/table-definitions.ts';
import type { AlertQueue } from './alert-queue.ts';
import type { AlertTopic } from './alert-topic.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { ProtectedTable } from './protected-table.ts';

export interface NotifyFunctionProps extends FunctionSurroundings {
  readonly alerts: AlertQueue;
  readonly cases: ProtectedTable;
  readonly topic: AlertTopic;
}

/** Stores each alert revision in its case and tells people. */
export class NotifyFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: NotifyFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'notify',
      description: 'Stores alerts in their cases and tells people',
      // Ten alerts at one email a second, or a digest of thousands, with room for a slow topic.
      timeout: Duration.minutes(1),
      // A whole processor, for the digest of a flood; on other days it runs a few times.
      memoryMegabytes: 1769,
      environment: {
        CASES_TABLE: props.cases.tableName,
        ALERT_TOPIC_ARN: props.topic.topicArn,
        ALERT_QUEUE_URL: props.alerts.queueUrl,
        DEAD_LETTERS_URL: props.alerts.deadLettersUrl,
      },
    });
    props.alerts.allowConsume(this.role);
    props.cases.allowRead(this.role, 'BatchGetItem', 'GetItem');
    props.cases.allowQueryIndex(this.role, UNTOLD_INDEX.name);
    props.cases.allowQueryIndex(this.role, ONGOING_INDEX.name);
    props.cases.allowWrite(this.role, 'UpdateItem');
    props.topic.allowPublish(this.role);

    const mapping = new EventSourceMapping(this, 'Alerts', {
      target: this.lambda,
      eventSourceArn: props.alerts.queueArn,
      enabled: true,
      // The most that a FIFO queue gives at once; it knows no batching window, and its one group allows one at a time.
      batchSize: 10,
      reportBatchItemFailures: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    mapping.node.addDependency(this.role);
  }
}
