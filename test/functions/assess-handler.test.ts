import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeDynamoClient, makeSsmClient } from '../../shared/stores/clients.ts';
import { connectServices, createTable, deleteTable, uniqueName } from '../contracts/aws-services.ts';
import { watchPowertools } from './watch-powertools.ts';

describe('the assess handler over real services', () => {
  let disconnect: () => Promise<void>;
  let dynamo: ReturnType<typeof makeDynamoClient>;
  let tables: readonly string[] = [];
  let handler: typeof import('../../functions/assess/handler.ts').handler;
  let lines: string[];

  beforeAll(async () => {
    disconnect = await connectServices();
    dynamo = makeDynamoClient();
    const [baselines, directory] = [await createTable(dynamo, 'baselines'), await createTable(dynamo, 'directory')];
    tables = [baselines, directory];
    const settings = `/borderwatch/${uniqueName('assess')}`;
    const ssm = makeSsmClient();
    const silence = { Name: `${settings}/protected-regions`, Value: 'none', Type: 'String' } as const;
    await ssm.send(new PutParameterCommand(silence));
    ssm.destroy();
    for (const [name, value] of Object.entries({
      BASELINES_TABLE: baselines,
      DIRECTORY_TABLE: directory,
      CASES_TABLE: uniqueName('a-table-that-is-not-there'),
      STREAM_NAME: 'accesses',
      ALERT_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/alerts.fifo',
      SETTINGS_PATH: settings,
    }))
      vi.stubEnv(name, value);
    lines = watchPowertools('assess');
    ({ handler } = await import('../../functions/assess/handler.ts'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    for (const table of tables) await deleteTable(dynamo, table);
    dynamo.destroy();
    await disconnect();
  });

  it('counts what was done where the cases can’t be read, and counts as failed', async () => {
    const run = handler({}, { functionName: 'assess', awsRequestId: 'request-1', memoryLimitInMB: '512' } as Context);

    await expect(run).rejects.toThrow(/non-existent table|not found/i);
    const written = lines.map((line) => JSON.parse(line));
    const counts = written.find((line) => 'SnapshotPublished' in line);
    expect(counts).toMatchObject({ SnapshotPublished: 1, SettingsSilencing: 1, SettingsInvalid: 0 });
    expect(counts).not.toHaveProperty('CasesExpired');
    expect(written.filter(({ message }) => message === 'a part of the minute’s work failed')).toHaveLength(4);
  });
});
