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

/** Empty cells are unknown. */
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
