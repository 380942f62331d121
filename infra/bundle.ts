import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleLimit } from './bundle-limits.ts';
import { bundleFunctions, type FunctionBundle } from './function-bundles.ts';

const IMPORT_MILLISECONDS = 100;
const RUNS = 5;

const kibibytes = (bytes: number) => bytes / 1024;

/** Milliseconds that loading takes in a fresh process, as Lambda's runtime loads it; the fastest of a few, which other work disturbed least. @throws */
function importMilliseconds({ file, folder, environment }: FunctionBundle): number {
  const script = 'const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start)';
  const env = {
    ...environment,
    AWS_REGION: 'us-east-1',
    ...(environment.ADDRESS_TABLE_FILE && { ADDRESS_TABLE_FILE: join(folder, 'address-table.mmdb') }),
  };
  const times = Array.from({ length: RUNS }, () => {
    const run = spawnSync(process.execPath, ['--input-type=commonjs', '-e', script, file], { env, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`${file} does not load: ${run.stderr}`);
    return Number(run.stdout.trim().split('\n').at(-1));
  });
  return Math.min(...times);
}

const besides = ({ folder, file }: FunctionBundle) =>
  readdirSync(folder)
    .filter((name) => !file.endsWith(name) && !name.endsWith('.map'))
    .map((name) => `${name} ${kibibytes(statSync(join(folder, name)).size).toFixed(0)} KiB`);

const outdir = mkdtempSync(join(tmpdir(), 'borderwatch-bundles-'));
try {
  for (const bundle of bundleFunctions(outdir)) {
    const size = kibibytes(bundle.bytes);
    const limit = kibibytes(bundleLimit(bundle.name));
    const milliseconds = importMilliseconds(bundle);
    const line = [
      bundle.name.padEnd(10),
      `${size.toFixed(1).padStart(7)} KiB (at most ${limit})`,
      `loads in ${milliseconds.toFixed(0).padStart(4)} ms (aim ${IMPORT_MILLISECONDS})`,
      ...besides(bundle),
    ].join('   ');
    console.log(line);
    if (size > limit) {
      console.error(`${bundle.name} is ${(size - limit).toFixed(1)} KiB too large`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
