import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import type { StageConfig } from './config.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { resourceName } from './resource-names.ts';

export interface AccessStreamProps {
  readonly stage: string;
  readonly capacity: StageConfig['stream'];
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Every access to user data, as it happens; the partition key is the actor's id. */
export class AccessStream extends Construct {
  private readonly stream: Stream;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: AccessStreamProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.stream = new Stream(this, 'Stream', {
      streamName: resourceName(props.stage, 'accesses'),
      ...(props.capacity.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: props.capacity.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      // A week: a detector that broke on Friday evening has lost nothing by Monday.
      retentionPeriod: Duration.days(7),
      encryption: StreamEncryption.KMS,
      encryptionKey: props.encryptionKey.key,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason:
        "The rule prefers AWS's own aws/kinesis key for its price. The records hold raw subject ids: with a customer-managed key the account decides, and CloudTrail shows, who can read them.",
    });
  }

  get streamArn(): string {
    return this.stream.streamArn;
  }

  get streamName(): string {
    return this.stream.streamName;
  }

  /** What Lambda's event source mappings need to read. */
  allowRead(role: NamedRole): void {
    role.allow(
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      [this.stream.streamArn],
    );
    this.encryptionKey.allowThrough('kinesis', role, 'read');
  }

  allowWrite(role: NamedRole): void {
    role.allow(['kinesis:PutRecords'], [this.stream.streamArn]);
    this.encryptionKey.allowThrough('kinesis', role, 'write');
  }

  /** Lets verdicts on cases in among the accesses, one at a time. */
  allowAdjudicate(role: NamedRole): void {
    role.allow(['kinesis:PutRecord'], [this.stream.streamArn]);
    this.encryptionKey.allowThrough('kinesis', role, 'write');
  }

  metricIncomingRecords(period: Duration): Metric {
    return this.stream.metricIncomingRecords({ period, statistic: Stats.SUM, label: 'events in' });
  }

  metricIncomingBytes(period: Duration): Metric {
    return this.stream.metricIncomingBytes({ period, statistic: Stats.SUM, label: 'bytes in' });
  }

  metricWriteThrottled(period: Duration): Metric {
    return this.stream.metricWriteProvisionedThroughputExceeded({
      period,
      statistic: Stats.SUM,
      label: 'writes refused',
    });
  }
}
