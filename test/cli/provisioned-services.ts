import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { vi } from 'vitest';
import { createLocalClients, type LocalClients } from '../../infra/local/clients.ts';
import { startEmulators } from '../../infra/local/emulators.ts';
import { type Provisioned, provision } from '../../infra/local/provision.ts';

/** A record on the stream: its key and its text. */
export type Streamed = readonly [key: string, text: string];

/** The services of a stack, with its resources under the names that commands take for granted. */
export interface ProvisionedServices {
  readonly clients: LocalClients;
  readonly resources: Provisioned;
  /** Everything on the stream, oldest first; shard after shard. */
  readonly streamed: () => Promise<readonly Streamed[]>;
  readonly stop: () => Promise<void>;
}

/** Starts them and points the SDK of this process at them, as a user does with the lines that `npm start -- --keep` prints. */
export async function startProvisionedServices(shards = 1): Promise<ProvisionedServices> {
  const emulators = await startEmulators();
  for (const [name, value] of Object.entries(emulators.environment)) vi.stubEnv(name, value);
  const clients = createLocalClients(emulators.environment);
  const resources = await provision(emulators.environment, { shards, subjectKey: 'a key of the tests' });
  const { kinesis } = clients;
  const StreamName = resources.streamName;
  const recordsOf = async (ShardId: string | undefined): Promise<readonly Streamed[]> => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    return Records.map(({ PartitionKey = '', Data = new Uint8Array() }) => [
      PartitionKey,
      Buffer.from(Data).toString(),
    ]);
  };
  return {
    clients,
    resources,
    streamed: async () => {
      const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
      return (await Promise.all(Shards.map(({ ShardId }) => recordsOf(ShardId)))).flat();
    },
    stop: async () => {
      vi.unstubAllEnvs();
      clients.destroy();
      await emulators.stop();
    },
  };
}
