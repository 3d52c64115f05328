import { setTimeout as delay } from 'node:timers/promises';
import type { SQLInputValue } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import { checkItemSize, checkSortKey, checkWrites, compareBytes, keyOf, lastKeyWith } from './limits.ts';
import { isBusy, openFile, quoted, storeErrorOf } from './sqlite-file.ts';
import type { Condition, Item, Key, QueryOptions, ScanOptions, Store, TableSchema } from './store.ts';

const ROWS_PER_READ = 500;
/** Between two tries to write while another process does. */
const LONGEST_PAUSE_MILLISECONDS = 50;
/** So long after a write everything is moved into the one file, which can then be copied. */
const IDLE_MILLISECONDS = 2000;

interface Row {
  partition: string;
  sort: string;
  item: string;
}

/**
 * The store on one SQLite file: a SQL table per table, an item as JSON under its two keys.
 * Several processes may have the file open; writers wait for one another up to `busyTimeoutMilliseconds`, while
 * everything else goes on. A disk that is full or may not be written is read.
 * Throws `StoreError` for a file that is damaged, not ours, or of a newer layout, and changes nothing in it.
 */
export function createSqliteStore({
  file,
  schema,
  busyTimeoutMilliseconds = 3000,
}: {
  file: string;
  schema: TableSchema;
  busyTimeoutMilliseconds?: number;
}): Store {
  const table = quoted(schema.table);
  const { database, created, readOnly } = openFile(file, schema.table);

  const statements = {
    begin: database.prepare('BEGIN IMMEDIATE'),
    get: database.prepare(`SELECT item FROM ${table} WHERE partition = ? AND sort = ?`),
    insert: database.prepare(
      `INSERT INTO ${table} (partition, sort, expires_at, item) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    put: database.prepare(`INSERT OR REPLACE INTO ${table} (partition, sort, expires_at, item) VALUES (?, ?, ?, ?)`),
    delete: database.prepare(`DELETE FROM ${table} WHERE partition = ? AND sort = ?`),
    ping: database.prepare(`SELECT 1 FROM ${table} LIMIT 1`),
  };

  const isItem = (value: unknown): value is Item =>
    typeof value === 'object' && value !== null && typeof (value as Item)[schema.sortKey] === 'string';

  const parse = ({ partition, sort, item }: Row, unreadable?: 'keys'): Item => {
    const value = parsed(item);
    if (isItem(value)) return value;
    if (unreadable) return { [schema.partitionKey]: partition, [schema.sortKey]: sort };
    throw new StoreError(`The item ${sort} in the database ${file} is not valid JSON.`, {
      code: 'item_unreadable',
      suggestions: ['Restore the database from a backup, or export what can be read.'],
    });
  };

  /** Tries until no other process is in the way: waiting inside SQLite would hold up this whole process. */
  const patiently = async <T>(work: () => T): Promise<T> => {
    const until = performance.now() + busyTimeoutMilliseconds;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw storeErrorOf(file, error) ?? error;
      }
      await delay(Math.random() * LONGEST_PAUSE_MILLISECONDS);
    }
  };

  const read = ({ partition, sort }: Key, unreadable?: 'keys'): Item | undefined => {
    checkSortKey(sort);
    const row = statements.get.get(partition, sort);
    return row && parse({ partition, sort, item: String(row['item']) }, unreadable);
  };

  const whenIdle = setTimeout(() => {
    try {
      if (!readOnly) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Nothing is lost: the next write, or the end, makes up for it.
    }
  }, IDLE_MILLISECONDS).unref();

  const transaction = <T>(work: () => T): Promise<T> => {
    if (readOnly) return Promise.reject(readOnly);
    return patiently(() => {
      statements.begin.run();
      try {
        const result = work();
        database.exec('COMMIT');
        whenIdle.refresh();
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  };

  const write = (item: Item, statement: 'insert' | 'put'): boolean => {
    const key = keyOf(schema, item);
    const json = JSON.stringify(item);
    checkItemSize(key, json);
    const expiresAt = typeof item['expires_at'] === 'number' ? Math.floor(item['expires_at']) : null;
    return statements[statement].run(key.partition, key.sort, expiresAt, json).changes === 1;
  };

  const remove = ({ partition, sort }: Key): true => {
    checkSortKey(sort);
    statements.delete.run(partition, sort);
    return true;
  };

  /** Keeps to what is read in bounded pieces, so that no statement stays open while the reader does other work. */
  async function* pieces(
    first: { where: string; values: SQLInputValue[] },
    next: (last: Key) => { where: string; values: SQLInputValue[] },
    {
      order,
      limit = Infinity,
      projection,
      unreadable,
    }: { order: string } & Pick<QueryOptions, 'limit' | 'projection' | 'unreadable'>,
  ): AsyncGenerator<Item[]> {
    let part = first;
    let left = limit;
    while (left > 0) {
      const size = Math.min(ROWS_PER_READ, left);
      const current = part;
      const items = await patiently(() => {
        const rows = `FROM ${table} ${current.where} ORDER BY ${order} LIMIT ${size}`;
        // All items of a piece as one text: reading and parsing them one by one takes half as long again.
        const text = database.prepare(`SELECT group_concat(item) AS items FROM (SELECT item ${rows})`);
        const whole = parsed(`[${String(text.get(...current.values)?.['items'] ?? '')}]`) as Item[] | undefined;
        if (whole?.every(isItem)) return whole;
        const each = database.prepare(`SELECT partition, sort, item ${rows}`).all(...current.values);
        return (each as unknown[] as Row[]).map((row) => parse(row, unreadable));
      });
      yield projection ? items.map((item) => project(item, projection)) : items;
      const last = items.at(-1);
      if (items.length < size || !last) return;
      left -= items.length;
      part = next(keyOf(schema, last));
    }
  }

  return {
    schema,
    get: (key, { unreadable } = {}) => patiently(() => read(key, unreadable)),

    query(partition, options = {}) {
      const bounds = range(options);
      const descending = options.descending === true;
      const where = (extra: { sql: string; value: string }[]) => ({
        where: `WHERE partition = ? ${extra.map(({ sql }) => `AND sort ${sql} ?`).join(' ')}`,
        values: [partition, ...extra.map(({ value }) => value)],
      });
      // The last key replaces the bound on its side: with two of them SQLite would seek the outer one and pass over all between.
      const rest = bounds.filter(({ sql }) => sql !== (descending ? '<=' : '>='));
      return itemsOf(
        pieces(where(bounds), (last) => where([...rest, { sql: descending ? '<' : '>', value: last.sort }]), {
          ...options,
          order: descending ? 'sort DESC' : 'sort',
        }),
      );
    },

    scan(options: ScanOptions = {}) {
      const behind = ({ partition, sort }: Key) => ({
        where: 'WHERE (partition, sort) > (?, ?)',
        values: [partition, sort],
      });
      return itemsOf(
        pieces(options.after ? behind(options.after) : { where: '', values: [] }, behind, {
          ...options,
          order: 'partition, sort',
        }),
      );
    },

    insertNew: (items) => transaction(() => items.map((item) => write(item, 'insert'))),

    put: (item, condition) =>
      transaction(() => holds(condition, () => read(keyOf(schema, item))) && (write(item, 'put'), true)),

    delete: (key, condition) => transaction(() => holds(condition, () => read(key)) && remove(key)),

    transact: (writes) =>
      transaction(() => {
        const keys = checkWrites(schema, writes);
        const isHeld = (key: Key, index: number) => holds(writes[index]?.condition, () => read(key));
        if (!keys.every(isHeld)) return false;
        for (const one of writes) {
          if ('put' in one) write(one.put, 'put');
          else if ('delete' in one) remove(one.delete);
        }
        return true;
      }),

    create: async () => ({ created }),
    ping: async () => void (await patiently(() => statements.ping.get())),
    close: async () => {
      clearTimeout(whenIdle);
      if (database.isOpen) database.close();
    },
  };
}

function holds(condition: Condition | undefined, stored: () => Item | undefined): boolean {
  if (!condition) return true;
  const item = stored();
  if (condition.kind === 'absent') return item === undefined;
  const value = item?.[condition.attribute];
  if (condition.kind === 'equals') return value === condition.value;
  if (value === undefined) return true;
  if (typeof value === 'string' && typeof condition.value === 'string') return compareBytes(value, condition.value) < 0;
  return typeof value === 'number' && typeof condition.value === 'number' && value < condition.value;
}

function range({ prefix, from, to }: QueryOptions): { sql: string; value: string }[] {
  for (const bound of [prefix, from, to]) checkSortKey(bound ?? '');
  return [
    { sql: '>=', value: prefix },
    { sql: '<=', value: prefix === undefined ? undefined : lastKeyWith(prefix) },
    { sql: '>=', value: from },
    { sql: '<=', value: to },
  ].filter((bound): bound is { sql: string; value: string } => bound.value !== undefined);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The items of pieces one by one. What is at hand costs no turn of its own, as every value of an async generator does. */
function itemsOf(pieces: AsyncGenerator<Item[]>): AsyncIterable<Item> {
  let piece: Item[] = [];
  let index = 0;
  const next = async (): Promise<IteratorResult<Item, undefined>> => {
    for (;;) {
      const item = piece[index++];
      if (item) return { value: item, done: false };
      const read = await pieces.next();
      if (read.done) return { value: undefined, done: true };
      piece = read.value;
      index = 0;
    }
  };
  const stop = async (): Promise<IteratorResult<Item, undefined>> => {
    await pieces.return(undefined);
    return { value: undefined, done: true };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
}

const project = (item: Item, projection: readonly string[] | undefined): Item =>
  projection ? Object.fromEntries(projection.filter((name) => name in item).map((name) => [name, item[name]])) : item;
