import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Access } from '../model/access.ts';
import { packParts } from '../model/pack-parts.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { allOver } from './all-over.ts';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { queryPages } from './dynamo-query.ts';
import { decodeMarks, encodeMarks, type LinkMark } from './link-marks.ts';
import type { FoundLink, LinkLog, OnDamagedNote } from './link-ports.ts';
import { hourOf, LINKS_KEPT_MS, NOTED_WITHIN_MS, timeKey, timeOfKey } from './link-times.ts';
import { mergeSorted } from './merge-sorted.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoLinkLogOptions {
  readonly call: DynamoCall;
  readonly tableName: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An item holds 400 KB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const BYTES_AN_ITEM = 300_000;
const ATTEMPTS = 3;
/** Refusals noted within so long lie under a few keys. */
const SLOT_MS = 3_600_000;
/** Keys of each such span. One takes a thousand write units a second, which a policy that refuses everybody would soon need. */
export const REFUSAL_LANES = 16;
/** Of the stored form of refusals. What another release stored is not read: those of its last day are linked by looks that come after them alone. */
const FORM = 1;
const JOINED = { pk: 'joined', sk: 'until' } as const;

const looksKey = (hour: number) => `looks#${hour}`;
const slotOf = (stamp: number) => Math.floor(stamp / SLOT_MS);
const refusalsKeyAt = (slot: number, lane: number) => `refused#${slot}#${lane}`;
/** @param key of the item, whose random part ends in a digit of 16 */
const refusalsKey = (key: string) => refusalsKeyAt(slotOf(timeOfKey(key)), Number.parseInt(key.slice(-1), 16));
const foundKey = (actorId: string) => `found#${hash64Hex(actorId)}`;

/**
 * The link log in DynamoDB. `pk` = looks#<hour of the looks>, `sk` = <when it was written, 13 digits>#<random>, `marks`: a batch's looks of
 * an hour, side by side in one item. `pk` = refused#<hour in which it was written>#<last digit of the random part>, `sk` likewise,
 * `accesses`: a batch's refusals, compressed. `pk` = found#<64 bits of the actor's hash>, `sk` = <time of the refusal>#<user>: a late link that was found.
 * `pk` = joined: how far refusals were joined.
 */
export function createDynamoLinkLog({ call, tableName, now }: DynamoLinkLogOptions): LinkLog {
  const put = (pk: string, sk: string, content: Record<string, AttributeValue>) =>
    call('PutItem', {
      TableName: tableName,
      Item: {
        pk: { S: pk },
        sk: { S: sk },
        ...content,
        [TIME_TO_LIVE_ATTRIBUTE]: { N: String(Math.ceil((now() + LINKS_KEPT_MS) / 1000)) },
      },
    });
  const itemsOf = async function* (pk: string, from?: number, to?: number) {
    const isAll = from === undefined || to === undefined;
    const pages = queryPages(call, {
      TableName: tableName,
      ConsistentRead: true,
      // What was written at `to` has something behind its time, and so is not below it.
      KeyConditionExpression: isAll ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ...(!isAll && { ':from': { S: timeKey(from) }, ':to': { S: timeKey(to) } }),
      },
    });
    for await (const items of pages) yield* items;
  };
  const itemAt = async (pk: string, sk: string) => {
    const { Item } = await call('GetItem', {
      TableName: tableName,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConsistentRead: true,
    });
    return Item ?? {};
  };
  return {
    noteLooks: async (looks) => {
      const stamp = now();
      const hours = Map.groupBy(looks, ({ time }) => hourOf(time));
      await allOver(
        [...hours].flatMap(([hour, ofHour]) =>
          packParts(ofHour, bytesOfMark, BYTES_AN_ITEM).map((part) =>
            put(looksKey(hour), newKey(stamp), { marks: { B: encodeMarks(part) } }),
          ),
        ),
      );
    },
    noteRefusals: async (refusals) => {
      const texts = refusals.map((refusal) => JSON.stringify(refusal));
      const contents = packParts(texts, bytesOfText, BYTES_AN_ITEM).map((part) => ({
        form: { N: String(FORM) },
        accesses: { B: gzipSync(`[${part.join(',')}]`) },
      }));
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const stamp = now();
        const keys = contents.map(() => newKey(stamp));
        await allOver(contents.map((content, i) => put(refusalsKey(keys[i] ?? ''), keys[i] ?? '', content)));
        if (now() - stamp <= NOTED_WITHIN_MS) return;
      }
      throw new Error(`refusals took longer than ${NOTED_WITHIN_MS} ms to be written, ${ATTEMPTS} times`);
    },
    refusals: async function* (from, to, onDamaged) {
      for (let slot = slotOf(from); slot * SLOT_MS < to; slot++) {
        const lanes = Array.from({ length: REFUSAL_LANES }, (_, lane) => itemsOf(refusalsKeyAt(slot, lane), from, to));
        for await (const item of mergeSorted(lanes, keyOfItem))
          for (const [place, access] of orNone(item, accessesOf, onDamaged).entries())
            yield { key: keyOfItem(item), place, access };
      }
    },
    looks: async function* (hour, from, to, onDamaged) {
      for await (const item of itemsOf(looksKey(hour), from, to))
        for (const [place, mark] of orNone(item, marksOf, onDamaged).entries())
          yield { key: keyOfItem(item), place, mark };
    },
    refusalsOf: async (key) => accessesOf(await itemAt(refusalsKey(key), key)),
    looksOf: async (hour, key) => marksOf(await itemAt(looksKey(hour), key)),
    found: async (actorId) => {
      const links: FoundLink[] = [];
      for await (const { link } of itemsOf(foundKey(actorId))) links.push(JSON.parse(link?.S ?? '') as FoundLink);
      return links;
    },
    noteFound: async (actorId, links) => {
      const putOne = (one: FoundLink) =>
        put(foundKey(actorId), `${timeKey(one.time)}#${one.link.subject}`, { link: { S: JSON.stringify(one) } });
      await allOver(links.map(putOne));
    },
    joined: async () => {
      const { time, failingSince } = await itemAt(JOINED.pk, JOINED.sk);
      if (time?.N === undefined) return undefined;
      return { until: Number(time.N), ...(failingSince?.N !== undefined && { failingSince: Number(failingSince.N) }) };
    },
    noteJoined: async ({ until, failingSince }) => {
      await call('PutItem', {
        TableName: tableName,
        Item: {
          pk: { S: JOINED.pk },
          sk: { S: JOINED.sk },
          time: { N: String(until) },
          ...(failingSince !== undefined && { failingSince: { N: String(failingSince) } }),
        },
      });
    },
  };
}

/** What an item holds; nothing of one that is damaged, which is told of. */
function orNone<Note>(
  item: DynamoItem,
  read: (item: DynamoItem) => readonly Note[],
  onDamaged: OnDamagedNote = fail,
): readonly Note[] {
  try {
    return read(item);
  } catch (cause) {
    onDamaged(new Error(`what is noted at ${item.pk?.S} ${item.sk?.S} can't be read`, { cause }));
    return [];
  }
}

const fail: OnDamagedNote = (error) => {
  throw error;
};

const newKey = (stamp: number) => `${timeKey(stamp)}#${randomBytes(4).toString('hex')}`;
const keyOfItem = ({ sk }: DynamoItem) => sk?.S ?? '';

const marksOf = ({ marks }: DynamoItem): readonly LinkMark[] => (marks?.B === undefined ? [] : decodeMarks(marks.B));

function accessesOf({ form, accesses }: DynamoItem): readonly Access[] {
  if (form?.N !== String(FORM) || accesses?.B === undefined) return [];
  return JSON.parse(gunzipSync(accesses.B).toString('utf8')) as readonly Access[];
}

/** Of JSON in a list. */
const bytesOfText = (text: string) => Buffer.byteLength(text) + 1;

/** Names, a hash and what numbers take at most. */
const bytesOfMark = ({ actorId, met }: LinkMark) => Buffer.byteLength(actorId) + Buffer.byteLength(met) + 24;
