import type { Screen } from './terminal.ts';
import { asLine, cutToWidth, padStartToWidth, padToWidth, widthOf } from './text.ts';

/** `right` for numbers, `flexible` for columns that shrink on a narrow terminal. */
export interface Column {
  head: string;
  align?: 'left' | 'right';
  flexible?: boolean;
  /** Hidden if all rows are empty. */
  optional?: boolean;
}

const GAP = 2;
const MINIMUM_FLEXIBLE_COLUMNS = 8;

/** Truncates flexible columns to fit the screen. */
export function renderTable(all: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const isShown = (index: number) => !all[index]?.optional || rows.some((row) => row[index] !== '');
  const columns = all.filter((_, index) => isShown(index));
  const texts = rows.map((row) => row.filter((_, index) => isShown(index)).map((cell) => asLine(cell)));
  const widths = columns.map((column, index) =>
    texts.reduce((most, row) => Math.max(most, widthOf(row[index] ?? '')), widthOf(column.head)),
  );
  narrow(widths, columns, screen.columns);
  const cut = texts.map((row) => row.map((cell, index) => cutToWidth(cell, widths[index] ?? 0)));
  // A character of two columns may not fit into the last one.
  const used = columns.map(({ head }, index) =>
    cut.reduce((most, row) => Math.max(most, widthOf(row[index] ?? '')), widthOf(head)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [cells[index] ?? '', used[index] ?? 0];
        return align === 'right' ? padStartToWidth(cell, width) : padToWidth(cell, width);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(columns.map((column) => screen.style('bold', column.head))), ...cut.map(line)].join('\n');
}

/** Shrinks the widest flexible column by one until all fit. */
function narrow(widths: number[], columns: readonly Column[], available: number): void {
  const flexible = columns.flatMap((column, index) => (column.flexible ? [index] : []));
  const widest = () => flexible.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  for (let index = widest(); excess > 0 && index !== undefined; index = widest()) {
    const width = widths[index] ?? 0;
    if (width <= MINIMUM_FLEXIBLE_COLUMNS) return;
    widths[index] = width - 1;
    excess -= 1;
  }
}
