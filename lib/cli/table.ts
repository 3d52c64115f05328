import Table from 'cli-table3';
import type { Screen } from './terminal.ts';
import { cutToWidth, widthOf } from './text.ts';

/** A column of a table: `right` for numbers, `flexible` for the one that gives way on a narrow terminal. */
export interface Column {
  head: string;
  align?: 'left' | 'right';
  flexible?: boolean;
}

const GAP = 2;
const MINIMUM_FLEXIBLE_COLUMNS = 8;

/** Rows under bold heads, no wider than the screen: what is too long in a flexible column is cut. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.head), ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  const flexible = columns.flatMap((column, index) => (column.flexible ? [index] : []));
  const total = widths.reduce((sum, width) => sum + width + GAP, -GAP);
  let excess = total - screen.columns;
  for (const index of flexible.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))) {
    const narrower = Math.max(MINIMUM_FLEXIBLE_COLUMNS, (widths[index] ?? 0) - Math.max(0, excess));
    excess -= (widths[index] ?? 0) - narrower;
    widths[index] = narrower;
  }
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
  table.push(...rows.map((row) => cells(row)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
