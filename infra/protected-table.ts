import type { Duration } from 'aws-cdk-lib';
import { Lazy, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { KeyAttribute, TableDefinition } from '../shared/stores/table-definitions.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { resourceName } from './resource-names.ts';
import { unlessOneOf } from './unless-one-of.ts';

export interface ProtectedTableProps {
  readonly stage: string;
  /** The last part of the table's name. */
  readonly part: string;
  /** Keys, indexes and time to live, as the stores need them. */
  readonly definition: TableDefinition;
  /** Whether items can be deleted at all, by anybody. @default - by the writers */
  readonly keepsItemsForEver?: boolean;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
  /** Roles, beside those that `allowWrite` names, that may write. */
  readonly writerRoleArns: readonly string[];
}

type Read = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan';
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'] as const;
const PARTIQL_WRITES = ['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'];
const DELETES = ['DeleteItem', 'BatchWriteItem', 'PartiQLDelete'];
const keyOf = ({ name, type }: KeyAttribute) => ({
  name,
  type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER,
});
const qualified = (actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);

/**
 * A table that only the roles named here can write, whatever other policies in the account say. On demand, encrypted under
 * the stage's key, restorable to any second of the last 35 days.
 */
export class ProtectedTable extends Construct {
  private readonly table: Table;
  private readonly encryptionKey: EncryptionKey;
  private readonly writerRoleArns: string[];

  constructor(scope: Construct, id: string, props: ProtectedTableProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.writerRoleArns = [...props.writerRoleArns];
    const { partitionKey, sortKey, indexes, timeToLiveAttribute } = props.definition;
    this.table = new Table(this, 'Table', {
      tableName: resourceName(props.stage, props.part),
      partitionKey: keyOf(partitionKey),
      ...(sortKey && { sortKey: keyOf(sortKey) }),
      ...(timeToLiveAttribute && { timeToLiveAttribute }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.encryptionKey.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy: props.removalPolicy,
    });
    for (const index of indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: keyOf(index.partitionKey),
        sortKey: keyOf(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    this.denyOthersToWrite(props.keepsItemsForEver ?? false);
    Validations.of(this.table).acknowledge({
      id: 'NIST.800.53.R5-DynamoDBInBackupPlan',
      reason:
        'Point-in-time recovery keeps every second of the last 35 days, the table is deletion-protected and retained, and baselines can be rebuilt from the archive by replay. A copy in another account is the organisation’s decision: an AWS Backup policy of the organisation finds these tables by itself.',
    });
  }

  get tableArn(): string {
    return this.table.tableArn;
  }

  get tableName(): string {
    return this.table.tableName;
  }

  allowRead(role: NamedRole, ...actions: readonly Read[]): void {
    role.allow(qualified(actions), [this.table.tableArn]);
    this.encryptionKey.allowThrough('dynamodb', role, 'read');
  }

  allowQueryIndex(role: NamedRole, index: string): void {
    role.allow(['dynamodb:Query'], [`${this.table.tableArn}/index/${index}`]);
    this.encryptionKey.allowThrough('dynamodb', role, 'read');
  }

  allowWrite(role: NamedRole, ...actions: readonly (typeof WRITES)[number][]): void {
    role.allow(qualified(actions), [this.table.tableArn]);
    this.encryptionKey.allowThrough('dynamodb', role, 'read and write');
    this.writerRoleArns.push(role.roleArn);
  }

  /** Requests that DynamoDB turned away because the table or one of its keys was too busy. */
  metricThrottles(period: Duration): IMetric {
    const metric = (name: string) => this.table.metric(name, { period, statistic: Stats.SUM });
    // Of several tables in one graph each needs names of its own.
    const [reads, writes] = [`reads${this.node.id}`, `writes${this.node.id}`];
    return new MathExpression({
      expression: `FILL(${reads}, 0) + FILL(${writes}, 0)`,
      usingMetrics: { [reads]: metric('ReadThrottleEvents'), [writes]: metric('WriteThrottleEvents') },
      label: `${this.node.id} throttled`,
      period,
    });
  }

  metricConsumedReads(period: Duration): IMetric {
    return this.table.metricConsumedReadCapacityUnits({
      period,
      statistic: Stats.SUM,
      label: `${this.node.id} read units`,
    });
  }

  metricConsumedWrites(period: Duration): IMetric {
    return this.table.metricConsumedWriteCapacityUnits({
      period,
      statistic: Stats.SUM,
      label: `${this.node.id} write units`,
    });
  }

  private denyOthersToWrite(keepsItemsForEver: boolean): void {
    this.table.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyNamedRolesWrite',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [...qualified(WRITES), ...qualified(PARTIQL_WRITES)],
        resources: ['*'],
        conditions: unlessOneOf(Lazy.list({ produce: () => [...new Set(this.writerRoleArns)] })),
      }),
    );
    if (!keepsItemsForEver) return;
    this.table.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NobodyDeletes',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: qualified(DELETES),
        resources: ['*'],
      }),
    );
  }
}
