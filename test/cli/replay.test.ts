import { existsSync, linkSync, readdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIRECTORY_COLUMNS } from '../../shared/formats/directory-csv.ts';
import { buildCompany } from '../../shared/simulation/company.ts';
import { directoryText, networksText } from '../../shared/simulation/run-files.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();
const company = buildCompany({ people: 20, days: 6 });
const SETTINGS = JSON.stringify({ 'alerts-per-day': 10 });
let events: readonly string[] = [];

beforeAll(() => {
  events = [...company.events()].map(({ event }) => JSON.stringify(event));
});

/** Writes a folder to replay and replays it. */
async function replay(name: string, content: string | Uint8Array, ...more: readonly string[]) {
  await folder.write('directory.csv', directoryText(company));
  await folder.write('networks.json', networksText(company));
  await folder.write('settings.json', SETTINGS);
  await folder.write(name, content);
  const out = folder.path('out/alerts.ndjson');
  const answer = await borderwatch(
    'replay',
    folder.path(),
    '--out',
    out,
    '--settings',
    folder.path('settings.json'),
    ...more,
  );
  return { ...answer, alerts: existsSync(out) ? await readFile(out, 'utf8') : undefined, out };
}
const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe('borderwatch replay', () => {
  it.each([
    ['is empty', ''],
    ['is binary', Uint8Array.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0, 0x0a])],
    ['holds nothing but what is no access', '{"a":1}\n'],
  ])('fails on a recording that %s, and says why', async (_, content) => {
    const { code, stderr } = await replay('events.ndjson', content);

    expect(code).toBe(1);
    expect(stderr).toContain(`borderwatch: ${folder.path()}: there is not one access in it\n`);
  });

  it('writes one line per telling and says what it did', async () => {
    const plain = await replay('events.ndjson', textOf(events));

    expect(plain.code).toBe(0);
    const alerts = (plain.alerts ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(alerts.length).toBeGreaterThan(1);
    for (const alert of alerts)
      expect(alert).toMatchObject({ revision: expect.any(Number), threshold: { alertsPerDay: 10 } });
    expect(plain.stdout).toMatch(new RegExp(`^\\d+ events in .* folds\\n${alerts.length} alerts told`));
    expect(plain.stdout).toContain(' 0 quarantined, ');
  });

  it('is the same, byte for byte, for a packed file and with scores', async () => {
    const plain = await replay('events.ndjson', textOf(events));
    await folder.remove('events.ndjson');
    const scores = folder.path('scores.ndjson');
    const packed = await replay('events.ndjson.gz', gzipSync(textOf(events)), '--scores', scores);

    expect(packed.alerts).toBe(plain.alerts);
    const days = (await folder.read('scores.ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(days.length).toBeGreaterThan(5);
    for (const day of days)
      expect(day).toEqual({
        day: expect.stringMatching(/^2\d{3}-\d\d-\d\d$/),
        employee: expect.any(String),
        score: expect.any(Number),
      });
  });

  it('counts lines that are no record, puts them aside whole, and goes on', async () => {
    const { code, stdout, out, alerts } = await replay(
      'events.ndjson',
      textOf(['no json', ...events.slice(0, 50), '{"id":"ev"}', ...events.slice(50)]),
    );

    expect(code).toBe(0);
    expect(stdout).toContain('2 quarantined (');
    const aside = (await readFile(`${out}.quarantine.ndjson`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(aside).toMatchObject([
      { line: 1, data: 'no json' },
      { line: 52, data: '{"id":"ev"}' },
    ]);
    const clean = await replay('events.ndjson', textOf(events));
    expect(alerts).toBe(clean.alerts);
  });

  it('replays all that a cut-off .gz holds, names the last good line, and fails', async () => {
    const some = events.slice(0, 300);
    const { code, stdout, stderr } = await replay('events.ndjson.gz', gzipSync(textOf(some)).subarray(0, -8));

    expect(code).toBe(1);
    expect(stderr).toContain('is cut off after line 300; everything before it was replayed');
    expect(stdout).toMatch(/^\d+ events/);
  });

  it.each([
    ['events.ndjson', { directory: 'employeeId\n' }, 'directory.csv: line 1'],
    ['events.ndjson', { settings: '{"alerts-per-day": "many"}' }, 'alerts-per-day = many'],
    ['events.ndjson', { settings: '{"alerts": "2"}' }, 'alerts = 2: no such setting'],
    ['events.ndjson', { settings: '[' }, 'settings.json: not JSON'],
    ['notes.txt', {}, 'has neither events.ndjson nor other records'],
  ])('fails by name in %s with %j', async (name, broken, message) => {
    const files: { directory?: string; settings?: string } = broken;
    await folder.write(name, textOf(events.slice(0, 3)));
    await folder.write('directory.csv', files.directory ?? directoryText(company));
    await folder.write('settings.json', files.settings ?? SETTINGS);
    const settings = folder.path('settings.json');

    const answer = await borderwatch(
      'replay',
      folder.path(),
      '--out',
      join(folder.path(), 'a'),
      '--settings',
      settings,
    );

    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(message);
    expect(answer.stdout).toBe('');
  });

  it.each([
    ['events.ndjson', [], 'the recording'],
    ['hard.ndjson', [], 'the recording under another name'],
    ['linked/directory.csv', [], 'the directory behind a link'],
    ['resources.json', [], 'a file that would be read next time'],
    ['settings.json', [], 'the settings'],
    ['other.json', ['--compare', 'other.json'], 'the other settings'],
    ['alerts.ndjson', ['--scores', 'events.ndjson'], 'the recording, by its scores'],
    ['alerts.ndjson', ['--scores', 'alerts.ndjson'], 'its own alerts'],
  ])('writes nothing to %s with %j: it would be %s', async (out, more) => {
    const files = {
      'directory.csv': directoryText(company),
      'events.ndjson': textOf(events.slice(0, 3)),
      'settings.json': SETTINGS,
      'other.json': SETTINGS,
    };
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    linkSync(folder.path('events.ndjson'), folder.path('hard.ndjson'));
    symlinkSync('.', folder.path('linked'));
    const before = readdirSync(folder.path());
    const named = more.map((word) => (word.startsWith('--') ? word : folder.path(word)));

    const answer = await borderwatch(
      ...['replay', folder.path(), '--out', folder.path(out), '--settings', folder.path('settings.json'), ...named],
    );

    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain("results can't go there");
    for (const [name, content] of Object.entries(files)) expect(await folder.read(name)).toBe(content);
    expect(readdirSync(folder.path())).toEqual(before);
  });

  it.each([
    ['before it reads', 'settings.json/alerts.ndjson', [], /^borderwatch: .* cannot be written: /],
    ['before it reads', 'alerts.ndjson', ['--scores', 'settings.json/a'], /^borderwatch: .* cannot be written: /],
    ['when the disk is full', '/dev/full', [], /^borderwatch: .* cannot be written: /m],
  ])('says in words %s that %s or %j cannot be written', async (_, out, more, message) => {
    await folder.write('directory.csv', directoryText(company));
    await folder.write('settings.json', SETTINGS);
    await folder.write('events.ndjson', textOf(events));
    const named = more.map((word) => (word.startsWith('--') ? word : folder.path(word)));

    const answer = await borderwatch(
      ...['replay', folder.path(), '--out', resolve(folder.path(), out), '--settings', folder.path('settings.json')],
      ...named,
    );

    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toMatch(message);
  });

  it('reads files that begin with a byte order mark', async () => {
    const { code } = await replay('events.ndjson', textOf(events.slice(0, 3)));
    const marked = await folder.write('marked.json', `\uFEFF${SETTINGS}`);
    await folder.write('networks.json', `\uFEFF${networksText(company)}`);
    await folder.write('directory.csv', `\uFEFF${directoryText(company)}`);

    const answer = await borderwatch(
      ...['replay', folder.path(), '--out', folder.path('out/again.ndjson'), '--settings', marked],
    );

    expect([code, answer.code]).toEqual([0, 0]);
  });

  it.each([
    [
      'directory.csv',
      `${DIRECTORY_COLUMNS},name\ne-00001,employee,DE,recsys,Europe/Berlin,2024-01-01T00:00:00Z,Jürgen\n`,
    ],
    ['networks.json', '[{"cidr":"198.51.100.0/24","label":"Büro","kind":"office","country":"DE"}]'],
    ['resources.json', '[{"match":{"s3":{"bucket":"büro"}},"dataset":"user.profile","region":"US"}]'],
    ['actors.json', '[{"name":"Jürgen","actor":"e-00001"}]'],
  ])('refuses a %s that is not UTF-8', async (name, text) => {
    await folder.write('events.ndjson', textOf(events.slice(0, 3)));

    const inUtf8 = await replay(name, text);
    const inLatin1 = await replay(name, Buffer.from(text, 'latin1'));

    expect(inUtf8.code).toBe(0);
    expect(inLatin1).toMatchObject({ code: 1, stdout: '' });
    expect(inLatin1.stderr).toContain(`${name}: not UTF-8`);
  });

  it('takes a place for results that has nothing to lose', async () => {
    const { code } = await replay('events.ndjson', textOf(events.slice(0, 3)), ...['--scores', '/dev/null']);

    expect(code).toBe(0);
  });

  it.each([
    [[], 'replay takes one FOLDER'],
    [['one', 'two'], 'replay takes one FOLDER'],
    [['one'], 'replay needs --out FILE'],
    [['one', '--colour'], '--colour'],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, stderr } = await borderwatch('replay', ...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
