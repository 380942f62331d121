import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDay, NO_SITTING } from '../../shared/model/baseline.ts';
import { type HeldWindow, heldDay, heldSitting, heldWindowMark } from '../../shared/model/held-window.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import type { HeldWindowStore } from '../../shared/stores/ports.ts';
import { uniqueName } from './aws-services.ts';
import { useTable } from './test-table.ts';

const [CASE, OTHER] = ['00000000000000a1', '00000000000000a2'] as const;
const NOON = Date.parse('2026-11-23T12:00:00.000Z');
const sitting = (start: number, reads = 70): HeldWindow =>
  heldSitting({ ...NO_SITTING, start, last: start + 60_000, reads });
const day: HeldWindow = heldDay({
  ...emptyDay(20_780, 0),
  reads: 70,
  used: [{ attribute: 0, hash: 4_294_967_295 }],
});

const table = useTable('baselines', 'for all');

describe.each([
  { name: 'memory', makeStore: () => createMemoryHeldWindowStore() },
  { name: 'DynamoDB', makeStore: () => createDynamoHeldWindowStore(table) },
])('held windows in $name', ({ makeStore }) => {
  let store: HeldWindowStore;
  let actor: string;
  beforeEach(() => {
    store = makeStore();
    actor = uniqueName('e');
  });
  const sorted = (windows: readonly HeldWindow[]) =>
    windows.map((window) => JSON.stringify(window)).toSorted((a, b) => (a < b ? -1 : 1));

  it('come back as they were, of whichever kind', async () => {
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON), day] });

    expect(sorted(await store.load(actor, CASE))).toEqual(sorted([sitting(NOON), day]));
  });

  it('add up, and one that is held again is one', async () => {
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON)] });
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON), sitting(NOON + 3_600_000)] });

    expect(await store.load(actor, CASE)).toHaveLength(2);
  });

  it('wait apart by case and by actor', async () => {
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON)] });

    expect(await store.load(actor, OTHER)).toEqual([]);
    expect(await store.load(uniqueName('e'), CASE)).toEqual([]);
  });

  it('are gone once they are forgotten by their marks, and the others stay', async () => {
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON), day] });

    await store.forget(actor, CASE, [heldWindowMark(CASE, sitting(NOON)), 7]);
    await store.forget(actor, OTHER, [7]);

    expect(await store.load(actor, CASE)).toEqual([day]);
    expect(await store.load(actor, OTHER)).toEqual([]);
  });

  it('stay beside another of the same time that holds something else', async () => {
    const other = sitting(NOON, 99);
    await store.hold(actor, { alertId: CASE, windows: [sitting(NOON)] });
    await store.hold(actor, { alertId: CASE, windows: [other] });

    expect(sorted(await store.load(actor, CASE))).toEqual(sorted([sitting(NOON), other]));
  });
});

describe('held windows in DynamoDB', () => {
  it('pass by themselves, long after their case would have expired', async () => {
    const actor = uniqueName('e');
    await createDynamoHeldWindowStore(table).hold(actor, { alertId: CASE, windows: [sitting(NOON)] });

    const Key = { pk: { S: `held#${actor}#${CASE}` } };
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }));

    expect(Number(Item?.expiresAt?.N)).toBeGreaterThan(NOON / 1000 + 28 * 86_400);
  });

  it('are no baselines', async () => {
    const actor = uniqueName('e');
    await createDynamoHeldWindowStore(table).hold(actor, { alertId: CASE, windows: [day] });

    const seen: string[] = [];
    for await (const { actorId } of createDynamoBaselineStore(table).scan()) seen.push(actorId);

    expect(seen).toEqual([]);
  });
});
