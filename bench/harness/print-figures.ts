import { type Figure, isMet, median } from './benchmark.ts';

/** Figures as a table: the median, the range where runs differ, and how it stands to the goal. */
export function printFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ of, name, unit, runs, goal }, index) => {
    const value = median(runs);
    const [least, most] = [Math.min(...runs), Math.max(...runs)];
    return [
      figures[index - 1]?.of === of ? '' : of,
      name,
      `${shown(value)} ${unit}`.trim(),
      least === most ? '' : `${shown(least)} to ${shown(most)}`,
      goal ? ('atMost' in goal ? `≤ ${shown(goal.atMost)}` : `≥ ${shown(goal.atLeast)}`) : '',
      goal ? (isMet(value, goal) ? 'met' : 'missed') : '',
    ];
  });
  return table([['', 'figure', 'median', 'range', 'goal', ''], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const [header = [], ...rest] = rows;
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rest.map(line)].join('\n');
}

/** Four digits that count, whole numbers whole. */
const shown = (value: number): string =>
  Number.isInteger(value) || value >= 1_000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(4)));
