import { describe, expect, it } from 'vitest';
import { textTable } from '../../cli/text-table.ts';

describe('a table of text', () => {
  const rows = [
    ['', 'now', 'why'],
    ['cases', '9', ''],
    ['told', '10', 'launch'],
  ];

  it('has columns as wide as their widest cells, and no spaces behind', () => {
    expect(textTable(rows)).toEqual(['       now  why', 'cases  9', 'told   10   launch']);
  });

  it('has numbers to the right', () => {
    expect(textTable(rows, (column) => column === 1)).toEqual(['       now  why', 'cases    9', 'told    10  launch']);
  });

  it('is nothing where there are no rows', () => {
    expect(textTable([])).toEqual([]);
  });
});
