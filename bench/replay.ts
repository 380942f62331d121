import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark, Figure } from './harness/benchmark.ts';
import { labelledRun } from './workload/labelled-run.ts';

const execute = promisify(execFile);
const COMMAND = fileURLToPath(new URL('../cli/borderwatch.ts', import.meta.url));

export const replayBenchmark: Benchmark = {
  name: 'replay',
  about: 'borderwatch replay over a labelled run, everything in it, in a process of its own',
  run: async ({ quick, runs }) => {
    const { folder, origin } = await labelledRun({ quick });
    const out = await mkdtemp(join(tmpdir(), 'borderwatch-replay-'));
    try {
      const summaries: Summary[] = [];
      while (summaries.length < runs) summaries.push(await replayed(folder, join(out, 'alerts.ndjson')));
      const figure = (name: string, unit: string, read: (summary: Summary) => number) => ({
        of: origin,
        name,
        unit,
        runs: summaries.map(read),
      });
      return [
        figure('events', '', ({ events }) => events),
        { ...figure('events a second', '', ({ perSecond }) => perSecond), goal: { atLeast: 50_000 } },
        { ...figure('peak memory', 'MB', ({ megabytes }) => megabytes), goal: { atMost: 700 } },
      ] satisfies Figure[];
    } finally {
      await rm(out, { recursive: true });
    }
  },
};

interface Summary {
  readonly events: number;
  readonly perSecond: number;
  readonly megabytes: number;
}

/** What the command says of itself at its end. @throws Error where it says something else */
async function replayed(folder: string, out: string): Promise<Summary> {
  const { stdout } = await execute(process.execPath, [COMMAND, 'replay', folder, '--out', out]);
  const [, events, perSecond] = /^(\d+) events in [\d.]+ s \((\d+)\/s\)/m.exec(stdout) ?? [];
  const [, megabytes] = /^peak memory (\d+) MB/m.exec(stdout) ?? [];
  if (events === undefined || megabytes === undefined) throw new Error(`replay said something else: ${stdout}`);
  return { events: Number(events), perSecond: Number(perSecond), megabytes: Number(megabytes) };
}
