import Table from 'cli-table3';
import type { Screen } from './terminal.ts';
import { asLine, cutToWidth, widthOf } from './text.ts';

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
  const cells = (row: readonly string[]) => row.map((cell, index) => cutToWidth(cell, widths[index] ?? 0));
  const table = new Table({
    head: columns.map((column) => screen.style('bold', column.head)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: Object.fromEntries(
      'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
        .split(' ')
        .map((name) => [name, ''])
        .concat([['middle', ' '.repeat(GAP)]]),
    ),
  });
  for (const row of texts) table.push(cells(row));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
