/** Attribute names are the contract's. */
export type Item = Record<string, unknown>;

export interface Key {
  partition: string;
  sort: string;
}

/** Table and key names are the contract's. */
export interface TableSchema {
  table: string;
  partitionKey: string;
  sortKey: string;
}

/** A write whose condition fails changes nothing and returns false. */
export type Condition =
  | { kind: 'absent' }
  | { kind: 'equals'; attribute: string; value: string | number | boolean }
  | { kind: 'absentOrLess'; attribute: string; value: string | number };

export const absent: Condition = { kind: 'absent' };

export const equals = (attribute: string, value: string | number | boolean): Condition => ({
  kind: 'equals',
  attribute,
  value,
});

/** No item has this key, or the attribute is missing or less. */
export const absentOrLess = (attribute: string, value: string | number): Condition => ({
  kind: 'absentOrLess',
  attribute,
  value,
});

export type Write =
  | { put: Item; condition?: Condition | undefined }
  | { delete: Key; condition?: Condition | undefined }
  | { check: Key; condition: Condition };

/** A part of a partition. Bounds are inclusive. */
export interface QueryOptions {
  prefix?: string;
  from?: string;
  to?: string;
  /** All by default. */
  projection?: readonly string[];
  /** Read the latest writes, even with replicas. */
  consistent?: boolean;
  descending?: boolean;
  limit?: number;
  /** Yield only the keys of an item that can't be parsed, instead of failing. */
  unreadable?: 'keys';
}

/** Items one by one, or in the pages that a store reads, which is faster for many. */
export interface Items extends AsyncIterable<Item> {
  pages?: (() => AsyncIterable<readonly Item[]>) | undefined;
}

/** `after` resumes after that key. */
export interface ScanOptions {
  projection?: readonly string[];
  limit?: number;
  after?: Key;
}

export interface Written {
  key: Key;
  /** The item if its key is new; omitted for large items. */
  inserted?: Item | undefined;
}

/** A position in the order of writes. */
export interface Mark {
  own: number;
  others: number;
}

/** Recent writes, so that values computed from the store can be cached. */
export interface WriteLog {
  /** Undefined if the store can't be read now. */
  mark(): Mark | undefined;
  /** This process's writes since then, in order; undefined if another process wrote too, or the mark is too old. */
  since(mark: Mark): { mark: Mark; writes: readonly Written[] } | undefined;
}

/**
 * A table of items by partition and sort key, ordered by the sort key's UTF-8 bytes. Queries yield items one by one:
 * 100,000 items in an array take three times the memory. Every adapter passes `test/store-contract.ts`.
 */
export interface Store {
  readonly schema: TableSchema;
  /** Undefined for stores that can't detect other processes' writes. */
  readonly log?: WriteLog | undefined;
  get(key: Key, options?: Pick<QueryOptions, 'consistent' | 'unreadable'>): Promise<Item | undefined>;
  query(partition: string, options?: QueryOptions): Items;
  scan(options?: ScanOptions): AsyncIterable<Item>;
  /** Inserts items with new keys. Returns for each whether it was new; of duplicates, the first counts. */
  insertNew(items: readonly Item[]): Promise<boolean[]>;
  /** Replaces the whole item; false if the condition fails. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Also succeeds if the item doesn't exist; false if the condition fails. */
  delete(key: Key, condition?: Condition): Promise<boolean>;
  /** All or none, at most 100 with distinct keys; false if a condition fails. */
  transact(writes: readonly Write[]): Promise<boolean>;
  /** Idempotent. */
  create(): Promise<{ created: boolean }>;
  /** Throws `StoreError` if the table doesn't respond. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export { MAXIMUM_SORT_KEY_BYTES } from './limit-rules.ts';
export const MAXIMUM_TRANSACTION_WRITES = 100;
/** DynamoDB's limit, attribute names included. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;

/** Items in pages, of one item each if the store has no pages. */
export async function* pagesOf(items: Items): AsyncIterable<readonly Item[]> {
  if (items.pages) yield* items.pages();
  else for await (const item of items) yield [item];
}
