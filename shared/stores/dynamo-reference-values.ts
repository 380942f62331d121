import { createHash } from 'node:crypto';
import { conditionHeld } from './conditional-write.ts';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { queryPages } from './dynamo-query.ts';
import { WriteConflict } from './ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

/** DynamoDB refuses items above 400 KB, names and keys included; 350 KiB leaves room for any name. */
export const CHUNK_BYTES = 350 * 1024;
const HEAD = 'head';

/**
 * Immutable values of any size in DynamoDB. The item (value#<name>, head) holds the number of chunks, the SHA-256 of the
 * whole and, where it fits one item, the bytes. Larger ones lie in items (value#<name>, <SHA-256>#<chunk number>), which
 * are written first: the head makes a value exist, in one conditional write, so a half-written value is never seen, and
 * two writers with different bytes under one name never mix, since their chunks have different keys.
 */
export interface DynamoReferenceValues {
  /** @throws WriteConflict when the name holds other bytes */
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
  /**
   * @returns the bytes, or nothing when the value was never completely written
   * @throws Error when it was, but is damaged now: chunks missing or a wrong checksum
   */
  readonly get: (name: string) => Promise<Uint8Array | undefined>;
  /**
   * Says when DynamoDB may delete a value; a value that is gone already is no error.
   *
   * @param expiresAt epoch seconds, or nothing to keep it for ever
   * @returns whether the value exists
   */
  readonly setExpiry: (name: string, expiresAt: number | undefined) => Promise<boolean>;
}

export function createDynamoReferenceValues(call: DynamoCall, tableName: string): DynamoReferenceValues {
  const keyOf = (name: string, sk: string): DynamoItem => ({ pk: { S: `value#${name}` }, sk: { S: sk } });
  const readHead = async (name: string) => {
    const request = { TableName: tableName, Key: keyOf(name, HEAD), ConsistentRead: true };
    const item = (await call('GetItem', request)).Item;
    return item && { item, chunks: Number(item.chunks?.N), checksum: item.checksum?.S ?? '' };
  };
  // One after another: a partition takes 1,000 write units a second, and a chunk is 350. A call waits out throttling.
  const forEachChunk = async (
    checksum: string,
    chunks: number,
    act: (sk: string, index: number) => Promise<unknown>,
  ) => {
    for (let index = 0; index < chunks; index++) await act(chunkKey(checksum, index), index);
  };

  return {
    put: async (name, bytes) => {
      const checksum = checksumOf(bytes);
      const mustBeSame = (stored: string) => {
        if (stored !== checksum) throw new WriteConflict(`${name} holds other bytes already`);
      };
      const head = await readHead(name);
      if (head) return mustBeSame(head.checksum);
      const chunks = bytes.length <= CHUNK_BYTES ? 0 : Math.ceil(bytes.length / CHUNK_BYTES);
      await forEachChunk(checksum, chunks, (sk, index) => {
        const part = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
        // Unconditional: an equal chunk left from an expired value would still carry its expiry.
        const item = { ...keyOf(name, sk), bytes: { B: part } };
        return call('PutItem', { TableName: tableName, Item: item });
      });
      const newHead = {
        ...keyOf(name, HEAD),
        chunks: { N: String(chunks) },
        checksum: { S: checksum },
        ...(chunks === 0 ? { bytes: { B: bytes } } : {}),
      };
      const written = await conditionHeld(
        call('PutItem', { TableName: tableName, Item: newHead, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      if (written) return;
      const winner = await readHead(name);
      if (winner?.checksum !== checksum) {
        await forEachChunk(checksum, chunks, (sk) =>
          call('DeleteItem', { TableName: tableName, Key: keyOf(name, sk) }),
        );
      }
      mustBeSame(winner?.checksum ?? '');
    },
    get: async (name) => {
      const head = await readHead(name);
      if (!head) return undefined;
      const parts = head.chunks === 0 ? [head.item] : await readChunks(call, tableName, name, head.checksum);
      const bytes = Buffer.concat(parts.map((part) => part.bytes?.B ?? new Uint8Array()));
      if (checksumOf(bytes) !== head.checksum) {
        throw new Error(`${name} is damaged: ${parts.length} of ${Math.max(1, head.chunks)} chunks, wrong checksum`);
      }
      return new Uint8Array(bytes);
    },
    setExpiry: async (name, expiresAt) => {
      const head = await readHead(name);
      if (!head) return false;
      if (head.item[TIME_TO_LIVE_ATTRIBUTE]?.N === expiresAt?.toString()) return true;
      const setOn = (sk: string) =>
        conditionHeld(
          call('UpdateItem', {
            TableName: tableName,
            Key: keyOf(name, sk),
            // An update of an absent item would create it.
            ConditionExpression: 'attribute_exists(pk)',
            ...(expiresAt === undefined
              ? { UpdateExpression: `REMOVE ${TIME_TO_LIVE_ATTRIBUTE}` }
              : {
                  UpdateExpression: `SET ${TIME_TO_LIVE_ATTRIBUTE} = :at`,
                  ExpressionAttributeValues: { ':at': { N: String(expiresAt) } },
                }),
          }),
        );
      // Whenever any chunk may expire, the head says so, crash or not: it gets an expiry first and loses it last.
      if (expiresAt !== undefined && !(await setOn(HEAD))) return false;
      await forEachChunk(head.checksum, head.chunks, setOn);
      return expiresAt === undefined ? setOn(HEAD) : true;
    },
  };
}

async function readChunks(call: DynamoCall, tableName: string, name: string, checksum: string) {
  const request = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :checksum)',
    ExpressionAttributeValues: { ':pk': { S: `value#${name}` }, ':checksum': { S: `${checksum}#` } },
  };
  const items: DynamoItem[] = [];
  for await (const page of queryPages(call, request)) items.push(...page);
  return items;
}

const chunkKey = (checksum: string, index: number) => `${checksum}#${String(index).padStart(5, '0')}`;
const checksumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
