import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../cli/borderwatch.ts';
import { FREE_BYTES, MAXIMUM_EXPANSION, refuseBomb } from '../../cli/unpacking-limit.ts';
import { dataEvent } from '../formats/cloudtrail-records.ts';
import { FIXTURES } from '../formats/fixture-records.ts';

const CLOUDTRAIL = join(import.meta.dirname, '../fixtures/cloudtrail-s3');
const BUCKET = 'mordors3stack-s3bucket-llp2yingx64a';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sources-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await main(args, { stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...written };
}
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(root, name), content);
  return join(root, name);
};
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('borderwatch sources', () => {
  it('names the bucket of the real exfiltration and its file as unmapped, with a line to paste', async () => {
    const { code, stdout } = await run('sources', CLOUDTRAIL);

    expect(code).toBe(0);
    expect(stdout).toContain(`9\ts3:${BUCKET}, such as ring.txt`);
    const entry = stdout
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line.startsWith('{'));
    expect(JSON.parse(entry ?? '')).toEqual({
      match: { s3: { bucket: BUCKET } },
      dataset: `s3:${BUCKET}`,
      region: 'unknown',
    });
  });

  it('takes its own line back, and the reads and listings are accesses with their bytes', async () => {
    const { stdout } = await run('sources', CLOUDTRAIL);
    const entry = stdout
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line.startsWith('{'));
    const resources = file('resources.json', `[${entry?.replace('unknown', 'US')}]`);
    const out = join(root, 'accesses.ndjson');

    const again = await run('sources', CLOUDTRAIL, '--resources', resources, '--out', out);

    expect(again.stdout).not.toContain('Unmapped');
    expect(again.stdout).toContain(`2\t178\tcloudtrail\ts3:${BUCKET}\tUS\tread\tallowed`);
    expect(again.stdout).toContain(`7\t3548\tcloudtrail\ts3:${BUCKET}\tUS\tsearch\tallowed`);
    expect(linesOf(out)).toHaveLength(9);
  });

  it('counts what is unmapped as accesses about users of unknown region, where that is chosen', async () => {
    const { stdout } = await run('sources', CLOUDTRAIL, '--unmapped', 'unknown-region');
    expect(stdout).toContain(`2\t178\tcloudtrail\ts3:${BUCKET}\tunknown\tread\tallowed`);
    expect(stdout).toContain('Unmapped resources');
  });

  it('reads a folder of all formats with its maps, and says what never came', async () => {
    const { code, stdout } = await run('sources', FIXTURES);
    expect(code).toBe(0);
    for (const line of [
      '1\t52000\tsnowflake\tuser.contact\tUS\tquery\tallowed',
      'query never seen',
      'version 2.0.0 is unknown',
    ])
      expect(stdout).toContain(line);
  });

  it('writes what it read as OCSF, and reads that', async () => {
    const [out, again] = [join(root, 'ocsf.ndjson'), join(root, 'again.ndjson')];
    await run('sources', join(FIXTURES, 'access-event'), '--out', out, '--as', 'ocsf');
    await run('sources', out, '--out', again, '--format', 'ocsf');
    expect(linesOf(out)).toMatchObject([{ class_uid: 6005, metadata: { uid: 'own-1' } }]);
    expect(linesOf(again)).toEqual(linesOf(join(FIXTURES, 'access-event/own.ndjson')));
  });

  it.each(['own.ndjson', 'resources.json'])('does not write over %s, which it reads', async (name) => {
    const path = file('own.ndjson', readFileSync(join(FIXTURES, 'access-event/own.ndjson')));
    const resources = file('resources.json', '[]');
    const before = readFileSync(join(root, name));

    const { code, stderr } = await run('sources', path, '--resources', resources, '--out', join(root, name));

    expect(code).toBe(2);
    expect(stderr).toContain(`${name}: results can't go there`);
    expect(readFileSync(join(root, name))).toEqual(before);
  });
});

it.each([
  ['records.json', (records: readonly unknown[]) => JSON.stringify({ Records: records })],
  ['list.json', (records: readonly unknown[]) => JSON.stringify(records, null, 2)],
  ['lines.ndjson', (records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n')],
])('a byte order mark costs no record: %s', async (name, textOf) => {
  const records = [dataEvent({ eventID: 'one' }), dataEvent({ eventID: 'two' })];
  const out = join(root, 'accesses.ndjson');

  const path = file(name, `\ufeff${textOf(records)}`);
  const { code } = await run('sources', path, '--unmapped', 'unknown-region', '--out', out);

  expect(code).toBe(0);
  expect(linesOf(out)).toMatchObject([{ id: 'one' }, { id: 'two' }]);
});

describe('a folder', () => {
  it('is read with its rotated logs, as RDS and Aurora name them', async () => {
    const log = readFileSync(join(FIXTURES, 'postgres/postgresql.log'));
    for (const name of ['.2026-11-23', '.2026-11-23-10', '.2026-11-23-1030', '.2026-11-23-11.gz', '.1', ''])
      file(`postgresql.log${name}`, name.endsWith('.gz') ? gzipSync(log) : log);

    const { code, stdout, stderr } = await run('sources', root);

    expect([code, stderr.includes('not read')]).toEqual([0, false]);
    expect(stdout).toContain('6 files, ');
  });

  it.each([
    ['sources', () => [root]],
    ['replay', () => [root, '--out', join(root, 'alerts.ndjson')]],
  ])('is read by %s without what is not named like records, which is said', async (command, args) => {
    file('directory.csv', 'employeeId,type,homeCountry,team,timeZone,effectiveFrom\n');
    file('own.ndjson', readFileSync(join(FIXTURES, 'access-event/own.ndjson')));
    for (const name of ['a.txt', 'b.parquet', 'c', 'd.xml', 'e\u001b[2K.log_old', 'f.tar', 'g.html']) file(name, '');

    const { code, stderr } = await run(command, ...args());

    expect(code).toBe(0);
    const names = ['a.txt', 'b.parquet', 'c', 'd.xml'].map((name) => join(root, name)).join(', ');
    const warning = stderr.split('\n').find((line) => line.includes('not read'));
    expect(warning).toContain(`warning: not read, as not named like files of records: ${names}, `);
    expect(warning).toMatch(/\.log_old and 2 more$/);
    expect(warning).not.toContain('\u001b');
    expect(warning).not.toMatch(/directory\.csv|own\.ndjson/);
  });

  it('in which nothing is named like records says what there is', async () => {
    file('postgresql.txt', '');
    const { code, stderr } = await run('sources', root);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`not named like files of records: ${join(root, 'postgresql.txt')}\n`);
  });
});

describe('input that cannot be read', () => {
  it('is no input where a replay that was killed left it', async () => {
    const [folder, left] = [join(root, 'logs'), join(root, 'logs/alerts.ndjson.in-order')];
    mkdirSync(left, { recursive: true });
    for (const path of [join(folder, 'own.ndjson'), join(left, '494904.ndjson')])
      copyFileSync(join(FIXTURES, 'access-event/own.ndjson'), path);

    const { stdout } = await run('sources', folder);

    expect(stdout).toContain('1 files, 1 records');
  });

  it.each([
    ['text', 'hello\n', 'line 1: in no known format'],
    ['another JSON', '{"a":1}\n{"b":2}\n', 'line 1: in no known format (begins with a)'],
    ['broken JSON', '{"a":1\n', 'line 1: '],
  ])('%s is named with the first offending line, and fails', async (_, content, message) => {
    const path = file('x.json', content);
    const { code, stderr } = await run('sources', path);
    expect(code).toBe(1);
    expect(stderr).toContain(`${path}: ${message}`);
    expect(stderr).toContain('not one record could be read');
  });

  it('a format that was asked for is named where a record is in another', async () => {
    const { code, stderr } = await run('sources', join(FIXTURES, 'okta'), '--format', 'teleport');
    expect(code).toBe(1);
    expect(stderr).toContain('line 2: not in the format teleport');
  });

  it('one bad line among good ones is named and fails nothing', async () => {
    const good = readFileSync(join(FIXTURES, 'access-event/own.ndjson'), 'utf8');
    const { code, stdout, stderr } = await run('sources', file('x.ndjson', `${good}oops\n${good}`));
    expect(code).toBe(0);
    expect(stderr).toContain('line 2: ');
    expect(stdout).toContain('2\t-\tsupport-tool');
  });

  it('a gzip file is one under any name, and one that is cut off is read up to there', async () => {
    const trail = readFileSync(join(FIXTURES, 'cloudtrail', readdirSync(join(FIXTURES, 'cloudtrail'))[0] ?? ''));
    expect((await run('sources', file('trail.json', trail), '--unmapped', 'unknown-region')).stdout).toContain(
      'cloudtrail',
    );
    const records = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ i, random: Math.sin(i) }));
    const whole = gzipSync(`[${records.join(',\n')}]`);
    const cut = await run('sources', file('cut.json.gz', whole.subarray(0, whole.length / 2)));
    expect(cut.code).toBe(1);
    expect(cut.stderr).toMatch(/cut\.json\.gz is cut off after line \d{3,}/);
  });

  it('a file that unpacks to absurd sizes stops at the stated limit', () => {
    expect(() => refuseBomb('x.gz', 1000, FREE_BYTES)).not.toThrow();
    expect(() => refuseBomb('x.gz', FREE_BYTES, FREE_BYTES * MAXIMUM_EXPANSION)).not.toThrow();
    expect(() => refuseBomb('x.gz', 1000, FREE_BYTES + 1)).toThrow(/x\.gz unpacks to more than 200 times its size/);
  });

  it.each([
    [['sources'], 'sources needs a FOLDER or FILE'],
    [['sources', '.', '--format', 'oracle'], '--format oracle: not one of access-event, cloudtrail'],
    [['sources', '.', '--unmapped', 'no'], '--unmapped no: neither not-concerned nor unknown-region'],
    [['sources', '.', '--as', 'ocsf'], '--as needs --out FILE'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  });

  it('every error of a map is said', async () => {
    const resources = file('r.json', '[{"match":{"s3":{"bucket":"b"}},"dataset":"d","region":"EU"},{"match":{}}]');
    const { code, stderr } = await run('sources', CLOUDTRAIL, '--resources', resources);
    expect(code).toBe(1);
    expect(stderr).toContain('resources[0]: region: neither');
    expect(stderr).toContain('resources[1]: match: not one of');
  });
});

describe('borderwatch replay of a folder of all formats', () => {
  const DIRECTORY =
    'employeeId,type,homeCountry,team,timeZone,effectiveFrom\ne-00042,employee,CN,recsys,Asia/Shanghai,2026-01-01\n';

  /** The fixtures with a directory, each file under a name that puts it elsewhere in the order. */
  function aFolder(rename: (name: string) => string) {
    const folder = join(root, rename('run'));
    mkdirSync(folder);
    for (const name of readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.md') || !name.includes('.')) continue;
      const isRecord = name.includes('/');
      const target = isRecord ? rename(name.replaceAll('/', '-')) : name;
      copyFileSync(join(FIXTURES, name), join(folder, target));
    }
    writeFileSync(join(folder, 'directory.csv'), DIRECTORY);
    return folder;
  }

  it('joins and orders them by time, whatever the files are called', async () => {
    const straight = await run(
      'replay',
      aFolder((name) => name),
      '--out',
      join(root, 'a.ndjson'),
    );
    const reversed = await run(
      ...['replay', aFolder((name) => `${String.fromCharCode(219 - name.charCodeAt(0))}${name}`)],
      ...['--out', join(root, 'b.ndjson')],
    );

    expect([straight.code, straight.stderr.includes('warning')]).toEqual([0, false]);
    expect(straight.stdout).toMatch(/^25 events in/);
    expect(straight.stdout).toContain('0 quarantined');
    expect(straight.stdout).toContain('7 accesses to 7 unmapped resources');
    const withoutSpeed = ({ stdout }: { stdout: string }) =>
      stdout
        .split('\n')
        .slice(2, -2)
        .join('\n')
        .replaceAll(/[ab]\.ndjson/g, '');
    expect(withoutSpeed(reversed)).toBe(withoutSpeed(straight));
    expect(readFileSync(join(root, 'b.ndjson'))).toEqual(readFileSync(join(root, 'a.ndjson')));
    expect(readdirSync(root).filter((name) => name.includes('in-order'))).toEqual([]);
  });
});
