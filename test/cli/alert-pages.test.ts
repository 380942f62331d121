import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertPagesIn } from '../../cli/alert-pages.ts';
import { anAlert } from '../contracts/alert-factory.ts';

describe('the pages of alerts', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alert-pages-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const pageOf = (alertId: string) => readFileSync(join(folder, `${alertId}.html`), 'utf8');

  it('are one for each case, of its newest revision', () => {
    const write = alertPagesIn(folder);

    for (const [alertId, headline] of [
      ['a', 'e-00042: first'],
      ['b', 'e-00042: another'],
      ['a', 'e-00042: second'],
    ] as const)
      write(anAlert({ alertId, headline }));

    expect(readdirSync(folder).toSorted()).toEqual(['a.html', 'b.html']);
    expect(pageOf('a')).toContain('<h1>e-00042: second</h1>');
  });

  it('name what else was raised on the subject within the time that a case has, and nothing on others', () => {
    const write = alertPagesIn(folder);
    const raised = (alertId: string, time: string, id = 'e-00042') =>
      write(anAlert({ alertId, time, subject: { type: 'employee', id }, headline: `headline of ${alertId}` }));

    raised('long-ago', '2026-11-01T10:00:00.000Z');
    raised('recent', '2026-11-20T10:00:00.000Z');
    raised('stranger', '2026-11-22T10:00:00.000Z', 'e-00099');
    raised('now', '2026-11-23T10:00:00.000Z');
    raised('now', '2026-11-23T11:00:00.000Z');

    const [, others = ''] = pageOf('now').split('Other open cases of the same subject');
    expect(others).toContain('2026-11-20 high, case recent: headline of recent');
    expect(others).not.toMatch(/long-ago|stranger|case now/);
  });
});
