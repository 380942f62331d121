import type { CreateTableCommandInput, ScalarAttributeType } from '@aws-sdk/client-dynamodb';

/** One attribute that a table or an index is keyed by: S is text, N a number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

/** A global secondary index. Only keys are projected: readers fetch the items themselves, strongly consistent. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
}

/** What a table must look like for the stores to work; CDK and local provisioning both build from this. */
export interface TableDefinition {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute that holds the epoch second after which DynamoDB may delete an item. */
  readonly timeToLiveAttribute?: string;
}

export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
export const TIME_TO_LIVE_ATTRIBUTE = 'expiresAt';

/**
 * Cases that people were not told of, oldest first. Only these carry `untold`, so the index is empty on a quiet day and
 * finding cases left behind costs nothing, however many cases there are.
 */
export const UNTOLD_INDEX: IndexDefinition = {
  name: 'untold',
  partitionKey: { name: 'untold', type: 'S' },
  sortKey: { name: 'storedAt', type: 'N' },
};

/**
 * What is not over: open cases by the access that opened them, and verdicts that wait for their place on the stream. What is
 * over leaves the index, so it stays small however many cases there were.
 */
export const ONGOING_INDEX: IndexDefinition = {
  name: 'ongoing',
  partitionKey: { name: 'ongoing', type: 'S' },
  sortKey: { name: 'ongoingSince', type: 'S' },
};

const partitionKey: KeyAttribute = { name: PARTITION_KEY, type: 'S' };
const sortKey: KeyAttribute = { name: SORT_KEY, type: 'S' };

/**
 * The five tables by what they hold. Links have tables of their own: a fold reads the baselines whole, and there may be hundreds of links
 * an employee. `links` holds whose each machine is, `linkLog` who was refused or looked at which user.
 */
export const TABLE_DEFINITIONS = {
  baselines: { partitionKey, indexes: [], timeToLiveAttribute: TIME_TO_LIVE_ATTRIBUTE },
  links: { partitionKey, indexes: [], timeToLiveAttribute: TIME_TO_LIVE_ATTRIBUTE },
  linkLog: { partitionKey, sortKey, indexes: [], timeToLiveAttribute: TIME_TO_LIVE_ATTRIBUTE },
  directory: { partitionKey, sortKey, indexes: [], timeToLiveAttribute: TIME_TO_LIVE_ATTRIBUTE },
  cases: { partitionKey, indexes: [UNTOLD_INDEX, ONGOING_INDEX] },
} as const satisfies Record<string, TableDefinition>;

export type TableKind = keyof typeof TABLE_DEFINITIONS;

/**
 * The CreateTable request for a table, on demand. Time to live is not part of it: DynamoDB sets it by a call of its own.
 *
 * @param tableName at least three characters, which DynamoDB demands
 */
export function createTableRequest(definition: TableDefinition, tableName: string): CreateTableCommandInput {
  const indexes = definition.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  }));
  const keys = [definition, ...definition.indexes].flatMap((of) => [of.partitionKey, of.sortKey ?? []].flat());
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(definition.partitionKey, definition.sortKey),
    AttributeDefinitions: [...new Map(keys.map((key) => [key.name, key])).values()].map((key) => ({
      AttributeName: key.name,
      AttributeType: key.type satisfies ScalarAttributeType,
    })),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

function keySchema(partition: KeyAttribute, sort?: KeyAttribute): NonNullable<CreateTableCommandInput['KeySchema']> {
  const hash = { AttributeName: partition.name, KeyType: 'HASH' as const };
  return sort ? [hash, { AttributeName: sort.name, KeyType: 'RANGE' as const }] : [hash];
}
