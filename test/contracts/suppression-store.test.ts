import { beforeEach, describe, expect, it } from 'vitest';
import type { Suppression } from '../../shared/model/suppression.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { createMemorySuppressionStore } from '../../shared/stores/memory-suppression-store.ts';
import type { SuppressionStore } from '../../shared/stores/ports.ts';
import { anAlert } from './alert-factory.ts';
import { useTable } from './test-table.ts';

const [FROM, UNTIL] = [Date.parse('2026-11-01T00:00:00.000Z'), Date.parse('2026-12-01T00:00:00.000Z')];
const aSuppression = (id: string, changes: Partial<Suppression> = {}): Suppression => ({
  id,
  subject: { type: 'employee', id: 'e-1' },
  signals: ['volume'],
  from: new Date(FROM).toISOString(),
  until: new Date(UNTIL).toISOString(),
  reason: 'a project',
  by: 'arn:aws:iam::111122223333:user/jane',
  ...changes,
});
const lifted = { at: '2026-11-02T00:00:00.000Z', by: 'arn:aws:iam::111122223333:user/lee', reason: 'it is over' };
const subject = { type: 'employee', id: 'e-1' } as const;

const table = useTable('cases', 'for each test');

describe.each([
  { name: 'memory', makeStore: () => createMemorySuppressionStore() },
  { name: 'DynamoDB', makeStore: () => createDynamoSuppressionStore(table) },
])('suppressions in $name', ({ makeStore }) => {
  let store: SuppressionStore;
  beforeEach(() => {
    store = makeStore();
  });

  it('are found by their subject, and by no other', async () => {
    await store.add(aSuppression('a'));
    await store.add(aSuppression('b', { subject: { type: 'service', id: 'e-1' } }));

    expect(await store.of(subject)).toEqual([aSuppression('a')]);
    expect(await store.of({ type: 'employee', id: 'e-2' })).toEqual([]);
  });

  it('are kept when they were lifted, with who did that and why', async () => {
    await store.add(aSuppression('a'));

    expect(await store.lift({ subject, id: 'a' }, lifted)).toBe(true);
    expect(await store.lift({ subject, id: 'a' }, { ...lifted, reason: 'again' })).toBe(false);
    expect(await store.lift({ subject, id: 'b' }, lifted)).toBe(false);

    expect(await store.of(subject)).toEqual([{ ...aSuppression('a'), lifted }]);
  });

  it('are neither lifted under another subject nor written over', async () => {
    await store.add(aSuppression('a'));

    expect(await store.lift({ subject: { type: 'service', id: 'e-1' }, id: 'a' }, lifted)).toBe(false);
    await store.lift({ subject, id: 'a' }, lifted);
    await store.add(aSuppression('a', { reason: 'another' }));
    await store.add(aSuppression('a', { subject: { type: 'team', id: 'recsys/CN' } }));

    expect(await store.of(subject)).toEqual([{ ...aSuppression('a'), lifted }]);
    expect(await store.of({ type: 'team', id: 'recsys/CN' })).toHaveLength(1);
  });

  it('hold from their beginning until their end, or until they are lifted', async () => {
    await store.add(aSuppression('a'));
    const idsAt = async (now: number) => (await store.holding(now)).map(({ id }) => id);

    expect([await idsAt(FROM - 1), await idsAt(FROM), await idsAt(UNTIL - 1), await idsAt(UNTIL)]).toEqual([
      [],
      ['a'],
      ['a'],
      [],
    ]);
    await store.lift({ subject, id: 'a' }, lifted);
    expect(await idsAt(FROM)).toEqual([]);
  });

  it('are remembered to have held within a span until they ended or were lifted', async () => {
    await store.add(aSuppression('a'));
    await store.add(aSuppression('b'));
    await store.lift({ subject, id: 'b' }, lifted);
    const liftedAt = Date.parse(lifted.at);
    const idsWithin = async (from: number, to: number) =>
      (await store.heldWithin(from, to)).map(({ id }) => id).toSorted();

    expect(await idsWithin(FROM - 10, FROM)).toEqual([]);
    expect(await idsWithin(FROM - 10, FROM + 1)).toEqual(['a', 'b']);
    expect(await idsWithin(liftedAt - 1, liftedAt + 1)).toEqual(['a', 'b']);
    expect(await idsWithin(liftedAt, UNTIL)).toEqual(['a']);
    expect(await idsWithin(UNTIL, UNTIL + 1)).toEqual([]);
  });
});

describe('suppressions in DynamoDB', () => {
  it('share their table with cases and are none', async () => {
    const cases = createDynamoCaseStore(table);
    await createDynamoSuppressionStore(table).add(aSuppression('a'));
    await cases.storeRevision(anAlert(), 1);

    const seen: string[] = [];
    for await (const { alertId } of cases.scan()) seen.push(alertId);

    expect(seen).toEqual([anAlert().alertId]);
    expect(await cases.open()).toHaveLength(1);
  });
});
