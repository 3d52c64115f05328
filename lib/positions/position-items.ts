import type { Item, Key, TableSchema } from '../core/store/store.ts';
import type { Position } from './position-rules.ts';
/** The contract's second table: where each person is in each show. */
export const positionsSchema = (table: string): TableSchema => ({
  table,
  partitionKey: 'username',
  sortKey: 'tv_show',
});

export const positionKey = (username: string, tvShow: string): Key => ({ partition: username, sort: tvShow });

/** A position as the contract's item. */
export const toPositionItem = ({ username, tvShow, season, episode, lastUpdated }: Position): Item => ({
  username,
  tv_show: tvShow,
  season,
  episode,
  last_updated: lastUpdated,
});

/** The position of an item of that table. */
export const toPosition = (item: Item): Position => ({
  username: text(item['username']),
  tvShow: text(item['tv_show']),
  season: number(item['season']),
  episode: number(item['episode']),
  lastUpdated: text(item['last_updated']),
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
