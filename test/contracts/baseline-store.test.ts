import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { type BaselineStore, DamagedBaselines, WriteConflict } from '../../shared/stores/ports.ts';
import { uniqueName } from './aws-services.ts';
import { aBaseline } from './baseline-factory.ts';
import { useTable } from './test-table.ts';

const table = useTable('baselines', 'for all');

describe.each([
  { name: 'memory', makeStore: () => createMemoryBaselineStore() },
  {
    name: 'DynamoDB',
    makeStore: () => createDynamoBaselineStore({ ...table, scan: { segments: 3, pageSize: 40 } }),
  },
])('a baseline store in $name', ({ makeStore }) => {
  let store: BaselineStore;
  /** DynamoDB's table is shared by all tests of this file. */
  let actor: string;
  beforeEach(() => {
    store = makeStore();
    actor = uniqueName('e');
  });

  it('gives back what was saved, and nothing for actors that have no baseline', async () => {
    const baseline = aBaseline(1, { peerGroup: 77, recent: [4, 5], dailyReads: [1, 0, 3] });
    await store.save(actor, baseline, 0);

    const loaded = await store.load([actor, uniqueName('nobody')]);

    expect(loaded).toEqual(new Map([[actor, baseline]]));
  });

  it('loads nobody when nobody is asked for', async () => {
    expect(await store.load([])).toEqual(new Map());
  });

  it('loads an actor once who is asked for twice', async () => {
    await store.save(actor, aBaseline(1), 0);

    expect([...(await store.load([actor, actor])).keys()]).toEqual([actor]);
  });

  it('loads more actors than one request can hold', async () => {
    const actors = Array.from({ length: 230 }, (_, index) => `${actor}-${index}`);
    await Promise.all(actors.map((id, index) => store.save(id, aBaseline(index + 1), 0)));

    const loaded = await store.load(actors);

    expect(actors.map((id) => loaded.get(id)?.version)).toEqual(actors.map((_, index) => index + 1));
  });

  it('refuses a newcomer who is there already', async () => {
    await store.save(actor, aBaseline(3), 0);

    await expect(store.save(actor, aBaseline(1), 0)).rejects.toThrow(WriteConflict);
    expect((await store.load([actor])).get(actor)?.version).toBe(3);
  });

  it('refuses a version that was loaded before somebody else wrote', async () => {
    await store.save(actor, aBaseline(1), 0);
    await store.save(actor, aBaseline(2), 1);

    await expect(store.save(actor, aBaseline(5), 1)).rejects.toThrow(WriteConflict);
    expect((await store.load([actor])).get(actor)?.version).toBe(2);
  });

  it('refuses an update of an actor who has no baseline', async () => {
    await expect(store.save(actor, aBaseline(2), 1)).rejects.toThrow(WriteConflict);
    expect((await store.load([actor])).size).toBe(0);
  });

  it('lets exactly one of many writers win', async () => {
    await store.save(actor, aBaseline(1), 0);

    const writes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => store.save(actor, aBaseline(2 + index), 1)),
    );

    const winners = writes.flatMap((write, index) => (write.status === 'fulfilled' ? [2 + index] : []));
    expect(winners).toHaveLength(1);
    expect((await store.load([actor])).get(actor)?.version).toBe(winners[0]);
    for (const write of writes) if (write.status === 'rejected') expect(write.reason).toBeInstanceOf(WriteConflict);
  });

  it('does not change what is stored when the caller changes what it saved', async () => {
    const recent = [1, 2];
    await store.save(actor, aBaseline(1, { recent }), 0);
    recent.push(3);

    expect((await store.load([actor])).get(actor)?.recent).toEqual([1, 2]);
  });

  it('scans every baseline exactly once', async () => {
    const actors = Array.from({ length: 150 }, (_, index) => `${actor}-${index}`);
    await Promise.all(actors.map((id) => store.save(id, aBaseline(9), 0)));

    const seen: string[] = [];
    for await (const { actorId, baseline } of store.scan()) {
      if (!actorId.startsWith(actor)) continue;
      seen.push(actorId);
      expect(baseline.version).toBe(9);
    }

    expect(seen.sort()).toEqual(actors.sort());
  });

  it('can be left in the middle of a scan', async () => {
    await Promise.all(Array.from({ length: 90 }, (_, index) => store.save(`${actor}-${index}`, aBaseline(1), 0)));

    let seen = 0;
    for await (const _ of store.scan()) if (++seen === 2) break;

    expect(seen).toBe(2);
  });
});

describe('the DynamoDB baseline store', () => {
  it('scans past the other kinds of items of the table', async () => {
    const store = createDynamoBaselineStore(table);
    const actor = uniqueName('e');
    await store.save(actor, aBaseline(1), 0);
    const other = { pk: { S: `held#${actor}#a` }, b: { B: new Uint8Array([1]) } };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: other }));

    const seen: string[] = [];
    for await (const { actorId } of store.scan()) seen.push(actorId);

    expect(seen.filter((actorId) => actorId.includes(actor))).toEqual([actor]);
  });

  const putBytes = async (bytes: Uint8Array): Promise<string> => {
    const actor = uniqueName('e');
    const item = { pk: { S: `employee#${actor}` }, b: { B: bytes }, v: { N: '1' } };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
    onTestFinished(async () => {
      await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key: { pk: item.pk } }));
    });
    return actor;
  };

  it('names the actor whose item is damaged, and has the others nevertheless', async () => {
    const store = createDynamoBaselineStore(table);
    const intact = uniqueName('e');
    await store.save(intact, aBaseline(4), 0);
    const cutOff = await putBytes(encodeBaseline(aBaseline(3)).subarray(0, 20));

    const failure = await store.load([intact, cutOff]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DamagedBaselines);
    expect(failure).toMatchObject({
      message: `the baseline of ${cutOff} can't be read: stored state ends too early`,
      damaged: new Map([[cutOff, 'stored state ends too early']]),
      intact: new Map([[intact, aBaseline(4)]]),
    });
    await expect(
      (async () => {
        for await (const _ of store.scan());
      })(),
    ).rejects.toThrow(cutOff);
  });

  it('scans past a damaged item for whoever wants to hear of it', async () => {
    const store = createDynamoBaselineStore(table);
    const intact = uniqueName('e');
    await store.save(intact, aBaseline(4), 0);
    const cutOff = await putBytes(encodeBaseline(aBaseline(3)).subarray(0, 20));

    const damaged = new Map<string, string>();
    const seen: string[] = [];
    for await (const { actorId } of store.scan((id, reason) => damaged.set(id, reason))) seen.push(actorId);

    expect(damaged).toEqual(new Map([[cutOff, 'stored state ends too early']]));
    expect(seen).toContain(intact);
    expect(seen).not.toContain(cutOff);
  });

  it('scans past no form that is newer than this release', async () => {
    const actor = await putBytes(Uint8Array.of(250, 1, 2));

    await expect(
      (async () => {
        for await (const _ of createDynamoBaselineStore(table).scan(() => {}));
      })(),
    ).rejects.toThrow(`the baseline of ${actor} can't be read: baseline schema version 250 is unknown`);
  });

  it('takes a form that is newer than this release for no damage: then the release is at fault', async () => {
    const actor = await putBytes(Uint8Array.of(250, 1, 2));

    const failure = await createDynamoBaselineStore(table)
      .load([actor])
      .catch((error: unknown) => error);

    expect(failure).not.toBeInstanceOf(DamagedBaselines);
    expect(String(failure)).toContain(`the baseline of ${actor} can't be read: baseline schema version 250 is unknown`);
  });
});
