import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import { resourceName } from './resource-names.ts';
import { UNLESS_AWS_ITSELF, unlessOneOf } from './unless-one-of.ts';

export interface PrivateBucketProps {
  readonly stage: string;
  /** What the bucket holds; part of its name. */
  readonly part: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly removalPolicy: RemovalPolicy;
  /** @default - S3's own keys, which is all that S3 delivers its access logs to */
  readonly encryptionKey?: EncryptionKey;
  /** Where S3 notes every request to this bucket. @default - not noted */
  readonly accessLogs?: IBucket;
}

/** A bucket that is not public, speaks TLS only, keeps every version until its lifecycle ends, and lets nobody else delete. */
export class PrivateBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: resourceName(props.stage, `${props.part}-${account}-${region}`),
      ...(props.encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: props.encryptionKey.key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      ...(props.accessLogs && { serverAccessLogsBucket: props.accessLogs, serverAccessLogsPrefix: `${props.part}/` }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [...props.lifecycleRules],
      removalPolicy: props.removalPolicy,
    });
    if (props.removalPolicy !== RemovalPolicy.DESTROY) {
      this.deny('OnlyTheLifecycleDeletes', ['s3:DeleteObject', 's3:DeleteObjectVersion'], ['*'], UNLESS_AWS_ITSELF);
    }
    Validations.of(this.bucket).acknowledge({
      id: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      reason:
        'Data residency: what staff did with users’ data must not leave the region that the stage names. S3 already stores every object in three zones, and every version is kept.',
    });
  }

  /**
   * Refuses actions to everybody but some roles, whatever other policies in the account say.
   *
   * @param keys patterns of object keys
   * @param roleArns one at least
   */
  denyOthers(sid: string, actions: readonly string[], keys: readonly string[], roleArns: readonly string[]): void {
    this.deny(sid, actions, keys, unlessOneOf(roleArns));
  }

  private deny(sid: string, actions: readonly string[], keys: readonly string[], conditions: Conditions): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [...actions],
        resources: keys.map((key) => this.bucket.arnForObjects(key)),
        conditions,
      }),
    );
  }
}
