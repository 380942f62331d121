import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { type ProvisionedServices, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();
let services: ProvisionedServices;
beforeAll(async () => {
  services = await startProvisionedServices();
});
afterAll(() => services.stop());

const HEADER = 'employeeId,type,homeCountry,team,timeZone,effectiveFrom,name';
const ROWS = [
  'e-00042,employee,CN,recsys,Asia/Shanghai,2024-01-01T00:00:00Z,Ada',
  'e-00042,employee,SG,recsys,Asia/Singapore,2026-01-01T00:00:00Z,Ada',
  'e-00007,employee,US,trust,America/Chicago,2024-01-01T00:00:00Z,Bob',
];
const csv = (...rows: readonly string[]) => `${[HEADER, ...rows].join('\n')}\n`;

async function inForce() {
  const references = createDynamoReferenceStore({
    call: callsThrough(services.clients.dynamodb),
    tableName: 'directory',
  });
  const newest = await references.newest('directory', Number.MAX_SAFE_INTEGER);
  return newest && { name: newest.name, rows: decodeDirectory(await referenceValue(references, newest.name)) };
}

describe('borderwatch directory import', () => {
  it('puts a directory in force and says under which name', async () => {
    const { code, stdout } = await borderwatch('directory', 'import', await folder.write('who.csv', csv(...ROWS)));

    const directory = await inForce();
    expect(code).toBe(0);
    expect(stdout).toBe(`3 rows about 2 people are in force in table directory as ${directory?.name}\n`);
    expect(directory?.rows).toHaveLength(3);
    expect(directory?.rows.map(({ homeCountry }) => homeCountry).toSorted()).toEqual(['CN', 'SG', 'US']);
  });

  it.each([
    [
      'two errors',
      csv(ROWS[0] ?? '', 'e-1,employee,China,recsys,Nowhere/Land,2024-01-01T00:00:00Z,Eve'),
      '2 errors; nothing was written',
    ],
    ['nothing in it', '', '6 errors; nothing was written'],
    ['nobody in it', csv(), 'there is nobody in it: everybody would be unknown; nothing was written'],
    [
      'too few of the people in force',
      csv('e-00001,employee,US,trust,America/Chicago,2024-01-01T00:00:00Z,Cy', ROWS[1] ?? '').replace('42', '43'),
      'it lacks 2 of the 2 people in force: they would be unknown; nothing was written',
    ],
    ['what is not UTF-8', Buffer.from([0xff, 0xfe, 0x41]), 'not UTF-8; nothing was written'],
  ])('writes nothing of a file with %s', async (_, content, message) => {
    const before = await inForce();

    const { code, stdout, stderr } = await borderwatch('directory', 'import', await folder.write('who.csv', content));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(await inForce()).toEqual(before);
  });

  it('takes half of the people, and nobody at all if that is meant', async () => {
    const half = await borderwatch('directory', 'import', await folder.write('half.csv', csv(ROWS[2] ?? '')));
    const nobody = await folder.write('nobody.csv', csv());
    const meant = await borderwatch('directory', 'import', nobody, '--force');
    const afterNobody = await inForce();
    const first = await borderwatch('directory', 'import', await folder.write('who.csv', csv(...ROWS)));

    expect([half.code, meant.code, first.code]).toEqual([0, 0, 0]);
    expect(meant.stderr).toContain('the directory is empty: every actor is unknown');
    expect(afterNobody?.rows).toEqual([]);
  });

  it('takes the place of what can not be read only if that is meant', async () => {
    const references = createDynamoReferenceStore({
      call: callsThrough(services.clients.dynamodb),
      tableName: 'directory',
    });
    await references.put('damaged', new Uint8Array([1]));
    await references.publish('directory', Date.now(), 'damaged');
    const file = await folder.write('who.csv', csv(...ROWS));

    const refused = await borderwatch('directory', 'import', file);
    const meant = await borderwatch('directory', 'import', file, '--force');

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('a stored directory is damaged; nothing was written');
    expect(meant.code).toBe(0);
  });

  it('names the table or the file that is not there', async () => {
    const file = await folder.write('who.csv', csv(...ROWS));

    const absentTable = await borderwatch('directory', 'import', file, '--table', 'absent');
    const absentFile = await borderwatch('directory', 'import', folder.path('none.csv'));

    expect(absentTable).toMatchObject({ code: 1, stdout: '' });
    expect(absentTable.stderr).toContain('there is no table absent at http');
    expect(absentFile).toMatchObject({ code: 1, stdout: '' });
    expect(absentFile.stderr).toContain('none.csv: cannot be read');
  });

  it.each([[[]], [['a.csv', 'b.csv']], [['a.csv', '--stage', 'No!']], [['a.csv', '--colour']]])(
    'refuses %j with code 2',
    async (args) => {
      expect(await borderwatch('directory', 'import', ...args)).toMatchObject({ code: 2, stdout: '' });
    },
  );
});
