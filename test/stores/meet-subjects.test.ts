import { describe, expect, it } from 'vitest';
import { createMemoryTables } from '../../bench/metering/memory-tables.ts';
import { hash64Hex } from '../../shared/stats/hash64.ts';
import type { DynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { LOOK_NOTED_WITHIN_MS, NOTED_WITHIN_MS } from '../../shared/stores/link-times.ts';
import { allOf } from '../factories/all-of.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const NOON = Date.parse(timeOn(0, 12));
const about = (subject: string, changes: AccessEventChanges = {}) =>
  anAccess({ time: timeOn(0, 11), subjects: { region: 'US', count: 1, ids: [subject] }, ...changes });
const look = (subject = 'us-1') => about(subject, { id: `look at ${subject}` });
const refusal = (actorId = 'e-9') => about('us-1', { id: 'refusal', actor: { id: actorId }, outcome: 'denied' });

/** The real stores over tables in memory, whose answers may take their time. */
function aWorld(taking: (operation: string, input: { readonly TableName?: string }) => number = () => 0) {
  const tables = createMemoryTables();
  let time = NOON;
  const requests: string[] = [];
  const call = (async (operation, input) => {
    requests.push(`${operation} ${'TableName' in input ? input.TableName : 'links'}`);
    const answer = tables.answer(operation, input);
    time += taking(operation, input as { readonly TableName?: string });
    return answer;
  }) as DynamoCall;
  const now = () => time;
  const log = createDynamoLinkLog({ call, tableName: 'log', now });
  const links = createDynamoLinkStore({ call, tableName: 'links', logTableName: 'log', now });
  return { links, log, requests, tables };
}

const looksOf = async ({ log }: ReturnType<typeof aWorld>) =>
  (await allOf(log.looks(Math.floor(Date.parse(timeOn(0, 11)) / 3_600_000), NOON, NOON + 1e6))).map(
    ({ mark }) => `${mark.actorId} met ${mark.met}`,
  );

describe('a batch', () => {
  it('asks once for all its looks and notes them together, and costs nothing without any', async () => {
    const world = aWorld();

    await world.links.meet([look('us-1'), look('us-2'), look('us-1')]);
    await world.links.meet([]);

    expect(world.requests).toEqual(['BatchGetItem links', 'PutItem log']);
    expect(await looksOf(world)).toHaveLength(3);
    const { readUnits, writeUnits } = world.tables.metered('links');
    expect([readUnits, writeUnits, world.tables.metered('log').writeUnits]).toEqual([1, 0, 1]);
  });

  it('notes of each look whom it met, and no refusal among the looks', async () => {
    const world = aWorld();

    await world.links.meet([refusal()]);
    const hits = await world.links.meet([look(), look('us-2')]);

    expect(hits.map((met) => met.map(({ actorId }) => actorId))).toEqual([['e-9'], []]);
    expect(await looksOf(world)).toEqual(['e-00042 met e-9', 'e-00042 met ']);
  });

  it('does not take its own refusals for somebody’s before its looks', async () => {
    const { links } = aWorld();

    const hits = await links.meet([look(), refusal('e-9')]);

    expect(hits.map((met) => met.length)).toEqual([0, 1]);
  });

  it('whose looks took long to be noted asks again, strongly consistent: who was refused meanwhile may have been joined', async () => {
    let others: Promise<unknown> = Promise.resolve();
    const world = aWorld((operation, { TableName }) => {
      if (operation !== 'PutItem' || TableName !== 'log') return 0;
      // Somebody else's batch, which has come and gone by the time this one's answer is here.
      others = other.links.meet([refusal()]);
      return LOOK_NOTED_WITHIN_MS + 1;
    });
    const other = {
      links: createDynamoLinkStore({
        call: (async (operation, input) => world.tables.answer(operation, input)) as DynamoCall,
        tableName: 'links',
        logTableName: 'log',
        now: () => NOON,
      }),
    };

    const hits = await world.links.meet([look()]);
    await others;

    expect(hits).toEqual([[expect.objectContaining({ actorId: 'e-9' })]]);
    expect(world.requests).toEqual(['BatchGetItem links', 'PutItem log', 'BatchGetItem links']);
    expect(world.tables.metered('links').kinds.subject?.readUnits).toBe(0.5 + 1);
  });
});

describe('refusals', () => {
  it('that took long to be noted are noted again, under a time that nobody has read past', async () => {
    let slow = 1;
    const world = aWorld((_, { TableName }) => (TableName === 'log' && slow-- > 0 ? NOTED_WITHIN_MS + 1 : 0));

    await world.links.meet([refusal()]);

    const keys = (await allOf(world.log.refusals(NOON, NOON + 1e6))).map(({ key }) => Number.parseInt(key, 10) - NOON);
    expect(keys).toEqual([0, NOTED_WITHIN_MS + 1]);
  });

  it('that take too long again and again fail their batch, which comes again', async () => {
    const world = aWorld((_, { TableName }) => (TableName === 'log' ? NOTED_WITHIN_MS + 1 : 0));

    await expect(world.links.meet([refusal()])).rejects.toThrow('took longer than');
  });
});

describe('a user’s item that has grown, since nobody could take anything out of it', () => {
  it('is taken in hand a hundred refusals at a time, and goes on to be of use', async () => {
    const world = aWorld();
    const [subject = ''] = look().subjectHashes;
    const key = { pk: { S: `subject#${subject}` } };
    const many = Array.from({ length: 700 }, (_, i) => [
      `r#${NOON - 7_000_000 + i}#${hash64Hex(`e-${i}`)}`,
      { M: { a: { S: `e-${i}` }, t: { N: String(NOON - 7_000_000 + i) } } },
    ]);
    world.tables.answer('PutItem', { TableName: 'links', Item: { ...key, ...Object.fromEntries(many) } });
    const size = () =>
      Object.keys((world.tables.answer('GetItem', { TableName: 'links', Key: key }) as { Item: object }).Item).length;
    const before = size();

    for (let i = 0; i < 8; i++) await world.links.meet([{ ...refusal(), time: NOON + i }]);

    expect(before).toBeGreaterThan(700);
    expect(size()).toBeLessThan(20);
    expect(await world.links.meet([{ ...look(), time: NOON + 9 }])).toEqual([
      [expect.objectContaining({ actorId: 'e-9' })],
    ]);
  });
});
