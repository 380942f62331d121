import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CaseChange, EXPIRES_AFTER_MS } from '../../shared/model/case.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import type { CaseStore } from '../../shared/stores/ports.ts';
import { anAlert } from './alert-factory.ts';
import { useTable } from './test-table.ts';

const DAY_MS = 86_400_000;
/** When people were told, where a test isn't about that. */
const AT = Date.parse('2026-11-23T10:06:00.000Z');
const table = useTable('cases', 'for each test');

async function allOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each([
  { name: 'memory', makeStore: () => createMemoryCaseStore() },
  { name: 'DynamoDB', makeStore: () => createDynamoCaseStore(table) },
])('a case store in $name', ({ makeStore }) => {
  let store: CaseStore;
  beforeEach(() => {
    store = makeStore();
  });
  const revision = (number: number, alertId = 'a-1') =>
    anAlert({ alertId, revision: number, headline: `revision ${number}` });
  /** Polled, since the index of a real DynamoDB lags behind its table. */
  const leftBehind = async (at: number) => (await store.leftBehind(at)).map(({ alertId }) => alertId);

  it('shows that a case could be written, and writes none', async () => {
    await store.probe();

    expect(await store.get('probe')).toBeUndefined();
    expect(await leftBehind(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('knows no case before its first revision', async () => {
    expect(await store.get('a-1')).toBeUndefined();
  });

  it('keeps the whole alert, told to nobody yet', async () => {
    const alert = revision(1);

    expect(await store.storeRevision(alert, 5_000)).toBe(true);

    expect(await store.get('a-1')).toEqual({
      alertId: 'a-1',
      revision: 1,
      notifiedRevision: 0,
      storedAt: 5_000,
      alert,
      openedAt: Date.parse(alert.time),
      state: 'open',
      tellings: [],
      history: [],
    });
  });

  it('takes a higher revision and keeps what people were told', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.markNotified('a-1', 1, AT);

    expect(await store.storeRevision(revision(4), 6_000)).toBe(true);

    expect(await store.get('a-1')).toMatchObject({
      revision: 4,
      notifiedRevision: 1,
      storedAt: 6_000,
      alert: { headline: 'revision 4' },
    });
  });

  it.each([1, 2, 3])('refuses revision %i when 3 is stored', async (late) => {
    await store.storeRevision(revision(3), 5_000);

    expect(await store.storeRevision({ ...revision(late), headline: 'late' }, 9_000)).toBe(false);

    expect(await store.get('a-1')).toMatchObject({ revision: 3, storedAt: 5_000, alert: { headline: 'revision 3' } });
  });

  it('ends with the highest revision in whatever order they race', async () => {
    const revisions = [3, 1, 7, 5, 2, 6, 4];

    await Promise.all(revisions.map((number) => store.storeRevision(revision(number), number)));

    expect(await store.get('a-1')).toMatchObject({ revision: 7, storedAt: 7, alert: { headline: 'revision 7' } });
  });

  it('raises what people were told and never lowers it', async () => {
    await store.storeRevision(revision(5), 5_000);

    await store.markNotified('a-1', 4, AT);
    await store.markNotified('a-1', 2, AT);

    expect((await store.get('a-1'))?.notifiedRevision).toBe(4);
  });

  it('notes under which suppression nobody was told, until people are told', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.markNotified('a-1', 1, AT, { suppressedBy: 'c-1' });

    expect(await store.get('a-1')).toMatchObject({ notifiedRevision: 1, suppressedBy: 'c-1' });

    await store.storeRevision(revision(2), 6_000);
    await store.markNotified('a-1', 2, AT);
    expect(await store.get('a-1')).not.toHaveProperty('suppressedBy');
  });

  it('keeps what people were told last, whatever is stored or left untold after it', async () => {
    const told = { revision: 2, time: '2026-11-23T10:05:00.000Z', severity: 'medium', score: 4.1 } as const;
    await store.storeRevision(revision(3), 5_000);
    expect(await store.get('a-1')).not.toHaveProperty('told');

    await store.markNotified('a-1', 2, AT, { told: { ...told, signals: ['volume'] } });
    await store.markNotified('a-1', 1, AT, { told: { ...told, revision: 1 } });
    await store.markNotified('a-1', 3, AT, { suppressedBy: 'c-1' });
    await store.storeRevision(revision(4), 6_000);
    expect(await store.get('a-1')).toMatchObject({ notifiedRevision: 3, told: { ...told, signals: ['volume'] } });

    await store.markNotified('a-1', 4, AT, { told: { ...told, revision: 4 } });
    expect((await store.get('a-1'))?.told).toEqual({ ...told, revision: 4 });
  });

  it('keeps when and how people were told of each revision, and why they were not', async () => {
    const told = { time: '2026-11-23T10:05:00.000Z', severity: 'critical', score: 4.1 } as const;
    const critical = (number: number) => ({ ...revision(number), severity: 'critical' as const });
    const minute = (count: number) => AT + count * 60_000;
    await store.storeRevision(critical(1), 1_000);
    await store.markNotified('a-1', 1, minute(0));
    await store.storeRevision(critical(3), 2_000);
    await store.markNotified('a-1', 2, minute(1), { told: { ...told, revision: 2, signals: ['volume'] } });
    await store.markNotified('a-1', 3, minute(2), { told: { ...told, revision: 3 } });
    await store.storeRevision(critical(4), 3_000);
    await store.markNotified('a-1', 4, minute(3), { suppressedBy: 'c-1' });
    await store.markReminded('a-1', { at: '2026-11-23T11:00:00.000Z', revision: 4, as: 'reminder' });

    expect((await store.get('a-1'))?.tellings).toEqual([
      { at: '2026-11-23T10:06:00.000Z', revision: 1, as: 'shadow' },
      { at: '2026-11-23T10:07:00.000Z', revision: 2, as: 'alert' },
      { at: '2026-11-23T10:08:00.000Z', revision: 3, as: 'digest' },
      { at: '2026-11-23T10:09:00.000Z', revision: 4, as: 'suppressed' },
      { at: '2026-11-23T11:00:00.000Z', revision: 4, as: 'reminder' },
    ]);
  });

  it('keeps a telling once, however often it is noted, and none of what was told already', async () => {
    await store.storeRevision(revision(2), 5_000);
    for (const [number, at] of [
      [2, AT],
      [2, AT + 1],
      [1, AT + 2],
    ] as const)
      await store.markNotified('a-1', number, at);
    const reminder = { at: '2026-11-23T11:00:00.000Z', revision: 2, as: 'reminder' } as const;
    for (const at of [reminder.at, '2026-11-23T12:00:00.000Z']) await store.markReminded('a-1', { ...reminder, at });

    expect((await store.get('a-1'))?.tellings).toEqual([
      { at: '2026-11-23T10:06:00.000Z', revision: 2, as: 'shadow' },
      reminder,
    ]);
  });

  it('keeps no reminder of a case that needs none', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.markReminded('a-1');

    expect(await store.get('a-1')).toMatchObject({ remindedOf: true, tellings: [] });
  });

  it('takes the same note twice', async () => {
    await store.storeRevision(revision(2), 5_000);

    await store.markNotified('a-1', 2, AT);
    await store.markNotified('a-1', 2, AT);

    expect((await store.get('a-1'))?.notifiedRevision).toBe(2);
  });

  it('takes no note back: what people were told is not suppressed by a later note of the same revision', async () => {
    await store.storeRevision(revision(1), 1_000);
    await store.markNotified('a-1', 1, AT);
    const told = await store.get('a-1');

    await store.markNotified('a-1', 1, AT, { suppressedBy: '00000000000000c1' });

    expect(await store.get('a-1')).toEqual(told);
  });

  it.each(['low', 'critical'] as const)(
    'forgets a %s case’s suppression once people are told of it',
    async (severity) => {
      await store.storeRevision({ ...revision(1), severity }, 1_000);
      await store.markNotified('a-1', 1, AT, { suppressedBy: '00000000000000c1' });
      await store.storeRevision({ ...revision(2), severity }, 2_000);

      await store.markNotified('a-1', 2, AT);

      expect(await store.get('a-1')).not.toHaveProperty('suppressedBy');
    },
  );

  it('refuses the note that something was told that is not stored: it would never be told', async () => {
    await expect(store.markNotified('a-1', 1, AT)).rejects.toThrow("isn't stored");
    await store.storeRevision(revision(2), 5_000);

    await expect(store.markNotified('a-1', 3, AT)).rejects.toThrow("isn't stored");

    expect((await store.get('a-1'))?.notifiedRevision).toBe(0);
  });

  it('finds the cases that were left behind, oldest first', async () => {
    await store.storeRevision(revision(1, 'late'), 3_000);
    await store.storeRevision(revision(1, 'early'), 1_000);
    await store.storeRevision(revision(1, 'told'), 1_000);
    await store.markNotified('told', 1, AT);
    await store.storeRevision(revision(1, 'fresh'), 3_001);

    await expect.poll(() => leftBehind(3_000)).toEqual(['early', 'late']);
  });

  it('finds a case left behind by its newest revision only', async () => {
    await store.storeRevision(revision(1), 1_000);
    await store.storeRevision(revision(2), 8_000);
    await store.markNotified('a-1', 1, AT);

    await expect.poll(() => leftBehind(5_000)).toEqual([]);
    await expect
      .poll(() => store.leftBehind(8_000))
      .toMatchObject([{ revision: 2, notifiedRevision: 1, alert: { revision: 2 } }]);
  });

  it('finds a case again when a told one gets a new revision, and no more once that is told', async () => {
    await store.storeRevision(revision(1), 1_000);
    await store.markNotified('a-1', 1, AT);
    await expect.poll(() => leftBehind(9_000)).toEqual([]);

    await store.storeRevision(revision(2), 2_000);
    await expect.poll(() => leftBehind(9_000)).toEqual(['a-1']);

    await store.markNotified('a-1', 2, AT);
    await expect.poll(() => leftBehind(9_000)).toEqual([]);
  });

  it('agrees about what is left when revisions are stored and told at once', async () => {
    await store.storeRevision(revision(1), 1_000);

    await Promise.all([store.storeRevision(revision(2), 2_000), store.markNotified('a-1', 1, AT)]);

    expect(await store.get('a-1')).toMatchObject({ revision: 2, notifiedRevision: 1 });
    await expect.poll(() => leftBehind(9_000)).toEqual(['a-1']);
  });

  const verdict = (version: number, changes: Partial<CaseChange> = {}): CaseChange => ({
    version,
    state: 'dismissed',
    at: '2026-11-24T08:00:00.000Z',
    by: 'arn:aws:sts::111122223333:assumed-role/analyst/e-00007',
    reason: 'a migration that the team lead announced',
    revision: 1,
    ...changes,
  });
  const DECIDED_AT = Date.parse('2026-11-24T08:00:00.000Z');
  const idsOf = (cases: readonly { readonly alertId: string }[]) => cases.map(({ alertId }) => alertId);

  it('keeps a verdict, and who gave it, through later revisions', async () => {
    await store.storeRevision(revision(1), 5_000);

    expect(await store.change('a-1', verdict(1))).toBe(true);
    await store.storeRevision(revision(2), 6_000);
    await store.markNotified('a-1', 2, AT);

    expect(await store.get('a-1')).toMatchObject({ state: 'dismissed', history: [verdict(1)], revision: 2 });
  });

  it('keeps the time of the access that opened a case through later revisions', async () => {
    await store.storeRevision({ ...revision(1), time: '2026-11-20T00:00:00.000Z' }, 5_000);
    await store.storeRevision({ ...revision(2), time: '2026-11-21T00:00:00.000Z' }, 6_000);

    expect((await store.get('a-1'))?.openedAt).toBe(Date.parse('2026-11-20T00:00:00.000Z'));
  });

  it('adds a change only to the changes that it was decided upon', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.change('a-1', verdict(1, { state: 'expired', by: 'assess' }));

    expect(await store.change('a-1', verdict(1, { state: 'confirmed' }))).toBe(false);
    expect(await store.change('a-1', verdict(3))).toBe(false);
    expect(await store.change('a-1', verdict(2, { state: 'confirmed' }))).toBe(true);

    expect((await store.get('a-1'))?.history.map(({ state }) => state)).toEqual(['expired', 'confirmed']);
  });

  it('takes the same change twice, since the answer to the first may be lost', async () => {
    await store.storeRevision(revision(1), 5_000);

    expect(await store.change('a-1', verdict(1))).toBe(true);
    expect(await store.change('a-1', verdict(1))).toBe(true);

    expect((await store.get('a-1'))?.history).toEqual([verdict(1)]);
  });

  it('changes no case that is not there', async () => {
    expect(await store.change('a-1', verdict(1))).toBe(false);

    expect(await store.get('a-1')).toBeUndefined();
  });

  it('lets exactly one of many verdicts win', async () => {
    await store.storeRevision(revision(1), 5_000);

    const given = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.change('a-1', verdict(1, { by: `analyst ${i}` }))),
    );

    expect(given.filter(Boolean)).toHaveLength(1);
    expect((await store.get('a-1'))?.history).toHaveLength(1);
  });

  it('lists open cases by the access that opened them, and no judged ones', async () => {
    const at = (id: string, time: string) => store.storeRevision({ ...revision(1, id), time }, 1_000);
    await at('late', '2026-11-22T00:00:00.000Z');
    await at('early', '2026-11-20T00:00:00.000Z');
    await at('judged', '2026-11-20T00:00:00.000Z');
    await store.change('judged', verdict(1));

    await expect.poll(async () => idsOf(await store.open())).toEqual(['early', 'late']);
    const cut = { openedAtOrBefore: Date.parse('2026-11-20T00:00:00.000Z') };
    expect(idsOf(await store.open(cut))).toEqual(['early']);
    expect(idsOf(await store.open({ openedAtOrBefore: cut.openedAtOrBefore - 1 }))).toEqual([]);
    expect(idsOf(await store.open({ limit: 1 }))).toEqual(['early']);
  });

  it('lists the open cases of one subject, of whatever name', async () => {
    const subjects = ['e-1', 'e-10', 'e  1', '李'].map((id) => ({ type: 'employee' as const, id }));
    for (const [i, subject] of subjects.entries()) await store.storeRevision({ ...revision(1, `a-${i}`), subject }, 1);
    await store.storeRevision({ ...revision(1, 'service'), subject: { type: 'service', id: 'e-1' } }, 1);

    for (const [i, subject] of subjects.entries())
      await expect.poll(async () => idsOf(await store.open({ subject }))).toEqual([`a-${i}`]);
  });

  it('names the verdicts that wait for their place on the stream, until they have it', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.change('a-1', verdict(1));

    await expect.poll(async () => idsOf(await store.unadjudicated(DECIDED_AT))).toEqual(['a-1']);
    expect(await store.unadjudicated(DECIDED_AT - 1)).toEqual([]);

    await store.markAdjudicated('a-1', 1);
    await expect.poll(() => store.unadjudicated(DECIDED_AT)).toEqual([]);
  });

  it('lets a newer verdict wait when an older one got its place', async () => {
    await store.storeRevision(revision(1), 5_000);
    await store.change('a-1', verdict(1, { state: 'expired' }));
    await store.change('a-1', verdict(2));

    await store.markAdjudicated('a-1', 1);

    await expect.poll(async () => idsOf(await store.unadjudicated(DECIDED_AT))).toEqual(['a-1']);
  });

  it('names critical cases that were told and not judged, until people were reminded', async () => {
    const critical = (alertId: string) => ({ ...revision(1, alertId), severity: 'critical' as const });
    for (const id of ['wanted', 'judged', 'untold', 'suppressed']) await store.storeRevision(critical(id), 1_000);
    await store.storeRevision({ ...critical('fresh') }, 5_000);
    await store.storeRevision(revision(1, 'mild'), 1_000);
    await store.change('judged', verdict(1));
    for (const id of ['wanted', 'judged', 'fresh', 'mild']) await store.markNotified(id, 1, AT);
    await store.markNotified('suppressed', 1, AT, { suppressedBy: 'c-1' });

    await expect.poll(async () => idsOf(await store.unattended(4_999))).toEqual(['wanted']);
    expect(idsOf(await store.leftBehind(4_999))).toEqual(['untold']);

    await store.markReminded('wanted');
    await expect.poll(() => store.unattended(4_999)).toEqual([]);
    await store.storeRevision({ ...critical('wanted'), revision: 2 }, 2_000);
    await store.markNotified('wanted', 2, AT);
    expect(await store.unattended(4_999)).toEqual([]);
    expect((await store.get('wanted'))?.notifiedRevision).toBe(2);
  });

  it('keeps a critical case that people were told of among those to remind of, though later revisions are suppressed', async () => {
    const critical = (number: number) => ({ ...revision(number), severity: 'critical' as const });
    await store.storeRevision(critical(1), 1_000);
    await store.markNotified('a-1', 1, AT);
    await store.storeRevision(critical(2), 2_000);

    await store.markNotified('a-1', 2, AT, { suppressedBy: 'c-1' });

    expect(await store.get('a-1')).toMatchObject({ notifiedRevision: 2 });
    expect(await store.get('a-1')).not.toHaveProperty('suppressedBy');
    await expect.poll(async () => idsOf(await store.unattended(4_999))).toEqual(['a-1']);
  });

  it('reminds nobody of a critical case of which every revision was suppressed', async () => {
    for (const number of [1, 2]) {
      await store.storeRevision({ ...revision(number), severity: 'critical' }, 1_000);
      await store.markNotified('a-1', number, AT, { suppressedBy: 'c-1' });
    }
    await store.storeRevision({ ...revision(1, 'told'), severity: 'critical' }, 1_000);
    await store.markNotified('told', 1, AT);

    await expect.poll(async () => idsOf(await store.unattended(4_999))).toEqual(['told']);
    expect(await store.get('a-1')).toMatchObject({ notifiedRevision: 2, suppressedBy: 'c-1' });
  });

  it('notes no reminder of a case that is not there', async () => {
    await store.markReminded('a-1');

    expect(await store.get('a-1')).toBeUndefined();
    await store.storeRevision({ ...revision(1), severity: 'critical' }, 1_000);
    await store.markNotified('a-1', 1, AT);
    await expect.poll(async () => idsOf(await store.unattended(4_999))).toEqual(['a-1']);
  });

  it('gives a case that opens with an old access a week from when it came', async () => {
    const now = Date.parse('2026-11-23T00:00:00Z');
    const old = (alertId: string, days: number) => ({
      ...revision(1, alertId),
      time: new Date(now - days * DAY_MS).toISOString(),
    });
    await store.storeRevision(old('ancient', 100), now);
    await store.storeRevision(old('punctual', 15), now - 15 * DAY_MS);
    const dueBy = async (time: number) =>
      idsOf(await store.open({ openedAtOrBefore: time - EXPIRES_AFTER_MS })).toSorted();

    await expect.poll(() => dueBy(now)).toEqual(['punctual']);
    expect(await dueBy(now + 7 * DAY_MS)).toEqual(['ancient', 'punctual']);
    expect((await store.get('ancient'))?.openedAt).toBe(now - 100 * DAY_MS);
  });

  it('scans every case, whatever became of it', async () => {
    for (const id of ['a', 'b', 'c']) await store.storeRevision(revision(1, id), 1);
    await store.change('b', verdict(1));

    const states: Record<string, string> = {};
    for await (const { alertId, state } of store.scan()) states[alertId] = state;

    expect(states).toEqual({ a: 'open', b: 'dismissed', c: 'open' });
  });

  it('goes through everything untold, and through what the caller knows of before the index does', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `a-${String(index).padStart(3, '0')}`);
    await Promise.all(ids.map((id, index) => store.storeRevision(revision(1, id), index)));
    // Nobody judged it, so people are to be reminded of it: that is another list.
    await store.storeRevision({ ...revision(1, 'told'), severity: 'critical' }, 1);
    await store.markNotified('told', 1, AT);
    await expect.poll(async () => (await store.unattended(9_000)).length).toBe(1);

    const known = [...ids, 'told', 'never stored'];
    const found = (await allOf(store.untold(known))).map(({ alertId }) => alertId);

    expect(found.toSorted()).toEqual(ids);
    await expect.poll(async () => (await allOf(store.untold([]))).length).toBe(120);
  });

  it('finds more cases than one request can hold', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `a-${String(index).padStart(3, '0')}`);
    await Promise.all(ids.map((id, index) => store.storeRevision(revision(1, id), index)));

    await expect.poll(() => leftBehind(9_000)).toEqual(ids);
  });
});

describe('the DynamoDB case store', () => {
  it('leaves alone what analysts added to a case', async () => {
    const store = createDynamoCaseStore(table);
    await store.storeRevision(anAlert({ alertId: 'a-1' }), 1_000);
    const key = { pk: { S: 'case#a-1' } };
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: key,
        UpdateExpression: 'SET verdict = :verdict',
        ExpressionAttributeValues: { ':verdict': { S: 'benign' } },
      }),
    );

    await store.storeRevision(anAlert({ alertId: 'a-1', revision: 2 }), 2_000);
    await store.markNotified('a-1', 2, AT);

    const { Item: item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key: key }));
    expect(item).toMatchObject({ verdict: { S: 'benign' }, revision: { N: '2' }, notifiedRevision: { N: '2' } });
    expect(item).not.toHaveProperty('untold');
  });

  it('has a case on no list of what is to be told once people were reminded of it, nor after later revisions', async () => {
    const store = createDynamoCaseStore(table);
    const key = { pk: { S: 'case#a-1' } };
    const untold = async () =>
      (await table.client.send(new GetItemCommand({ TableName: table.tableName, Key: key }))).Item?.untold;
    const tell = async (revision: number) => {
      await store.storeRevision(anAlert({ alertId: 'a-1', revision, severity: 'critical' }), 1_000);
      await store.markNotified('a-1', revision, AT);
    };

    await tell(1);
    expect(await untold()).toEqual({ S: 'unattended' });
    await store.markReminded('a-1');
    expect(await untold()).toBeUndefined();
    await tell(2);
    expect(await untold()).toBeUndefined();
  });
});
