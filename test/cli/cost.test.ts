import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { ASSUMPTIONS, type CostRow, costRows, totalOf } from '../../cli/cost/cost-model.ts';
import type { Measured } from '../../cli/cost/measured.ts';
import { PRICES } from '../../cli/cost/prices.ts';
import { LOOKS_READ_MS } from '../../functions/assess/join-late-links.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const MEASURED: Measured = {
  of: 'own timing',
  eventsPerEmployee: 1,
  writeUnits: 1,
  readUnits: 1,
  linkItems: 0,
  linkBytes: 0,
  sourceUnits: 0,
  eventBytes: 500,
  cpuSeconds: 0.0005,
  measuredAt: '2026-11-26T12:00:00.000Z',
};
const BUSY = { eventsPerSecond: 1_000, employees: 20_000 };

const rowOf = (rows: readonly CostRow[], resource: string) => rows.find((row) => row.resource === resource);

describe('what a month costs', () => {
  it('is what units cost by use, and by the hour where they are provisioned for a use of 70%', () => {
    const rows = costRows(BUSY, MEASURED, 750);

    // 2,628 million events of 730 hours at 0.625 and 0.125 a million; 1,429 units for 730 hours.
    expect(rowOf(rows, 'DynamoDB writes')).toMatchObject({
      onDemand: expect.closeTo(1_642.5, 1),
      provisioned: expect.closeTo(677.86, 1),
    });
    expect(rowOf(rows, 'DynamoDB reads')).toMatchObject({
      // And 32 units a minute that refusals are looked for in.
      onDemand: expect.closeTo(328.5 + 0.31 + 0.18, 1),
      provisioned: expect.closeTo(135.57 + 0.13 + 0.07, 1),
    });
    // 2,506.3 GiB in (0.08), twice out (0.04), six days more (0.10 a month), and the stream (0.04 an hour); two shards.
    expect(rowOf(rows, 'Kinesis')).toMatchObject({
      onDemand: expect.closeTo(2_506.26 * 0.18 + 29.2, 0),
      provisioned: expect.closeTo(2 * 730 * 0.035 + 36.79, 0),
    });
    // 226.8 GB in S3 (0.023); 3.10 TB handed over in 492,800 invocations, each an object put (0.005 a thousand), a request (0.20 a
    // million), 1,500 bytes of log (0.50) and a trace (5 a million); 52,560 seconds of 1.73 GB.
    expect(rowOf(rows, 'archive')?.onDemand).toBeCloseTo(5.22 + 2.46 + 0.1 + 0.37 + 2.46 + 1.21, 1);
  });

  it('has the dearest row first and sums up', () => {
    const rows = costRows(BUSY, MEASURED, 750);

    expect(rows[0]?.resource).toBe('DynamoDB writes');
    expect(rows.map(({ onDemand }) => onDemand)).toEqual(
      rows.map(({ onDemand }) => onDemand).toSorted((a, b) => b - a),
    );
    expect(totalOf(rows, 'onDemand')).toBeCloseTo(rows.reduce((sum, { onDemand }) => sum + onDemand, 0));
  });

  it('grows with employees by their folding and storage alone', () => {
    const few = costRows({ ...BUSY, employees: 1_000 }, MEASURED, 750);
    const many = costRows({ ...BUSY, employees: 1_001_000 }, MEASURED, 750);

    const dearer = many.filter(({ resource, onDemand }) => onDemand > (rowOf(few, resource)?.onDemand ?? 0));

    expect(dearer.map(({ resource }) => resource).sort()).toEqual(['DynamoDB storage', 'Lambda, assess', 'folding']);
    // A million items of 750 bytes every five minutes: 91,553 units of half a price, 8,760 times.
    const folding = (rowOf(many, 'folding')?.onDemand ?? 0) - (rowOf(few, 'folding')?.onDemand ?? 0);
    expect(folding).toBeCloseTo(100.25, 1);
  });

  it('grows with what is noted of links by keeping it and by reading it to join it', () => {
    const rows = costRows(BUSY, MEASURED, 750);
    const linked = costRows(BUSY, { ...MEASURED, linkItems: 0.05, linkBytes: 10 }, 750);
    const dearer = (resource: string) =>
      (rowOf(linked, resource)?.onDemand ?? 0) - (rowOf(rows, resource)?.onDemand ?? 0);

    expect(linked.map(({ resource }) => resource).filter((resource) => dearer(resource) > 0)).toEqual([
      'DynamoDB reads',
      'DynamoDB storage',
    ]);
    // Each minute the 10,000 bytes a second of some minutes, a unit for 4,096 (0.125 a million).
    const minutesRead = LOOKS_READ_MS / 60_000;
    expect(dearer('DynamoDB reads')).toBeCloseTo(10_000 * (minutesRead / 4_096) * 2.628 * 0.125, 2);
    // The same and 100 bytes of each item's own, for some days of 86,400 seconds (0.45 a gigabyte, with recovery).
    expect(dearer('DynamoDB storage')).toBeCloseTo(0.015 * 86.4 * ASSUMPTIONS.linkDays * 0.45, 2);
  });
});

describe('prices', () => {
  it('name the page on which each of them stands', () => {
    for (const { source, dollars, per } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/$/);
      expect(dollars / per).toBeGreaterThan(0);
    }
  });
});

describe('the command', () => {
  const figure = (of: string, name: string, median: number) => ({ of, name, unit: '', median });
  const figures = ['own timing', 'k = 1', 'k = 5'].flatMap((of, i) => [
    figure(of, 'events an employee and batch', i < 2 ? 1.004 : 5),
    figure(of, 'write units an event', i < 2 ? 1.05 : 0.25),
    figure(of, 'read units an event', i < 2 ? 1 : 0.2),
    figure(of, 'items of links an event', 0.05),
    figure(of, 'bytes of links an event', 10),
    figure(of, 'write units a count of a source', 2),
    figure(of, 'bytes of an event', 400),
    figure(of, 'processor time an event, with the wire', 500),
  ]);
  const { path, write } = scratchFolder();
  const writeResult = (benchmark: string, of: readonly object[]) =>
    write(`${benchmark}.json`, JSON.stringify({ benchmark, measuredAt: '2026-11-26', figures: of }));
  const load = ['--events-per-second', '1000', '--employees', '20000'];

  beforeEach(async () => {
    await writeResult('item-bytes', [figure('a run', 'item, p50', 700)]);
    await writeResult('detect-metered', figures);
  });

  it('reckons with what was measured, and says what it assumes and what dominates', async () => {
    const { code, stdout } = await borderwatch('cost', ...load, '--results', path());

    expect(code).toBe(0);
    expect(stdout).toMatch(/DynamoDB writes +1\.050 units an event +\$1,725\.94 +\$712\.29/);
    expect(stdout).toMatch(
      /a million events, as the traffic is \(1\.00 of an employee in a batch\): \$1\.\d\d on demand/,
    );
    expect(stdout).toMatch(/a million events, where a batch is full, k = 5 \(5\.00 .*\): \$0\.\d\d on demand/);
    expect(stdout).toContain('DynamoDB writes dominate: ');
    expect(stdout).toContain('an event of 400 bytes, an item of 700');
    expect(stdout).toContain('list prices of 2026-11-26');
  });

  it('reckons with the results of this repository where no others are named', async () => {
    const { code, stdout } = await borderwatch('cost', ...load);

    expect(code).toBe(0);
    expect(stdout).toContain('together');
  });

  it('says what docs/deploy.md says', async () => {
    const rows = [
      ...readFileSync('docs/deploy.md', 'utf8').matchAll(/^\| ([\d,]+) \| ([\d,]+) \| \$([\d,]+) \| \$([\d.]+) \|$/gm),
    ];
    const number = (text = '') => Number(text.replaceAll(',', ''));

    expect(rows).toHaveLength(3);
    for (const [, eventsPerSecond, employees, month, million] of rows) {
      const { stdout } = await borderwatch(
        'cost',
        `--events-per-second=${number(eventsPerSecond)}`,
        `--employees=${number(employees)}`,
      );
      const [, together] = /^together +\$([\d,.]+)/m.exec(stdout) ?? [];
      const [, each] = /^a million events, as .*: \$([\d.]+) on demand/m.exec(stdout) ?? [];
      // Processor time differs a little whenever it is measured again.
      expect(number(together) / number(month)).toBeCloseTo(1, 1);
      expect(number(each) / number(million)).toBeCloseTo(1, 1);
    }
  });

  it('says in a sentence which results are missing and how to get them', async () => {
    const { code, stderr } = await borderwatch('cost', ...load, '--results', path('nowhere'));

    expect(code).toBe(1);
    expect(stderr).toMatch(/detect-metered\.json holds no result: npm run bench -- --only detect-metered\n$/);
  });

  it('says which figure a result lacks', async () => {
    await writeResult('detect-metered', figures.slice(1));

    const { code, stderr } = await borderwatch('cost', ...load, '--results', path());

    expect(code).toBe(1);
    expect(stderr).toContain(`the result of detect-metered doesn't say "own timing: events an employee and batch"`);
  });

  it.each([
    [['--employees', '20000']],
    [['--events-per-second', '0', '--employees', '20000']],
    [['--events-per-second', 'many', '--employees', '20000']],
    [['--events-per-second', '1000', '--employees', '']],
  ])('is refused as wrong usage with %j', async (args) => {
    const { code, stderr } = await borderwatch('cost', ...args, '--results', path());

    expect(code).toBe(2);
    expect(stderr).toMatch(/cost needs --(events-per-second|employees), a number/);
  });
});
