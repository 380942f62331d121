import { describe, expect, it } from 'vitest';
import { TABLE_DEFINITIONS, type TableKind } from '../../shared/stores/table-definitions.ts';
import { type Properties, SYNTHESIS_TIMEOUT, statementsOf, synthesise } from './synthesised-stack.ts';

const { ofType, only, named } = synthesise();
const key = only('AWS::KMS::Key');

/** The key that each kind of resource names, where it names one. */
const KEY_OF: Readonly<Record<string, (properties: Properties) => unknown>> = {
  'AWS::Kinesis::Stream': ({ StreamEncryption }) => StreamEncryption,
  'AWS::DynamoDB::Table': ({ SSESpecification }) => SSESpecification,
  'AWS::SQS::Queue': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SecretsManager::Secret': ({ KmsKeyId }) => KmsKeyId,
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption,
};

/** The last part of each table's name. */
const TABLE_PARTS: Readonly<Record<TableKind, string>> = {
  baselines: 'baselines',
  links: 'links',
  linkLog: 'link-log',
  directory: 'directory',
  cases: 'cases',
};

describe('what the stage stores', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('is encrypted under its own key, except for the access logs, which S3 delivers to its own keys only', () => {
    const unprotected = Object.entries(KEY_OF).flatMap(([type, keyOf]) =>
      ofType(type)
        .filter(({ properties }) => !JSON.stringify(keyOf(properties) ?? '').includes(`"${key.id}"`))
        .map(({ id }) => id),
    );

    expect(unprotected).toEqual([expect.stringMatching(/^AccessLogs/)]);
  });

  it('is encrypted under a key that is rotated', () => {
    expect(key.properties.EnableKeyRotation).toBe(true);
  });

  it('lets the service of logs use the key, for log groups of this stage alone', () => {
    const uses = statementsOf(key.properties.KeyPolicy).filter(({ principal }) =>
      JSON.stringify(principal).includes('"logs.us-east-1.amazonaws.com"'),
    );

    expect(uses.map(({ actions, condition }) => [actions, JSON.stringify(condition)])).toEqual([
      [
        ['kms:Decrypt', 'kms:Describe*', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        expect.stringMatching(
          /^\{"ArnLike":\{"kms:EncryptionContext:aws:logs:arn":.*:logs:us-east-1:111122223333:log-group:\*borderwatch-prod-\*/,
        ),
      ],
    ]);
  });

  it('survives the deletion of the stack, but not a first deployment that fails', () => {
    const stateful = [
      'Kinesis::Stream',
      'DynamoDB::Table',
      'SQS::Queue',
      'SecretsManager::Secret',
      'S3::Bucket',
      'KMS::Key',
    ];
    const lost = stateful
      .flatMap((type) => ofType(`AWS::${type}`))
      .filter(({ deletionPolicy }) => deletionPolicy !== 'RetainExceptOnCreate')
      .map(({ id }) => id);

    expect(lost).toEqual([]);
  });

  it('goes with the stack where the stage says so', () => {
    const passing = synthesise({ removalPolicy: 'destroy' });

    const kept = passing.resources
      .filter(({ deletionPolicy }) => deletionPolicy?.startsWith('Retain'))
      .map(({ id }) => id);
    const protectedTables = passing
      .ofType('AWS::DynamoDB::Table')
      .filter(({ properties }) => properties.DeletionProtectionEnabled !== false);

    expect(kept).toEqual([]);
    expect(protectedTables).toEqual([]);
    expect(passing.stack.terminationProtection).toBe(false);
  });

  it.each(Object.values(TABLE_PARTS))('keeps the table %s restorable and undeletable', (part) => {
    const { properties } = named('AWS::DynamoDB::Table', 'TableName', `borderwatch-prod-${part}`);

    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    });
  });

  it.each(Object.entries(TABLE_PARTS) as [TableKind, string][])(
    'gives the table %s the keys that its store uses',
    (kind, part) => {
      const { properties } = named('AWS::DynamoDB::Table', 'TableName', `borderwatch-prod-${part}`);
      const { partitionKey, indexes, ...rest } = TABLE_DEFINITIONS[kind];
      const sortKey = 'sortKey' in rest ? [{ AttributeName: rest.sortKey.name, KeyType: 'RANGE' }] : [];

      expect(properties.KeySchema).toEqual([{ AttributeName: partitionKey.name, KeyType: 'HASH' }, ...sortKey]);
      expect(properties.GlobalSecondaryIndexes ?? []).toMatchObject(indexes.map(({ name }) => ({ IndexName: name })));
    },
  );

  it('lets links and old snapshots pass, and cases never', () => {
    const timeToLive = (part: string) =>
      named('AWS::DynamoDB::Table', 'TableName', `borderwatch-prod-${part}`).properties.TimeToLiveSpecification;

    expect(timeToLive('baselines')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(timeToLive('links')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(timeToLive('link-log')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(timeToLive('directory')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(timeToLive('cases')).toBeUndefined();
  });

  it('keeps the stream for seven days, growing by itself', () => {
    const { properties } = named('AWS::Kinesis::Stream', 'Name', 'borderwatch-prod-accesses');

    expect(properties).toMatchObject({ RetentionPeriodHours: 168, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  });

  it('keeps the stream at the size that the stage asks for', () => {
    const stream = synthesise({ stream: { mode: 'provisioned', shards: 3 } }).only('AWS::Kinesis::Stream');

    expect(stream.properties).toMatchObject({ ShardCount: 3, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
  });

  it('shows no bucket to the public and keeps versions of every object', () => {
    for (const { properties } of ofType('AWS::S3::Bucket')) {
      expect(properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      });
    }
  });

  it('forgets raw subject ids after thirty days, hidden versions included', () => {
    const evidence = only('AWS::S3::Bucket', 'Evidence');
    const { Rules } = evidence.properties.LifecycleConfiguration as Properties;
    const days = (Rules as unknown as readonly Lifetime[])
      .filter(({ Prefix }) => Prefix)
      .map(
        ({ Prefix, ExpirationInDays, NoncurrentVersionExpiration }) =>
          [Prefix, (ExpirationInDays ?? 0) + (NoncurrentVersionExpiration?.NoncurrentDays ?? 0)] as const,
      );

    // S3 rounds both steps up to midnight: two days more at most.
    expect(days).toEqual([
      ['quarantine/', 28],
      ['failed/', 28],
      ['aws/lambda/', 28],
      // Not a raw id in it: how far objects were read.
      ['ingested/', 16],
    ]);
  });

  it('keeps events as long as the stage says', () => {
    const archive = synthesise({ archiveDays: 90 }).only('AWS::S3::Bucket', 'Archive');

    expect(archive.properties.LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: 90 }] });
  });
});

interface Lifetime {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
}
