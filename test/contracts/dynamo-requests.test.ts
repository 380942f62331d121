import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { EXPIRES_AFTER_MS } from '../../shared/model/case.ts';
import { NO_COUNTRY_DAY } from '../../shared/model/source-day.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from '../../shared/stores/table-definitions.ts';
import { connectServices, createTable, deleteTable } from './aws-services.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const DAY_MS = 86_400_000;

let disconnect: () => Promise<void>;
let client: DynamoDBClient;
let tableName: string;
let asked: (readonly [operation: string, input: unknown])[];
let call: DynamoCall;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeDynamoClient();
  tableName = await createTable(client, 'cases');
});
afterAll(async () => {
  await deleteTable(client, tableName);
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
});

describe('what is written to pass', () => {
  /** When each item may be deleted, days after noon. DynamoDB wants seconds, and never deletes what says milliseconds. */
  async function daysKept(pk: string): Promise<number> {
    const { Item } = await call('GetItem', { TableName: tableName, Key: { pk: { S: pk } } });
    return (Number(Item?.[TIME_TO_LIVE_ATTRIBUTE]?.N) * 1_000 - NOON) / DAY_MS;
  }

  it('is a link after a day, and a machine’s first user after two years', async () => {
    const links = createDynamoLinkStore({ call, tableName });
    await links.meet('0123', 'read', { actorId: 'e-1', time: NOON, eventId: 'ev-1' });
    await links.meetDevice('d-1', { actorId: 'e-1', time: NOON });

    const device = JSON.stringify(asked.at(-1)).match(/device#[0-9a-f]+/)?.[0] ?? '';
    expect([await daysKept('subject#0123'), await daysKept(device)]).toEqual([1, 730]);
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
