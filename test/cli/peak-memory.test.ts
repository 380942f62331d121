import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { peakMemoryBytes } from '../../cli/peak-memory.ts';

const MODULE = fileURLToPath(new URL('../../cli/peak-memory.ts', import.meta.url));
const MEBIBYTE = 2 ** 20;

it('counts what a process has held, and not what its parent holds', () => {
  // A process that holds much starts one that holds little.
  const child = `import { peakMemoryBytes } from ${JSON.stringify(MODULE)}; console.log(peakMemoryBytes());`;
  const parent = `
    import { execFileSync } from 'node:child_process';
    const much = Buffer.alloc(${400 * MEBIBYTE}, 1);
    const own = execFileSync(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(child)}], { encoding: 'utf8' });
    ${child}
    console.log(own.trim(), much.length);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', parent], { encoding: 'utf8' });
  const [ofParent, ofChild] = printed.split('\n').map((line) => Number(line.split(' ')[0]));

  expect(ofParent).toBeGreaterThan(400 * MEBIBYTE);
  expect(ofChild).toBeGreaterThan(10 * MEBIBYTE);
  expect(ofChild).toBeLessThan(300 * MEBIBYTE);
  expect(peakMemoryBytes()).toBeGreaterThan(10 * MEBIBYTE);
});
