import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleLimit } from '../infra/bundle-limits.ts';
import { bundleFunctions, type FunctionBundle } from '../infra/function-bundles.ts';
import { functionBundling, PROJECT_ROOT } from '../infra/function-bundling.ts';
import type { Benchmark, Figure } from './harness/benchmark.ts';

const KIB = 1_024;
const IMPORT_MILLISECONDS = 100;

export const functionStart: Benchmark = {
  name: 'function-start',
  about:
    'how large the bundle of each function is and how long a fresh process takes to load it, as it is deployed and as an ES module',
  run: async ({ quick, runs }) => {
    const outdir = mkdtempSync(join(tmpdir(), 'borderwatch-start-'));
    try {
      const figures: Figure[] = [];
      for (const bundle of bundleFunctions(outdir)) {
        if (quick && bundle.name !== 'detect') continue;
        figures.push(...(await figuresOf(bundle, runs)));
      }
      return figures;
    } finally {
      rmSync(outdir, { recursive: true });
    }
  },
};

async function figuresOf(bundle: FunctionBundle, runs: number): Promise<readonly Figure[]> {
  const { name, file, bytes, folder } = bundle;
  const module = join(folder, 'index.mjs');
  const { esbuildArgs = {}, mainFields = [], target = 'node24' } = functionBundling();
  await build({
    entryPoints: [join(PROJECT_ROOT, 'functions', name, 'handler.ts')],
    outfile: module,
    format: 'esm',
    platform: 'node',
    bundle: true,
    minify: true,
    mainFields: [...mainFields],
    target,
    legalComments: 'none',
    absWorkingDir: PROJECT_ROOT,
    logLevel: 'error',
    alias: Object.fromEntries(
      Object.entries(esbuildArgs).flatMap(([argument, value]) =>
        argument.startsWith('--alias:') ? [[argument.replace('--alias:', ''), String(value)]] : [],
      ),
    ),
  });
  const times = (of: string) => Array.from({ length: runs }, () => cpuMilliseconds(bundle, of));
  return [
    {
      of: name,
      name: 'bundle, CommonJS',
      unit: 'KiB',
      runs: [bytes / KIB],
      goal: { atMost: bundleLimit(name) / KIB },
    },
    { of: name, name: 'bundle, as an ES module', unit: 'KiB', runs: [statSync(module).size / KIB] },
    { of: name, name: 'loading, CommonJS', unit: 'ms', runs: times(file), goal: { atMost: IMPORT_MILLISECONDS } },
    { of: name, name: 'loading, as an ES module', unit: 'ms', runs: times(module) },
  ];
}

/** Of the processor, which other work disturbs less than the clock. @throws Error where the bundle doesn't load */
function cpuMilliseconds({ folder, environment }: FunctionBundle, file: string): number {
  const script = `const before = process.cpuUsage(); ${file.endsWith('.mjs') ? 'await import' : 'require'}(process.argv[1]); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1e3)`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--input-type=${file.endsWith('.mjs') ? 'module' : 'commonjs'}`, '-e', script, file],
    {
      encoding: 'utf8',
      env: {
        ...environment,
        AWS_REGION: 'us-east-1',
        ...(environment.ADDRESS_TABLE_FILE && { ADDRESS_TABLE_FILE: join(folder, 'address-table.mmdb') }),
      },
    },
  );
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}
