import type { Baseline, StoredBaselineVersion } from './baseline.ts';
import { encodeBaseline } from './baseline-codec.ts';

/** The actor's id stands behind it in the item's key: other kinds of items lie in the same table. */
export const EMPLOYEE_PREFIX = 'employee#';
/** Names of the attributes: key, encoded baseline, version, latest event time. One letter, since they count. */
const ATTRIBUTE_NAMES = 'pkbvu';
/** DynamoDB bills a write by the KiB of the whole item, begun ones included. */
export const WRITE_UNIT_BYTES = 1_024;
/** No actor's item is larger, whatever the actor does. */
export const MOST_ITEM_BYTES = 2 * WRITE_UNIT_BYTES;

/** A count's size as DynamoDB bills it: a byte for two digits, rounded up, and one more; closing zeroes are not kept. */
const numberBytes = (value: number) => Math.ceil(String(value).replace(/0+$/, '').length / 2) + 1;

const encoder = new TextEncoder();

/**
 * What an actor's item counts for in DynamoDB: key, names and values (Amazon DynamoDB Developer Guide, "DynamoDB Item sizes and
 * formats").
 *
 * @param version of the stored form. @default the one that this release writes
 */
export const itemBytes = (actorId: string, baseline: Baseline, version?: StoredBaselineVersion): number =>
  encoder.encode(EMPLOYEE_PREFIX + actorId + ATTRIBUTE_NAMES).length +
  encodeBaseline(baseline, version).length +
  numberBytes(baseline.version) +
  numberBytes(baseline.updatedAt);
