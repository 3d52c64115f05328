import type { ViewingAnswer } from './history-contract.ts';
import { collectionOf, numbersOf } from './history-table.ts';

export const CSV_HEADS = [
  'watched_at',
  'type',
  'title',
  'collection',
  'number',
  'duration_seconds',
  'duration_source',
  'language',
  'activity',
  'attention',
];

/** The cells of a viewing; empty where something is unknown. */
export const csvRow = (viewing: ViewingAnswer): string[] => [
  viewing.at ?? '',
  viewing.medium,
  viewing.title,
  collectionOf(viewing),
  numbersOf(viewing.places),
  `${viewing.seconds}`,
  viewing.seconds_source,
  viewing.language ?? '',
  viewing.activity,
  viewing.attention,
];

/**
 * A cell of a CSV file (RFC 4180). Spreadsheets compute what begins with one of these signs, and titles come from anybody:
 * an apostrophe keeps it a text.
 */
export function csvCell(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
