import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAssessHandler } from '../../functions/assess/create-handler.ts';
import { makeDynamoClient, makeSqsClient, makeSsmClient } from '../../shared/stores/clients.ts';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { anAlert } from '../contracts/alert-factory.ts';
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
    const linkLog = await createTable(dynamo, 'linkLog');
    tables = [baselines, directory, linkLog];
    const settings = `/borderwatch/${uniqueName('assess')}`;
    const ssm = makeSsmClient();
    const silence = { Name: `${settings}/protected-regions`, Value: 'none', Type: 'String' } as const;
    await ssm.send(new PutParameterCommand(silence));
    ssm.destroy();
    for (const [name, value] of Object.entries({
      BASELINES_TABLE: baselines,
      DIRECTORY_TABLE: directory,
      CASES_TABLE: uniqueName('a-table-that-is-not-there'),
      LINK_LOG_TABLE: linkLog,
      STREAM_NAME: 'accesses',
      ALERT_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/alerts.fifo',
      SETTINGS_PATH: settings,
    }))
      vi.stubEnv(name, value);
    lines = watchPowertools('assess');
    ({ handler } = await import('../../functions/assess/handler.ts'));
  });
  beforeEach(() => {
    lines.length = 0;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    for (const table of tables) await deleteTable(dynamo, table);
    dynamo.destroy();
    await disconnect();
  });

  const context = { functionName: 'assess', awsRequestId: 'request-1', memoryLimitInMB: '512' } as Context;
  const written = () => lines.map((line) => JSON.parse(line));
  const counts = () => written().find((line) => 'SnapshotPublished' in line);

  it('counts what was done where the cases can’t be read, and counts as failed', async () => {
    await expect(handler({}, context)).rejects.toThrow(/non-existent table|not found/i);
    expect(counts()).toMatchObject({ SnapshotPublished: 1, SettingsSilencing: 1, SettingsInvalid: 0 });
    for (const count of ['CasesExpired', 'CasesUnattended', 'CasesLeftBehind'])
      expect(counts()).not.toHaveProperty(count);
    expect(written().filter(({ message }) => message === 'a part of the minute’s work failed')).toHaveLength(4);
  });

  it('counts the cases that nobody was told of, that wait for a verdict, and that nobody judged in time', async () => {
    const sqs = makeSqsClient();
    const queue = { QueueName: `${uniqueName('alerts')}.fifo`, Attributes: { FifoQueue: 'true' } };
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand(queue));
    const tableName = await createTable(dynamo, 'cases');
    tables = [...tables, tableName];
    const cases = createDynamoCaseStore({ call: makeDynamoCall(process.env), tableName });
    const daysAgo = (days: number) => Date.now() - days * 86_400_000;
    // An office's: nothing of it is put on the stream.
    const ofAnOffice = { subject: { type: 'region', id: 'CN' }, time: new Date(daysAgo(60)).toISOString() } as const;
    await cases.storeRevision(anAlert({ alertId: 'left-behind' }), daysAgo(1));
    await cases.storeRevision(anAlert({ alertId: 'unattended', severity: 'critical' }), daysAgo(1));
    await cases.markNotified('unattended', 1, 0);
    await cases.storeRevision(anAlert({ alertId: 'too-old', ...ofAnOffice }), daysAgo(60));
    await cases.markNotified('too-old', 1, 0);

    const variables = { ...process.env, CASES_TABLE: tableName, ALERT_QUEUE_URL: QueueUrl };
    await createAssessHandler(variables, Date.now)({}, context);
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    sqs.destroy();

    expect(counts()).toMatchObject({ CasesLeftBehind: 1, CasesUnattended: 1, CasesExpired: 1, SnapshotPublished: 0 });
  });
});
