import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { jitteredPause, type Pause } from './back-off.ts';
import type { DynamoCall } from './dynamo-call.ts';

export type DynamoItem = Record<string, AttributeValue>;

/** BatchGetItem takes at most so many keys. */
const KEYS_PER_REQUEST = 100;
const ATTEMPTS = 8;

export interface BatchGetOptions {
  /** Whether reads are strongly consistent, which costs twice as much. @default true */
  readonly consistent?: boolean;
  /** Waited before keys are asked for again. @default up to 50 ms, doubling to a second */
  readonly pause?: Pause;
}

/**
 * Reads items by key. DynamoDB leaves keys unprocessed when a table is throttled or the answer is
 * full; they are asked for again until all have an answer, so an item that is missing from the result does not exist.
 *
 * @param keys distinct; DynamoDB refuses a batch that repeats one
 * @returns the items that exist, in no order
 * @throws Error when keys are still unprocessed after eight attempts: transient, to be retried as a whole
 */
export async function batchGet(
  call: DynamoCall,
  tableName: string,
  keys: readonly DynamoItem[],
  { consistent = true, pause = jitteredPause(50, 1_000) }: BatchGetOptions = {},
): Promise<DynamoItem[]> {
  const chunks: DynamoItem[][] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
    chunks.push(keys.slice(start, start + KEYS_PER_REQUEST));
  }
  return (await Promise.all(chunks.map((chunk) => getChunk(call, tableName, chunk, consistent, pause)))).flat();
}

async function getChunk(
  call: DynamoCall,
  tableName: string,
  keys: readonly DynamoItem[],
  consistent: boolean,
  pause: Pause,
): Promise<DynamoItem[]> {
  const found: DynamoItem[] = [];
  let wanted = [...keys];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(attempt - 1);
    const response = await call('BatchGetItem', {
      RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: consistent } },
    });
    found.push(...(response.Responses?.[tableName] ?? []));
    wanted = response.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (wanted.length === 0) return found;
  }
  throw new Error(
    `${wanted.length} of ${keys.length} keys of ${tableName} still unprocessed after ${ATTEMPTS} attempts`,
  );
}
