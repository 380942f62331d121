import { randomBytes } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Access } from '../model/access.ts';
import { packParts } from '../model/pack-parts.ts';
import { allOver } from './all-over.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { queryPages } from './dynamo-query.ts';
import { decodeMarks, encodeMarks, type LinkMark } from './link-marks.ts';
import { hourOf, LINKS_KEPT_MS, NOTED_WITHIN_MS, timeKey, timeOfKey } from './link-times.ts';
import type { LinkLog } from './ports.ts';
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
/** Refusals noted within so long lie under one key. */
const SLOT_MS = 10 * 60_000;
/** Of the stored form of refusals. What another release stored is not read: those of its last day are linked by looks that come after them alone. */
const FORM = 1;
const JOINED_KEY = { pk: { S: 'joined' }, sk: { S: 'until' } };

const looksKey = (hour: number) => `looks#${hour}`;
const refusalsKey = (stamp: number) => `refused#${Math.floor(stamp / SLOT_MS)}`;

/**
 * The link log in DynamoDB. `pk` = looks#<hour of the looks>, `sk` = <when it was written, 13 digits>#<random>, `marks`: a batch's looks of
 * an hour, side by side in one item. `pk` = refused#<ten minutes in which it was written>, `sk` likewise, `accesses`: a batch's refusals.
 * `pk` = joined: until when refusals were joined.
 */
export function createDynamoLinkLog({ call, tableName, now }: DynamoLinkLogOptions): LinkLog {
  const put = (pk: string, stamp: number, content: Record<string, AttributeValue>) =>
    call('PutItem', {
      TableName: tableName,
      Item: {
        pk: { S: pk },
        sk: { S: `${timeKey(stamp)}#${randomBytes(4).toString('hex')}` },
        ...content,
        [TIME_TO_LIVE_ATTRIBUTE]: { N: String(Math.ceil((stamp + LINKS_KEPT_MS) / 1000)) },
      },
    });
  const itemsOf = async function* (pk: string, from: number, to: number) {
    const pages = queryPages(call, {
      TableName: tableName,
      ConsistentRead: true,
      // What was written at `to` has something behind its time, and so is not below it.
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: timeKey(from) }, ':to': { S: timeKey(to) } },
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
          packParts(ofHour, bytesOfMark, BYTES_AN_ITEM).map((chunk) =>
            put(looksKey(hour), stamp, { marks: { B: encodeMarks(chunk) } }),
          ),
        ),
      );
    },
    noteRefusals: async (refusals) => {
      const texts = refusals.map((refusal) => JSON.stringify(refusal));
      const contents = packParts(texts, bytesOfText, BYTES_AN_ITEM).map((chunk) => ({
        form: { N: String(FORM) },
        accesses: { B: Buffer.from(`[${chunk.join(',')}]`) },
      }));
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const stamp = now();
        await allOver(contents.map((content) => put(refusalsKey(stamp), stamp, content)));
        if (now() - stamp <= NOTED_WITHIN_MS) return;
      }
      throw new Error(`refusals took longer than ${NOTED_WITHIN_MS} ms to be written, ${ATTEMPTS} times`);
    },
    refusals: async function* (from, to) {
      for (let slot = Math.floor(from / SLOT_MS) * SLOT_MS; slot < to; slot += SLOT_MS)
        for await (const item of itemsOf(refusalsKey(slot), from, to)) {
          const key = item.sk?.S ?? '';
          for (const [place, access] of accessesOf(item).entries()) yield { key, place, access };
        }
    },
    looks: async function* (hour, from, to) {
      for await (const { sk, marks } of itemsOf(looksKey(hour), from, to))
        for (const mark of marksOf(marks)) yield { key: sk?.S ?? '', mark };
    },
    refusalsOf: async (key) => accessesOf(await itemAt(refusalsKey(timeOfKey(key)), key)),
    looksOf: async (hour, key) => marksOf((await itemAt(looksKey(hour), key)).marks),
    joinedUntil: async () => {
      const { Item } = await call('GetItem', { TableName: tableName, Key: JOINED_KEY, ConsistentRead: true });
      return Item?.time?.N === undefined ? undefined : Number(Item.time.N);
    },
    noteJoined: async (until) => {
      await call('PutItem', { TableName: tableName, Item: { ...JOINED_KEY, time: { N: String(until) } } });
    },
  };
}

const marksOf = (attribute: AttributeValue | undefined): readonly LinkMark[] =>
  attribute?.B === undefined ? [] : decodeMarks(attribute.B);

function accessesOf({ form, accesses }: Record<string, AttributeValue>): readonly Access[] {
  if (form?.N !== String(FORM) || accesses?.B === undefined) return [];
  return JSON.parse(Buffer.from(accesses.B).toString('utf8')) as readonly Access[];
}

/** Of JSON in a list. */
const bytesOfText = (text: string) => Buffer.byteLength(text) + 1;

/** Names, a hash and what numbers take at most. */
const bytesOfMark = ({ actorId, met }: LinkMark) => Buffer.byteLength(actorId) + Buffer.byteLength(met) + 24;
