import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { NamedRole } from './named-role.ts';
import { resourceName } from './resource-names.ts';

export interface EncryptionKeyProps {
  readonly stage: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Services that use the key on a caller's behalf, by their prefix in endpoints. */
type KeyUser = 'dynamodb' | 'kinesis' | 's3' | 'secretsmanager' | 'sns' | 'sqs';
type KeyUse = 'read' | 'write' | 'read and write';

/**
 * What a service asks of the key on a caller's behalf. DynamoDB's list is that of its developer guide, without CreateGrant
 * (only who creates a table needs it); the others read with Decrypt and write with GenerateDataKey.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const ACTIONS: { readonly [use in KeyUse]: readonly string[] } = {
  read: ['kms:Decrypt'],
  write: ['kms:GenerateDataKey'],
  'read and write': ['kms:Decrypt', 'kms:GenerateDataKey'],
};
const DYNAMODB_WRITES = ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** The one key under which everything that the stage stores is encrypted; rotated every year. */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    this.key = new Key(this, 'Key', {
      alias: resourceName(props.stage, 'data'),
      description: `Borderwatch ${props.stage}: stream, tables, queues, topics, buckets, logs and the subject key`,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroupsOfThisStage',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*${resourceName(props.stage, '*')}`,
          },
        },
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTheEncryptedTopic',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }

  /** Lets a role use the key, but only where a service asks for it on the role's behalf. */
  allowThrough(service: KeyUser, role: NamedRole, use: KeyUse): void {
    const { actions, resources, conditions } = this.useStatement(service, use);
    role.allow(actions, resources, conditions);
  }

  /** The same permission as a statement, for policies that belong to no role. */
  useStatement(service: KeyUser, use: KeyUse): PolicyStatement {
    return new PolicyStatement({
      actions: [...ACTIONS[use], ...(service === 'dynamodb' && use !== 'read' ? DYNAMODB_WRITES : [])],
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(this).region}.amazonaws.com` } },
    });
  }
}
