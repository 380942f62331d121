import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type Benchmark, type Figure, isMet, median, type Scale } from './benchmark.ts';

export const RESULTS_FOLDER = fileURLToPath(new URL('../results', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const resultSchema = z.object({
  benchmark: z.string(),
  measuredAt: z.string(),
  figures: z.array(z.object({ of: z.string(), name: z.string(), unit: z.string(), median: z.number() })),
});

/** What a result file says, as far as others rely on it. */
export type Result = z.output<typeof resultSchema>;

/** Results of quick runs stand beside the others and are never committed. */
const fileOf = (folder: string, name: string, quick = false) => join(folder, `${name}${quick ? '.quick' : ''}.json`);

/** @param startedAt when the benchmark began @returns the file's path */
export function writeResult(
  { name, about }: Benchmark,
  { quick }: Scale,
  figures: readonly Figure[],
  startedAt: Date,
): string {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const result = {
    benchmark: name,
    about,
    measuredAt: startedAt.toISOString(),
    machine: machine(),
    versions: versions(),
    figures: figures.map(({ goal, ...figure }) => {
      const value = median(figure.runs);
      return { ...figure, median: value, ...(goal && { goal, met: isMet(value, goal) }) };
    }),
  };
  const file = fileOf(RESULTS_FOLDER, name, quick);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** @throws Error naming the file when it isn't there or is no result */
export function readResult(folder: string, name: string): Result {
  const file = fileOf(folder, name);
  try {
    return resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} holds no result: npm run bench -- --only ${name}`, { cause });
  }
}

function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    // Where other work was going on, times are too long; counts are not.
    processesWaiting: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

function versions() {
  const require = createRequire(import.meta.url);
  const packageVersion = (name: string): string => require(`${name}/package.json`).version;
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    '@aws-sdk/client-dynamodb': packageVersion('@aws-sdk/client-dynamodb'),
  };
}
