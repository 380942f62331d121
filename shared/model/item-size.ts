import type { Baseline, StoredBaselineVersion } from './baseline.ts';
import { encodedBytes } from './baseline-codec.ts';

/** The actor's id stands behind it in the item's key: other kinds of items lie in the same table. */
export const EMPLOYEE_PREFIX = 'employee#';
/** Names of the attributes: key, encoded baseline, version, latest event time. One letter, since they count. */
const ATTRIBUTE_NAMES = 'pkbvu';
/** DynamoDB bills a write by the KiB of the whole item, begun ones included. */
export const WRITE_UNIT_BYTES = 1_024;
/** No actor's item is larger, whatever the actor does. */
export const MOST_ITEM_BYTES = 2 * WRITE_UNIT_BYTES;

/** A count's size as DynamoDB bills it: a byte for two digits, rounded up, and one more; closing zeroes are not kept. */
function numberBytes(value: number): number {
  let rest = value;
  while (rest > 0 && rest % 10 === 0) rest /= 10;
  let digits = 0;
  for (; rest > 0; rest = Math.floor(rest / 10)) digits++;
  return Math.ceil(digits / 2) + 1;
}

/**
 * What an actor's item counts for in DynamoDB: key, names and values (Amazon DynamoDB Developer Guide, "DynamoDB Item sizes and
 * formats").
 *
 * @param version of the stored form. @default the one that this release writes
 */
export const itemBytes = (actorId: string, baseline: Baseline, version?: StoredBaselineVersion): number =>
  Buffer.byteLength(EMPLOYEE_PREFIX + actorId + ATTRIBUTE_NAMES) +
  encodedBytes(baseline, version) +
  numberBytes(baseline.version) +
  numberBytes(baseline.updatedAt);
