import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DEVICE_USERS_KEPT, type DeviceUser } from '../pipeline/links.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { conditionHeld } from './conditional-write.ts';
import { createLinkStore } from './create-link-store.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { createDynamoLinkLog } from './dynamo-link-log.ts';
import { createDynamoRefusalStore } from './dynamo-refusal-store.ts';
import type { LinkStore } from './link-ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoLinkStoreOptions {
  readonly call: DynamoCall;
  /** Who was refused which user, and whose each machine is. */
  readonly tableName: string;
  /** What is noted for late links. */
  readonly logTableName: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Links in DynamoDB (docs/decisions/0015). */
export function createDynamoLinkStore({ call, tableName, logTableName, now }: DynamoLinkStoreOptions): LinkStore {
  return createLinkStore({
    refusals: createDynamoRefusalStore(call, tableName, now),
    log: createDynamoLinkLog({ call, tableName: logTableName, now }),
    meetDevice: meetDeviceIn(call, tableName),
    now,
  });
}

/** A machine's item is written when somebody uses it for the first time, and lasts longer than machines do in one pair of hands. */
const DEVICE_KEPT_MS = 2 * 365 * 24 * 3_600_000;

/**
 * Machines: `pk` = device#<64 bits of the id's hash>, `first` the first user and `users` the set of all, which stops growing
 * when it is full. One update adds the user and returns what was there before.
 */
const meetDeviceIn =
  (call: DynamoCall, tableName: string): LinkStore['meetDevice'] =>
  async (deviceId, { actorId, time }) => {
    const hash = hash64Hex(deviceId);
    const update = call('UpdateItem', {
      TableName: tableName,
      Key: { pk: { S: `device#${hash}` } },
      UpdateExpression: 'SET #first = if_not_exists(#first, :user), #expiry = :expiry ADD #users :actor',
      ConditionExpression: 'attribute_not_exists(#users) OR size(#users) < :most OR contains(#users, :actorId)',
      ExpressionAttributeNames: { '#first': 'first', '#users': 'users', '#expiry': TIME_TO_LIVE_ATTRIBUTE },
      ExpressionAttributeValues: {
        ':user': { M: { a: { S: actorId }, t: { N: String(time) } } },
        ':actor': { SS: [actorId] },
        ':actorId': { S: actorId },
        ':most': { N: String(DEVICE_USERS_KEPT) },
        ':expiry': { N: String(Math.ceil((time + DEVICE_KEPT_MS) / 1000)) },
      },
      ReturnValues: 'ALL_OLD',
    });
    if (!(await conditionHeld(update))) return undefined;
    const { Attributes } = await update;
    const first = readUser(Attributes?.first);
    if (!first || first.actorId === actorId) return undefined;
    const others = (Attributes?.users?.SS ?? []).filter((other) => other !== actorId);
    return { actorId: first.actorId, since: first.time, users: others.length };
  };

function readUser(attribute: AttributeValue | undefined): DeviceUser | undefined {
  const { a, t } = attribute?.M ?? {};
  return a?.S === undefined ? undefined : { actorId: a.S, time: Number(t?.N) };
}
