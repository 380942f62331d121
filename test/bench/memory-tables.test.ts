import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTables } from '../../bench/metering/memory-tables.ts';
import { answeredOnTheWire, answeringCall } from '../../bench/metering/metered-call.ts';
import { type Item, sizeOfItem } from '../../bench/metering/request-units.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import type { DynamoCall, DynamoOperations } from '../../shared/stores/dynamo-call.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { errorCode } from '../../shared/stores/signed-call.ts';
import { connectServices, createTable, deleteTable } from '../contracts/aws-services.ts';

let disconnect: () => Promise<void>;
let emulator: DynamoDBClient;
let tableName: string;

beforeAll(async () => {
  disconnect = await connectServices();
  emulator = makeDynamoClient();
});
beforeEach(async () => {
  tableName = await createTable(emulator, 'directory');
});
afterEach(() => deleteTable(emulator, tableName));
afterAll(async () => {
  emulator.destroy();
  await disconnect();
});

const key = (sk: string) => ({ pk: { S: 'series#x' }, sk: { S: sk } });
const item = (sk: string, bytes: number) => ({ ...key(sk), b: { B: new Uint8Array(bytes) }, v: { N: '12' } });

const asked = <Operation extends keyof DynamoOperations>(
  operation: Operation,
  input: DynamoOperations[Operation][0],
) => ({ operation, ask: (call: DynamoCall): Promise<Answer> => call(operation, input) as Promise<Answer> });

/** What the stores ask for, in an order in which every condition both holds and fails. */
const requests = () => {
  const put = { TableName: tableName, ReturnConsumedCapacity: 'TOTAL' as const };
  const users = {
    ...put,
    Key: key('device'),
    UpdateExpression: 'SET #first = if_not_exists(#first, :user) ADD #users :actor',
    ConditionExpression: 'attribute_not_exists(#users) OR size(#users) < :most OR contains(#users, :actorId)',
    ExpressionAttributeNames: { '#first': 'first', '#users': 'users' },
    ReturnValues: 'ALL_OLD' as const,
  };
  const user = (id: string) => ({
    ExpressionAttributeValues: {
      ':user': { M: { a: { S: id }, t: { N: '1700000000000' } } },
      ':actor': { SS: [id] },
      ':actorId': { S: id },
      ':most': { N: '2' },
    },
  });
  return [
    asked('PutItem', { ...put, Item: item('a', 700), ConditionExpression: 'attribute_not_exists(pk)' }),
    asked('PutItem', { ...put, Item: item('a', 700), ConditionExpression: 'attribute_not_exists(pk)' }),
    asked('PutItem', {
      ...put,
      Item: item('a', 3_000),
      ConditionExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': { N: '12' } },
    }),
    asked('PutItem', {
      ...put,
      Item: item('a', 10),
      ConditionExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': { N: '13' } },
    }),
    asked('PutItem', { ...put, Item: item('a', 10) }),
    asked('PutItem', { ...put, Item: item('b', 9_000) }),
    asked('GetItem', { ...put, Key: key('b'), ConsistentRead: true }),
    asked('GetItem', { ...put, Key: key('b') }),
    asked('GetItem', { ...put, Key: key('nothing'), ConsistentRead: true }),
    asked('BatchGetItem', {
      RequestItems: { [tableName]: { Keys: [key('a'), key('b'), key('nothing')], ConsistentRead: true } },
      ReturnConsumedCapacity: 'TOTAL',
    }),
    asked('Query', {
      ...put,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk <= :upTo',
      ExpressionAttributeValues: { ':pk': { S: 'series#x' }, ':upTo': { S: 'aa' } },
      ScanIndexForward: false,
      Limit: 1,
    }),
    asked('Query', {
      ...put,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :start)',
      ExpressionAttributeValues: { ':pk': { S: 'series#x' }, ':start': { S: 'b' } },
    }),
    ...['e-1', 'e-2', 'e-3', 'e-2'].map((id) => asked('UpdateItem', { ...users, ...user(id) })),
    asked('UpdateItem', {
      ...put,
      Key: key('device'),
      UpdateExpression: 'REMOVE #first',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#first': 'first' },
      ReturnValues: 'ALL_NEW',
    }),
    ...[2, 3].map((count) =>
      asked('UpdateItem', {
        ...put,
        Key: key('counts'),
        UpdateExpression: 'SET #at = :at ADD #c0 :c0',
        ExpressionAttributeNames: { '#at': 'expiresAt', '#c0': 'h10#CN' },
        ExpressionAttributeValues: { ':at': { N: '1700000000' }, ':c0': { N: String(count) } },
        ReturnValues: 'ALL_NEW',
      }),
    ),
    asked('DeleteItem', { ...put, Key: key('b') }),
    asked('DeleteItem', { ...put, Key: key('nothing') }),
  ];
};

interface Answer {
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly refused?: string;
}

/** What is answered to each of them; failed conditions are an answer. */
async function answersOf(call: DynamoCall): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { ask } of requests()) {
    answers.push(await ask(call).catch((error: unknown): Answer => ({ refused: errorCode(error) })));
  }
  return answers;
}

/** Without what only a wire knows, and nobody here asks for; the items of a batch come in no order. */
function contentOf({ Responses, ...answer }: Answer): object {
  const unused = ['$metadata', 'ConsumedCapacity', 'Count', 'ScannedCount', 'LastEvaluatedKey'];
  const ordered = Responses?.[tableName]?.toSorted((a, b) => sizeOfItem(a) - sizeOfItem(b));
  return { ...Object.fromEntries(Object.entries(answer).filter(([name]) => !unused.includes(name))), ordered };
}

const unitsOf = ({ ConsumedCapacity = [] }: Answer) =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);

describe.each([
  { at: 'the call', callOf: answeringCall },
  { at: 'the wire', callOf: answeredOnTheWire },
])('tables in memory that answer at $at', ({ callOf }) => {
  it('answer as the emulator does, and count the units that it says were consumed', async () => {
    const tables = createMemoryTables();

    const expected = await answersOf(callsThrough(emulator));
    const answers = await answersOf(callOf(tables));

    expect(answers.map(contentOf)).toEqual(expected.map(contentOf));
    const { readUnits, writeUnits } = tables.metered(tableName);
    const isRead = (index: number) => /Get|Query/.test(requests()[index]?.operation ?? '');
    const consumed = (read: boolean) =>
      expected.filter((_, index) => isRead(index) === read).reduce((sum, each) => sum + unitsOf(each), 0);
    expect(readUnits).toBe(consumed(true));
    // The emulator says nothing of the three conditions that failed; each met an item of one unit, or of three.
    expect(writeUnits).toBe(consumed(false) + 1 + 3 + 1);
  });
});

describe('tables in memory', () => {
  it('count units by kind of item, and again from nothing once the meters are reset', () => {
    const tables = createMemoryTables();
    const put = (pk: string, bytes: number) =>
      tables.answer('PutItem', { TableName: 'baselines', Item: { pk: { S: pk }, b: { B: new Uint8Array(bytes) } } });
    put('employee#e-1', 1_100);
    put('link#subject#x', 10);

    const { kinds, writeUnits } = tables.metered('baselines');
    tables.resetMeters();

    expect(kinds).toMatchObject({ employee: { writeUnits: 2 }, link: { writeUnits: 1 } });
    expect(writeUnits).toBe(3);
    expect(tables.metered('baselines')).toEqual({ readUnits: 0, writeUnits: 0, requests: {}, kinds: {} });
  });

  it('go back to what was saved', () => {
    const tables = createMemoryTables();
    const put = (v: string) =>
      tables.answer('PutItem', { TableName: 'baselines', Item: { pk: { S: 'a' }, v: { N: v } } });
    const get = () => tables.answer('GetItem', { TableName: 'baselines', Key: { pk: { S: 'a' } } });
    put('1');
    const saved = tables.save();
    put('2');

    tables.restore(saved);

    expect(get()).toEqual({ Item: { pk: { S: 'a' }, v: { N: '1' } } });
  });

  it.each([
    ['an operation', 'TransactWriteItems', {}],
    ['a function', 'PutItem', { Item: { pk: { S: 'a' } }, ConditionExpression: 'attribute_type(pk, :s)' }],
    ['an index', 'Query', { IndexName: 'untold' }],
  ])('refuse %s that the stores did not use so far, rather than count it wrong', (_, operation, input) => {
    const tables = createMemoryTables();

    expect(() => tables.answer(operation, { TableName: 'baselines', ...input })).toThrow(/not (metered|understood)/);
  });
});
