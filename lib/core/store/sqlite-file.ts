import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { ImmersionError, StoreError } from '../errors.ts';
import { makePrivate } from '../private-file.ts';
import { writeFaultOf } from '../unwritable.ts';

/** Stored in `user_version`. */
export const LAYOUT_VERSION = 1;

/** How long to wait for another process that is creating tables. */
const MAKING_MILLISECONDS = 2000;
/** The journal is truncated to this size. */
const JOURNAL_BYTES = 1_000_000;

export interface OpenFile {
  database: DatabaseSync;
  created: boolean;
  /** Why it is read-only; undefined if writable. */
  readOnly?: StoreError;
}

/**
 * Opens the file and creates a missing table; falls back to read-only if the disk is full or not writable. Its
 * `busy_timeout` is meant for preparing statements. Throws `StoreError`, without changes, for a file that is damaged,
 * foreign, or of a newer layout.
 */
export function openFile(file: string, table: string): OpenFile {
  try {
    return retryWhileMade(() => openForWriting(file, table));
  } catch (error) {
    const failure = storeErrorOf(file, error);
    if (failure && ['store_read_only', 'store_full', 'store_unreadable'].includes(failure.code)) {
      const database = openForReading(file, table);
      if (database) return { database, created: false, readOnly: failure };
    }
    throw failure ?? error;
  }
}

/** SQLite doesn't wait for some steps of another process that creates or closes the file. */
function retryWhileMade<T>(work: () => T): T {
  const until = performance.now() + MAKING_MILLISECONDS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 20);
    }
  }
}

function openForWriting(file: string, table: string): OpenFile {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  makePrivate(file);
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${MAKING_MILLISECONDS}`);
    checkLayout(database, file);
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${JOURNAL_BYTES};`,
    );
    const created = !hasTable(database, table) && makeTable(database, table);
    database.exec('PRAGMA busy_timeout = 0');
    if (!created) {
      dropOrphanedTriggers(database, table);
      removeExpired(database, table);
    }
    database.exec(`PRAGMA busy_timeout = ${MAKING_MILLISECONDS}`);
    return { database, created };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens without creating any files; undefined if that fails. */
function openForReading(file: string, table: string): DatabaseSync | undefined {
  const { size: waiting } = statSync(`${file}-wal`, { throwIfNoEntry: false }) ?? { size: 0 };
  // `immutable` ignores the journal, so it must be empty.
  const places = [file, ...(waiting === 0 ? [`${pathToFileURL(file).href}?immutable=1`] : [])];
  for (const place of places) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(place, { readOnly: true });
      checkLayout(database, file);
      if (hasTable(database, table)) return database;
      database.close();
    } catch (error) {
      if (database?.isOpen) database.close();
      if (error instanceof StoreError) throw error;
    }
  }
  return undefined;
}

/** Throws `StoreError` for a file of a newer layout or another program. */
export function checkLayout(database: DatabaseSync, file: string): void {
  // In one statement, since another process may be creating the file.
  const sql = 'SELECT user_version, (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_user_version';
  const [version = 0, tables = 0] = Object.values(database.prepare(sql).get() ?? {}).map(Number);
  if (version > LAYOUT_VERSION) {
    throw new StoreError(
      `The database ${file} was written by a newer immersion (layout ${version}, this one knows ${LAYOUT_VERSION}).`,
      {
        code: 'store_newer',
        suggestions: ['Update immersion: git pull && npm ci in its folder.'],
        publicMessage: 'The database was written by a newer immersion.',
      },
    );
  }
  if (version === 0 && tables > 0) {
    throw new StoreError(`The database ${file} belongs to another program.`, {
      code: 'store_foreign',
      suggestions: ['Name another folder with IMMERSION_DATA_DIR.'],
      publicMessage: 'The database belongs to another program.',
    });
  }
}

const hasTable = (database: DatabaseSync, table: string): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;

/** False if another process was faster. */
function makeTable(database: DatabaseSync, table: string): boolean {
  database.exec('BEGIN IMMEDIATE');
  const isNew = !hasTable(database, table);
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${quoted(table)} (
      partition TEXT NOT NULL, sort TEXT NOT NULL, expires_at INTEGER, item TEXT NOT NULL,
      PRIMARY KEY (partition, sort)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = ${LAYOUT_VERSION};
    COMMIT;`);
  return isNew;
}

/** Holds answers about a table, which triggers delete with each write to it. */
export const answersTable = (table: string): string => `${table} answers`;

/** Removes triggers whose table someone dropped: every write would fail. */
function dropOrphanedTriggers(database: DatabaseSync, table: string): void {
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?")
    .all(table)
    .map(({ name }) => String(name))
    .filter((name) => name.startsWith(answersTable(table)));
  if (names.length === 0 || hasTable(database, answersTable(table))) return;
  for (const name of names) database.exec(`DROP TRIGGER IF EXISTS ${quoted(name)}`);
}

export const quoted = (table: string): string => `"${table.replaceAll('"', '""')}"`;

/** Deletes expired items on opening; skipped if the database is busy or not writable. */
function removeExpired(database: DatabaseSync, table: string): void {
  try {
    database.prepare(`DELETE FROM ${quoted(table)} WHERE expires_at < unixepoch()`).run();
  } catch (error) {
    if (![5, 8, 13].includes(primaryCode(error))) throw error;
  }
}

/** Primary result codes: https://sqlite.org/rescode.html */
const primaryCode = (error: unknown): number => {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : -1;
};

/** Another process is writing, so a retry may succeed. */
export const isOtherFile = (error: unknown): boolean => primaryCode(error) === 26;

export const isBusy = (error: unknown): boolean => [5, 6].includes(primaryCode(error));

const REASONS: Record<number, { code: string; what: string; suggestion: string; retryAfterSeconds?: number }> = {
  5: {
    code: 'store_busy',
    what: 'is in use by another process',
    suggestion: 'Try again when the other one is done.',
    retryAfterSeconds: 2,
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

/** System errors while creating the folder, as SQLite codes; with all others it cannot be opened. */
const SYSTEM_ERRORS: Record<string, number> = { EACCES: 14, EPERM: 14, EROFS: 8, ENOSPC: 13 };

/** Undefined for a bug. */
export function storeErrorOf(file: string, error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (error instanceof ImmersionError) return undefined;
  const { code: system, syscall } = error as { code?: unknown; syscall?: unknown };
  if (system === 'ERR_INVALID_STATE') {
    return new StoreError(`The database ${file} is closed already.`, {
      code: 'store_closed',
      publicMessage: 'The database is closed already.',
    });
  }
  // Locked by this process or by another one.
  const primary = isBusy(error) ? 5 : primaryCode(error);
  const known = primary === -1 ? (SYSTEM_ERRORS[String(system)] ?? (syscall === undefined ? -1 : 14)) : primary;
  const { reason, suggestion } = [8, 10, 13, 14].includes(known) ? (causeOf(file) ?? plain(known)) : plain(known);
  if (!reason) return undefined;
  return new StoreError(`The database ${file} ${reason.what}.`, {
    code: reason.code,
    suggestions: [suggestion ?? reason.suggestion],
    publicMessage: `The database ${reason.what}.`,
    ...(reason.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: reason.retryAfterSeconds }),
  });
}

interface Cause {
  reason: (typeof REASONS)[number] | undefined;
  suggestion?: string;
}

const plain = (primary: number): Cause => ({ reason: REASONS[primary] });

/** SQLite reports a full or unwritable disk as unreadable, so check the disk. */
function causeOf(file: string): Cause | undefined {
  const fault = writeFaultOf(file);
  if (!fault) return undefined;
  const { reason } = plain(fault.kind === 'full' ? 13 : 8);
  return { reason: reason && { ...reason, what: fault.what }, suggestion: fault.suggestion };
}
