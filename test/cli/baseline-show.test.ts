import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aRow } from '../factories/an-access.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { type ProvisionedServices, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();
const baseline = aSettledBaseline();
let services: ProvisionedServices;
beforeAll(async () => {
  services = await startProvisionedServices();
  const { dynamodb } = services.clients;
  await createDynamoBaselineStore({ call: callsThrough(dynamodb), tableName: 'baselines' }).save(
    'e-00042',
    baseline,
    0,
  );
});
afterAll(() => services.stop());

describe('borderwatch baseline show', () => {
  it('shows a baseline with hashes for names where nothing says them', async () => {
    const { code, stdout, stderr } = await borderwatch('baseline', 'show', 'e-00042');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^actor +e-00042\n/);
    expect(stdout).toContain(`${baseline.version} accesses`);
    expect(stdout).toMatch(/group +hash [0-9a-f]{8}, of no group in the directory/);
    expect(stdout).toMatch(/data sets +1, of which only hashes are stored/);
    expect(stderr).toContain('no directory was imported into table directory');
  });

  it('names group, time zone and what was used where directory and events say them', async () => {
    const references = createDynamoReferenceStore({
      call: callsThrough(services.clients.dynamodb),
      tableName: 'directory',
    });
    await publishDirectory(references, [aRow()], Date.parse('2026-01-01T00:00:00Z'));
    const events = await folder.write('events.ndjson', `no json\n${JSON.stringify(anAccessEvent())}\n`);

    const { code, stdout, stderr } = await borderwatch('baseline', 'show', 'e-00042', '--events', events);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/group +recsys\/CN, since/);
    expect(stdout).toMatch(/data sets +user\.profile: \d+ days/);
    expect(stdout).toContain('(Asia/Shanghai)');
  });

  it('names what a cut-off file of events still says, and fails', async () => {
    const events = gzipSync(`${JSON.stringify(anAccessEvent())}\n`).subarray(0, -8);

    const { code, stdout, stderr } = await borderwatch(
      ...['baseline', 'show', 'e-00042', '--events', await folder.write('events.ndjson.gz', events)],
    );

    expect(code).toBe(1);
    expect(stdout).toMatch(/data sets +user\.profile: \d+ days/);
    expect(stderr).toContain('events.ndjson.gz is cut off after line 1; what is named only after it');
  });

  it('fails where nothing is known of the actor, or there is no such table', async () => {
    const nobody = await borderwatch('baseline', 'show', 'e-99999');
    const nowhere = await borderwatch('baseline', 'show', 'e-00042', '--stage', 'absent');

    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect(nobody.stderr).toContain('e-99999: nothing is known of this actor in table baselines');
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('there is no table borderwatch-absent-baselines');
  });

  it('says that nobody listens where the services are down', async () => {
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:1';

    const { code, stderr } = await borderwatch('baseline', 'show', 'e-00042');
    process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;

    expect(code).toBe(1);
    expect(stderr).toContain('no connection to DYNAMODB at http://127.0.0.1:1: nobody listens there');
  });

  it.each([[[]], [['a', 'b']], [['a', '--colour']]])('refuses %j with code 2', async (args) => {
    expect(await borderwatch('baseline', 'show', ...args)).toMatchObject({ code: 2, stdout: '' });
  });
});
