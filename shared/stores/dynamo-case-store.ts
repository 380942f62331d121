import { type DynamoDBClient, GetItemCommand, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Alert } from '../model/alert.ts';
import { conditionHeld } from './conditional-write.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { Case, CaseStore } from './ports.ts';
import { UNTOLD_INDEX } from './table-definitions.ts';

export interface DynamoCaseStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The one partition of the index of cases that people were not told of. */
const UNTOLD = 'untold';

/**
 * Cases in DynamoDB, one item each: `pk` = case#<alertId>. Every write is an update of the attributes named here, so what
 * analysts add to a case is left alone. `untold` is only there while `revision` is above `notifiedRevision`.
 *
 * A lost response to a successful write makes the SDK's repetition fail its condition: `storeRevision` then says that the
 * revision was stored already, and `markNotified` finds its work done.
 */
export function createDynamoCaseStore({ client, tableName }: DynamoCaseStoreOptions): CaseStore {
  const keyOf = (alertId: string): DynamoItem => ({ pk: { S: `case#${alertId}` } });
  const read = async (alertId: string) => {
    const request = { TableName: tableName, Key: keyOf(alertId), ConsistentRead: true };
    const item = (await client.send(new GetItemCommand(request))).Item;
    return item?.revision ? asCase(item) : undefined;
  };
  const update = (alertId: string, expression: string, condition: string, values: DynamoItem) =>
    conditionHeld(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(alertId),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      ),
    );

  return {
    get: read,
    storeRevision: async (alert, storedAt) =>
      update(
        alert.alertId,
        'SET revision = :revision, storedAt = :storedAt, alert = :alert, untold = :untold, ' +
          'notifiedRevision = if_not_exists(notifiedRevision, :none)',
        'attribute_not_exists(revision) OR revision < :revision',
        {
          ':revision': { N: String(alert.revision) },
          ':storedAt': { N: String(storedAt) },
          ':alert': { S: JSON.stringify(alert) },
          ':untold': { S: UNTOLD },
          ':none': { N: '0' },
        },
      ),
    markNotified: async (alertId, revision) => {
      // Both numbers only ever rise, so that what fails the first condition because of a later revision meets the second.
      const values = { ':revision': { N: String(revision) } };
      const raise = 'SET notifiedRevision = :revision';
      const isLatest = 'notifiedRevision < :revision AND revision = :revision';
      if (await update(alertId, `${raise} REMOVE untold`, isLatest, values)) return;
      if (await update(alertId, raise, 'notifiedRevision < :revision AND revision > :revision', values)) return;
      const stored = await read(alertId);
      if (!stored || stored.revision < revision)
        throw new Error(`revision ${revision} of case ${alertId} isn't stored`);
    },
    leftBehind: async (storedAtOrBefore) => {
      const request = {
        TableName: tableName,
        IndexName: UNTOLD_INDEX.name,
        KeyConditionExpression: 'untold = :untold AND storedAt <= :storedAt',
        ExpressionAttributeValues: { ':untold': { S: UNTOLD }, ':storedAt': { N: String(storedAtOrBefore) } },
      };
      const keys: DynamoItem[] = [];
      for await (const page of paginateQuery({ client }, request)) {
        for (const { pk } of page.Items ?? []) if (pk) keys.push({ pk });
      }
      // The index lags behind the table: what it names is read again and judged by what is true now.
      return (await batchGet(client, tableName, keys))
        .map(asCase)
        .filter((stored) => stored.revision > stored.notifiedRevision && stored.storedAt <= storedAtOrBefore)
        .sort((a, b) => a.storedAt - b.storedAt);
    },
  };
}

function asCase(item: DynamoItem): Case {
  const alert: Alert = JSON.parse(item.alert?.S ?? '');
  return {
    alertId: alert.alertId,
    revision: Number(item.revision?.N),
    notifiedRevision: Number(item.notifiedRevision?.N),
    storedAt: Number(item.storedAt?.N),
    alert,
  };
}
