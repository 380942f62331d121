import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DEVICE_USERS_KEPT, LINK_WITHIN_MS, type LinkEntry, type LinkKind } from '../pipeline/links.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { conditionHeld } from './conditional-write.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { type LinkStore, WriteConflict } from './ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoLinkStoreOptions {
  readonly call: DynamoCall;
  /** A table of their own: a fold, which reads all baselines, must not read all links. */
  readonly tableName: string;
}

/** Late events may still meet a link some hours later; then DynamoDB may delete it. */
const KEPT_MS = 12 * LINK_WITHIN_MS;
/** A machine's item is written when somebody uses it for the first time, and lasts longer than machines do in one pair of hands. */
const DEVICE_KEPT_MS = 2 * 365 * 24 * 3_600_000;

/** One update that remembers an access, with what it names besides the kind, the entry and the expiry. */
interface WayToRemember {
  readonly expression: string;
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

const LAST = 'SET #kind = :entry, #expiry = :expiry';
const BEFORE = 'refusedBefore';
const MAXIMUM_ATTEMPTS = 5;

/**
 * Links in DynamoDB. Subjects: one item each, `pk` = subject#<hmac>, `refused` and `read` the last access of each kind, and
 * `refusedBefore` the last refusal of somebody else than that. One update both writes this access and reads the other kind, so
 * whichever of two comes second sees the first; where somebody else was refused last, a second update keeps that beside.
 *
 * Machines: `pk` = device#<64 bits of the id's hash>, `first` the first user and `users` the set of all, which stops growing
 * when it is full. One update adds the user and returns what was there before.
 */
export function createDynamoLinkStore({ call, tableName }: DynamoLinkStoreOptions): LinkStore {
  const expiryOf = (time: number) => ({ N: String(Math.ceil(time / 1000)) });
  return {
    meet: async (subject, kind, entry) => {
      const updateBy = ({ expression, condition, names, values }: WayToRemember) =>
        call('UpdateItem', {
          TableName: tableName,
          Key: { pk: { S: `subject#${subject}` } },
          UpdateExpression: expression,
          ExpressionAttributeNames: { '#kind': kind, '#expiry': TIME_TO_LIVE_ATTRIBUTE, ...names },
          ExpressionAttributeValues: {
            ':entry': { M: { a: { S: entry.actorId }, t: { N: String(entry.time) }, e: { S: entry.eventId } } },
            ':expiry': expiryOf(entry.time + KEPT_MS),
            ...values,
          },
          ...(condition !== undefined && { ConditionExpression: condition }),
          ReturnValues: 'ALL_NEW',
        });
      for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt++) {
        for (const way of waysToRemember(kind, entry)) {
          const update = updateBy(way);
          if (!(await conditionHeld(update))) continue;
          const { Attributes } = await update;
          const met = kind === 'read' ? [Attributes?.refused, Attributes?.[BEFORE]] : [Attributes?.read];
          return met.flatMap((stored) => readEntry(stored) ?? []);
        }
      }
      throw new WriteConflict(`others are refused the same user again and again: ${subject}`);
    },
    meetDevice: async (deviceId, user) => {
      const { actorId, time } = user;
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
          ':expiry': expiryOf(time + DEVICE_KEPT_MS),
        },
        ReturnValues: 'ALL_OLD',
      });
      if (!(await conditionHeld(update))) return undefined;
      const { Attributes } = await update;
      const first = readEntry(Attributes?.first);
      if (!first || first.actorId === actorId) return undefined;
      const others = (Attributes?.users?.SS ?? []).filter((other) => other !== actorId);
      return { actorId: first.actorId, since: first.time, users: others.length };
    },
  };
}

/** @returns the updates to try, of which the first whose condition holds is enough */
function waysToRemember(kind: LinkKind, { actorId }: LinkEntry): readonly WayToRemember[] {
  if (kind === 'read') return [{ expression: LAST }];
  const names = { '#actor': 'a' };
  const values = { ':actor': { S: actorId } };
  return [
    { expression: LAST, condition: 'attribute_not_exists(#kind) OR #kind.#actor = :actor', names, values },
    {
      expression: `${LAST}, #before = #kind`,
      condition: '#kind.#actor <> :actor',
      names: { ...names, '#before': BEFORE },
      values,
    },
  ];
}

function readEntry(attribute: AttributeValue | undefined): LinkEntry | undefined {
  const { a, t, e } = attribute?.M ?? {};
  return a?.S === undefined ? undefined : { actorId: a.S, time: Number(t?.N), eventId: e?.S ?? '' };
}
