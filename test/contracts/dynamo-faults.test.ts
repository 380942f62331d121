import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { WriteConflict } from '../../shared/stores/ports.ts';
import { serviceEndpoint } from '../../shared/stores/service-endpoint.ts';
import { anAlert } from './alert-factory.ts';
import { connectServices, createTable, deleteTable, uniqueName } from './aws-services.ts';
import { aBaseline } from './baseline-factory.ts';
import { type Fault, type FaultProxy, loseFirstResponseTo, REFUSAL, startFaultProxy } from './fault-proxy.ts';

let disconnect: () => Promise<void>;
let client: DynamoDBClient;
let healthy: DynamoCall;
let proxy: FaultProxy;
let faulty: DynamoCall;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeDynamoClient();
  healthy = makeDynamoCall(process.env);
  proxy = await startFaultProxy(serviceEndpoint('dynamodb', process.env).url);
  faulty = makeDynamoCall({ ...process.env, AWS_ENDPOINT_URL_DYNAMODB: proxy.url });
});
afterAll(async () => {
  await proxy.stop();
  client.destroy();
  await disconnect();
});

describe('the DynamoDB baseline store on a bad network', () => {
  let tableName: string;
  const pauses: number[] = [];
  const store = () =>
    createDynamoBaselineStore({
      call: faulty,
      tableName,
      pause: async (attempt) => {
        pauses.push(attempt);
      },
    });
  const saveHealthily = async (howMany: number) => {
    const actors = Array.from({ length: howMany }, () => uniqueName('e'));
    const healthyStore = createDynamoBaselineStore({ call: healthy, tableName });
    await Promise.all(actors.map((id) => healthyStore.save(id, aBaseline(1), 0)));
    return actors;
  };

  beforeAll(async () => {
    tableName = await createTable(client, 'baselines');
  });
  beforeEach(() => {
    pauses.length = 0;
  });
  afterAll(() => deleteTable(client, tableName));

  /** Does what DynamoDB does under load: answers some keys of a batch and leaves the others. */
  const leaveUnprocessed = (howMany: (found: number, request: number) => number): Fault => {
    let requests = 0;
    return async (request, forward) => {
      const response = await forward(request.body);
      const answer = JSON.parse(response.body);
      const found: { pk: unknown }[] = answer.Responses[tableName];
      const left = found.splice(0, howMany(found.length, requests++));
      if (left.length > 0) answer.UnprocessedKeys = { [tableName]: { Keys: left.map(({ pk }) => ({ pk })) } };
      return { status: response.status, body: JSON.stringify(answer) };
    };
  };

  it('asks again for keys that were not processed, until all are answered', async () => {
    const actors = await saveHealthily(100);
    proxy.setFault(leaveUnprocessed((found, request) => (request < 3 ? Math.ceil(found / 2) : 0)));

    const loaded = await store().load(actors);

    expect([...loaded.keys()].sort()).toEqual(actors.sort());
    expect(proxy.operations).toEqual(Array(4).fill('BatchGetItem'));
    expect(pauses).toEqual([0, 1, 2]);
  });

  it('fails rather than take unprocessed keys for newcomers', async () => {
    const actors = await saveHealthily(5);
    proxy.setFault(leaveUnprocessed(() => 1));

    await expect(store().load(actors)).rejects.toThrow('1 of 5 keys');
    expect(proxy.operations).toHaveLength(8);
  });

  it('reports a conflict when the response to its own write was lost, and shows the write on reloading', async () => {
    const [actor = ''] = await saveHealthily(1);
    proxy.setFault(loseFirstResponseTo('PutItem'));

    await expect(store().save(actor, aBaseline(2), 1)).rejects.toThrow(WriteConflict);

    expect(proxy.operations).toEqual(['PutItem', 'PutItem']);
    expect((await store().load([actor])).get(actor)?.version).toBe(2);
  });

  it('gives up a connection that says nothing and asks again on another', async () => {
    const [actor = ''] = await saveHealthily(1);
    let requests = 0;
    proxy.setFault((request, forward) => (++requests === 1 ? new Promise<never>(() => {}) : forward(request.body)));

    expect([...(await store().load([actor])).keys()]).toEqual([actor]);
    expect(requests).toBe(2);
  });

  it('fails when a page of a scan does, though the caller is still busy with the page before', async () => {
    await saveHealthily(30);
    proxy.setFault(async (request, forward) =>
      JSON.parse(request.body).ExclusiveStartKey ? REFUSAL : forward(request.body),
    );
    const slowly = createDynamoBaselineStore({
      call: faulty,
      tableName,
      scan: { segments: 1, pageSize: 10 },
    });

    let seen = 0;
    const scanSlowly = async () => {
      for await (const _ of slowly.scan()) {
        seen++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };

    await expect(scanSlowly()).rejects.toThrow('refused');
    expect(seen).toBe(10);
  });
});

describe('the DynamoDB case store on a bad network', () => {
  let tableName: string;
  beforeAll(async () => {
    tableName = await createTable(client, 'cases');
  });
  afterAll(() => deleteTable(client, tableName));

  it('has stored a revision and noted that it was told, whichever responses were lost', async () => {
    const store = createDynamoCaseStore({ call: faulty, tableName });
    const alert = anAlert({ alertId: uniqueName('a') });
    proxy.setFault(loseFirstResponseTo('UpdateItem'));
    expect(await store.storeRevision(alert, 1_000)).toBe(false);
    expect(await store.get(alert.alertId)).toMatchObject({ revision: 1, notifiedRevision: 0 });

    proxy.setFault(loseFirstResponseTo('UpdateItem'));
    await store.markNotified(alert.alertId, 1, 0);

    expect(await store.get(alert.alertId)).toMatchObject({ revision: 1, notifiedRevision: 1 });
    expect(await store.leftBehind(2_000)).toEqual([]);
  });
});

describe('the DynamoDB reference store on a bad network', () => {
  let tableName: string;
  const store = () => createDynamoReferenceStore({ call: faulty, tableName });
  const healthyStore = () => createDynamoReferenceStore({ call: healthy, tableName });
  beforeEach(async () => {
    tableName = await createTable(client, 'directory');
    for (const name of ['one', 'two', 'three']) await healthyStore().put(name, Buffer.from(name));
  });
  afterEach(() => deleteTable(client, tableName));

  it('has put a value whose response was lost', async () => {
    proxy.setFault(loseFirstResponseTo('PutItem'));

    await store().put('four', Buffer.from('IV'));

    expect(await store().get('four')).toEqual(new Uint8Array(Buffer.from('IV')));
  });

  it.each(['first', 'second'])('has published a stamp when the response to its %s write was lost', async (which) => {
    await healthyStore().publish('snapshot', 100, 'one');
    let writes = 0;
    proxy.setFault(async (request, forward) => {
      const response = await forward(request.body);
      if (request.operation !== 'PutItem') return response;
      return ++writes === (which === 'first' ? 1 : 2) ? 'lost' : response;
    });

    await store().publish('snapshot', 200, 'two');

    expect(await healthyStore().newest('snapshot', 150)).toMatchObject({ stamp: 100, name: 'one' });
    expect(await healthyStore().newest('snapshot', 999)).toMatchObject({ stamp: 200, name: 'two' });
    expect(writes).toBeGreaterThan(2);
  });

  it.each([1, 2, 3])('loses no stamp when a publisher dies at its write number %i', async (fatal) => {
    await healthyStore().publish('snapshot', 100, 'one');
    let writes = 0;
    proxy.setFault(async (request, forward) => {
      const isWrite = request.operation === 'PutItem' || request.operation === 'UpdateItem';
      return isWrite && ++writes === fatal ? REFUSAL : forward(request.body);
    });

    await expect(store().publish('snapshot', 200, 'two')).rejects.toThrow('refused');
    await healthyStore().publish('snapshot', 300, 'three');

    const wasMoved = fatal === 3;
    const reader = healthyStore();
    expect(await reader.newest('snapshot', 199)).toMatchObject({ stamp: 100, name: 'one' });
    expect(await reader.newest('snapshot', 299)).toMatchObject(wasMoved ? { stamp: 200 } : { stamp: 100 });
    expect(await reader.newest('snapshot', 300)).toMatchObject({ stamp: 300, name: 'three' });
  });

  it('never shows a value that was written in part, and lets the same value be written after all', async () => {
    const bytes = Buffer.alloc(900_000, 'x');
    let writes = 0;
    proxy.setFault(async (request, forward) =>
      request.operation === 'PutItem' && ++writes === 3 ? REFUSAL : forward(request.body),
    );

    await expect(store().put('large', bytes)).rejects.toThrow('refused');
    expect(await store().get('large')).toBeUndefined();

    await healthyStore().put('large', bytes);
    expect(Buffer.compare((await store().get('large')) ?? Buffer.of(), bytes)).toBe(0);
  });
});
