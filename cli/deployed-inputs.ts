import type { Directory } from '../shared/model/directory.ts';
import { type Networks, NO_NETWORKS } from '../shared/model/networks.ts';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { publishedDirectory } from '../shared/stores/directory-value.ts';
import { createDynamoReferenceStore } from '../shared/stores/dynamo-reference-store.ts';
import { publishedNetworks } from '../shared/stores/networks-value.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { awsFailure } from './aws-failure.ts';
import { CommandFailure } from './usage-error.ts';

/** Who sits where and which addresses say nothing, as they are in force in a deployment. */
export interface DeployedInputs {
  readonly directory: Directory;
  readonly networks: Networks;
}

/** @param table of the directory @throws CommandFailure when it can't be read, or no directory was imported */
export async function loadDeployedInputs(table: string): Promise<DeployedInputs> {
  const client = makeDynamoClient();
  try {
    const references = createDynamoReferenceStore({ call: callsThrough(client), tableName: table });
    const [directory, networks] = await Promise.all(
      (['directory', 'networks'] as const).map((series) => references.newest(series, Number.MAX_SAFE_INTEGER)),
    );
    if (!directory) throw new CommandFailure(`no directory was imported into table ${table}`);
    return {
      directory: await publishedDirectory(references, directory.name),
      networks: networks ? await publishedNetworks(references, networks.name) : NO_NETWORKS,
    };
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  } finally {
    client.destroy();
  }
}
