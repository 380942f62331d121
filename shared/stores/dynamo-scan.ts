import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { createRateLimit } from './rate-limit.ts';

export interface DynamoScanOptions {
  /** How many parts of the table are read at once. @default 4 */
  readonly segments?: number;
  /** Items a second over all segments: a fold must not eat the table's capacity for detection. @default 5000 */
  readonly itemsPerSecond?: number;
  /** Items a page. @default 100 */
  readonly pageSize?: number;
}

interface Page {
  readonly segment: number;
  readonly items: readonly DynamoItem[];
  readonly next: DynamoItem | undefined;
}

/**
 * Every item of a table, in no order. Eventually consistent, which costs half: a fold that runs every five minutes meets
 * the last second's writes the next time. While the caller works on a page, each segment has at most one more under way.
 *
 * Pages are small so that they are done with while they are young: of 500 items, they outlived the garbage collector's young generation,
 * and a fold of a hundred thousand took up to twice the processor time and 75 MiB more.
 *
 * A filter expression would save no capacity (DynamoDB charges for what it reads), so callers pick by key.
 */
export async function* scanItems(
  call: DynamoCall,
  tableName: string,
  { segments = 4, itemsPerSecond = 5_000, pageSize = 100 }: DynamoScanOptions = {},
): AsyncGenerator<DynamoItem> {
  const limit = createRateLimit(itemsPerSecond);
  const stopped = new AbortController();
  const readPage = async (segment: number, start: DynamoItem | undefined): Promise<Page> => {
    await limit.ready(stopped.signal);
    const request = {
      TableName: tableName,
      Segment: segment,
      TotalSegments: segments,
      Limit: pageSize,
      ...(start ? { ExclusiveStartKey: start } : {}),
    };
    const response = await call('Scan', request, stopped.signal);
    limit.charge(response.ScannedCount ?? 0);
    return { segment, items: response.Items ?? [], next: response.LastEvaluatedKey };
  };
  // A page that fails while the caller is busy must wait for its turn: an unhandled rejection would end the process.
  const readAhead = (segment: number, start?: DynamoItem) =>
    readPage(segment, start).catch((error: unknown) => ({ segment, failed: error }));

  const underWay = new Map(Array.from({ length: segments }, (_, segment) => [segment, readAhead(segment)]));
  try {
    while (underWay.size > 0) {
      const page = await Promise.race(underWay.values());
      if ('failed' in page) throw page.failed;
      if (page.next) underWay.set(page.segment, readAhead(page.segment, page.next));
      else underWay.delete(page.segment);
      yield* page.items;
    }
  } finally {
    stopped.abort();
    await Promise.all(underWay.values());
  }
}
