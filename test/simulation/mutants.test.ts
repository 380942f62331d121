import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';

const SCHEDULES = 2_000;
const script = fileURLToPath(new URL('./run-mutant.ts', import.meta.url));
const run = (name: string) => promisify(execFile)(process.execPath, [script, name, String(SCHEDULES)]);

describe('the fault simulation', () => {
  it.each(MUTANTS)(`finds the defect "$name" within ${SCHEDULES} schedules`, { timeout: 900_000 }, async ({ name }) => {
    const { stdout } = await run(name);

    const { seed, wrong } = JSON.parse(stdout);
    expect(seed).toBeLessThan(SCHEDULES);
    expect(wrong.join('\n')).not.toContain('the run broke');
  });

  it('knows of nine defects', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(9);
  });
});
