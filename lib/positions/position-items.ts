import { recordKind, type RecordKind } from '../core/codec.ts';
import type { RecordOf } from '../core/field-rules.ts';
import type { Item, Key, TableSchema } from '../core/store/store.ts';
import { positionRecord, type Position } from './position-rules.ts';

/** The contract's second table: each user's position in each show. */
export const positionsSchema = (table: string): TableSchema => ({
  table,
  partitionKey: 'username',
  sortKey: 'tv_show',
});

export const positionKey = (username: string, tvShow: string): Key => ({ partition: username, sort: tvShow });

const inTracker = recordKind(positionRecord, { prefix: '', key: ({ tvShow }) => tvShow });

/** Positions have their own table, keyed by user name and title. */
export const POSITION_KIND: RecordKind<RecordOf<typeof positionRecord>> = {
  ...inTracker,
  toItem: (username, position) => inTracker.attributes({ ...position, username }),
  table: 'positions',
};

export const toPositionItem = (position: Position): Item =>
  POSITION_KIND.toItem(position.username, { type: 'position', ...position });

export function toPosition(item: Item): Position {
  const { type: _, ...position } = POSITION_KIND.read(item);
  return position;
}
