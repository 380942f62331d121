/**
 * Rows as lines of text, each column as wide as its widest cell.
 *
 * @param rows of as many cells as the first @param isNumeric whether a column stands to the right. @default none does
 */
export function textTable(
  rows: readonly (readonly string[])[],
  isNumeric: (column: number) => boolean = () => false,
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join('  ').trimEnd());
}
