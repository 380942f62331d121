import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromWire, toWire } from '../../shared/stores/attribute-bytes.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import type { DynamoItem } from '../../shared/stores/dynamo-batch-get.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { queryPages } from '../../shared/stores/dynamo-query.ts';
import { httpHandler } from '../../shared/stores/http-handler.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { type Carrier, errorCode } from '../../shared/stores/signed-call.ts';
import { connectServices, createTable, deleteTable } from './aws-services.ts';

let disconnect: () => Promise<void>;
let client: DynamoDBClient;
let tableName: string;
beforeAll(async () => {
  disconnect = await connectServices();
  client = makeDynamoClient();
  tableName = await createTable(client, 'directory');
});
afterAll(async () => {
  await deleteTable(client, tableName);
  client.destroy();
  await disconnect();
});

const key = (name: string, sk = 'head') => ({ pk: { S: name }, sk: { S: sk } });

describe.each([
  ['signed calls', () => makeDynamoCall(process.env)],
  ['the SDK', () => callsThrough(client)],
] as const)('calls of DynamoDB by %s', (how, makeCall) => {
  let call: DynamoCall;
  beforeAll(() => {
    call = makeCall();
  });
  const pk = (name: string) => `${how} ${name}`;

  it('bring back every kind of attribute as it was put, whatever it is called', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const item = {
      ...key(pk('item')),
      B: { B: bytes },
      S: { M: { B: { S: 'no bytes' }, deeper: { L: [{ B: bytes.subarray(3, 7) }, { NULL: true as const }] } } },
      ü: { SS: ['é', '\ud83d\ude00'] },
      n: { N: '9007199254740993' },
      truth: { BOOL: false },
      empty: { B: new Uint8Array() },
    };

    await call('PutItem', { TableName: tableName, Item: item });

    const { Item } = await call('GetItem', { TableName: tableName, Key: key(pk('item')), ConsistentRead: true });
    expect(Item).toEqual(item);
  });

  it('find nothing where nothing is', async () => {
    const { Item } = await call('GetItem', { TableName: tableName, Key: key(pk('nobody')) });

    expect(Item).toBeUndefined();
  });

  it.each([
    [
      'a condition that failed',
      'ConditionalCheckFailedException',
      { TableName: 'here', ConditionExpression: 'attribute_exists(pk)' },
    ],
    ['a table that is missing', 'ResourceNotFoundException', { TableName: 'missing' }],
    ['an expression that is none', 'ValidationException', { TableName: 'here', ConditionExpression: 'what?' }],
  ])('say by its code that there is %s', async (_, code, { TableName, ...input }) => {
    const refused = call('PutItem', {
      ...input,
      TableName: TableName === 'here' ? tableName : TableName,
      Item: key(pk('refused')),
    });

    expect(errorCode(await refused.catch((error: unknown) => error))).toBe(code);
  });

  it('read a query to its end, page by page', async () => {
    const name = pk('many');
    const large = { B: new Uint8Array(300_000) };
    for (let i = 0; i < 8; i++) await call('PutItem', { TableName: tableName, Item: { ...key(name, `${i}`), large } });
    const request = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: name } },
    };

    const pages: (readonly DynamoItem[])[] = [];
    for await (const page of queryPages(call, request)) pages.push(page);

    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ sk }) => sk?.S)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('end when they are told to', async () => {
    const aborted = AbortSignal.abort();

    await expect(call('Scan', { TableName: tableName }, aborted)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('signed calls of DynamoDB', () => {
  it('leave an attribute alone whose name means something to JavaScript', () => {
    const item = JSON.parse('{"__proto__":{"B":"AQI="},"B":{"S":"AQI="}}');

    expect(JSON.stringify(toWire(fromWire(item)))).toBe(JSON.stringify(item));
  });

  it('make a whole batch of writes at once without beginning more than there are connections for', async () => {
    const handler = httpHandler(5_000);
    let inFlight = 0;
    let most = 0;
    const carrier: Carrier = {
      handle: async (request, options) => {
        most = Math.max(most, ++inFlight);
        try {
          return await handler.handle(request, options);
        } finally {
          inFlight--;
        }
      },
    };
    const call = makeDynamoCall(process.env, { carrier });
    const names = Array.from({ length: 1_000 }, (_, index) => `one of many ${index}`);

    await Promise.all(names.map((name) => call('PutItem', { TableName: tableName, Item: key(name) })));
    const found = await Promise.all(names.map((name) => call('GetItem', { TableName: tableName, Key: key(name) })));

    expect(found.filter(({ Item }) => Item)).toHaveLength(1_000);
    expect(most).toBe(50);
  });
});
