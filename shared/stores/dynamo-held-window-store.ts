import { EXPIRES_AFTER_MS } from '../model/case.ts';
import { type HeldWindow, heldWindowMark, heldWindowTime } from '../model/held-window.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import type { HeldWindowStore } from './ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoHeldWindowStoreOptions {
  readonly call: DynamoCall;
  /** The table of the baselines: held windows lie under a prefix of their own. */
  readonly tableName: string;
}

/** Cases expire after a fortnight; what lies here much longer was forgotten by a crash. */
const KEPT_MS = 3 * EXPIRES_AFTER_MS;
const WINDOW_PREFIX = 'w#';

const attributeOf = (mark: number) => WINDOW_PREFIX + mark.toString(16).padStart(8, '0');

/**
 * Held windows in DynamoDB, one item a case: `pk` = held#<actor>#<alertId>, and one attribute a window, named after its mark, so that
 * holding the same window again writes what is there already. A window is JSON: what was counted comes back as it was.
 */
export function createDynamoHeldWindowStore({ call, tableName }: DynamoHeldWindowStoreOptions): HeldWindowStore {
  const keyOf = (actorId: string, alertId: string): DynamoItem => ({ pk: { S: `held#${actorId}#${alertId}` } });
  return {
    hold: async (actorId, { alertId, windows }) => {
      const latest = Math.max(...windows.map(heldWindowTime));
      await call('UpdateItem', {
        TableName: tableName,
        Key: keyOf(actorId, alertId),
        UpdateExpression: `SET #expiry = :expiry, ${windows.map((_, i) => `#w${i} = :w${i}`).join(', ')}`,
        ExpressionAttributeNames: {
          '#expiry': TIME_TO_LIVE_ATTRIBUTE,
          ...Object.fromEntries(windows.map((window, i) => [`#w${i}`, attributeOf(heldWindowMark(alertId, window))])),
        },
        ExpressionAttributeValues: {
          ':expiry': { N: String(Math.ceil((latest + KEPT_MS) / 1000)) },
          ...Object.fromEntries(windows.map((window, i) => [`:w${i}`, { S: JSON.stringify(window) }])),
        },
      });
    },
    forget: async (actorId, alertId, marks) => {
      await call('UpdateItem', {
        TableName: tableName,
        Key: keyOf(actorId, alertId),
        UpdateExpression: `REMOVE ${marks.map((_, i) => `#w${i}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(marks.map((mark, i) => [`#w${i}`, attributeOf(mark)])),
      });
    },
    load: async (actorId, alertId) => {
      const [item = {}] = await batchGet(call, tableName, [keyOf(actorId, alertId)]);
      return Object.entries(item).flatMap(([name, value]): HeldWindow[] =>
        name.startsWith(WINDOW_PREFIX) ? [JSON.parse(value.S ?? '')] : [],
      );
    },
  };
}
