import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping, MetricType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { StageConfig } from './config.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import { IngestQueue } from './ingest-queue.ts';
import type { NamedRole } from './named-role.ts';
import { INGESTED_PREFIX, QUARANTINE_PREFIX, REFERENCE_PREFIX, resourceName } from './resource-names.ts';

export interface IngestFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly evidence: EvidenceBucket;
  readonly removalPolicy: RemovalPolicy;
  readonly sources: NonNullable<StageConfig['ingest']>;
}

/** An object that takes longer goes on where it stopped, at its next delivery. */
const TIMEOUT = Duration.minutes(5);
/** Invocations of each queue. */
const MESSAGES_AT_ONCE = 10;

/** Takes in what can't write to the stream itself: CloudTrail by way of EventBridge, and objects of S3. */
export class IngestFunction extends BundledFunction {
  /** @default - no source of the stage delivers so */
  readonly events: IngestQueue | undefined;
  readonly objects: IngestQueue | undefined;
  private readonly rule: Rule | undefined;

  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    const { sources, accesses, evidence } = props;
    super(scope, id, {
      ...props,
      handlerFolder: 'ingest',
      description: 'Turns what sources deliver into accesses on the stream',
      timeout: TIMEOUT,
      memoryMegabytes: 1024,
      environment: {
        STREAM_NAME: accesses.streamName,
        BUCKET: evidence.bucketName,
        UNMAPPED: sources.unmapped,
      },
    });
    accesses.allowWrite(this.role);
    evidence.allowWrite(this.role, QUARANTINE_PREFIX, INGESTED_PREFIX);
    evidence.allowRead(this.role, INGESTED_PREFIX, REFERENCE_PREFIX);
    // Without it S3 answers "access denied" where a note or a file isn't there yet.
    evidence.allowList(this.role);
    if (sources.cloudTrail) {
      this.events = new IngestQueue(this, 'Events', { ...props, part: 'ingest-events', consumerTimeout: TIMEOUT });
      this.rule = this.takeEvents(props.stage, this.events);
    }
    if (sources.buckets.length > 0) this.objects = this.takeObjects(props);
  }

  /** Where deliveries wait for the function. */
  get queues(): readonly IngestQueue[] {
    return [this.events, this.objects].filter((queue) => queue !== undefined);
  }

  /** Sending what was given up on its way again. */
  allowRedrive(role: NamedRole): void {
    for (const queue of this.queues) queue.allowRedrive(role);
  }

  /** Data events alone: management events touch no user data. */
  private takeEvents(stage: string, queue: IngestQueue): Rule {
    const rule = new Rule(this, 'CloudTrail', {
      ruleName: resourceName(stage, 'ingest-cloudtrail'),
      description: 'Data events of a trail, to Borderwatch',
      eventPattern: {
        source: ['aws.s3', 'aws.dynamodb'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { managementEvent: [false] },
      },
      targets: [{ bind: () => ({ arn: queue.queueArn }) }],
    });
    queue.allowService(
      'events.amazonaws.com',
      {
        ArnEquals: {
          'aws:SourceArn': Stack.of(this).formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: resourceName(stage, 'ingest-cloudtrail'),
          }),
        },
      },
      // AWS shows the key of a queue behind EventBridge without a condition, and says of topics that one on the source doesn't work:
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      {},
    );
    this.consume(queue, 'EventsMapping', 1000, Duration.seconds(1));
    return rule;
  }

  private takeObjects(props: IngestFunctionProps): IngestQueue {
    const { partition, account } = Stack.of(this);
    const queue = new IngestQueue(this, 'Objects', { ...props, part: 'ingest-objects', consumerTimeout: TIMEOUT });
    const bucketArns = props.sources.buckets.map((name) => `arn:${partition}:s3:::${name}`);
    const fromHere = { 'aws:SourceAccount': account };
    queue.allowService(
      's3.amazonaws.com',
      {
        ArnEquals: { 'aws:SourceArn': bucketArns },
        StringEquals: fromHere,
      },
      { StringEquals: fromHere },
    );
    for (const arn of bucketArns) {
      const reason = 'Which objects a source writes is not known at deployment; the stage names its bucket.';
      this.role.allowWildcard(['s3:GetObject', 's3:GetObjectVersion'], `${arn}/*`, reason);
    }
    this.role.allow(['s3:ListBucket'], bucketArns);
    // One object an invocation: each may take as long as an invocation may.
    this.consume(queue, 'ObjectsMapping', 1, Duration.seconds(0));
    return queue;
  }

  /** Events that the rule matched and could not put on the queue. @default - no source of the stage delivers so */
  metricNotDelivered(period: Duration): Metric | undefined {
    return (
      this.rule &&
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: this.rule.ruleName },
        period,
        statistic: Stats.SUM,
        label: 'events not put on the queue',
      })
    );
  }

  private consume(queue: IngestQueue, id: string, batchSize: number, maxBatchingWindow: Duration): void {
    queue.allowReceive(this.role);
    const mapping = new EventSourceMapping(this, id, {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      enabled: true,
      batchSize,
      maxBatchingWindow,
      // Detection behind it is as wide as the stream; a backlog of objects must not fill the account's concurrency.
      maxConcurrency: MESSAGES_AT_ONCE,
      reportBatchItemFailures: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    mapping.node.addDependency(this.role);
  }
}
