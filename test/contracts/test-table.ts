import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import type { TableKind } from '../../shared/stores/table-definitions.ts';
import { connectServices, createTable, deleteTable } from './aws-services.ts';

/** A table of the project and two ways to it, there while tests run. */
export interface TestTable {
  readonly client: DynamoDBClient;
  readonly call: DynamoCall;
  readonly tableName: string;
}

/** Has the services connected, and a table made, for the tests of a file. @param anew a table for each test, or one for all */
export function useTable(kind: TableKind, anew: 'for each test' | 'for all'): TestTable {
  const table = {} as { -readonly [part in keyof TestTable]: TestTable[part] };
  let disconnect: () => Promise<void>;
  const make = async () => {
    table.tableName = await createTable(table.client, kind);
  };
  const remove = () => deleteTable(table.client, table.tableName);
  beforeAll(async () => {
    disconnect = await connectServices();
    table.client = makeDynamoClient();
    table.call = makeDynamoCall(process.env);
    if (anew === 'for all') await make();
  });
  if (anew === 'for each test') {
    beforeEach(make);
    afterEach(remove);
  }
  afterAll(async () => {
    if (anew === 'for all') await remove();
    table.client.destroy();
    await disconnect();
  });
  return table;
}
