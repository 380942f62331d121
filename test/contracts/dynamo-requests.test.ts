import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { EXPIRES_AFTER_MS } from '../../shared/model/case.ts';
import { NO_COUNTRY_DAY } from '../../shared/model/source-day.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import type { DynamoItem } from '../../shared/stores/dynamo-batch-get.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { createDynamoRefusalStore } from '../../shared/stores/dynamo-refusal-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { hourOf, LOOK_NOTED_WITHIN_MS } from '../../shared/stores/link-times.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from '../../shared/stores/table-definitions.ts';
import { allOf } from '../factories/all-of.ts';
import { connectServices, createTable, deleteTable } from './aws-services.ts';
import { aLook, aRefusal, aSubject } from './link-factory.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const DAY_MS = 86_400_000;

let disconnect: () => Promise<void>;
let client: DynamoDBClient;
let tableName: string;
let linkLogTable: string;
let asked: (readonly [operation: string, input: unknown])[];
let call: DynamoCall;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeDynamoClient();
  tableName = await createTable(client, 'cases');
  linkLogTable = await createTable(client, 'linkLog');
});
afterAll(async () => {
  await deleteTable(client, tableName);
  await deleteTable(client, linkLogTable);
  client.destroy();
  await disconnect();
});
beforeEach(() => {
  asked = [];
  const really = makeDynamoCall(process.env);
  call = (operation, input, abortSignal) => {
    asked.push([operation, input]);
    return really(operation, input, abortSignal);
  };
});

describe('what is read of DynamoDB', () => {
  it('is what was written last: no decision is made on a replica that lags behind', async () => {
    await createDynamoBaselineStore({ call, tableName }).load(['e-1']);
    await createDynamoCaseStore({ call, tableName }).get('a-1');
    await createDynamoSuppressionStore({ call, tableName }).of({ type: 'employee', id: 'e-1' });
    await createDynamoHeldWindowStore({ call, tableName }).load('e-1', 'a-1');

    expect(asked.map(([operation]) => operation)).toEqual(['BatchGetItem', 'GetItem', 'GetItem', 'BatchGetItem']);
    for (const [, input] of asked) expect(JSON.stringify(input)).toContain('"ConsistentRead":true');
  });

  it('is so of all that links are noted for, where it is joined and where it is believed', async () => {
    const log = createDynamoLinkLog({ call, tableName: linkLogTable, now: () => NOON });
    const [hour, key] = [hourOf(NOON), '0000000000000#00000000'];
    await allOf(log.refusals(NOON, NOON + 1));
    await allOf(log.looks(hour, NOON, NOON + 1));
    await log.refusalsOf(key);
    await log.looksOf(hour, key);
    await log.joined();
    await log.found('e-1');

    const operations = asked.map(([operation]) => operation);
    expect(new Set(operations)).toEqual(new Set(['Query', 'GetItem']));
    for (const [, input] of asked) expect(JSON.stringify(input)).toContain('"ConsistentRead":true');
  });

  it('may be a second old where a look asks who was refused, at half the price, but not where it took long', async () => {
    let time = NOON;
    let took = 0;
    const now = () => (time += took);
    const links = createDynamoLinkStore({ call, tableName, logTableName: linkLogTable, now });
    const consistent = async (access: Access) => {
      asked = [];
      await links.meet([access]);
      const reads = asked.filter(([operation]) => operation === 'BatchGetItem');
      return reads.map(([, input]) => /"ConsistentRead":(\w+)/.exec(JSON.stringify(input))?.[1]);
    };

    expect(await consistent(aLook('e-1', [aSubject()]))).toEqual(['false']);
    took = LOOK_NOTED_WITHIN_MS;
    expect(await consistent(aLook('e-1', [aSubject()]))).toEqual(['false', 'true']);
  });
});

describe('a refusal', () => {
  it('is written without a condition or a look at what is there, and what is too much is taken out afterwards', async () => {
    const refusals = createDynamoRefusalStore(call, tableName, () => NOON);
    const subject = aSubject();
    for (let again = 0; again < 3; again++) await refusals.note(subject, [{ actorId: 'e-1', time: NOON + again }]);

    expect(asked.map(([operation]) => operation)).toEqual(Array.from({ length: 4 }, () => 'UpdateItem'));
    expect(JSON.stringify(asked)).not.toContain('ConditionExpression');
    expect(asked.at(-1)?.[1]).toMatchObject({ UpdateExpression: 'REMOVE #r0' });
  });
});

describe('what is written to pass', () => {
  const daysOf = (item: DynamoItem | undefined) => (Number(item?.[TIME_TO_LIVE_ATTRIBUTE]?.N) * 1_000 - NOON) / DAY_MS;
  /** When each item may be deleted, days after noon. DynamoDB wants seconds, and never deletes what says milliseconds. */
  async function daysKept(pk: string): Promise<number> {
    const { Item } = await call('GetItem', { TableName: tableName, Key: { pk: { S: pk } } });
    return daysOf(Item);
  }

  it('is a link after three days, and a machine’s first user after two years', async () => {
    const links = createDynamoLinkStore({ call, tableName, logTableName: linkLogTable, now: () => NOON });
    const [looked, refused] = [aSubject(), aSubject()];
    await links.meet([aLook('e-1', [looked]), aRefusal('e-2', [refused])]);
    await links.meetDevice('d-1', { actorId: 'e-1', time: NOON });

    const device = JSON.stringify(asked.at(-1)).match(/device#[0-9a-f]+/)?.[0] ?? '';
    const noted = asked.flatMap(([, input]) => {
      const { TableName, Item } = input as { readonly TableName?: string; readonly Item?: DynamoItem };
      return TableName === linkLogTable && Item ? [[Item.pk?.S?.split('#')[0], daysOf(Item)]] : [];
    });
    expect(Object.fromEntries(noted)).toEqual({ looks: 3, refused: 3 });
    expect([await daysKept(`subject#${refused}`), await daysKept(device)]).toEqual([3, 730]);
    // A look leaves no item of its own.
    expect(await daysKept(`subject#${looked}`)).toBeNaN();
  });

  it('is a day’s count of a source after nine weeks: a silence is judged by eight', async () => {
    const day = Math.floor(NOON / DAY_MS);
    const countries = new Map([['CN', { ...NO_COUNTRY_DAY, hours: NO_COUNTRY_DAY.hours.map(() => 1) }]]);
    await createDynamoSourceDayStore({ call, tableName }).add({ source: 'okta', day, countries });

    expect(await daysKept(`source#${day}#okta`)).toBe(63 - 0.5);
  });

  it('is a window that is held back three times as long after its end as a case waits for a verdict', async () => {
    const { sitting } = initialBaseline();
    const window = { kind: 'sitting', sitting: { ...sitting, start: NOON, last: NOON, reads: 1 } } as const;
    await createDynamoHeldWindowStore({ call, tableName }).hold('e-1', { alertId: 'a-1', windows: [window] });

    expect(await daysKept('held#e-1#a-1')).toBe((3 * EXPIRES_AFTER_MS) / DAY_MS);
  });
});
