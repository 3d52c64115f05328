import { setTimeout as delay } from 'node:timers/promises';
import type { SQLInputValue } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import { sliceEnd } from '../slices.ts';
import { checkItemSize, checkSortKey, checkWrites, compareBytes, keyOf, lastKeyWith } from './limits.ts';
import { isBusy, openFile, quoted, storeErrorOf } from './sqlite-file.ts';
import type { Condition, Item, Items, Key, QueryOptions, ScanOptions, Store, TableSchema, Written } from './store.ts';
import { createWriteLog, written } from './write-log.ts';

const ROWS_PER_READ = 500;
/** Inserted in one transaction; more are inserted in order, as in DynamoDB. */
const ROWS_PER_WRITE = 1000;
const LONGEST_PAUSE_MILLISECONDS = 50;
/** Idle time after a write until the journal is merged into the file, which can then be copied. */
const IDLE_MILLISECONDS = 2000;

interface Row {
  partition: string;
  sort: string;
  item: string;
}

/**
 * A store in one SQLite file: a SQL table per table, items as JSON. Several processes may open it; writers wait for one
 * another up to `busyTimeoutMilliseconds` without blocking the event loop. Read-only if the disk is full or not
 * writable. Throws `StoreError`, without changes, for a file that is damaged, foreign, or of a newer layout.
 */
export function createSqliteStore({
  file,
  schema,
  busyTimeoutMilliseconds = 3000,
  isBrief = false,
}: {
  file: string;
  schema: TableSchema;
  busyTimeoutMilliseconds?: number;
  /** Open for one command: its journal is merged on closing only. */
  isBrief?: boolean;
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
    // Doesn't change with this connection's own writes.
    version: database.prepare('PRAGMA data_version'),
  };
  // From here on, waiting would block the event loop.
  database.exec('PRAGMA busy_timeout = 0');
  const log = createWriteLog(() => Number(statements.version.get()?.['data_version']));
  /** Writes of the current transaction. */
  let writing: Written[] = [];

  const isItem = (value: unknown): value is Item =>
    typeof value === 'object' && value !== null && typeof (value as Item)[schema.sortKey] === 'string';

  const parse = ({ partition, sort, item }: Row, unreadable?: 'keys'): Item => {
    const value = parsed(item);
    if (isItem(value)) return value;
    if (unreadable) return { [schema.partitionKey]: partition, [schema.sortKey]: sort };
    throw new StoreError(`The item ${sort} in the database ${file} is not valid JSON.`, {
      code: 'item_unreadable',
      suggestions: ['Restore the database from a backup, or export what can be read.'],
      publicMessage: 'A stored item is not valid JSON.',
    });
  };

  /** Retries while another process is writing: SQLite's own waiting would block the event loop. */
  const retryWhileBusy = async <T>(work: () => T): Promise<T> => {
    const until = performance.now() + busyTimeoutMilliseconds;
    for (;;) {
      const end = sliceEnd();
      if (end) await end;
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

  let whenIdle: NodeJS.Timeout | undefined;
  const mergeJournal = () => {
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The next write or closing does it.
    }
  };

  const transaction = <T>(work: () => T): Promise<T> => {
    if (readOnly) return Promise.reject(readOnly);
    return retryWhileBusy(() => {
      statements.begin.run();
      writing = [];
      try {
        const result = work();
        database.exec('COMMIT');
        log.note(writing);
        if (!isBrief) (whenIdle ??= setTimeout(mergeJournal, IDLE_MILLISECONDS).unref()).refresh();
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
    const isWritten = statements[statement].run(key.partition, key.sort, expiresAt, json).changes === 1;
    if (isWritten) writing.push(written(key, statement === 'insert' ? { item, json } : undefined));
    return isWritten;
  };

  const remove = ({ partition, sort }: Key): true => {
    checkSortKey(sort);
    statements.delete.run(partition, sort);
    writing.push({ key: { partition, sort } });
    return true;
  };

  /** Reads in pages, so that no statement stays open while the consumer does other work. */
  async function* pages(
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
      const items = await retryWhileBusy(() => {
        const rows = `FROM ${table} ${current.where} ORDER BY ${order} LIMIT ${size}`;
        // Selecting and parsing a page as one text is a third faster.
        const text = database.prepare(`SELECT '[' || group_concat(item) || ']' AS items FROM (SELECT item ${rows})`);
        const whole = parsed(String(text.get(...current.values)?.['items'] ?? '[]')) as Item[] | undefined;
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
    log: readOnly ? undefined : log,
    get: (key, { unreadable } = {}) => retryWhileBusy(() => read(key, unreadable)),

    query(partition, options = {}) {
      const bounds = range(options);
      const descending = options.descending === true;
      const where = (extra: { sql: string; value: string }[]) => ({
        where: `WHERE partition = ? ${extra.map(({ sql }) => `AND sort ${sql} ?`).join(' ')}`,
        values: [partition, ...extra.map(({ value }) => value)],
      });
      // Replaces the bound on that side: with two, SQLite would seek to the outer one and skip rows.
      const rest = bounds.filter(({ sql }) => sql !== (descending ? '<=' : '>='));
      return itemsOf(
        pages(where(bounds), (last) => where([...rest, { sql: descending ? '<' : '>', value: last.sort }]), {
          ...options,
          order: descending ? 'sort DESC' : 'sort',
        }),
      );
    },

    scan(options: ScanOptions = {}) {
      const afterKey = ({ partition, sort }: Key) => ({
        where: 'WHERE (partition, sort) > (?, ?)',
        values: [partition, sort],
      });
      return itemsOf(
        pages(options.after ? afterKey(options.after) : { where: '', values: [] }, afterKey, {
          ...options,
          order: 'partition, sort',
        }),
      );
    },

    async insertNew(items) {
      const isNew: boolean[] = [];
      for (let start = 0; start < items.length; start += ROWS_PER_WRITE) {
        const part = items.slice(start, start + ROWS_PER_WRITE);
        isNew.push(...(await transaction(() => part.map((item) => write(item, 'insert')))));
      }
      return isNew;
    },

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
    ping: async () => void (await retryWhileBusy(() => statements.ping.get())),
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

/** Flattens pages without an extra microtask per item, which an async generator would add. */
function itemsOf(pages: AsyncGenerator<Item[]>): Items {
  let page: Item[] = [];
  let index = 0;
  const next = async (): Promise<IteratorResult<Item, undefined>> => {
    for (;;) {
      const item = page[index++];
      if (item) return { value: item, done: false };
      const read = await pages.next();
      if (read.done) return { value: undefined, done: true };
      page = read.value;
      index = 0;
    }
  };
  const stop = async (): Promise<IteratorResult<Item, undefined>> => {
    await pages.return(undefined);
    return { value: undefined, done: true };
  };
  return { pages: () => pages, [Symbol.asyncIterator]: () => ({ next, return: stop }) };
}

const project = (item: Item, projection: readonly string[] | undefined): Item =>
  projection ? Object.fromEntries(projection.filter((name) => name in item).map((name) => [name, item[name]])) : item;
