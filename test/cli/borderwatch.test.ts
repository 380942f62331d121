import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const COMMAND = join(import.meta.dirname, '../../cli/borderwatch.ts');

it('ends as ever when the reader of its output went away', async () => {
  // It begins when it is told to: by then nobody reads.
  const child = spawn('sh', ['-c', 'read begin; exec "$0" "$1" --help', process.execPath, COMMAND]);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.destroy();
  await once(child.stdout, 'close');

  child.stdin.end('begin\n');

  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
