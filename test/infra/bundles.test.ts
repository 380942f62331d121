import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleLimit } from '../../infra/bundle-limits.ts';
import { bundleFunctions } from '../../infra/function-bundles.ts';
import { SYNTHESIS_TIMEOUT } from './synthesised-stack.ts';

const outdir = mkdtempSync(join(tmpdir(), 'borderwatch-bundles-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('the bundles, as they would be deployed', { timeout: SYNTHESIS_TIMEOUT }, () => {
  const bundles = bundleFunctions(outdir);

  it.each(bundles)('$name loads by itself, away from node_modules, and exports its handler', (bundle) => {
    const script = 'const { handler } = require(process.argv[1]); console.log(typeof handler)';
    const run = spawnSync(process.execPath, ['--input-type=commonjs', '-e', script, bundle.file], {
      cwd: bundle.folder,
      encoding: 'utf8',
      env: {
        ...bundle.environment,
        AWS_REGION: 'us-east-1',
        ADDRESS_TABLE_FILE: join(bundle.folder, 'address-table.mmdb'),
      },
    });

    expect(run.stderr).toBe('');
    expect(run.stdout.trim()).toBe('function');
  });

  it.each(bundles)('$name is small enough to start fast', ({ name, bytes }) => {
    expect(bytes).toBeLessThanOrEqual(bundleLimit(name));
  });

  it('detect, assess and notify keep to what was promised', () => {
    expect(['detect', 'assess', 'notify'].map(bundleLimit)).toEqual([460_800, 358_400, 358_400]);
  });

  it.each(bundles)('$name has its source map beside it, and names it nowhere', ({ file }) => {
    expect(existsSync(`${file}.map`)).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toContain('sourceMappingURL');
  });

  it('detect has the address table beside it, where its environment says', () => {
    const detect = bundles.find(({ name }) => name === 'detect');
    const file = detect?.environment.ADDRESS_TABLE_FILE?.replace('/var/task', detect.folder) ?? '';

    expect(readFileSync(file).includes('MaxMind.com')).toBe(true);
  });

  it.each(bundles)('$name takes credentials from the environment and nowhere else', ({ file }) => {
    const bundle = readFileSync(file, 'utf8');

    expect(bundle.includes('Unable to find environment variable credentials')).toBe(true);
    expect(bundle.includes('Could not load credentials from any providers')).toBe(false);
  });
});
