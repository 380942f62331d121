import type { Baseline } from '../model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../model/baseline-codec.ts';
import { EMPLOYEE_PREFIX } from '../model/item-size.ts';
import type { Pause } from './back-off.ts';
import { conditionHeld } from './conditional-write.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { type DynamoScanOptions, scanItems } from './dynamo-scan.ts';
import { type BaselineStore, WriteConflict } from './ports.ts';

export interface DynamoBaselineStoreOptions {
  readonly call: DynamoCall;
  readonly tableName: string;
  /** @default four segments, 5,000 items a second together */
  readonly scan?: DynamoScanOptions;
  /** Waited before unprocessed keys are asked for again. @default full jitter, 50 ms doubling to a second */
  readonly pause?: Pause;
}

/**
 * Baselines in DynamoDB, one item an actor: `pk` = employee#<actor id>, `b` the encoded baseline, `v` its version and
 * `u` the latest event time in epoch milliseconds. Attribute names are one letter, since they count towards the item's
 * size and an item above one KiB costs a second write unit.
 *
 * A save whose response was lost is repeated and then meets its own version: that too is a WriteConflict, the
 * caller reloads, and the fences in the baseline show that the batch was applied already.
 */
export function createDynamoBaselineStore(options: DynamoBaselineStoreOptions): BaselineStore {
  const { call, tableName } = options;
  return {
    load: async (actorIds) => {
      const keys = [...new Set(actorIds)].map((actorId) => ({ pk: { S: EMPLOYEE_PREFIX + actorId } }));
      return new Map((await batchGet(call, tableName, keys, options.pause)).map(readItem));
    },
    save: async (actorId, baseline, previousVersion, encoded = encodeBaseline(baseline)) => {
      const held = await conditionHeld(
        call('PutItem', {
          TableName: tableName,
          Item: {
            pk: { S: EMPLOYEE_PREFIX + actorId },
            b: { B: encoded },
            v: { N: String(baseline.version) },
            u: { N: String(baseline.updatedAt) },
          },
          ...(previousVersion === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'v = :previous',
                ExpressionAttributeValues: { ':previous': { N: String(previousVersion) } },
              }),
        }),
      );
      if (!held) throw new WriteConflict(`baseline of ${actorId}: stored version is no longer ${previousVersion}`);
    },
    scan: async function* () {
      for await (const item of scanItems(call, tableName, options.scan)) {
        if (!item.pk?.S?.startsWith(EMPLOYEE_PREFIX)) continue;
        const [actorId, baseline] = readItem(item);
        yield { actorId, baseline };
      }
    },
  };
}

function readItem(item: DynamoItem): readonly [actorId: string, baseline: Baseline] {
  const actorId = (item.pk?.S ?? '').slice(EMPLOYEE_PREFIX.length);
  if (!item.b?.B) throw new Error(`the item of ${actorId} holds no baseline`);
  try {
    return [actorId, decodeBaseline(item.b.B)];
  } catch (error) {
    throw new Error(`the baseline of ${actorId} can't be read`, { cause: error });
  }
}
