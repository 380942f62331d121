import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ASSESS_MEGABYTES, ASSESS_NODE_OPTIONS } from '../infra/assess-memory.ts';
import { encodeDirectory } from '../shared/formats/directory-bytes.ts';
import { encodeBaseline } from '../shared/model/baseline-codec.ts';
import type { DirectoryRow } from '../shared/model/directory.ts';
import type { Benchmark, Figure, Goal } from './harness/benchmark.ts';
import { benchmarkCompany } from './workload/companies.ts';
import type { Folded, FoldWork } from './workload/fold-process.ts';
import type { SettledCompany } from './workload/settled-company.ts';

const execute = promisify(execFile);
const PROCESS = fileURLToPath(new URL('workload/fold-process.ts', import.meta.url));
const MAXIMUM_OUTPUT = 1_048_576;
/** What a fold is measured with that needs more than the function has. */
const ROOMY_MEGABYTES = 8_192;
const ROOMY_NODE_OPTIONS = `${ASSESS_NODE_OPTIONS} --max-old-space-size=${ROOMY_MEGABYTES}`;

/** A million take minutes: once is enough. */
const SIZES: readonly {
  readonly employees: number;
  readonly once?: true;
  readonly seconds?: Goal;
  readonly megabytes?: Goal;
}[] = [
  { employees: 1_000 },
  { employees: 100_000, seconds: { atMost: 20 }, megabytes: { atMost: 512 } },
  { employees: 1_000_000, once: true },
];

export const assessBenchmark: Benchmark = {
  name: 'assess',
  about: 'the fold of all employees into a snapshot, in a process of its own, without the limit on its reading',
  run: async (scale) => {
    const company = benchmarkCompany(scale);
    const folder = await mkdtemp(join(tmpdir(), 'borderwatch-assess-'));
    try {
      const figures: Figure[] = [];
      for (const { employees, once, seconds, megabytes } of SIZES.slice(0, scale.quick ? 1 : SIZES.length)) {
        const file = join(folder, `${employees}.json`);
        const work: FoldWork = {
          employees,
          baselines: [...company.baselines].map(([actorId, baseline]) => [
            actorId,
            Buffer.from(encodeBaseline(baseline)).toString('base64'),
          ]),
          directory: Buffer.from(encodeDirectory(copiesOf(company, employees))).toString('base64'),
          networks: company.networks,
          snapshot: company.snapshot,
          now: company.settledAt,
        };
        await writeFile(file, JSON.stringify(work));
        const tried: (Folded | undefined)[] = [];
        while (tried.length < (once ? 1 : scale.runs)) tried.push(await foldIn(file, ASSESS_NODE_OPTIONS));
        const ranOut = tried.every((fold) => fold === undefined);
        const folds = (ranOut ? [await foldIn(file, ROOMY_NODE_OPTIONS)] : tried).filter((fold) => fold !== undefined);
        const figure = (name: string, unit: string, read: (folded: Folded) => number, goal?: Goal): Figure => ({
          of: `${employees.toLocaleString('en-US')} employees${ranOut ? `, with ${ROOMY_MEGABYTES} MB` : ''}`,
          name,
          unit,
          runs: folds.map(read),
          ...(goal && { goal }),
        });
        figures.push({
          of: `${employees.toLocaleString('en-US')} employees`,
          name: `folds that ran out of ${ASSESS_MEGABYTES} MB`,
          unit: '',
          // Of a function that needs more, Lambda makes an end, whatever the engine's own limit.
          runs: [tried.filter((fold) => !fold || fold.peakMebibytes > ASSESS_MEGABYTES).length],
          goal: { atMost: 0 },
        });
        if (folds.length === 0) continue;
        figures.push(
          figure('seconds of one processor', 's', ({ cpuSeconds }) => cpuSeconds, seconds),
          figure('peak memory', 'MiB', ({ peakMebibytes }) => peakMebibytes, megabytes),
          figure('of which before the fold', 'MiB', ({ mebibytesBefore }) => mebibytesBefore),
          figure('read units', '', ({ readUnits }) => readUnits),
          figure('snapshot', 'KiB', ({ snapshotBytes }) => snapshotBytes / 1_024),
        );
      }
      return figures;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** The rows of so many employees; `e-00042-3` is the fourth of its kind. */
function copiesOf({ directoryRows, baselines }: SettledCompany, employees: number): readonly DirectoryRow[] {
  const copies = Math.ceil(employees / baselines.size);
  return Array.from({ length: copies }, (_, number) =>
    directoryRows.map((row) => ({ ...row, employeeId: `${row.employeeId}-${number}` })),
  ).flat();
}

/** @returns nothing where the memory was not enough that the options name */
async function foldIn(file: string, nodeOptions: string): Promise<Folded | undefined> {
  const env = { ...process.env, NODE_OPTIONS: nodeOptions };
  try {
    const { stdout } = await execute(process.execPath, [PROCESS, file], { env, maxBuffer: MAXIMUM_OUTPUT });
    return JSON.parse(stdout) as Folded;
  } catch (error) {
    if (error instanceof Error && error.message.includes('heap out of memory')) return undefined;
    throw error;
  }
}
