import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { ImmersionError, StoreError } from '../errors.ts';
import { checkItemSize, checkSortKey, checkWrites, compareBytes, keyOf, lastKeyWith } from './limits.ts';
import type { Condition, Item, Key, QueryOptions, ScanOptions, Store, TableSchema } from './store.ts';

/** Version of the file's layout, kept in `user_version`. */
const LAYOUT_VERSION = 1;
const ROWS_PER_READ = 500;

interface Row {
  partition: string;
  sort: string;
  item: string;
}

/**
 * The store on one SQLite file: a SQL table per table, an item as JSON under its two keys.
 * Several processes may have the file open; writers wait for one another up to `busyTimeoutMilliseconds`.
 * Throws `StoreError` for a file that is damaged, not ours, or of a newer layout, and changes nothing in it.
 */
export function createSqliteStore({
  file,
  schema,
  busyTimeoutMilliseconds = 10_000,
}: {
  file: string;
  schema: TableSchema;
  busyTimeoutMilliseconds?: number;
}): Store {
  const table = `"${schema.table.replaceAll('"', '""')}"`;
  const { database, created } = guard(file, () => open(file, table, busyTimeoutMilliseconds));

  const statements = {
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

  const read = ({ partition, sort }: Key, unreadable?: 'keys'): Item | undefined => {
    checkSortKey(sort);
    const row = statements.get.get(partition, sort);
    return row && parse({ partition, sort, item: String(row['item']) }, unreadable);
  };

  const transaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
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
  function* pieces(
    first: { where: string; values: SQLInputValue[] },
    next: (last: Key) => { where: string; values: SQLInputValue[] },
    {
      order,
      limit = Infinity,
      projection,
      unreadable,
    }: { order: string } & Pick<QueryOptions, 'limit' | 'projection' | 'unreadable'>,
  ): Generator<Item> {
    let part = first;
    let left = limit;
    while (left > 0) {
      const size = Math.min(ROWS_PER_READ, left);
      const current = part;
      const items = guard(file, () => {
        const rows = `FROM ${table} ${current.where} ORDER BY ${order} LIMIT ${size}`;
        // All items of a piece as one text: reading and parsing them one by one takes half as long again.
        const text = database.prepare(`SELECT group_concat(item) AS items FROM (SELECT item ${rows})`);
        const whole = parsed(`[${String(text.get(...current.values)?.['items'] ?? '')}]`) as Item[] | undefined;
        if (whole?.every(isItem)) return whole;
        const each = database.prepare(`SELECT partition, sort, item ${rows}`).all(...current.values);
        return (each as unknown[] as Row[]).map((row) => parse(row, unreadable));
      });
      for (const item of items) yield project(item, projection);
      const last = items.at(-1);
      if (items.length < size || !last) return;
      left -= items.length;
      part = next(keyOf(schema, last));
    }
  }

  return {
    schema,
    get: async (key, { unreadable } = {}) => guard(file, () => read(key, unreadable)),

    query(partition, options = {}) {
      const bounds = range(options);
      const descending = options.descending === true;
      const where = (extra: { sql: string; value: string }[]) => ({
        where: `WHERE partition = ? ${extra.map(({ sql }) => `AND sort ${sql} ?`).join(' ')}`,
        values: [partition, ...extra.map(({ value }) => value)],
      });
      // The last key replaces the bound on its side: with two of them SQLite would seek the outer one and pass over all between.
      const rest = bounds.filter(({ sql }) => sql !== (descending ? '<=' : '>='));
      return asAsync(
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
      return asAsync(
        pieces(options.after ? behind(options.after) : { where: '', values: [] }, behind, {
          ...options,
          order: 'partition, sort',
        }),
      );
    },

    insertNew: async (items) => guard(file, () => transaction(() => items.map((item) => write(item, 'insert')))),

    put: async (item, condition) =>
      guard(file, () =>
        transaction(() => holds(condition, () => read(keyOf(schema, item))) && (write(item, 'put'), true)),
      ),

    delete: async (key, condition) =>
      guard(file, () => transaction(() => holds(condition, () => read(key)) && remove(key))),

    transact: async (writes) =>
      guard(file, () =>
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
      ),

    create: async () => ({ created }),
    ping: async () => void guard(file, () => statements.ping.get()),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function open(file: string, table: string, busyTimeoutMilliseconds: number) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMilliseconds}`);
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables']);
    if (version > LAYOUT_VERSION) {
      throw new StoreError(
        `The database ${file} was written by a newer immersion (layout ${version}, this one knows ${LAYOUT_VERSION}).`,
        { code: 'store_newer', suggestions: ['Update immersion.'] },
      );
    }
    if (version === 0 && tables > 0) {
      throw new StoreError(`The database ${file} belongs to another program.`, {
        code: 'store_foreign',
        suggestions: ['Choose another folder with IMMERSION_DATA_DIR.'],
      });
    }
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('BEGIN IMMEDIATE');
    const before = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'];
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${table} (
        partition TEXT NOT NULL, sort TEXT NOT NULL, expires_at INTEGER, item TEXT NOT NULL,
        PRIMARY KEY (partition, sort)
      ) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${LAYOUT_VERSION};`);
    const after = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'];
    database.prepare(`DELETE FROM ${table} WHERE expires_at < unixepoch()`).run();
    database.exec('COMMIT');
    return { database, created: after !== before };
  } catch (error) {
    database.close();
    throw error;
  }
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

/** A generator as the port wants it. What it has at hand costs no turn of its own, as every value of an async generator does. */
const asAsync = <T>(items: Generator<T>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => items.next(),
    return: async () => items.return(undefined),
  }),
});

const project = (item: Item, projection: readonly string[] | undefined): Item =>
  projection ? Object.fromEntries(projection.filter((name) => name in item).map((name) => [name, item[name]])) : item;

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that a person can do something about. */
const REASONS: Record<number, { code: string; what: string; suggestion: string }> = {
  5: {
    code: 'store_busy',
    what: 'is in use by another process',
    suggestion: 'Try again when the other process is done.',
  },
  8: {
    code: 'store_read_only',
    what: 'cannot be written',
    suggestion: 'Check the permissions of the file and its folder.',
  },
  10: { code: 'store_unreadable', what: 'cannot be read from the disk', suggestion: 'Check the disk.' },
  11: {
    code: 'store_damaged',
    what: 'is damaged',
    suggestion: 'Restore it from a backup, or move it away to start over.',
  },
  13: {
    code: 'store_full',
    what: 'cannot grow: the disk is full',
    suggestion: 'Free some space and run the same command again.',
  },
  14: {
    code: 'store_unreadable',
    what: 'cannot be opened',
    suggestion: 'Check the permissions of the file and its folder.',
  },
  26: {
    code: 'store_damaged',
    what: 'is not a database',
    suggestion: 'Restore it from a backup, or move it away to start over.',
  },
};

/** What the making of the folder fails with, as the result codes above. */
const SYSTEM_ERRORS: Record<string, number> = {
  EACCES: 14,
  EPERM: 14,
  EROFS: 14,
  ENOTDIR: 14,
  EEXIST: 14,
  ENOSPC: 13,
};

function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImmersionError) throw error;
    const errcode = (error as { errcode?: unknown }).errcode;
    const system = (error as { code?: unknown }).code;
    if (system === 'ERR_INVALID_STATE') {
      throw new StoreError(`The database ${file} is already closed.`, { code: 'store_closed' });
    }
    const reason =
      typeof errcode === 'number'
        ? REASONS[errcode & 0xff]
        : typeof system === 'string'
          ? REASONS[SYSTEM_ERRORS[system] ?? -1]
          : undefined;
    if (!reason) throw error;
    throw new StoreError(`The database ${file} ${reason.what}.`, {
      code: reason.code,
      suggestions: [reason.suggestion],
    });
  }
}
