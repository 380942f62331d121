import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { createTableRequest, TABLE_DEFINITIONS, type TableKind } from '../../shared/stores/table-definitions.ts';
import { findServices } from './service-environment.ts';

// Real services and busy machines are slow; how slow is not what the contracts are about.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/**
 * Points the SDK of this process at the services that the contracts are run against: those that the standard
 * AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL variables name, and the embedded emulators for all others.
 *
 * @returns what stops the emulators and puts the environment back
 */
export async function connectServices(): Promise<() => Promise<void>> {
  const { environment, stop } = await findServices(process.env);
  const before = { ...process.env };
  Object.assign(process.env, environment);
  return async () => {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await stop();
  };
}

/** A name that no other test uses, even where services outlive a run. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

/** Makes a table of the project under a name of its own. */
export async function createTable(client: DynamoDBClient, kind: TableKind): Promise<string> {
  const tableName = uniqueName(kind);
  await client.send(new CreateTableCommand(createTableRequest(TABLE_DEFINITIONS[kind], tableName)));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: tableName });
  return tableName;
}

export async function deleteTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: tableName }));
}
