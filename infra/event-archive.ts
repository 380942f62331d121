import { Duration, Lazy, type RemovalPolicy } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { EVENTS_PREFIX } from '../shared/stores/archived-events.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface EventArchiveProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly accessLogs: IBucket;
  /** For so many days events are kept. */
  readonly keptDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/** Every event as it came, one JSON object a line, for backtests and tuning. */
export class EventArchive extends PrivateBucket {
  private readonly encryptionKey: EncryptionKey;
  private readonly readerRoleArns: string[] = [];
  private readonly writerRoleArns: string[] = [];

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
    this.denyOthers(
      'OnlyTheArchiverWrites',
      ['s3:PutObject'],
      ['*'],
      Lazy.list({ produce: () => this.writerRoleArns }),
    );
    this.denyOthers(
      'OnlyNamedRolesRead',
      ['s3:GetObject', 's3:GetObjectVersion'],
      ['*'],
      Lazy.list({ produce: () => this.readerRoleArns }),
    );
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  allowWrite(role: NamedRole): void {
    this.allowObjects(role, 's3:PutObject');
    this.encryptionKey.allowThrough('s3', role, 'write');
    this.writerRoleArns.push(role.roleArn);
  }

  allowRead(role: NamedRole): void {
    role.allow(['s3:ListBucket'], [this.bucket.bucketArn]);
    this.allowObjects(role, 's3:GetObject');
    this.encryptionKey.allowThrough('s3', role, 'read');
    this.readerRoleArns.push(role.roleArn);
  }

  private allowObjects(role: NamedRole, action: string): void {
    const objects = this.bucket.arnForObjects(`${EVENTS_PREFIX}*`);
    role.allowWildcard([action], objects, 'Objects in the archive are named after the hour that they hold.');
  }
}
