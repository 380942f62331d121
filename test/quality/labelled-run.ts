import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod/mini';

const execute = promisify(execFile);

/** The simulator and the judge, which belong to the specification and not to this project. */
export const EVAL_FOLDER = fileURLToPath(new URL('../../../shared/eval', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../cli/borderwatch.ts', import.meta.url));

export const isEvalThere = (): boolean => existsSync(join(EVAL_FOLDER, 'score.mjs'));

export const EVAL_MISSING = 'labelled runs are skipped: the folder shared/eval is not beside this checkout';

/** One company with attacks hidden in it. */
export interface RunOptions {
  readonly seed: number;
  readonly employees: number;
  readonly days: number;
  /** Attacks of each kind; 0 for a run with nothing to find. */
  readonly each: number;
}

export const FULL_RUN = { employees: 400, days: 60, each: 3 };
export const SMALL_RUN = { employees: 150, days: 40, each: 2 };

const verdictSchema = z.object({
  recall: z.nullable(z.number()),
  found: z.number(),
  attacks: z.number(),
  falseAlertsPerDay: z.number(),
  precision: z.number(),
  medianMinutesWithinADay: z.nullable(z.number()),
  byKind: z.record(z.string(), z.object({ found: z.number(), of: z.number() })),
});
const judgementSchema = z.object({
  days: z.number(),
  asRaised: verdictSchema,
  /** At the threshold that leaves two false alerts a day: chosen with the labels, so a ceiling. */
  atBudget: verdictSchema,
  /** Likewise for 0.2 a day. */
  atTightBudget: verdictSchema,
});

export type Judgement = z.output<typeof judgementSchema>;
export type JudgedAlerts = z.output<typeof verdictSchema>;

/**
 * Simulates a company, or takes the one simulated before with the same simulator and options.
 *
 * @returns the run's folder below `cache`
 */
export async function simulatedRun(cache: string, options: RunOptions): Promise<string> {
  const { seed, employees, days, each } = options;
  const folder = join(cache, `${await simulatorVersion()}-seed-${seed}-${employees}x${days}-each-${each}`);
  if (existsSync(folder)) return folder;
  // Whole or not at all: a run that was interrupted must not pass for a finished one.
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(cache, { recursive: true });
  try {
    await execute(process.execPath, [
      join(EVAL_FOLDER, 'simulate.mjs'),
      partial,
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ]);
    if (!existsSync(folder)) await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

async function simulatorVersion(): Promise<string> {
  const files = (await readdir(EVAL_FOLDER)).filter((name) => name.endsWith('.mjs')).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(join(EVAL_FOLDER, file)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Replays a run in a process of its own, with nothing set but what is given.
 *
 * @param out the alerts' file
 * @param settings texts by setting's name
 */
export async function replayedRun(run: string, out: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const file = `${out}.settings.json`;
  await writeFile(file, JSON.stringify(settings));
  await execute(process.execPath, [COMMAND, 'replay', run, '--out', out, '--settings', file]);
}

/** What the specification's judge says of the alerts. */
export async function judgedRun(run: string, alerts: string): Promise<Judgement> {
  const { stdout } = await execute(process.execPath, [join(EVAL_FOLDER, 'score.mjs'), run, alerts, '--json']);
  return judgementSchema.parse(JSON.parse(stdout));
}
