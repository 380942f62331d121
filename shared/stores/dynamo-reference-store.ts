import { conditionHeld } from './conditional-write.ts';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { createDynamoReferenceValues } from './dynamo-reference-values.ts';
import { type PublishedReference, type ReferenceSeries, type ReferenceStore, WriteConflict } from './ports.ts';
import { checkStamp, DEFAULT_RETENTION, type ReferenceRetention } from './reference-retention.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoReferenceStoreOptions {
  readonly call: DynamoCall;
  readonly tableName: string;
  /** @default superseded snapshots are deleted after eight days, everything else stays */
  readonly retention?: ReferenceRetention;
}

const POINTER = 'newest';
const ATTEMPTS = 10;

/**
 * Reference values and the series that point to them, in one table.
 *
 * A series is one item (series#<series>, newest) that holds the newest stamp and its name, and one item
 * (series#<series>, <stamp, 16 digits>) for every stamp before it. Moving the newest one is a single conditional write
 * from the stamp that was read, which DynamoDB applies to one item atomically and in one order: of two publishers only
 * one moves it, stamps only ever rise, and a stamp is visible from that write on, not from a second one later. Whoever
 * moves it on first writes down the stamp that is about to be superseded (repeatable, whoever did it before). So once
 * the newest item has been read, every earlier stamp has an item of its own, and a strongly consistent query that
 * follows finds it. A crash between the steps leaves a stamp written down twice, never one missing.
 */
export function createDynamoReferenceStore(options: DynamoReferenceStoreOptions): ReferenceStore {
  const { call, tableName, retention = DEFAULT_RETENTION } = options;
  const values = createDynamoReferenceValues(call, tableName);
  const keyOf = (series: ReferenceSeries, sk: string): DynamoItem => ({ pk: { S: `series#${series}` }, sk: { S: sk } });
  const read = async (series: ReferenceSeries, sk: string) => {
    const request = { TableName: tableName, Key: keyOf(series, sk), ConsistentRead: true };
    const item = (await call('GetItem', request)).Item;
    return item && asReference(series, item);
  };
  const writeDown = ({ series, stamp, name }: PublishedReference, expiresAt: number | undefined) =>
    call('PutItem', {
      TableName: tableName,
      Item: {
        ...keyOf(series, stampKey(stamp)),
        ...attributesOf(stamp, name),
        ...(expiresAt === undefined ? {} : { [TIME_TO_LIVE_ATTRIBUTE]: { N: String(expiresAt) } }),
      },
    });
  const moveNewest = (series: ReferenceSeries, from: PublishedReference | undefined, stamp: number, name: string) =>
    conditionHeld(
      call('PutItem', {
        TableName: tableName,
        Item: { ...keyOf(series, POINTER), ...attributesOf(stamp, name) },
        ConditionExpression: from ? 'stamp = :from' : 'attribute_not_exists(pk)',
        ...(from ? { ExpressionAttributeValues: { ':from': { N: String(from.stamp) } } } : {}),
      }),
    );

  return {
    put: values.put,
    get: values.get,
    publish: async (series, stamp, name) => {
      checkStamp(stamp);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const newest = await read(series, POINTER);
        if (newest && newest.stamp >= stamp) {
          const same = newest.stamp === stamp ? newest : await read(series, stampKey(stamp));
          if (same?.name === name) return;
          throw new WriteConflict(`${series} has a stamp that is not before ${stamp}`);
        }
        // A value that was superseded once and comes back must not expire any more.
        if (!(await values.setExpiry(name, undefined))) throw new Error(`${name} can't be published: no such value`);
        const keep = retention[series];
        const expiresAt = keep === undefined ? undefined : Math.ceil((stamp + keep) / 1000);
        if (newest) await writeDown(newest, expiresAt);
        if (await moveNewest(series, newest, stamp, name)) {
          // Last, so that a crash leaves a value too many and never one too few.
          if (newest && newest.name !== name && expiresAt !== undefined) await values.setExpiry(newest.name, expiresAt);
          return;
        }
      }
      throw new WriteConflict(`${series} was published to by others ${ATTEMPTS} times while publishing ${stamp}`);
    },
    newest: async (series, notAfter) => {
      const newest = await read(series, POINTER);
      if (!newest || newest.stamp <= notAfter) return newest;
      if (notAfter < 0) return undefined;
      const response = await call('Query', {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk <= :notAfter',
        ExpressionAttributeValues: {
          ':pk': { S: `series#${series}` },
          ':notAfter': { S: stampKey(Math.floor(notAfter)) },
        },
        ScanIndexForward: false,
        Limit: 1,
      });
      const item = response.Items?.[0];
      return item && asReference(series, item);
    },
  };
}

/** As text, digits sort as numbers only at one length; 2^53 has 16. The word `newest` sorts after them all. */
const stampKey = (stamp: number) => String(stamp).padStart(16, '0');

const attributesOf = (stamp: number, name: string): DynamoItem => ({ stamp: { N: String(stamp) }, name: { S: name } });

function asReference(series: ReferenceSeries, item: DynamoItem): PublishedReference {
  return { series, stamp: Number(item.stamp?.N), name: item.name?.S ?? '' };
}
