import { Duration, Lazy, type RemovalPolicy } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { PrivateBucket } from './private-bucket.ts';
import { FAILED_PREFIX, GIVEN_UP_PREFIX, INGESTED_PREFIX, QUARANTINE_PREFIX } from './resource-names.ts';

export interface EvidenceBucketProps {
  readonly stage: string;
  readonly accessLogs: IBucket;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
  /** Roles, beside those that `allowWrite` names, that may write. */
  readonly writerRoleArns: readonly string[];
}

/** For so many days raw subject ids may lie in the bucket. */
export const RAW_SUBJECT_DAYS = 30;
/** What holds whole records, and with them raw subject ids. */
const RAW_PREFIXES = [QUARANTINE_PREFIX, FAILED_PREFIX, GIVEN_UP_PREFIX];

/** What was quarantined, what failed, and the networks and resources that detection refers to. */
export class EvidenceBucket extends PrivateBucket {
  private readonly encryptionKey: EncryptionKey;
  private readonly writerRoleArns: string[];
  private readonly rawReaderRoleArns: string[] = [];

  constructor(scope: Construct, id: string, props: EvidenceBucketProps) {
    super(scope, id, {
      ...props,
      part: 'evidence',
      lifecycleRules: [
        // Expiry hides a version, and a day later the hidden version goes; S3 rounds each of the two up to midnight. Together, the days
        // that are promised: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ...RAW_PREFIXES.map((prefix) => ({
          id: `forget-raw-ids-in-${prefix.replaceAll('/', '-')}`,
          prefix,
          expiration: Duration.days(RAW_SUBJECT_DAYS - 3),
          noncurrentVersionExpiration: Duration.days(1),
        })),
        {
          // A message lives two weeks; afterwards nobody asks how far its object was read.
          id: 'forget-how-far-objects-were-read',
          prefix: INGESTED_PREFIX,
          expiration: Duration.days(15),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.encryptionKey = props.encryptionKey;
    this.writerRoleArns = [...props.writerRoleArns];
    const distinct = (roleArns: readonly string[]) => Lazy.list({ produce: () => [...new Set(roleArns)] });
    this.denyOthers('OnlyNamedRolesWrite', ['s3:PutObject'], ['*'], distinct(this.writerRoleArns));
    this.denyOthers(
      'OnlyNamedRolesReadRawIds',
      ['s3:GetObject', 's3:GetObjectVersion'],
      RAW_PREFIXES.map((prefix) => `${prefix}*`),
      distinct(this.rawReaderRoleArns),
    );
  }

  get bucketArn(): string {
    return this.bucket.bucketArn;
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  allowWrite(role: NamedRole, ...prefixes: readonly string[]): void {
    for (const prefix of prefixes) {
      const reason = `Objects under ${prefix} are named after what they hold, which is not known at deployment.`;
      role.allowWildcard(['s3:PutObject'], this.bucket.arnForObjects(`${prefix}*`), reason);
    }
    this.encryptionKey.allowThrough('s3', role, 'read and write');
    this.writerRoleArns.push(role.roleArn);
  }

  allowRead(role: NamedRole, ...prefixes: readonly string[]): void {
    for (const prefix of prefixes) {
      const reason = `Objects under ${prefix} are named after what they hold, which is not known at deployment.`;
      role.allowWildcard(['s3:GetObject'], this.bucket.arnForObjects(`${prefix}*`), reason);
    }
    this.encryptionKey.allowThrough('s3', role, 'read');
    if (prefixes.some((prefix) => RAW_PREFIXES.includes(prefix))) this.rawReaderRoleArns.push(role.roleArn);
  }

  allowList(role: NamedRole): void {
    role.allow(['s3:ListBucket'], [this.bucket.bucketArn]);
  }
}
