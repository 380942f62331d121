import { beforeEach, describe, expect, it } from 'vitest';
import { DEVICE_USERS_KEPT } from '../../shared/pipeline/links.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import type { LinkStore } from '../../shared/stores/ports.ts';
import { uniqueName } from './aws-services.ts';
import { useTable } from './test-table.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const entry = (actorId: string, time = NOON) => ({ actorId, time, eventId: `ev-${actorId}` });

const table = useTable('links', 'for all');

describe.each([
  { name: 'memory', makeStore: () => createMemoryLinkStore() },
  { name: 'DynamoDB', makeStore: () => createDynamoLinkStore(table) },
])('a link store in $name', ({ makeStore }) => {
  let store: LinkStore;
  let subject: string;
  let device: string;
  beforeEach(() => {
    store = makeStore();
    subject = uniqueName('subject');
    device = uniqueName('device');
  });

  it('shows a read who was refused the same subject, and a refusal who read it', async () => {
    expect(await store.meet(subject, 'refused', entry('e-1'))).toEqual([]);
    expect(await store.meet(subject, 'read', entry('e-2', NOON + 1))).toEqual([entry('e-1')]);
    expect(await store.meet(subject, 'refused', entry('e-3', NOON + 2))).toEqual([entry('e-2', NOON + 1)]);
  });

  it('answers the same when an access is written again', async () => {
    await store.meet(subject, 'refused', entry('e-1'));
    await store.meet(subject, 'read', entry('e-2'));

    expect(await store.meet(subject, 'read', entry('e-2'))).toEqual([entry('e-1')]);
  });

  it('shows one who was refused as well the refusal of somebody else, however often they were', async () => {
    await store.meet(subject, 'refused', entry('e-1'));
    await store.meet(subject, 'refused', entry('e-2', NOON + 1));
    await store.meet(subject, 'refused', entry('e-2', NOON + 2));

    expect(await store.meet(subject, 'read', entry('e-2', NOON + 3))).toEqual([entry('e-2', NOON + 2), entry('e-1')]);
  });

  it('keeps the last two actors of a kind, each with their last access', async () => {
    for (const [i, actorId] of ['e-1', 'e-2', 'e-3', 'e-2'].entries())
      await store.meet(subject, 'refused', entry(actorId, NOON + i));

    expect(await store.meet(subject, 'read', entry('e-4'))).toEqual([entry('e-2', NOON + 3), entry('e-3', NOON + 2)]);
  });

  it('loses nobody when the same access is written twice at once, beside another’s', async () => {
    await store.meet(subject, 'refused', entry('e-1'));
    await Promise.all(Array.from({ length: 4 }, () => store.meet(subject, 'refused', entry('e-2', NOON + 1))));

    expect(await store.meet(subject, 'read', entry('e-3'))).toEqual([entry('e-2', NOON + 1), entry('e-1')]);
  });

  it('keeps subjects apart', async () => {
    await store.meet(subject, 'refused', entry('e-1'));

    expect(await store.meet(uniqueName('subject'), 'read', entry('e-2'))).toEqual([]);
  });

  it('knows a machine by its first user, who is told nothing about it', async () => {
    expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON })).toBeUndefined();
    expect(await store.meetDevice(device, { actorId: 'e-2', time: NOON + 5 })).toEqual({
      actorId: 'e-1',
      since: NOON,
      users: 1,
    });
    expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON + 9 })).toBeUndefined();
  });

  it('answers the same when a user asks again, and counts nobody twice', async () => {
    for (const actorId of ['e-1', 'e-2', 'e-3', 'e-2']) await store.meetDevice(device, { actorId, time: NOON });

    expect(await store.meetDevice(device, { actorId: 'e-3', time: NOON + 1 })).toMatchObject({ users: 2 });
    expect(await store.meetDevice(uniqueName('device'), { actorId: 'e-3', time: NOON })).toBeUndefined();
  });

  it('takes a machine with many users for nobody’s, and still tells the users it knew before', async () => {
    for (let i = 0; i < DEVICE_USERS_KEPT; i++) await store.meetDevice(device, { actorId: `e-${i}`, time: NOON });

    expect(await store.meetDevice(device, { actorId: 'e-late', time: NOON })).toBeUndefined();
    expect(await store.meetDevice(device, { actorId: 'e-later', time: NOON })).toBeUndefined();
    expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON })).toEqual({
      actorId: 'e-0',
      since: NOON,
      users: DEVICE_USERS_KEPT - 1,
    });
  });
});
