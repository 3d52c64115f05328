/** A stored item: a plain object whose attribute names are the contract's. Numbers, strings, booleans, null, lists, maps. */
export type Item = Record<string, unknown>;

/** The two key values of an item, in the order partition, sort. */
export interface Key {
  partition: string;
  sort: string;
}

/** Where a table keeps its items: the names of table and key attributes are the contract's. */
export interface TableSchema {
  table: string;
  partitionKey: string;
  sortKey: string;
}

/** The one condition that a write may carry. A write whose condition does not hold changes nothing and answers so. */
export type Condition =
  | { kind: 'absent' }
  | { kind: 'equals'; attribute: string; value: string | number | boolean }
  | { kind: 'absentOrLess'; attribute: string; value: string | number };

/** No item has this key. */
export const absent: Condition = { kind: 'absent' };

/** The item exists and its attribute has exactly this value. */
export const equals = (attribute: string, value: string | number | boolean): Condition => ({
  kind: 'equals',
  attribute,
  value,
});

/** No item has this key, or it lacks the attribute, or the attribute is less than this value. */
export const absentOrLess = (attribute: string, value: string | number): Condition => ({
  kind: 'absentOrLess',
  attribute,
  value,
});

/** One write of a transaction. */
export type Write =
  | { put: Item; condition?: Condition | undefined }
  | { delete: Key; condition?: Condition | undefined }
  | { check: Key; condition: Condition };

/** What part of a partition to read: all of it, keys that begin with `prefix`, or keys from `from` to `to`, both included. */
export interface QueryOptions {
  prefix?: string;
  from?: string;
  to?: string;
  /** Attributes to read; all when left out. */
  projection?: readonly string[];
  /** Read what was written last, also on a store with replicas. */
  consistent?: boolean;
  /** From the last sort key to the first. */
  descending?: boolean;
  /** Stop after this many items. */
  limit?: number;
  /** Yield an item that cannot be read as its keys alone, instead of failing. */
  unreadable?: 'keys';
}

/** What of the whole table to read. `after` goes on behind the item with that key. */
export interface ScanOptions {
  projection?: readonly string[];
  limit?: number;
  after?: Key;
}

/**
 * A table of items under a partition and a sort key, ordered by the UTF-8 bytes of the sort key.
 * Reads yield items and never build a list: 100,000 rows as an array take three times the memory.
 * Every adapter passes the suite in `test/store-contract.ts`.
 */
export interface Store {
  readonly schema: TableSchema;
  get(key: Key, options?: Pick<QueryOptions, 'consistent' | 'unreadable'>): Promise<Item | undefined>;
  query(partition: string, options?: QueryOptions): AsyncIterable<Item>;
  scan(options?: ScanOptions): AsyncIterable<Item>;
  /** Inserts those whose key is free and leaves the others as they are; answers per item, in order, whether it is new. The first of two items with one key counts. */
  insertNew(items: readonly Item[]): Promise<boolean[]>;
  /** Writes the whole item; false when the condition does not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Removes the item, also when it is not there; false when the condition does not hold. */
  delete(key: Key, condition?: Condition): Promise<boolean>;
  /** All writes or none (at most 100, each of another key); false when a condition does not hold. */
  transact(writes: readonly Write[]): Promise<boolean>;
  /** Makes the table where it is missing; repeating it changes nothing. */
  create(): Promise<{ created: boolean }>;
  /** Resolves when the table responding; throws `StoreError` when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export { MAXIMUM_SORT_KEY_BYTES } from './limit-rules.ts';
/** Writes that one transaction takes at most. */
export const MAXIMUM_TRANSACTION_WRITES = 100;
/** Bytes of one item that DynamoDB takes at most, attribute names included. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;
