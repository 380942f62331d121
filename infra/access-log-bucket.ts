import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PrivateBucket } from './private-bucket.ts';

export interface AccessLogBucketProps {
  readonly stage: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Who touched the other buckets: S3's own server access logs, kept for a year. */
export class AccessLogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id, {
      ...props,
      part: 'logs',
      lifecycleRules: [{ id: 'forget', expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(1) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
      reason:
        'S3 delivers server access logs only to buckets that are encrypted with its own keys (SSE-S3): https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html',
    });
  }

  /** The bucket as others see it. (CDK's own class misses its interface under exact optional property types.) */
  get target(): IBucket {
    return this.bucket as IBucket;
  }
}
