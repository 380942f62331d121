import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { connectServices, createTable, deleteTable } from './aws-services.ts';
import { aBaseline } from './baseline-factory.ts';

describe('the DynamoDB client', () => {
  let disconnect: () => Promise<void>;
  beforeAll(async () => {
    disconnect = await connectServices();
  });
  afterAll(() => disconnect());

  it('makes a whole batch of writes at once without beginning more than it has connections for', async () => {
    const client = makeDynamoClient();
    const tableName = await createTable(client, 'baselines');
    const store = createDynamoBaselineStore({ client, tableName });
    let inFlight = 0;
    let most = 0;
    client.middlewareStack.add(
      (next) => async (sent) => {
        most = Math.max(most, ++inFlight);
        try {
          return await next(sent);
        } finally {
          inFlight--;
        }
      },
      { step: 'deserialize', priority: 'low', name: 'inFlight' },
    );
    const actors = Array.from({ length: 1_000 }, (_, index) => `e-${index}`);

    await Promise.all(actors.map((actor) => store.save(actor, aBaseline(1), 0)));
    const loaded = await store.load(actors);

    expect(loaded.size).toBe(1_000);
    expect(most).toBe(50);
    await deleteTable(client, tableName);
    client.destroy();
  });
});
