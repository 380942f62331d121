import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type LinkEntry, remembered } from '../pipeline/links.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import type { RefusalStore } from './link-ports.ts';
import { LINKS_KEPT_MS, timeKey } from './link-times.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

/** An expression holds 4 KB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const REMOVED_AT_ONCE = 100;

/**
 * Refusals in DynamoDB: one item a subject, `pk` = subject#<hmac>, with an attribute for each refusal, which is named after it:
 * r#<time, 13 digits>#<64 bits of the actor's hash>. Whoever adds one waits for nobody, adding it again changes nothing, and whoever did takes
 * out what need not be remembered, in whatever order others do so (see `remembered`).
 *
 * @param tableName a table of their own: a fold, which reads all baselines, must not read all links
 * @param now epoch milliseconds
 */
export function createDynamoRefusalStore(call: DynamoCall, tableName: string, now: () => number): RefusalStore {
  return {
    note: async (subject, entries) => {
      const Key = { pk: { S: keyOf(subject) } };
      const { Attributes = {} } = await call('UpdateItem', {
        TableName: tableName,
        Key,
        UpdateExpression: `SET #expiry = :expiry, ${entries.map((_, i) => `#r${i} = :r${i}`).join(', ')}`,
        ExpressionAttributeNames: { '#expiry': TIME_TO_LIVE_ATTRIBUTE, ...placed('#r', entries.map(attributeOf)) },
        ExpressionAttributeValues: {
          ':expiry': { N: String(Math.ceil((now() + LINKS_KEPT_MS) / 1000)) },
          ...placed(':r', entries.map(stored)),
        },
        ReturnValues: 'ALL_NEW',
      });
      const refused = refusedIn(Attributes);
      const kept = new Set(refused.reduce(remembered, NONE));
      const tooMany = refused.filter((entry) => !kept.has(entry)).slice(0, REMOVED_AT_ONCE);
      if (tooMany.length === 0) return;
      await call('UpdateItem', {
        TableName: tableName,
        Key,
        UpdateExpression: `REMOVE ${tooMany.map((_, i) => `#r${i}`).join(', ')}`,
        ExpressionAttributeNames: placed('#r', tooMany.map(attributeOf)),
      });
    },
    before: async (subjects, consistent) => {
      const keys = subjects.map((subject) => ({ pk: { S: keyOf(subject) } }));
      const items = await batchGet(call, tableName, keys, { consistent });
      return new Map(
        items.map((item) => [(item.pk?.S ?? '').slice(PREFIX.length), refusedIn(item).reduce(remembered, NONE)]),
      );
    },
  };
}

const PREFIX = 'subject#';
const keyOf = (subject: string) => `${PREFIX}${subject}`;
const REFUSAL = 'r#';

const NONE: readonly LinkEntry[] = [];

const attributeOf = ({ actorId, time }: LinkEntry) => `${REFUSAL}${timeKey(time)}#${hash64Hex(actorId)}`;
const stored = ({ actorId, time }: LinkEntry): AttributeValue => ({ M: { a: { S: actorId }, t: { N: String(time) } } });

/** What stands for names and values in an expression. */
const placed = <Value>(prefix: string, values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));

/** Whatever else an earlier release wrote there. */
const refusedIn = (item: DynamoItem): readonly LinkEntry[] =>
  Object.entries(item).flatMap(([name, { M }]) =>
    name.startsWith(REFUSAL) && M?.a?.S !== undefined ? [{ actorId: M.a.S, time: Number(M.t?.N) }] : [],
  );
