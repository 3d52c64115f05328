import { InvalidInputError } from '../domain/errors.ts';
import { MAXIMUM_ITEM_BYTES, MAXIMUM_SORT_KEY_BYTES, type Item, type Key, type TableSchema } from './store.ts';

/** The key of an item. Throws where DynamoDB would refuse it, so that both stores take the same items. */
export function keyOf(schema: TableSchema, item: Item): Key {
  const partition = item[schema.partitionKey];
  const sort = item[schema.sortKey];
  if (typeof partition !== 'string' || partition === '' || typeof sort !== 'string' || sort === '') {
    throw new TypeError(`An item of ${schema.table} needs ${schema.partitionKey} and ${schema.sortKey}`);
  }
  if (isLongerThan(sort, MAXIMUM_SORT_KEY_BYTES)) {
    throw new InvalidInputError(
      `The name is too long to be stored: its key has ${Buffer.byteLength(sort)} bytes, at most ${MAXIMUM_SORT_KEY_BYTES} are possible: ${sort.slice(0, 80)}…`,
      { code: 'key_too_long', suggestions: ['Give the file or its folder a shorter name.'] },
    );
  }
  return { partition, sort };
}

/** Throws where the item, written as JSON, is larger than DynamoDB takes. */
export function checkItemSize(key: Key, json: string): void {
  if (!isLongerThan(json, MAXIMUM_ITEM_BYTES)) return;
  throw new InvalidInputError(
    `The item ${key.sort} is too large to be stored: at most ${MAXIMUM_ITEM_BYTES / 1024} KB are possible.`,
    { code: 'item_too_large' },
  );
}

// A UTF-16 unit is at most 3 bytes of UTF-8: the count is made only where it can matter.
const isLongerThan = (text: string, bytes: number): boolean =>
  text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
