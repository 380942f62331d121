import { describe, expect, it } from 'vitest';
import { compareWithHidden, resultTable } from '../../../infra/local/demo-result.ts';
import type { Label } from '../../../shared/simulation/attacks.ts';
import { anAlert } from '../../contracts/alert-factory.ts';

const BEGIN = '2026-09-07T08:00:00.000Z';
const label = (kind: string, actor: string): Label =>
  ({ kind, signal: 'volume', actors: [actor], start: BEGIN, end: '2026-09-07T10:00:00.000Z' }) as unknown as Label;
const alertOn = (id: string, time: string, changes: Parameters<typeof anAlert>[0] = {}) =>
  anAlert({ subject: { type: 'employee', id }, relatedEmployees: [], time, ...changes });

describe('what a demo ends with', () => {
  const hidden = [label('bulk', 'e-1'), label('drip', 'e-2'), label('theft', 'e-3')];
  const table = resultTable(
    compareWithHidden(hidden, [
      alertOn('e-1', '2026-09-07T08:30:00.000Z', { quietChannels: ['email'] }),
      alertOn('e-1', '2026-09-07T08:40:00.000Z'),
      alertOn('e-2', '2026-09-07T10:59:00.000Z', { quietChannels: ['email'] }),
      alertOn('e-3', '2026-09-07T11:01:00.000Z'),
      alertOn('e-9', '2026-09-07T09:00:00.000Z'),
    ]),
  );

  it('is which attacks were found and how soon, and which by alerts that nobody is mailed', () => {
    const rows = table.split('\n').slice(2, 5);

    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 5))).toEqual([
      ['bulk', 'volume', 'e-1', 'found', '30 min'],
      ['drip', 'volume', 'e-2', 'found, low', '179 min'],
      ['theft', 'volume', 'e-3', 'MISSED'],
    ]);
  });

  it('is how many were found, how many of them are mailed by a setting alone, and what was about nothing', () => {
    expect(table).toContain(
      '2 of 3 hidden attacks found, 2 alerts about nothing hidden\n1 of these by low alerts alone',
    );
    expect(resultTable(compareWithHidden(hidden.slice(0, 1), []))).not.toContain('low alerts');
  });
});
