import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const start = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['infra/local/start.ts', ...args], { encoding: 'utf8' });

describe('npm start', () => {
  it.each([
    ['--bogus', "Unknown option '--bogus'"],
    ['again', 'Unexpected argument'],
    ['--port=many', '--port many: not a port'],
    ['--actors=actors.json', '--resources and --actors need --empty'],
  ])('refuses %s with code 2, and starts nothing', (arg, message) => {
    const { status, stdout, stderr } = start(arg);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('explains itself', () => {
    const { status, stdout } = start('--help');

    expect(status).toBe(0);
    expect(stdout).toContain('usage: npm start');
  });
});
