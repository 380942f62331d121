import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../../infra/local/local-stack.ts';
import { FORMAT_NAMES } from '../../../shared/formats/formats.ts';
import type { Baseline } from '../../../shared/model/baseline.ts';
import { categoryHash } from '../../../shared/pipeline/enrich.ts';
import { createDynamoBaselineStore } from '../../../shared/stores/dynamo-baseline-store.ts';
import { callsThrough } from '../../../shared/stores/sdk-dynamo-call.ts';
import { borderwatch } from '../../cli/run-command.ts';
import { scratchFolder } from '../../cli/scratch-folder.ts';
import { FIXTURES } from '../../formats/fixture-records.ts';

/** The fixtures tell of this day. A wall clock would call them too old to be learned from, some time from now. */
const ARRIVAL = Date.parse('2026-11-23T21:00:00Z');
const [RESOURCES, ACTORS] = [join(FIXTURES, 'resources.json'), join(FIXTURES, 'actors.json')];
const filesOf = (format: string) =>
  readdirSync(join(FIXTURES, format))
    .sort()
    .map((name) => join(FIXTURES, format, name));

/** Jane Smith, whom every source knows by another name, and services. */
const [JANE, BOT, ETL, PRINCIPAL, PARTNER] = [
  'e-00042',
  'bot-reports',
  'etl@lake.iam.gserviceaccount.com',
  '3d1a7c0e-1111-4222-8333-444455556666',
  'partner-acme',
];

describe('records of every format, on a fresh stream,', () => {
  let stack: LocalStack;
  const folder = scratchFolder();
  const baselines = async (...actorIds: readonly string[]): Promise<ReadonlyMap<string, Baseline>> => {
    const { clients, resources } = stack;
    return createDynamoBaselineStore({
      call: callsThrough(clients.dynamodb),
      tableName: resources.baselinesTable,
    }).load(actorIds);
  };
  /** How many events were applied to each. */
  const applied = async (...actorIds: readonly string[]) => {
    const known = await baselines(...actorIds);
    return actorIds.map((id) => known.get(id)?.version ?? 0);
  };

  beforeAll(async () => {
    stack = await startLocalStack({
      subjectKey: 'a key',
      now: () => ARRIVAL,
      arrivalOf: () => ARRIVAL,
      onAlert: () => {},
      onDigest: () => {},
    });
    await stack.assess();
  });
  afterAll(() => stack.stop());

  const EXPECTED: readonly (readonly [format: string, applied: Readonly<Record<string, number>>])[] = [
    ['access-event', { [JANE]: 1 }],
    ['cloudtrail', { [JANE]: 4 }],
    ['ocsf', { [JANE]: 2 }],
    ['snowflake', { [JANE]: 2 }],
    ['postgres', { [JANE]: 5 }],
    ['teleport', { [JANE]: 3, [BOT]: 1 }],
    ['bigquery', { [JANE]: 2, [ETL]: 1 }],
    ['databricks', { [JANE]: 2, [PRINCIPAL]: 1, [PARTNER]: 1 }],
  ];

  it.each(EXPECTED)('become baselines: %s', async (format, expected) => {
    const actorIds = Object.keys(expected);
    const before = await applied(...actorIds);

    const { code, stdout } = await borderwatch(
      ...['send', '--format', format, ...filesOf(format)],
      ...['--resources', RESOURCES, '--actors', ACTORS],
    );
    await stack.drainStream();

    const events = Object.values(expected).reduce((sum, count) => sum + count, 0);
    expect(code).toBe(0);
    expect(stdout).toContain(` ${events} sent to accesses`);
    expect(stdout).toContain(' 0 invalid');
    const after = await applied(...actorIds);
    expect(after.map((version, i) => version - (before[i] ?? 0))).toEqual(Object.values(expected));
    expect((await baselines(JANE)).get(JANE)?.day.day).toBe(Math.floor(ARRIVAL / 86_400_000));
  });

  it('become a baseline: where Okta saw somebody sign in is where their accesses elsewhere came from', async () => {
    const actors = await folder.write('actors.json', readFileSync(ACTORS, 'utf8').replaceAll(JANE, 'e-okta'));

    const { code } = await borderwatch(
      ...['send', ...filesOf('okta'), join(FIXTURES, 'snowflake/access_history.csv')],
      ...['--resources', RESOURCES, '--actors', actors],
    );
    await stack.drainStream();

    expect(code).toBe(0);
    expect(await applied('e-okta')).toEqual([2]);
    expect((await baselines('e-okta')).get('e-okta')?.place).toMatchObject({
      country: 'CN',
      device: categoryHash('device guo-77'),
    });
  });

  it('are none left out here', () => {
    expect([...EXPECTED.map(([format]) => format), 'okta']).toEqual(FORMAT_NAMES);
  });
});
