import { randomBytes } from 'node:crypto';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { type ReferenceStore, WriteConflict } from '../../shared/stores/ports.ts';
import { useTable } from './test-table.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const EIGHT_DAYS = 8 * 86_400_000;

const table = useTable('directory', 'for each test');

describe.each([
  { name: 'memory', makeStore: () => createMemoryReferenceStore() },
  { name: 'DynamoDB', makeStore: () => createDynamoReferenceStore(table) },
])('a reference store in $name', ({ makeStore }) => {
  let store: ReferenceStore;
  beforeEach(async () => {
    store = makeStore();
    for (const name of ['one', 'two', 'three']) await store.put(name, bytesOf(name));
  });

  it('gives back a value under its name, and nothing under another', async () => {
    expect(await store.get('one')).toEqual(bytesOf('one'));
    expect(await store.get('four')).toBeUndefined();
  });

  it('keeps an empty value apart from none', async () => {
    await store.put('empty', new Uint8Array());

    expect(await store.get('empty')).toEqual(new Uint8Array());
  });

  it.each([
    ['just fills one item', 350 * 1024],
    ['is one byte more', 350 * 1024 + 1],
    ['fills two chunks', 700 * 1024],
    ['is larger than an item and a page of items can be', 1_500_000],
  ])('keeps a value that %s', async (_, size) => {
    const bytes = randomBytes(size);
    await store.put('large', bytes);

    const stored = await store.get('large');

    expect(stored?.length).toBe(size);
    expect(Buffer.compare(stored ?? Buffer.of(), bytes)).toBe(0);
  });

  it('takes the same value again and refuses another under its name', async () => {
    await store.put('one', bytesOf('one'));

    await expect(store.put('one', bytesOf('other'))).rejects.toThrow(WriteConflict);
    expect(await store.get('one')).toEqual(bytesOf('one'));
  });

  it('keeps one value whole when several are written under one name at once', async () => {
    const candidates = [500_000, 800_000, 500_000].map((size) => randomBytes(size));

    const writes = await Promise.allSettled(candidates.map((bytes) => store.put('raced', bytes)));

    const winners = candidates.filter((_, index) => writes[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(Buffer.compare((await store.get('raced')) ?? Buffer.of(), winners[0] ?? Buffer.of())).toBe(0);
    for (const write of writes) if (write.status === 'rejected') expect(write.reason).toBeInstanceOf(WriteConflict);
  });

  it('finds the newest stamp at or before a time', async () => {
    await store.publish('snapshot', 100, 'one');
    await store.publish('snapshot', 2_000, 'two');
    await store.publish('snapshot', 30_000, 'three');

    const found = async (notAfter: number) => (await store.newest('snapshot', notAfter))?.stamp;

    expect(await found(-1)).toBeUndefined();
    expect(await found(99)).toBeUndefined();
    expect(await found(100)).toBe(100);
    expect(await found(1_999.5)).toBe(100);
    expect(await found(2_000)).toBe(2_000);
    expect(await found(29_999)).toBe(2_000);
    expect(await found(Number.POSITIVE_INFINITY)).toBe(30_000);
    expect(await store.newest('snapshot', 2_500)).toEqual({ series: 'snapshot', stamp: 2_000, name: 'two' });
  });

  it('orders stamps as numbers and not as text', async () => {
    await store.publish('settings', 9, 'one');
    await store.publish('settings', 10, 'two');
    await store.publish('settings', 1_795_428_930_123, 'three');

    expect((await store.newest('settings', 9))?.name).toBe('one');
    expect((await store.newest('settings', 1_000))?.name).toBe('two');
  });

  it('keeps series apart', async () => {
    await store.publish('snapshot', 500, 'one');
    await store.publish('settings', 100, 'two');

    expect((await store.newest('settings', 999))?.name).toBe('two');
    expect((await store.newest('snapshot', 999))?.name).toBe('one');
    expect(await store.newest('networks', 999)).toBeUndefined();
  });

  it.each([499, 500])('refuses stamp %i in a series that has 500 already', async (stamp) => {
    await store.publish('snapshot', 400, 'one');
    await store.publish('snapshot', 500, 'two');

    await expect(store.publish('snapshot', stamp, 'three')).rejects.toThrow(WriteConflict);
    expect((await store.newest('snapshot', 499))?.stamp).toBe(400);
    expect((await store.newest('snapshot', 999))?.name).toBe('two');
  });

  it('takes the same stamp and name again, as after a lost response', async () => {
    await store.publish('snapshot', 400, 'one');
    await store.publish('snapshot', 500, 'two');

    await store.publish('snapshot', 500, 'two');
    await store.publish('snapshot', 400, 'one');

    expect((await store.newest('snapshot', 999))?.stamp).toBe(500);
  });

  it.each([1.5, -1, Number.NaN, 2 ** 53])('refuses %d as a stamp', async (stamp) => {
    await expect(store.publish('snapshot', stamp, 'one')).rejects.toThrow(RangeError);
  });

  it('refuses to publish a name without a value', async () => {
    await expect(store.publish('snapshot', 100, 'four')).rejects.toThrow('no such value');
    expect(await store.newest('snapshot', 999)).toBeUndefined();
  });

  it('shows exactly the stamps whose publishers succeeded, however they raced', async () => {
    const stamps = [40, 10, 60, 30, 50, 20];

    const outcomes = await Promise.allSettled(stamps.map((stamp) => store.publish('snapshot', stamp, 'one')));

    const published = stamps.filter((_, index) => outcomes[index]?.status === 'fulfilled').sort((a, b) => a - b);
    const shown: number[] = [];
    for (let at = 999; ; ) {
      const found = await store.newest('snapshot', at);
      if (!found) break;
      shown.unshift(found.stamp);
      at = found.stamp - 1;
    }
    expect(shown).toEqual(published);
    expect(shown.at(-1)).toBe(60);
  });
});

describe('the memory reference store', () => {
  it('drops superseded snapshots after eight days of stamps, and keeps the newest and other series for ever', async () => {
    const store = createMemoryReferenceStore();
    for (const name of ['one', 'two', 'three', 'list']) await store.put(name, bytesOf(name));
    await store.publish('directory', 1, 'list');
    await store.publish('directory', 2, 'one');
    await store.publish('snapshot', 1_000, 'one');
    await store.publish('snapshot', 2_000, 'two');
    await store.publish('snapshot', 2_001 + EIGHT_DAYS, 'three');

    expect(await store.newest('snapshot', 1_999)).toBeUndefined();
    expect((await store.newest('snapshot', 2_000))?.name).toBe('two');
    expect(await store.get('one')).toEqual(bytesOf('one'));
    expect((await store.newest('directory', 1))?.name).toBe('list');
  });
});

describe('the DynamoDB reference store', () => {
  const items = async () => {
    const response = await table.client.send(new ScanCommand({ TableName: table.tableName, ConsistentRead: true }));
    return response.Items ?? [];
  };
  const expiries = async () =>
    Object.fromEntries(
      (await items()).map(({ pk, sk, expiresAt }) => {
        const chunk = sk?.S?.replace(/^[0-9a-f]{64}/, 'chunk');
        return [`${pk?.S} ${chunk}`, expiresAt && Number(expiresAt.N)];
      }),
    );

  const deleteChunk = async (suffix: string) => {
    const chunk = (await items()).find(({ sk }) => sk?.S?.endsWith(suffix));
    if (!chunk?.pk || !chunk.sk) throw new Error(`there is no chunk ${suffix}`);
    await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key: { pk: chunk.pk, sk: chunk.sk } }));
  };

  it('lets a snapshot expire eight days after it was superseded, never the newest one, nor other series', async () => {
    const store = createDynamoReferenceStore(table);
    await store.put('one', randomBytes(400_000));
    await store.put('two', bytesOf('two'));
    await store.publish('directory', 1_000, 'two');
    await store.publish('directory', 2_000, 'one');
    expect(Object.values(await expiries()).every((expiry) => expiry === undefined)).toBe(true);

    await store.publish('snapshot', 1_000_000, 'one');
    await store.publish('snapshot', 2_000_000, 'two');

    const after = 2_000 + EIGHT_DAYS / 1_000;
    expect(await expiries()).toEqual({
      'value#one head': after,
      'value#one chunk#00000': after,
      'value#one chunk#00001': after,
      'value#two head': undefined,
      'series#directory 0000000000001000': undefined,
      'series#directory newest': undefined,
      'series#snapshot 0000000001000000': after,
      'series#snapshot newest': undefined,
    });
  });

  it('keeps a value that the next stamp names again', async () => {
    const store = createDynamoReferenceStore(table);
    await store.put('one', bytesOf('one'));
    await store.publish('snapshot', 1_000, 'one');
    await store.publish('snapshot', 2_000, 'one');

    expect(await expiries()).toMatchObject({ 'value#one head': undefined, 'series#snapshot newest': undefined });
  });

  it('keeps a value that comes back after it was superseded', async () => {
    const store = createDynamoReferenceStore(table);
    await store.put('one', randomBytes(400_000));
    await store.put('two', bytesOf('two'));
    await store.publish('snapshot', 1_000, 'one');
    await store.publish('snapshot', 2_000, 'two');
    await store.publish('snapshot', 3_000, 'one');

    const values = Object.entries(await expiries()).filter(([key]) => key.startsWith('value#one'));
    expect(values.map(([, expiry]) => expiry)).toEqual([undefined, undefined, undefined]);
  });

  it('fails rather than return a value that lost a chunk', async () => {
    const store = createDynamoReferenceStore(table);
    await store.put('large', randomBytes(800_000));
    await deleteChunk('#00001');

    await expect(store.get('large')).rejects.toThrow('large is damaged: 2 of 3 chunks');
  });

  it('brings nothing back that was deleted when it lets a value expire', async () => {
    const store = createDynamoReferenceStore(table);
    await store.put('one', randomBytes(400_000));
    await store.put('two', bytesOf('two'));
    await store.publish('snapshot', 1_000, 'one');
    await deleteChunk('#00001');

    await store.publish('snapshot', 2_000, 'two');

    expect(Object.keys(await expiries()).filter((key) => key.startsWith('value#one'))).toEqual([
      'value#one chunk#00000',
      'value#one head',
    ]);
  });

  it('leaves no chunks of a value that was refused', async () => {
    const store = createDynamoReferenceStore(table);
    const sizes = [400_000, 500_000];

    await Promise.allSettled(sizes.map((size) => store.put('raced', randomBytes(size))));

    expect(await items()).toHaveLength(3);
  });
});
