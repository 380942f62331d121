import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { createDynamoCaseStore } from '../shared/stores/dynamo-case-store.ts';
import type { CaseStore } from '../shared/stores/ports.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { awsFailure } from './aws-failure.ts';
import { resourceNameFor } from './stage-option.ts';

/** What the commands about cases are told of where cases lie. */
export interface CasesTableOptions {
  readonly table?: string | undefined;
  readonly stage?: string | undefined;
}

/**
 * Does something with the cases of a deployment, or of the local stack.
 *
 * @throws CommandFailure saying what can't be reached
 */
export async function withCases<Result>(
  { table, stage }: CasesTableOptions,
  work: (cases: CaseStore, client: DynamoDBClient, tableName: string) => Promise<Result>,
): Promise<Result> {
  const tableName = resourceNameFor('cases', table, stage);
  const client = makeDynamoClient();
  try {
    return await work(createDynamoCaseStore({ call: callsThrough(client), tableName }), client, tableName);
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${tableName}`);
  } finally {
    client.destroy();
  }
}
