import type { QueryInput } from '@aws-sdk/client-dynamodb';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';

/** What a query finds, page by page: DynamoDB ends each after a megabyte, an empty one too where a filter left nothing. */
export async function* queryPages(call: DynamoCall, input: QueryInput): AsyncGenerator<readonly DynamoItem[]> {
  let start: DynamoItem | undefined;
  do {
    const page = await call('Query', { ...input, ...(start && { ExclusiveStartKey: start }) });
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
