import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quarantineObject } from '../../shared/stores/archive-objects.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');

describe('the runbook', () => {
  const folder = mkdtempSync(join(tmpdir(), 'borderwatch-runbook-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads quarantined records where they lie once they are copied, in bash as it comes', () => {
    const { key, body } = quarantineObject('a-batch', [{ reason: 'no JSON', data: 'ew==', arrival: 0 }]);
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), body);
    const [, files] = /^jq -r \.reason (\S+) \|/m.exec(runbook) ?? [];

    const found = execFileSync('bash', ['-c', `cat ${files}`], { cwd: folder, encoding: 'utf8' });

    expect(found).toBe(body);
  });
});
