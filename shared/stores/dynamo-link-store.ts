import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { LINK_WITHIN_MS, type LinkEntry, otherKind } from '../pipeline/links.ts';
import type { LinkStore } from './ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoLinkStoreOptions {
  readonly client: DynamoDBClient;
  /** The table of the baselines: links lie under a prefix of their own. */
  readonly tableName: string;
}

/** Late events may still meet a link some hours later; then DynamoDB may delete it. */
const KEPT_MS = 12 * LINK_WITHIN_MS;

/**
 * Links in DynamoDB: one item a subject, `pk` = link#subject#<hmac>, `refused` and `read` the last access of each kind. One update
 * both writes this access and reads the other kind, so whichever of two comes second sees the first.
 */
export function createDynamoLinkStore({ client, tableName }: DynamoLinkStoreOptions): LinkStore {
  return {
    meet: async (subject, kind, entry) => {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: `link#subject#${subject}` } },
          UpdateExpression: 'SET #kind = :entry, #expiry = :expiry',
          ExpressionAttributeNames: { '#kind': kind, '#expiry': TIME_TO_LIVE_ATTRIBUTE },
          ExpressionAttributeValues: {
            ':entry': { M: { a: { S: entry.actorId }, t: { N: String(entry.time) }, e: { S: entry.eventId } } },
            ':expiry': { N: String(Math.ceil((entry.time + KEPT_MS) / 1000)) },
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return readEntry(Attributes?.[otherKind(kind)]);
    },
  };
}

function readEntry(attribute: AttributeValue | undefined): LinkEntry | undefined {
  const { a, t, e } = attribute?.M ?? {};
  return a?.S === undefined ? undefined : { actorId: a.S, time: Number(t?.N), eventId: e?.S ?? '' };
}
