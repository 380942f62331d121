import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDirectoryCsv } from '../../shared/formats/directory-csv.ts';
import { parseAccessEventText } from '../../shared/model/access-event.ts';
import { SIGNAL_NAMES } from '../../shared/model/signal-names.ts';
import { borderwatch } from './run-command.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = (name = 'run') => join(root, name);
const read = (name: string, from = folder()) => readFile(join(from, name), 'utf8');
const lines = (text: string) => text.split('\n').filter(Boolean);
const run = (...args: string[]) => borderwatch('simulate', ...args);

describe('borderwatch simulate', () => {
  it('writes a run that replay can read, and says what it wrote', async () => {
    const { code, stdout, stderr } = await run(folder(), '--days', '7');

    expect(code).toBe(0);
    expect((await readdir(folder())).sort()).toEqual([
      'company.json',
      'directory.csv',
      'events.ndjson',
      'hidden.ndjson',
      'networks.json',
    ]);
    const events = lines(await read('events.ndjson'));
    expect(events.map(parseAccessEventText).filter(({ ok }) => !ok)).toEqual([]);
    expect(stdout).toContain(`${events.length.toLocaleString('en-US')} events of 60 people in 7 days`);
    expect(stdout).toContain('8 attacks');
    expect(stderr).toMatch(/10% .*50% .*100% day 7 of 7, [\d,]+ events/s);
    expect(parseDirectoryCsv(await read('directory.csv')).ok).toBe(true);
  });

  it('labels every attack with its signal, its people and its times', async () => {
    await run(folder(), '--days', '7');
    const directory = await read('directory.csv');
    const labels = lines(await read('hidden.ndjson')).map((line) => JSON.parse(line));

    expect(labels).toHaveLength(8);
    for (const label of labels) {
      expect(Object.keys(label)).toEqual(['id', 'kind', 'signal', 'actors', 'start', 'end', 'note']);
      expect(SIGNAL_NAMES).toContain(label.signal);
      for (const actor of label.actors) expect(directory).toContain(`\n${actor},employee,`);
      expect(Date.parse(label.start)).toBeLessThan(Date.parse(label.end));
    }
  });

  it('describes the company, with what is odd but honest', async () => {
    await run(folder(), '--seed=3', '--people=70', '--days=14', '--start=2027-03-01');
    const company = JSON.parse(await read('company.json'));

    expect(company).toMatchObject({ seed: 3, people: 70, days: 14, start: '2027-03-01', attacks: true });
    expect(company.firstAttackDay).toEqual({ day: 10, date: '2027-03-11' });
    expect(company.occasions.map(({ kind }: { kind: string }) => kind)).toContain('travel');
  });

  it('writes the same bytes for the same options, and others for another seed', async () => {
    const digest = async (name: string, ...args: string[]) => {
      await run(folder(name), '--people', '12', '--days', '3', ...args);
      const files = (await readdir(folder(name))).sort().map((file) => read(file, folder(name)));
      return createHash('sha256')
        .update((await Promise.all(files)).join())
        .digest('hex');
    };

    expect(await digest('one')).toBe(await digest('two'));
    expect(await digest('three', '--seed', '77')).not.toBe(await digest('one'));
  });

  it('compresses where asked, and leaves no older events beside the new ones', async () => {
    await run(folder(), '--people', '5', '--days', '2');
    const plain = await read('events.ndjson');
    const { code } = await run(folder(), '--people', '5', '--days', '2', '--gzip');

    expect(code).toBe(0);
    expect(await readdir(folder())).not.toContain('events.ndjson');
    expect(gunzipSync(await readFile(join(folder(), 'events.ndjson.gz'))).toString()).toBe(plain);
  });

  it('hides nothing where no attacks are wanted', async () => {
    const { stdout } = await run(folder(), '--days', '7', '--no-attacks');

    expect(await read('hidden.ndjson')).toBe('');
    expect(JSON.parse(await read('company.json')).attacks).toBe(false);
    expect(stdout).not.toContain('attacks hidden');
  });

  it('says which attacks it could not hide', async () => {
    const { code, stdout } = await run(folder(), '--people', '2', '--days', '3');

    expect(code).toBe(0);
    expect(stdout).toContain('nobody there could play them: ');
    expect(stdout).toContain('watching-a-few');
  });

  it('explains itself', async () => {
    const { code, stdout, stderr } = await run('--help');

    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const flag of ['--seed', '--people', '--days', '--start', '--attacks', '--no-attacks', '--gzip']) {
      expect(stdout).toContain(flag);
    }
  });

  it.each([
    [[], 'simulate takes one FOLDER'],
    [['FOLDER', '--people', 'many'], '--people must be a whole number'],
    [['FOLDER', '--people', ''], '--people must be a whole number'],
    [['FOLDER', '--days', '0'], '--days must be a whole number'],
    [['FOLDER', '--seed=-1'], '--seed must be a whole number'],
    [['FOLDER', '--seed', '1e3'], '--seed must be a whole number'],
    [['FOLDER', '--start', '2026-13-01'], '--start must be a date'],
    [['FOLDER', '--colour'], '--colour'],
    [['FOLDER', 'OTHER'], 'simulate takes one FOLDER'],
  ])('refuses %j with code 2 and writes nothing', async (args, message) => {
    const { code, stdout, stderr } = await run(...args.map((arg) => (arg === 'FOLDER' ? folder() : arg)));

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(await readdir(root)).toEqual([]);
  });

  it('fails with code 1 where the folder cannot be written', async () => {
    await writeFile(folder('file'), 'not a folder');
    const { code, stderr } = await run(folder('file'));

    expect(code).toBe(1);
    expect(stderr).toContain(`${folder('file')} cannot be written`);
    expect(await readFile(folder('file'), 'utf8')).toBe('not a folder');
  });

  it("does not overwrite somebody's own events", async () => {
    await writeFile(join(root, 'events.ndjson'), 'real\n');
    const { code, stderr } = await run(root);

    expect(code).toBe(1);
    expect(stderr).toContain('events of another origin');
    expect(await readdir(root)).toEqual(['events.ndjson']);
    expect(await read('events.ndjson', root)).toBe('real\n');
  });
});
