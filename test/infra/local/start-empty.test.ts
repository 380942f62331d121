import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLocalClients } from '../../../infra/local/clients.ts';
import { createDynamoBaselineStore } from '../../../shared/stores/dynamo-baseline-store.ts';
import { callsThrough } from '../../../shared/stores/sdk-dynamo-call.ts';
import { borderwatch } from '../../cli/run-command.ts';
import { scratchFolder } from '../../cli/scratch-folder.ts';
import { anAccessEvent } from '../../factories/an-access-event.ts';
import { dataEvent } from '../../formats/cloudtrail-records.ts';

const PATIENCE = { timeout: 100_000, interval: 250 };

describe('npm start -- --empty', () => {
  const folder = scratchFolder();
  let running: ChildProcess | undefined;
  afterEach(() => {
    running?.kill('SIGKILL');
    vi.unstubAllEnvs();
  });

  /** @returns what it printed once it was up */
  const started = async (...args: readonly string[]): Promise<string> => {
    const child = spawn(process.execPath, ['infra/local/start.ts', '--empty', ...args]);
    running = child;
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    await vi.waitUntil(() => printed.includes('records may be posted to http') || child.exitCode !== null, PATIENCE);
    return printed;
  };
  const access = (id: string) =>
    JSON.stringify(anAccessEvent({ id: 'ev-1', actor: { id }, time: new Date(Date.now() - 60_000).toISOString() }));

  it('learns what is sent and posted to the endpoints that it prints, until Ctrl-C', async () => {
    const holds = [{ match: { s3: { bucket: 'exports' } }, dataset: 'user.exports', region: 'US' }];
    const resources = await folder.write('resources.json', JSON.stringify(holds));
    const printed = await started('--resources', resources);
    const environment = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const record = { ...dataEvent(), eventID: 'one', eventTime: new Date(Date.now() - 60_000).toISOString() };

    const sent = await borderwatch('send', await folder.write('accesses.ndjson', access('e-1')));
    const url = /posted to (\S+)/.exec(printed)?.[1] ?? '';
    const posted = await fetch(url, { method: 'POST', body: JSON.stringify(record) });

    expect([sent.code, await posted.json()]).toEqual([0, expect.objectContaining({ sent: 1 })]);
    const clients = createLocalClients(environment);
    const store = createDynamoBaselineStore({ call: callsThrough(clients.dynamodb), tableName: 'baselines' });
    await vi.waitUntil(async () => (await store.load(['e-1', 'Alice'])).size === 2, PATIENCE);
    const known = await store.load(['e-1', 'Alice']);
    expect([...known.values()].map(({ version }) => version)).toEqual([1, 1]);
    clients.destroy();

    running?.kill('SIGINT');
    expect(running && (await once(running, 'exit'))).toEqual([0, null]);
  });

  it('starts nothing with maps that are wrong, and names what is', async () => {
    const actors = await folder.write('actors.json', '[{ "name": "x" }]');

    const printed = await started('--actors', actors);

    expect(printed).toContain(`${join(folder.path(), 'actors.json')}:\n  actors[0]: actor`);
    expect(running?.exitCode).toBe(1);
  });
});
