import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { type HeldWindow, heldWindowMark } from '../../shared/model/held-window.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { connectServices, createTable, deleteTable } from '../contracts/aws-services.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';

const ACTOR = 'e-00042';
/** Amazon DynamoDB Developer Guide, "Constraints": the longest expression. The embedded DynamoDB takes longer ones. */
const LONGEST_EXPRESSION_BYTES = 4_096;

let disconnect: () => Promise<void>;
let client: DynamoDBClient;
let tableName: string;
let longestExpression: number;
let ports: ReturnType<typeof detectPorts>;
let alertId: string;
let place = 0;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeDynamoClient();
});
afterAll(async () => {
  client.destroy();
  await disconnect();
});
beforeEach(async () => {
  tableName = await createTable(client, 'baselines');
  const really = makeDynamoCall(process.env);
  longestExpression = 0;
  const call: DynamoCall = (operation, input, abortSignal) => {
    const { UpdateExpression = '' } = input as { readonly UpdateExpression?: string };
    longestExpression = Math.max(longestExpression, UpdateExpression.length);
    return really(operation, input, abortSignal);
  };
  ports = {
    ...detectPorts(aScoringContext({ alertsPerDay: 2 })),
    held: createDynamoHeldWindowStore({ call, tableName }),
  };
  await ports.baselines.save(ACTOR, aSettledBaseline(), 0);
  const burst = Array.from({ length: 60 }, (_, i) => anAccessEvent({ id: `b-${i}`, time: timeOn(0, 10, 0, i * 20) }));
  const { alerts } = await detect(asRecords(burst), ports);
  alertId = alerts[0]?.alert.alertId ?? 'nobody was alerted';
});
afterEach(() => deleteTable(client, tableName));

const asRecords = (events: readonly AccessEvent[]) =>
  events.map((event) =>
    aStreamRecord(JSON.stringify(event), {
      place: ++place,
      partitionKey: event.actor.id,
      arrival: Date.parse(timeOn(0, 11)),
    }),
  );

/** Accesses from two machines in turn whose clocks are an hour apart: each ends the sitting of the one before. */
const fromTwoClocks = (batch: number, length: number) =>
  asRecords(
    Array.from({ length }, (_, i) => {
      const clock = Date.parse(timeOn(0, i % 2 === 0 ? 9 : 10, 10));
      return anAccessEvent({ id: `c-${batch}-${i}`, time: new Date(clock + batch * length + i).toISOString() });
    }),
  );

const marks = (windows: readonly HeldWindow[]) => windows.map((window) => heldWindowMark(alertId, window)).toSorted();
const waiting = async () =>
  (await ports.baselines.load([ACTOR])).get(ACTOR)?.verdicts.waiting.toSorted() ?? 'there is no baseline';

describe('somebody under suspicion who ends a sitting with every access', () => {
  it('has those held that a verdict would teach, however many a batch ends', async () => {
    const report = await detect(fromTwoClocks(0, 400), ports);

    expect(report).toMatchObject({ applied: 400, failed: 0 });
    expect(longestExpression).toBeLessThan(LONGEST_EXPRESSION_BYTES);
    expect(marks(await ports.held.load(ACTOR, alertId))).toEqual(await waiting());
  });

  it('has no more of them held, however many batches come', async () => {
    for (let batch = 0; batch < 3; batch++) await detect(fromTwoClocks(batch, 20), ports);

    expect(marks(await ports.held.load(ACTOR, alertId))).toEqual(await waiting());
    expect(ports.warnings).toEqual([]);
  });

  it('goes on where what is outdated can’t be forgotten, and somebody is told of it', async () => {
    const held: DetectPorts['held'] = { ...ports.held, forget: () => Promise.reject(new Error('throttled')) };
    await detect(fromTwoClocks(0, 20), { ...ports, held });

    const report = await detect(fromTwoClocks(1, 20), { ...ports, held });

    expect(report).toMatchObject({ applied: 20, failed: 0 });
    expect(ports.warnings).toEqual([expect.stringContaining('throttled')]);
  });
});
