import {
  type BatchGetItemCommandInput,
  ConditionalCheckFailedException,
  type DeleteItemCommandInput,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { PARTITION_KEY, SORT_KEY } from '../../shared/stores/table-definitions.ts';
import { holds, updated } from './expressions.ts';
import { type Item, readUnits, sizeOfItem, writeUnits } from './request-units.ts';

/** What would have been billed. */
export interface Units {
  /** A strongly consistent read counts whole, any other half. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Units, and the bytes of each item that was written. */
export interface MeteredKind extends Units {
  readonly written: readonly number[];
}

/** What requests to one table would have been billed. */
export interface Metered extends Units {
  /** Requests by operation, failed conditions among them. */
  readonly requests: Readonly<Record<string, number>>;
  /** By kind of item: what stands before the first # of its key. */
  readonly kinds: Readonly<Record<string, MeteredKind>>;
}

/** DynamoDB's tables in memory, as far as the stores use them, with a meter at each. */
export interface MemoryTables {
  /** @throws ConditionalCheckFailedException, and Error at what is not understood */
  readonly answer: (operation: string, input: unknown) => object;
  /** Since the meters were last reset. */
  readonly metered: (tableName: string) => Metered;
  readonly resetMeters: () => void;
  /** Items by key, the same object while nothing changes. */
  readonly save: () => Saved;
  /** Puts back what was saved, and resets the meters. */
  readonly restore: (saved: Saved) => void;
}

export type Saved = ReadonlyMap<string, ReadonlyMap<string, Item>>;

interface Table {
  items: Map<string, Item>;
  requests: Record<string, number>;
  kinds: Record<string, { readUnits: number; writeUnits: number; written: number[] }>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_ITEM_BYTES = 400 * 1024;
const MOST_EXPRESSION_BYTES = 4 * 1024;

const NO_ITEM: Item = {};
const UNKNOWN_KEY: Item = { [PARTITION_KEY]: { S: 'nothing' } };

/**
 * Answers requests as DynamoDB would and counts units as it bills them (Amazon DynamoDB Developer Guide, "DynamoDB read and write
 * operations"): each item of a batch is rounded up by itself, what a query finds as a whole; a write counts the larger
 * of the item before and after; a condition that fails counts as a write of what is stored; what isn't there counts as one unit.
 */
export function createMemoryTables(): MemoryTables {
  const tables = new Map<string, Table>();
  const tableOf = (name = ''): Table => {
    const table = tables.get(name) ?? { items: new Map(), requests: {}, kinds: {} };
    tables.set(name, table);
    return table;
  };

  const write = (table: Table, key: string, after: Item | undefined, input: Conditional) => {
    const before = table.items.get(key);
    const sizeBefore = before ? sizeOfItem(before) : 0;
    const { ConditionExpression } = input;
    if (ConditionExpression !== undefined && !holds(ConditionExpression, before ?? NO_ITEM, input)) {
      meterOf(table, key).writeUnits += writeUnits(sizeBefore);
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    const sizeAfter = after ? sizeOfItem(after) : 0;
    if (sizeAfter > MOST_ITEM_BYTES) throw new Error('Item size has exceeded the maximum allowed size');
    const meter = meterOf(table, key);
    meter.writeUnits += writeUnits(Math.max(sizeBefore, sizeAfter));
    if (after) meter.written.push(sizeAfter);
    if (after) table.items.set(key, after);
    else table.items.delete(key);
    return before;
  };
  const read = (table: Table, key: string, consistent: boolean | undefined, items: readonly Item[]) => {
    const units = readUnits(items.reduce((bytes, item) => bytes + sizeOfItem(item), 0));
    meterOf(table, key).readUnits += consistent ? units : units / 2;
  };

  const operations: Readonly<Record<string, (input: never) => object>> = {
    GetItem: ({ TableName, Key, ConsistentRead }: GetItemCommandInput) => {
      const table = tableOf(TableName);
      count(table, 'GetItem');
      const key = keyOf(Key);
      const item = table.items.get(key);
      read(table, key, ConsistentRead, item ? [item] : []);
      return item ? { Item: item } : {};
    },
    BatchGetItem: ({ RequestItems = {} }: BatchGetItemCommandInput) => {
      const responses = Object.entries(RequestItems).map(([name, { Keys = [], ConsistentRead }]) => {
        const table = tableOf(name);
        count(table, 'BatchGetItem');
        const found = Keys.map(keyOf).map((key) => ({ key, item: table.items.get(key) }));
        for (const { key, item } of found) read(table, key, ConsistentRead, item ? [item] : []);
        return [name, found.flatMap(({ item }) => (item ? [item] : []))] as const;
      });
      return { Responses: Object.fromEntries(responses), UnprocessedKeys: {} };
    },
    PutItem: (input: PutItemCommandInput) => {
      const table = tableOf(input.TableName);
      count(table, 'PutItem');
      write(table, keyOf(input.Item), input.Item, input);
      return {};
    },
    UpdateItem: (input: UpdateItemCommandInput) => {
      const table = tableOf(input.TableName);
      count(table, 'UpdateItem');
      const key = keyOf(input.Key);
      const stored = table.items.get(key) ?? { ...input.Key };
      if (Buffer.byteLength(input.UpdateExpression ?? '') > MOST_EXPRESSION_BYTES)
        throw new Error('Expression size has exceeded the maximum allowed size');
      const after = updated(stored, input.UpdateExpression ?? '', input);
      const before = write(table, key, after, input);
      switch (input.ReturnValues) {
        case 'ALL_NEW':
          return { Attributes: after };
        case 'ALL_OLD':
          return before ? { Attributes: before } : {};
        case undefined:
          return {};
        default:
          throw new Error(`ReturnValues ${input.ReturnValues} is not understood`);
      }
    },
    DeleteItem: (input: DeleteItemCommandInput) => {
      const table = tableOf(input.TableName);
      count(table, 'DeleteItem');
      write(table, keyOf(input.Key), undefined, input);
      return {};
    },
    Query: (input: QueryCommandInput) => {
      if (input.IndexName !== undefined) throw new Error(`the index ${input.IndexName} is not metered`);
      const table = tableOf(input.TableName);
      count(table, 'Query');
      const found = [...table.items.values()]
        .filter((item) => holds(input.KeyConditionExpression ?? '', item, input))
        .sort((a, b) => Buffer.compare(Buffer.from(a[SORT_KEY]?.S ?? ''), Buffer.from(b[SORT_KEY]?.S ?? '')));
      if (input.ScanIndexForward === false) found.reverse();
      const items = found.slice(0, input.Limit);
      read(table, keyOf(items[0] ?? UNKNOWN_KEY), input.ConsistentRead, items);
      return { Items: items };
    },
  };

  const resetMeters = () => {
    for (const table of tables.values()) Object.assign(table, { requests: {}, kinds: {} });
  };
  return {
    answer: (operation, input) => {
      const act = operations[operation];
      if (!act) throw new Error(`${operation} is not metered: the stores did not use it so far`);
      return act(input as never);
    },
    metered: (tableName) => {
      const { requests, kinds } = tableOf(tableName);
      const units = Object.values(kinds);
      return structuredClone({
        requests,
        kinds,
        readUnits: units.reduce((sum, { readUnits }) => sum + readUnits, 0),
        writeUnits: units.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
      });
    },
    resetMeters,
    save: () => new Map([...tables].map(([name, { items }]) => [name, new Map(items)])),
    restore: (saved) => {
      for (const [name, table] of tables) table.items = new Map(saved.get(name));
      resetMeters();
    },
  };
}

type Conditional = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const count = ({ requests }: Table, operation: string) => {
  requests[operation] = (requests[operation] ?? 0) + 1;
};

const meterOf = ({ kinds }: Table, key: string) => {
  const kind = key.split('#', 1)[0] ?? '';
  kinds[kind] ??= { readUnits: 0, writeUnits: 0, written: [] };
  return kinds[kind];
};

const keyOf = (key: Item | undefined = NO_ITEM): string => {
  const [partition, sort] = [key[PARTITION_KEY]?.S, key[SORT_KEY]?.S];
  if (partition === undefined) throw new Error('an item without its key');
  return sort === undefined ? partition : `${partition}\u0000${sort}`;
};
