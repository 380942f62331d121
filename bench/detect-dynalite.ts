import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  CreateTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { detect } from '../functions/detect/detect.ts';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { makeDynamoCall } from '../shared/stores/dynamo-call.ts';
import { createTableRequest, TABLE_DEFINITIONS } from '../shared/stores/table-definitions.ts';
import type { Benchmark, Figure } from './harness/benchmark.ts';
import { BATCH_SIZE, fullBatches } from './workload/batches.ts';
import { benchmarkCompany } from './workload/companies.ts';
import {
  BASELINES_TABLE,
  CASES_TABLE,
  DIRECTORY_TABLE,
  detectPorts,
  LINK_LOG_TABLE,
  LINKS_TABLE,
  nameNobody,
  settleTables,
} from './workload/metered-detection.ts';
import { multiplyStaff, type SettledCompany } from './workload/settled-company.ts';

const DYNALITE = fileURLToPath(new URL('workload/dynalite-process.ts', import.meta.url));

export const detectDynalite: Benchmark = {
  name: 'detect-dynalite',
  about: 'detect over the wire to dynalite in a process of its own, and what dynalite itself can take',
  run: async (scale) => {
    const company = benchmarkCompany(scale);
    const enough = multiplyStaff(company, Math.ceil((1.1 * BATCH_SIZE) / company.baselines.size));
    const figures: Figure[] = [];
    for (const k of [1, 5, 30]) {
      figures.push(...(await withDynalite((client) => measure(client, enough, k, scale.runs))));
    }
    return figures;
  },
};

/** Each run takes a batch of its own; a batch before them warms everything up. */
async function measure(
  client: DynamoDBClient,
  company: SettledCompany,
  k: number,
  runs: number,
): Promise<readonly Figure[]> {
  const call = makeDynamoCall(process.env);
  await settleTables(call, company);
  const ports = detectPorts(call, company, { calls: 0 });
  const perSecond: number[] = [];
  const cpu: number[] = [];
  for (const batch of fullBatches(company.deliveries, k, runs + 1)) {
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    const report = await detect(batch, ports);
    if (report.applied + report.duplicates < batch.length) throw new Error('not every record was applied');
    perSecond.push((1e3 * batch.length) / (performance.now() - started));
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / batch.length);
  }
  const putsPerSecond: number[] = [];
  for (let run = 0; run <= runs; run++) putsPerSecond.push(await emulatorLimit(client));
  return [
    { of: `k = ${k}`, name: 'events a second of one lane', unit: '', runs: perSecond.slice(1) },
    { of: `k = ${k}`, name: 'processor time an event', unit: 'µs', runs: cpu.slice(1) },
    { of: `k = ${k}`, name: 'conditional puts a second that dynalite takes', unit: '', runs: putsPerSecond.slice(1) },
  ];
}

/** As fast as dynalite goes with nothing else to do: items like those of employees, as many at once as the client has connections. */
async function emulatorLimit(client: DynamoDBClient): Promise<number> {
  const count = 500;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      client.send(
        new PutItemCommand({
          TableName: BASELINES_TABLE,
          Item: { pk: { S: `limit#${i}` }, b: { B: new Uint8Array(700) }, v: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk) OR v = :v',
          ExpressionAttributeValues: { ':v': { N: '1' } },
        }),
      ),
    ),
  );
  return (1e3 * count) / (performance.now() - started);
}

async function withDynalite<Result>(act: (client: DynamoDBClient) => Promise<Result>): Promise<Result> {
  const dynalite = spawn(process.execPath, [DYNALITE], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [address] = await Promise.race([once(dynalite.stdout, 'data'), ended(dynalite)]);
    nameNobody();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = String(address).trim();
    const client = makeDynamoClient();
    const names = {
      baselines: BASELINES_TABLE,
      links: LINKS_TABLE,
      linkLog: LINK_LOG_TABLE,
      directory: DIRECTORY_TABLE,
      cases: CASES_TABLE,
    } as const;
    for (const kind of ['baselines', 'links', 'linkLog', 'directory', 'cases'] as const) {
      await client.send(new CreateTableCommand(createTableRequest(TABLE_DEFINITIONS[kind], names[kind])));
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: names[kind] });
    }
    const result = await act(client);
    client.destroy();
    return result;
  } finally {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    dynalite.kill();
  }
}

async function ended(dynalite: ChildProcess): Promise<never> {
  const [code] = await once(dynalite, 'exit');
  throw new Error(`dynalite ended with ${code} before it could be used`);
}
