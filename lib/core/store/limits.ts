import { InvalidInputError } from '../errors.ts';
import {
  MAXIMUM_ITEM_BYTES,
  MAXIMUM_SORT_KEY_BYTES,
  MAXIMUM_TRANSACTION_WRITES,
  type Item,
  type Key,
  type TableSchema,
  type Write,
} from './store.ts';

/** Throws what DynamoDB would reject, so that both stores accept the same items. */
export function keyOf(schema: TableSchema, item: Item): Key {
  const partition = item[schema.partitionKey];
  const sort = item[schema.sortKey];
  if (typeof partition !== 'string' || partition === '' || typeof sort !== 'string' || sort === '') {
    throw new TypeError(`An item of ${schema.table} needs ${schema.partitionKey} and ${schema.sortKey}`);
  }
  checkSortKey(sort);
  return { partition, sort };
}

export function checkSortKey(sort: string): void {
  if (!isLongerThan(sort, MAXIMUM_SORT_KEY_BYTES)) return;
  throw new InvalidInputError(
    `The name is too long to store: its key has ${Buffer.byteLength(sort)} bytes, at most ${MAXIMUM_SORT_KEY_BYTES} allowed: ${sort.slice(0, 80)}…`,
    { code: 'key_too_long', suggestions: ['Give the file or its folder a shorter name.'] },
  );
}

/** Checks the limits of a transaction. Returns the key of each write. */
export function checkWrites(schema: TableSchema, writes: readonly Write[]): Key[] {
  if (writes.length > MAXIMUM_TRANSACTION_WRITES) {
    throw new TypeError(`A transaction takes ${MAXIMUM_TRANSACTION_WRITES} writes, not ${writes.length}`);
  }
  const keys = writes.map((write) => keyOfWrite(schema, write));
  if (new Set(keys.map(keyText)).size < keys.length) {
    throw new TypeError('Each write of a transaction needs another key');
  }
  return keys;
}

/** Orders by UTF-8 bytes, as both stores do; JavaScript differs above U+FFFF. */
export const compareBytes = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

export const keyText = ({ partition, sort }: Key): string => JSON.stringify([partition, sort]);

function keyOfWrite(schema: TableSchema, write: Write): Key {
  if ('put' in write) return keyOf(schema, write.put);
  const key = 'delete' in write ? write.delete : write.check;
  checkSortKey(key.sort);
  return key;
}

/** The last code point of 1, 2 and 3 bytes in UTF-8. */
const LAST_OF_WIDTH = ['', '\u007F', '\u07FF', '\uFFFF'];

/** The last possible sort key with a prefix, padded with the highest code points. */
export function lastKeyWith(prefix: string): string {
  const left = MAXIMUM_SORT_KEY_BYTES - Buffer.byteLength(prefix);
  return `${prefix}${'\u{10FFFF}'.repeat(Math.floor(left / 4))}${LAST_OF_WIDTH[left % 4] ?? ''}`;
}

export function checkItemSize(key: Key, json: string): void {
  if (!isLongerThan(json, MAXIMUM_ITEM_BYTES)) return;
  throw new InvalidInputError(`The item ${key.sort} is too large to store (at most ${MAXIMUM_ITEM_BYTES / 1024} KB).`, {
    code: 'item_too_large',
  });
}

// A UTF-16 unit is at most 3 bytes in UTF-8: only count when it matters.
const isLongerThan = (text: string, bytes: number): boolean =>
  text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
