import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import type { LinkLog, NotedLook, NotedRefusal } from '../../shared/stores/link-ports.ts';
import { hourOf, NOTED_WITHIN_MS, timeOfKey } from '../../shared/stores/link-times.ts';
import { createMemoryLinkLog } from '../../shared/stores/memory-link-store.ts';
import { allOf } from '../factories/all-of.ts';
import { aRefusal, aSubject, HOUR_MS, LONGEST_ACTOR, MINUTE_MS, NOON } from './link-factory.ts';
import { useTable } from './test-table.ts';

const HOUR = hourOf(NOON);
/** So much that no item holds it all. */
const MANY = 1_200;
const NO_KEY = '0000000000000#00000000';

const mark = (actorId: string, time = NOON, subject = aSubject()) => ({ subject, actorId, time, met: '' });
const actorsOf = (noted: readonly NotedRefusal[]) => noted.map(({ access }) => access.actorId);
const marksOf = (noted: readonly NotedLook[]) => noted.map((look) => look.mark);

const table = useTable('linkLog', 'for each test');
let time: number;
const now = () => time;

describe.each([
  { name: 'memory', makeLog: () => createMemoryLinkLog(now) },
  { name: 'DynamoDB', makeLog: () => createDynamoLinkLog({ ...table, now }) },
])('a link log in $name', ({ makeLog }) => {
  let log: LinkLog;
  beforeEach(() => {
    time = NOON;
    log = makeLog();
  });
  const refusals = (from: number, to: number) => allOf(log.refusals(from, to));
  const looks = (hour: number, from: number, to: number) => allOf(log.looks(hour, from, to));

  it('gives refusals back as they were', async () => {
    const noted = [aRefusal('e-1', [aSubject(), aSubject()]), aRefusal(LONGEST_ACTOR, [aSubject()], NOON - HOUR_MS)];
    await log.noteRefusals(noted);

    const found = await refusals(NOON, NOON + 1);

    expect(found.map(({ access }) => access)).toEqual(noted);
    expect(found.map(({ place }) => place)).toEqual([0, 1]);
    expect(found.map(({ key }) => timeOfKey(key))).toEqual([NOON, NOON]);
  });

  it('gives refusals by when they were noted, not by when they were, from a time on and before another', async () => {
    await log.noteRefusals([aRefusal('e-1', [aSubject()], NOON - 20 * HOUR_MS)]);

    expect(await refusals(NOON - 5 * MINUTE_MS, NOON)).toEqual([]);
    expect(actorsOf(await refusals(NOON, NOON + 1))).toEqual(['e-1']);
    expect(await refusals(NOON + 1, NOON + 5 * MINUTE_MS)).toEqual([]);
  });

  it('gives the oldest refusals first, of minutes or of hours', async () => {
    const minutes = [1, 9, 10, 11, 35, 90];
    for (const minute of minutes) {
      time = NOON + minute * MINUTE_MS;
      await log.noteRefusals([aRefusal(`e-${minute}`, [aSubject()])]);
    }

    expect(actorsOf(await refusals(NOON, NOON + 2 * HOUR_MS))).toEqual(minutes.map((minute) => `e-${minute}`));
    expect(actorsOf(await refusals(NOON + 9 * MINUTE_MS, NOON + 35 * MINUTE_MS))).toEqual(['e-9', 'e-10', 'e-11']);
  });

  it('gives looks back as they were, by when they were noted, from a time on and before another', async () => {
    const noted = [mark('e-1'), mark(LONGEST_ACTOR, NOON + HOUR_MS - 1), mark('e-1', NOON + 7)];
    time = NOON + 3 * HOUR_MS;
    await log.noteLooks(noted);

    expect(await looks(HOUR, NOON, time)).toEqual([]);
    expect(marksOf(await looks(HOUR, time, time + 1))).toEqual(noted);
    expect(await looks(HOUR, time + 1, time + HOUR_MS)).toEqual([]);
  });

  it('gives the looks first that were noted first', async () => {
    for (const minute of [0, 1, 50]) {
      time = NOON + minute * MINUTE_MS;
      await log.noteLooks([mark(`e-${minute}`)]);
    }

    const found = await looks(HOUR, NOON, NOON + HOUR_MS);

    expect(marksOf(found).map(({ actorId }) => actorId)).toEqual(['e-0', 'e-1', 'e-50']);
    expect(found.map(({ key }) => timeOfKey(key))).toEqual([0, 1, 50].map((minute) => NOON + minute * MINUTE_MS));
  });

  it('lays looks of several hours apart', async () => {
    const [before, first, last, after] = [NOON - 1, NOON, NOON + HOUR_MS - 1, NOON + HOUR_MS].map((at) =>
      mark('e-1', at),
    );
    await log.noteLooks([before, first, last, after].flatMap((one) => one ?? []));

    const [early, during, late] = await Promise.all([-1, 0, 1].map((hours) => looks(HOUR + hours, NOON, NOON + 1)));

    expect([early, during, late].map((found) => marksOf(found ?? []))).toEqual([[before], [first, last], [after]]);
    expect(await looks(HOUR + 2, NOON, NOON + 1)).toEqual([]);
    for (const { key } of during ?? []) expect(await log.looksOf(HOUR - 1, key)).toEqual([]);
  });

  it('finds what was read under its key', async () => {
    await log.noteRefusals(['e-1', 'e-2'].map((actorId) => aRefusal(actorId, [aSubject()])));
    await log.noteLooks([mark('e-3'), mark('e-4', NOON + 1), mark('e-5', NOON + HOUR_MS)]);

    const refused = await refusals(NOON, NOON + 1);
    for (const { key, place, access } of refused) expect((await log.refusalsOf(key))[place]).toEqual(access);
    const [look] = await looks(HOUR, NOON, NOON + 1);
    const ofItem = await log.looksOf(HOUR, look?.key ?? '');

    expect(refused).toHaveLength(2);
    expect(ofItem.map(({ actorId }) => actorId)).toEqual(['e-3', 'e-4']);
  });

  it('keeps all that is noted at the same time', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `e-${i}`);
    await Promise.all(
      names.flatMap((actorId) => [log.noteRefusals([aRefusal(actorId, [aSubject()])]), log.noteLooks([mark(actorId)])]),
    );

    const [refused, looked] = [await refusals(NOON, NOON + 1), await looks(HOUR, NOON, NOON + 1)];

    expect(actorsOf(refused).toSorted()).toEqual(names);
    expect(marksOf(looked).map(({ actorId }) => actorId)).toHaveLength(names.length);
    expect(new Set(refused.map(({ key }) => key)).size).toBe(names.length);
    expect(new Set(looked.map(({ key }) => key)).size).toBe(names.length);
  });

  it('finds nothing where nothing is', async () => {
    await log.noteRefusals([aRefusal('e-1', [aSubject()])]);
    await log.noteLooks([mark('e-2')]);
    const [refused] = await refusals(NOON, NOON + 1);

    expect((await log.refusalsOf(refused?.key ?? ''))[1]).toBeUndefined();
    expect((await log.refusalsOf(NO_KEY))[0]).toBeUndefined();
    expect(await log.looksOf(HOUR, NO_KEY)).toEqual([]);
    // The one is not found under the other’s key.
    expect(await log.looksOf(HOUR, refused?.key ?? '')).toEqual([]);
    expect(await refusals(NOON - HOUR_MS, NOON)).toEqual([]);
  });

  it('knows until when what was noted has been joined', async () => {
    expect(await log.joined()).toBeUndefined();

    await log.noteJoined({ until: NOON, failingSince: NOON + 1 });
    expect(await log.joined()).toEqual({ until: NOON, failingSince: NOON + 1 });
    await log.noteJoined({ until: NOON + MINUTE_MS });

    expect(await log.joined()).toEqual({ until: NOON + MINUTE_MS });
    expect(await refusals(NOON, NOON + HOUR_MS)).toEqual([]);
  });

  it('loses none of more refusals than one item holds, however long names are', async () => {
    const noted = Array.from({ length: MANY }, (_, i) => ({ ...aRefusal(LONGEST_ACTOR, [aSubject()]), id: `ev-${i}` }));
    await log.noteRefusals(noted);

    const found = await refusals(NOON, NOON + 1);

    expect(found.map(({ access }) => access.id).toSorted()).toEqual(noted.map(({ id }) => id).toSorted());
    expect(new Set(found.map(({ key, place }) => `${key} ${place}`)).size).toBe(MANY);
    for (const { key, place, access } of [found.at(0), found.at(-1)].flatMap((one) => one ?? []))
      expect((await log.refusalsOf(key))[place]).toEqual(access);
  });

  it('loses none of more looks than one item holds, however long names are', async () => {
    const noted = Array.from({ length: MANY }, (_, i) => mark(LONGEST_ACTOR, NOON + i));
    await log.noteLooks(noted);

    const found = await looks(HOUR, NOON, NOON + 1);

    expect(marksOf(found).toSorted((a, b) => a.time - b.time)).toEqual(noted);
    for (const { key, mark: look } of [found.at(0), found.at(-1)].flatMap((one) => one ?? []))
      expect(await log.looksOf(HOUR, key)).toContainEqual(look);
  });
});

describe('a link log in DynamoDB that is slow', () => {
  /** A clock on which writing takes so long each time, as often as that is listed, and nothing after that. */
  const slowClock = (took: readonly number[]) => {
    let read = 0;
    return () => {
      if (read++ % 2 === 1) time += took[(read - 2) / 2] ?? 0;
      return time;
    };
  };
  const notedAt = async (clock: () => number) => {
    time = NOON;
    const log = createDynamoLinkLog({ ...table, now: clock });
    await log.noteRefusals([aRefusal('e-1', [aSubject()])]);
    const noted = await allOf(log.refusals(NOON, NOON + HOUR_MS));
    return noted.map(({ key }) => timeOfKey(key) - NOON);
  };

  it('notes refusals once where they can be read in time', async () => {
    expect(await notedAt(slowClock([NOTED_WITHIN_MS]))).toEqual([0]);
  });

  it('notes refusals again under a later time where whoever reads on may have read past them', async () => {
    expect(await notedAt(slowClock([NOTED_WITHIN_MS + 1]))).toEqual([0, NOTED_WITHIN_MS + 1]);
  });

  it('says so where it is slow again and again', async () => {
    const clock = slowClock(Array.from({ length: 9 }, () => NOTED_WITHIN_MS + 1));

    await expect(notedAt(clock)).rejects.toThrow(/longer than 30000 ms/);
  });
});

describe('a link log in DynamoDB with items that are damaged', () => {
  it('tells of them and gives all others, or ends at the first of them where nobody listens', async () => {
    time = NOON;
    const log = createDynamoLinkLog({ ...table, now });
    await log.noteRefusals([aRefusal('e-1', [aSubject()])]);
    await log.noteLooks([mark('e-2')]);
    const stamp = `${String(NOON).padStart(13, '0')}#00000000`;
    const put = (pk: string, content: object) =>
      table.call('PutItem', { TableName: table.tableName, Item: { pk: { S: pk }, sk: { S: stamp }, ...content } });
    await put(`refused#${hourOf(NOON)}#0`, { form: { N: '1' }, accesses: { B: Buffer.from('nothing compressed') } });
    await put(`looks#${HOUR}`, { marks: { B: Buffer.from([255]) } });
    const damaged: string[] = [];
    const onDamaged = ({ message }: Error) => void damaged.push(message);

    const refused = await allOf(log.refusals(NOON, NOON + 1, onDamaged));
    const looked = await allOf(log.looks(HOUR, NOON, NOON + 1, onDamaged));

    expect([actorsOf(refused), marksOf(looked).map(({ actorId }) => actorId)]).toEqual([['e-1'], ['e-2']]);
    expect(damaged).toEqual([
      `what is noted at refused#${hourOf(NOON)}#0 ${stamp} can't be read`,
      `what is noted at looks#${HOUR} ${stamp} can't be read`,
    ]);
    await expect(allOf(log.refusals(NOON, NOON + 1))).rejects.toThrow("can't be read");
  });
});
