import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoRefusalStore } from '../../shared/stores/dynamo-refusal-store.ts';
import type { RefusalStore } from '../../shared/stores/link-ports.ts';
import { createMemoryRefusalStore } from '../../shared/stores/memory-link-store.ts';
import { aSubject, HOUR_MS, LONGEST_ACTOR, NOON } from './link-factory.ts';
import { useTable } from './test-table.ts';

const entry = (actorId: string, time = NOON) => ({ actorId, time });

const table = useTable('links', 'for all');

describe.each([
  { name: 'memory', makeStore: createMemoryRefusalStore },
  { name: 'DynamoDB', makeStore: () => createDynamoRefusalStore(table.call, table.tableName, () => NOON) },
])('a refusal store in $name', ({ makeStore }) => {
  let store: RefusalStore;
  let subject: string;
  beforeEach(() => {
    store = makeStore();
    subject = aSubject();
  });
  const refused = async (of = subject, consistent = true) => (await store.before([of], consistent)).get(of) ?? [];

  it('says of each subject who was refused it', async () => {
    await store.note(subject, [entry('e-1')]);

    expect(await refused()).toEqual([entry('e-1')]);
    expect(await refused(subject, false)).toEqual([entry('e-1')]);
  });

  it('keeps subjects apart, and knows nobody of one that nobody was refused', async () => {
    const other = aSubject();
    await store.note(subject, [entry('e-1')]);
    await store.note(other, [entry('e-2')]);

    const found = await store.before([subject, aSubject(), other], true);

    const known = [...found].filter(([, entries]) => entries.length > 0);
    expect(new Map(known)).toEqual(
      new Map([
        [subject, [entry('e-1')]],
        [other, [entry('e-2')]],
      ]),
    );
  });

  it('is asked about more subjects than one request takes', async () => {
    const subjects = Array.from({ length: 120 }, aSubject);
    await Promise.all(subjects.map((one, i) => store.note(one, [entry(`e-${i}`)])));

    const found = await store.before(subjects, false);

    expect(subjects.map((one) => found.get(one))).toEqual(subjects.map((_, i) => [entry(`e-${i}`)]));
  });

  it('changes nothing when refusals are noted again, together or one by one', async () => {
    const refusals = [entry('e-1'), entry('e-2', NOON + 1), entry('e-1', NOON + 2)];
    await store.note(subject, refusals);

    await store.note(subject, refusals);
    for (const refusal of refusals) await store.note(subject, [refusal]);

    expect(await refused()).toEqual(refusals.toReversed());
  });

  it('shows the newest first by their own time, not by when they were noted', async () => {
    await store.note(subject, [entry('e-2', NOON + 2)]);
    await store.note(subject, [entry('e-3', NOON + 3), entry('e-1')]);

    expect(await refused()).toEqual([entry('e-3', NOON + 3), entry('e-2', NOON + 2), entry('e-1')]);
  });

  it('keeps of many what says the same as all, the first and the last of one actor’s', async () => {
    await store.note(subject, [entry('e-1')]);
    for (let often = 1; often <= 9; often++) await store.note(subject, [entry('e-2', NOON + often)]);

    expect(await refused()).toEqual([entry('e-2', NOON + 9), entry('e-2', NOON + 1), entry('e-1')]);
  });

  it('forgets none for an older one that comes late, and what is older than a day and two hours', async () => {
    const hours = [0, 3, 6, 26, 27].map((hour) => entry('e-1', NOON + hour * HOUR_MS));
    for (const refusal of hours) await store.note(subject, [refusal]);

    await store.note(subject, [entry('e-late', NOON + 1)]);

    expect(await refused()).toEqual(hours.slice(1).toReversed());
  });

  it('loses nobody when the same refusal is noted several times at once, beside another’s', async () => {
    await store.note(subject, [entry('e-1')]);
    await Promise.all(Array.from({ length: 4 }, () => store.note(subject, [entry('e-2', NOON + 1)])));

    expect(await refused()).toEqual([entry('e-2', NOON + 1), entry('e-1')]);
  });

  it('loses none that says what others don’t, of many who are refused at once', async () => {
    const refusals = Array.from({ length: 40 }, (_, i) => entry(`e-${i}`, NOON + i));
    await Promise.all(refusals.map((refusal) => store.note(subject, [refusal])));

    expect(await refused()).toEqual([39, 38, 1, 0].map((i) => refusals[i]));
  });

  it('keeps names as long as they can be', async () => {
    const refusals = [0, 3, 6].map((i) => entry(`${LONGEST_ACTOR.slice(1)}${i}`, NOON + i * HOUR_MS));
    await store.note(subject, refusals);

    expect(await refused()).toEqual(refusals.toReversed());
  });
});
