import { heldWithin, holdsAt, type Suppression } from '../model/suppression.ts';
import { conditionHeld } from './conditional-write.ts';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { type DynamoScanOptions, scanItems } from './dynamo-scan.ts';
import type { SuppressionStore } from './ports.ts';

export interface DynamoSuppressionStoreOptions {
  readonly call: DynamoCall;
  /** The table of the cases: suppressions lie under a prefix of their own. */
  readonly tableName: string;
  /** @default one segment, 500 items a second: a person waits for the list */
  readonly scan?: DynamoScanOptions;
}

const PREFIX = 'suppression#';
const ENTRY_PREFIX = 's#';
const LIFTED_PREFIX = 'l#';

/**
 * Suppressions in DynamoDB, one item a subject: `pk` = suppression#<type>#<id>, one attribute for each suppression and one for
 * its end before its time, both written once. So `notify` reads one item an alert, and nothing is ever overwritten.
 */
export function createDynamoSuppressionStore(options: DynamoSuppressionStoreOptions): SuppressionStore {
  const { call, tableName, scan = { segments: 1, itemsPerSecond: 500, pageSize: 100 } } = options;
  const keyOf = ({ type, id }: Suppression['subject']): DynamoItem => ({ pk: { S: `${PREFIX}${type}#${id}` } });
  const addOnce = (subject: Suppression['subject'], name: string, value: object, needed?: string) =>
    conditionHeld(
      call('UpdateItem', {
        TableName: tableName,
        Key: keyOf(subject),
        UpdateExpression: 'SET #name = :value',
        ConditionExpression: `attribute_not_exists(#name)${needed ? ' AND attribute_exists(#needed)' : ''}`,
        ExpressionAttributeNames: { '#name': name, ...(needed ? { '#needed': needed } : {}) },
        ExpressionAttributeValues: { ':value': { S: JSON.stringify(value) } },
      }),
    );
  const all = async () => {
    const found: Suppression[] = [];
    for await (const item of scanItems(call, tableName, scan))
      if (item.pk?.S?.startsWith(PREFIX)) found.push(...suppressionsIn(item));
    return found;
  };
  return {
    of: async (subject) => {
      const request = { TableName: tableName, Key: keyOf(subject), ConsistentRead: true };
      return suppressionsIn((await call('GetItem', request)).Item ?? {});
    },
    add: async (suppression) => {
      await addOnce(suppression.subject, ENTRY_PREFIX + suppression.id, suppression);
    },
    lift: ({ subject, id }, lifted) => addOnce(subject, LIFTED_PREFIX + id, lifted, ENTRY_PREFIX + id),
    holding: async (now) => (await all()).filter((suppression) => holdsAt(suppression, now)),
    heldWithin: async (from, to) => (await all()).filter((suppression) => heldWithin(suppression, from, to)),
  };
}

const suppressionsIn = (item: DynamoItem): readonly Suppression[] =>
  Object.entries(item).flatMap(([name, value]): Suppression[] => {
    if (!name.startsWith(ENTRY_PREFIX)) return [];
    const lifted = item[LIFTED_PREFIX + name.slice(ENTRY_PREFIX.length)]?.S;
    return [{ ...JSON.parse(value.S ?? ''), ...(lifted === undefined ? {} : { lifted: JSON.parse(lifted) }) }];
  });
