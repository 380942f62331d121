import { Duration, Lazy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup, LogStream, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { NamedRole } from './named-role.ts';
import { PrivateBucket } from './private-bucket.ts';
import { resourceName } from './resource-names.ts';

export interface EventArchiveProps {
  readonly stage: string;
  readonly accesses: AccessStream;
  readonly encryptionKey: EncryptionKey;
  readonly accessLogs: IBucket;
  /** For so many days events are kept. */
  readonly keptDays: number;
  readonly logRetentionDays: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

const EVENTS_PREFIX = 'events/';

/** Every event as it came, one JSON object a line, for backtests and tuning: a Firehose stream beside `detect`, no code. */
export class EventArchive extends PrivateBucket {
  private readonly encryptionKey: EncryptionKey;
  private readonly deliveryStreamName: string;
  private readonly readerRoleArns: string[] = [];
  private readonly writer: NamedRole;

  constructor(scope: Construct, id: string, props: EventArchiveProps) {
    super(scope, id, {
      ...props,
      part: 'archive',
      lifecycleRules: [
        {
          id: 'forget',
          expiration: Duration.days(props.keptDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    this.encryptionKey = props.encryptionKey;
    this.deliveryStreamName = resourceName(props.stage, 'archive');
    this.writer = new NamedRole(this, 'Writer', {
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `${this.deliveryStreamName}: copies every event to the archive bucket`,
    });
    this.denyOthers('OnlyFirehoseWrites', ['s3:PutObject'], ['*'], [this.writer.roleArn]);
    this.denyOthers(
      'OnlyNamedRolesRead',
      ['s3:GetObject', 's3:GetObjectVersion'],
      ['*'],
      Lazy.list({ produce: () => this.readerRoleArns }),
    );
    this.createDeliveryStream(props);
  }

  allowRead(role: NamedRole): void {
    role.allow(['s3:ListBucket'], [this.bucket.bucketArn]);
    role.allowWildcard(
      ['s3:GetObject'],
      this.bucket.arnForObjects(`${EVENTS_PREFIX}*`),
      'Objects in the archive are named after the hour that they hold.',
    );
    this.encryptionKey.allowThrough('s3', role, 'read');
    this.readerRoleArns.push(role.roleArn);
  }

  /** Age of the oldest event that is not in the bucket yet, seconds. */
  metricBehindSeconds(period: Duration): Metric {
    return new Metric({
      namespace: 'AWS/Firehose',
      metricName: 'DeliveryToS3.DataFreshness',
      dimensionsMap: { DeliveryStreamName: this.deliveryStreamName },
      period,
      statistic: Stats.MAXIMUM,
      label: 'archive behind, seconds',
    });
  }

  private createDeliveryStream(props: EventArchiveProps): void {
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/kinesisfirehose/${this.deliveryStreamName}`,
      retention: props.logRetentionDays,
      encryptionKey: props.encryptionKey.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, 'Deliveries', {
      logGroup,
      logStreamName: 'deliveries',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.allowDelivery(props.accesses, logGroup);
    const roleArn = this.writer.roleArn;
    const deliveryStream = new CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamName: this.deliveryStreamName,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: props.accesses.streamArn, roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn,
        prefix: `${EVENTS_PREFIX}!{timestamp:yyyy/MM/dd/HH}/`,
        errorOutputPrefix: 'undelivered/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/',
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 64 },
        compressionFormat: 'GZIP',
        fileExtension: '.ndjson.gz',
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: props.encryptionKey.key.keyArn } },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
        // Producers send bare objects; without a line's end between them nobody could tell them apart.
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: 'AppendDelimiterToRecord',
              parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }],
            },
          ],
        },
        s3BackupMode: 'Disabled',
      },
    });
    deliveryStream.node.addDependency(this.writer);
    Validations.of(deliveryStream).acknowledge({
      id: 'AwsSolutions-KDF1',
      reason:
        'Firehose’s own encryption exists for direct puts only. Here the source is a Kinesis stream under the stage’s key, and Firehose keeps no copy of its data: https://docs.aws.amazon.com/firehose/latest/dev/encryption.html',
    });
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
  private allowDelivery(accesses: AccessStream, logGroup: LogGroup): void {
    accesses.allowRead(this.writer);
    this.writer.allow(
      ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      [this.bucket.bucketArn],
    );
    this.writer.allowWildcard(
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      this.bucket.arnForObjects('*'),
      'Firehose names the objects itself and owns the whole bucket.',
    );
    this.encryptionKey.allowThrough('s3', this.writer, 'read and write');
    this.writer.allow(['logs:PutLogEvents'], [logGroup.logGroupArn]);
    // Firehose reads what it has written itself when it puts a large object together.
    this.readerRoleArns.push(this.writer.roleArn);
  }
}
