/** One column of a chart: a value ≥ 0, or nothing to be seen there. */
export type Column = { readonly value: number } | { readonly mark: string };

const EIGHTHS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

/**
 * Columns of text, one character wide each, over a baseline with a scale on the left.
 *
 * @param height rows, at least 1
 * @param gap characters between columns
 * @param scale writes a value beside the axis. @default rounded
 * @returns lines; the last one is the axis, on which marks stand
 */
export function columnChart(
  columns: readonly Column[],
  height: number,
  gap = 0,
  scale: (value: number) => string = (value) => String(Math.round(value)),
): readonly string[] {
  const values = columns.flatMap((column) => ('value' in column ? [column.value] : []));
  const top = Math.max(...values, 0) || 1;
  const labels = [scale(top), scale(0)];
  const width = Math.max(...labels.map((label) => label.length));
  const space = ' '.repeat(gap);
  const rows = Array.from({ length: height }, (_, row) => {
    const below = height - 1 - row;
    const cells = columns.map((column) => ('value' in column ? cell((column.value / top) * height - below) : ' '));
    const label = row === 0 ? (labels[0] ?? '') : '';
    return `${label.padStart(width)} │${cells.join(space)}`.trimEnd();
  });
  const axis = columns.map((column) => ('mark' in column ? column.mark : column.value === 0 ? '0' : '─'));
  return [...rows, `${(labels[1] ?? '').padStart(width)} └${axis.join(gap ? '─'.repeat(gap) : '')}`];
}

/** @param filled how many rows the column reaches above the bottom of this one */
function cell(filled: number): string {
  if (filled >= 1) return '█';
  // Whatever is there is seen, however little.
  return filled > 0 ? (EIGHTHS[Math.max(1, Math.round(filled * 8))] ?? '█') : ' ';
}
