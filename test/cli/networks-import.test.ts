import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDeployedInputs } from '../../cli/deployed-inputs.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import { lookUpNetwork } from '../../shared/model/networks.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { aRow } from '../factories/an-access.ts';
import { type ProvisionedServices, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();
let services: ProvisionedServices;
beforeAll(async () => {
  services = await startProvisionedServices();
});
afterAll(() => services.stop());

const VPN = { cidr: '198.51.100.0/24', label: 'vpn-us', kind: 'vpn', country: 'US' };
const OFFICE = { cidr: '203.0.113.0/25', label: 'Singapore', kind: 'office', country: 'SG' };

const references = () =>
  createDynamoReferenceStore({
    call: callsThrough(services.clients.dynamodb),
    tableName: services.resources.directoryTable,
  });
const inForce = () => references().newest('networks', Number.MAX_SAFE_INTEGER);

describe('borderwatch networks import', () => {
  it('puts networks in force as a deployment reads them, and says under which name', async () => {
    // Some editors begin a file with a byte order mark.
    const file = await folder.write('networks.json', `\uFEFF${JSON.stringify([VPN, OFFICE])}`);

    const { code, stdout } = await borderwatch('networks', 'import', file);

    await publishDirectory(references(), [aRow()], Date.now());
    const { networks } = await loadDeployedInputs(services.resources.directoryTable);
    expect(code).toBe(0);
    expect(stdout).toBe(`2 networks are in force in table directory as ${(await inForce())?.name}\n`);
    expect(lookUpNetwork(networks, '198.51.100.7')).toEqual(VPN);
    expect(lookUpNetwork(networks, '203.0.113.7')).toEqual(OFFICE);
  });

  it.each([
    [
      'an entry that is wrong',
      JSON.stringify([VPN, { ...OFFICE, kind: 'flat' }]),
      'networks[1] (203.0.113.0/25): kind:',
    ],
    [
      'one block twice',
      JSON.stringify([VPN, VPN]),
      'networks[1] (198.51.100.0/24): cidr: the same block as networks[0]',
    ],
    ['no list', '{}', 'networks: not a list'],
    ['what is no JSON', '[', 'not JSON; nothing was written'],
    ['what is not UTF-8', Buffer.from([0xff, 0xfe, 0x41]), 'not UTF-8; nothing was written'],
  ])('writes nothing of a file with %s, and names it', async (_, content, message) => {
    const before = await inForce();

    const { code, stdout, stderr } = await borderwatch('networks', 'import', await folder.write('n.json', content));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('nothing was written');
    expect(await inForce()).toEqual(before);
  });

  it('writes into the table of a stage', async () => {
    const file = await folder.write('networks.json', JSON.stringify([VPN]));

    const { code, stderr } = await borderwatch('networks', 'import', file, '--stage', 'prod');

    expect(code).toBe(1);
    expect(stderr).toContain('there is no table borderwatch-prod-directory at http');
  });

  it.each([[[]], [['a.json', 'b.json']], [['a.json', '--stage', 'No!']], [['a.json', '--force']]])(
    'refuses %j with code 2',
    async (args) => {
      expect(await borderwatch('networks', 'import', ...args)).toMatchObject({ code: 2, stdout: '' });
    },
  );
});

describe('what a deployment has in force', () => {
  it.each(['networks', 'directory'] as const)('is told in a sentence where it can’t be read: %s', async (series) => {
    const [name, bytes] = [`${series}#damaged`, new TextEncoder().encode('{}')];
    await publishDirectory(references(), [aRow()], Date.now());
    await references().put(name, bytes);
    await references().publish(series, Date.now() + 1, name);

    const failure = await loadDeployedInputs(services.resources.directoryTable).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(CommandFailure);
    expect(String(failure)).toContain(`table directory: ${name} can't be read: `);
  });
});
