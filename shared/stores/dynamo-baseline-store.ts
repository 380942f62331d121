import type { Baseline } from '../model/baseline.ts';
import { decodeBaseline, encodeBaseline, UnknownBaselineVersion } from '../model/baseline-codec.ts';
import { EMPLOYEE_PREFIX } from '../model/item-size.ts';
import type { Pause } from './back-off.ts';
import { conditionHeld } from './conditional-write.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { type DynamoScanOptions, scanItems } from './dynamo-scan.ts';
import { type BaselineStore, DamagedBaselines, WriteConflict } from './ports.ts';

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
      return readItems(await batchGet(call, tableName, keys, options.pause && { pause: options.pause }));
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
    scan: async function* (onDamaged) {
      for await (const item of scanItems(call, tableName, options.scan)) {
        if (!item.pk?.S?.startsWith(EMPLOYEE_PREFIX)) continue;
        const actorId = actorIdOf(item);
        const read = readBaseline(actorId, item);
        if (read.ok) yield { actorId, baseline: read.baseline };
        else if (onDamaged) onDamaged(actorId, read.reason);
        else throw new DamagedBaselines(new Map([[actorId, read.reason]]), new Map());
      }
    },
  };
}

function readItems(items: readonly DynamoItem[]): ReadonlyMap<string, Baseline> {
  const intact = new Map<string, Baseline>();
  const damaged = new Map<string, string>();
  for (const item of items) {
    const actorId = actorIdOf(item);
    const read = readBaseline(actorId, item);
    if (read.ok) intact.set(actorId, read.baseline);
    else damaged.set(actorId, read.reason);
  }
  if (damaged.size > 0) throw new DamagedBaselines(damaged, intact);
  return intact;
}

const actorIdOf = (item: DynamoItem) => (item.pk?.S ?? '').slice(EMPLOYEE_PREFIX.length);

type ReadBaseline =
  | { readonly ok: true; readonly baseline: Baseline }
  | { readonly ok: false; readonly reason: string };

/**
 * @returns the baseline, or why the item is damaged
 * @throws Error on a form that is newer than this release, which is everybody's, and on any error of our own: then the release is at
 * fault, and no item
 */
function readBaseline(actorId: string, item: DynamoItem): ReadBaseline {
  if (!item.b?.B) return { ok: false, reason: 'the item holds no baseline' };
  try {
    return { ok: true, baseline: decodeBaseline(item.b.B) };
  } catch (error) {
    if (error instanceof RangeError && !(error instanceof UnknownBaselineVersion))
      return { ok: false, reason: error.message };
    throw new Error(`the baseline of ${actorId} can't be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
