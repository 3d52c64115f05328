import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ImmersionError } from '../core/errors.ts';
import type { KeptFacts } from './file-facts.ts';
import { makePrivate } from '../core/private-file.ts';
import type { FoundFile } from './library.ts';

const LAYOUT_VERSION = 1;

/** Errors of an unusable journal: without one, nothing may be removed. */
export const JOURNAL_FAULTS: ReadonlySet<string> = new Set(['journal_unwritable', 'journal_newer']);

/** How the API identifies a file: an episode by folder and name, or a film, possibly with an id. */
export interface FileIdentity {
  folderName?: string;
  fileName: string;
  filmId?: { tvdb_id: number } | { tmdb_id: number };
}

export type NamedFile = FoundFile & FileIdentity;

export interface JournalEntry extends FoundFile {
  removed: boolean;
  /** Undefined in older journals: the next sync confirms it again. */
  known: FileIdentity | undefined;
}

/**
 * Remembers which local files the API has confirmed, by path, size and modification time: only those may be removed.
 * Entries belong to one store, since another may not have them. Safe for concurrent processes; results are durable.
 * Also caches file facts.
 */
export interface Journal extends KeptFacts {
  /** Records files before they are sent, so that only they count as what the API then has under their names. */
  noteSent(identity: string, files: readonly NamedFile[]): void;
  /** Whether this version of a file was sent under its name, from any path, or confirmed at its path. */
  wasSent(identity: string, file: NamedFile): boolean;
  /** The names under which the file at a path was confirmed. */
  knownAs(identity: string, file: NamedFile): FileIdentity | undefined;
  /** Other folders from which the same file, by name, size and modification time, was sent. */
  sentFrom(identity: string, file: NamedFile): FileIdentity[];
  /** Whether only other files were sent under this name. */
  isAnotherFile(identity: string, file: NamedFile): boolean;
  /** Whether any file was ever sent. */
  hasSent(identity: string): boolean;
  /** Throws `journal_unwritable` on failure; then nothing counts as confirmed. */
  confirm(identity: string, files: readonly NamedFile[]): void;
  /** A store's entries below a folder, by path. */
  entries(identity: string, below: string): JournalEntry[];
  forget(identity: string, files: readonly string[]): void;
  /** Marks files as removed; their folder may still be cleaned up. */
  markRemoved(identity: string, files: readonly string[]): void;
  /** Forgets removed files below a folder. */
  forgetRemoved(identity: string, below: string): void;
  /** Records links of a `watched.txt` before they are sent, so that only they count as what the API then has. */
  noteSentLinks(identity: string, file: string, links: readonly string[]): void;
  wasSentLink(identity: string, file: string, link: string): boolean;
  /** Remembers confirmed links of a `watched.txt`. Throws like `confirm`. */
  confirmLinks(identity: string, file: string, links: readonly string[]): void;
  confirmedLinks(identity: string, file: string): Set<string>;
  /** For links whose line was removed, or that the API no longer has. */
  forgetLinks(identity: string, file: string, links: readonly string[]): void;
  /** For a store that lost its records. */
  forgetAll(identity: string): void;
  close(): void;
}

/** Opened or created on first use. */
export function createJournal({ stateDirectory }: { stateDirectory: string }): Journal {
  const file = path.join(stateDirectory, 'journal.sqlite');
  let opened: ReturnType<typeof open> | undefined;
  const use = <T>(work: (journal: ReturnType<typeof open>) => T): T => {
    try {
      return work((opened ??= open(file)));
    } catch (error) {
      if (error instanceof ImmersionError) throw error;
      throw new ImmersionError(`The journal ${file} cannot be used (${(error as Error).message}).`, {
        code: 'journal_unwritable',
        suggestions: [
          'Free some space and check the permissions of its folder. Until then, no local files are removed.',
        ],
      });
    }
  };

  const wasSent = (identity: string, file: NamedFile): boolean =>
    use(
      ({ selectSent, selectConfirmed }) =>
        selectSent.get(identity, nameOf(file), file.sizeBytes, file.modifiedAt) !== undefined ||
        selectConfirmed.get(identity, file.path, file.sizeBytes, file.modifiedAt) !== undefined,
    );

  return {
    noteSent: (identity, files) =>
      use(({ database, insertSent }) =>
        inTransaction(database, () => {
          for (const file of files) insertSent.run(identity, nameOf(file), file.sizeBytes, file.modifiedAt);
        }),
      ),
    wasSent,
    isAnotherFile: (identity, file) =>
      use(({ selectSentName }) => selectSentName.get(identity, nameOf(file)) !== undefined) && !wasSent(identity, file),
    knownAs: (identity, { path, sizeBytes, modifiedAt }) =>
      use(({ selectConfirmed }) => {
        const known = selectConfirmed.get(identity, path, sizeBytes, modifiedAt)?.['known_as'];
        return known == null ? undefined : (JSON.parse(String(known)) as FileIdentity);
      }),
    sentFrom: (identity, { folderName, fileName, sizeBytes, modifiedAt }) =>
      use(({ selectSentAs }) =>
        selectSentAs.all(identity, sizeBytes, modifiedAt).flatMap((row) => {
          const [folder, file] = JSON.parse(String(row['name'])) as [string | null, string];
          const isOther = folder !== null && folder !== folderName && file === fileName;
          return isOther ? [{ folderName: folder, fileName: file }] : [];
        }),
      ),
    hasSent: (identity) => use(({ selectAnySent }) => selectAnySent.get(identity) !== undefined),
    confirm: (identity, files) =>
      use(({ database, insert, insertSent }) =>
        inTransaction(database, () => {
          for (const file of files) {
            const { path, sizeBytes, modifiedAt, folderName, fileName, filmId } = file;
            insert.run(identity, path, sizeBytes, modifiedAt, JSON.stringify({ folderName, fileName, filmId }));
            insertSent.run(identity, nameOf(file), sizeBytes, modifiedAt);
          }
        }),
      ),
    entries: (identity, below) =>
      use(({ select }) =>
        select.all(identity, ...bounds(below)).map((row) => ({
          path: String(row['path']),
          sizeBytes: Number(row['size_bytes']),
          modifiedAt: String(row['modified_at']),
          removed: row['removed'] === 1,
          known: row['known_as'] === null ? undefined : (JSON.parse(String(row['known_as'])) as FileIdentity),
        })),
      ),
    forget: (identity, files) =>
      use(({ database, forgetFile }) =>
        inTransaction(database, () => {
          for (const file of files) forgetFile.run(identity, file);
        }),
      ),
    markRemoved: (identity, files) =>
      use(({ database, mark }) =>
        inTransaction(database, () => {
          for (const file of files) mark.run(identity, file);
        }),
      ),
    forgetRemoved: (identity, below) => use(({ forget }) => void forget.run(identity, ...bounds(below))),
    noteSentLinks: (identity, file, links) =>
      use(({ database, insertSent }) =>
        inTransaction(database, () => {
          for (const link of links) insertSent.run(identity, linkName(file, link), 0, OF_NO_FILE);
        }),
      ),
    wasSentLink: (identity, file, link) =>
      use(({ selectSent }) => selectSent.get(identity, linkName(file, link), 0, OF_NO_FILE) !== undefined),
    confirmLinks: (identity, file, links) =>
      use(({ database, insertLink }) =>
        inTransaction(database, () => {
          for (const link of links) insertLink.run(identity, file, link);
        }),
      ),
    confirmedLinks: (identity, file) =>
      use(({ selectLinks }) => new Set(selectLinks.all(identity, file).map((row) => String(row['link'])))),
    forgetLinks: (identity, file, links) =>
      use(({ database, deleteLink, deleteSent }) =>
        inTransaction(database, () => {
          for (const link of links) {
            deleteLink.run(identity, file, link);
            deleteSent.run(identity, linkName(file, link), 0, OF_NO_FILE);
          }
        }),
      ),
    forgetAll: (identity) =>
      use(({ database, forgetFiles, forgetAllLinks }) =>
        inTransaction(database, () => {
          forgetFiles.run(identity);
          forgetAllLinks.run(identity);
        }),
      ),
    fileFacts: ({ path, sizeBytes, modifiedAt }) =>
      use(({ selectFacts }) => {
        const row = selectFacts.get(path, sizeBytes, modifiedAt);
        return row && JSON.parse(String(row['facts']));
      }),
    keepFileFacts: (facts) =>
      use(({ database, insertFacts }) =>
        inTransaction(database, () => {
          for (const { path, sizeBytes, modifiedAt, ...found } of facts) {
            insertFacts.run(path, sizeBytes, modifiedAt, JSON.stringify(found));
          }
        }),
      ),
    close: () => opened?.database.close(),
  };
}

function open(file: string) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  makePrivate(file);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 10000');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > LAYOUT_VERSION) {
    database.close();
    throw new ImmersionError(`The journal ${file} was written by a newer immersion.`, {
      code: 'journal_newer',
      suggestions: ['Update immersion. Until then, no local files are removed.'],
    });
  }
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  inTransaction(database, () =>
    database.exec(`
      CREATE TABLE IF NOT EXISTS confirmed (
        identity TEXT NOT NULL, path TEXT NOT NULL, size_bytes INTEGER NOT NULL, modified_at TEXT NOT NULL,
        removed INTEGER NOT NULL DEFAULT 0, known_as TEXT, PRIMARY KEY (identity, path)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS sent (
        identity TEXT NOT NULL, name TEXT NOT NULL, size_bytes INTEGER NOT NULL, modified_at TEXT NOT NULL,
        PRIMARY KEY (identity, name, size_bytes, modified_at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS confirmed_links (
        identity TEXT NOT NULL, file TEXT NOT NULL, link TEXT NOT NULL, PRIMARY KEY (identity, file, link)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS file_facts (
        path TEXT NOT NULL PRIMARY KEY, size_bytes INTEGER NOT NULL, modified_at TEXT NOT NULL, facts TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${LAYOUT_VERSION};`),
  );
  addColumn(database, { table: 'confirmed', column: 'known_as' });
  const below = 'identity = ? AND path > ? AND path < ?';
  return {
    database,
    insert: database.prepare(
      'INSERT OR REPLACE INTO confirmed (identity, path, size_bytes, modified_at, removed, known_as) VALUES (?, ?, ?, ?, 0, ?)',
    ),
    insertSent: database.prepare(
      'INSERT OR IGNORE INTO sent (identity, name, size_bytes, modified_at) VALUES (?, ?, ?, ?)',
    ),
    selectSent: database.prepare(
      'SELECT 1 FROM sent WHERE identity = ? AND name = ? AND size_bytes = ? AND modified_at = ?',
    ),
    selectSentAs: database.prepare('SELECT name FROM sent WHERE identity = ? AND size_bytes = ? AND modified_at = ?'),
    deleteSent: database.prepare(
      'DELETE FROM sent WHERE identity = ? AND name = ? AND size_bytes = ? AND modified_at = ?',
    ),
    selectAnySent: database.prepare(`SELECT 1 FROM sent WHERE identity = ? AND modified_at <> '${OF_NO_FILE}' LIMIT 1`),
    selectSentName: database.prepare('SELECT 1 FROM sent WHERE identity = ? AND name = ?'),
    selectConfirmed: database.prepare(
      'SELECT known_as FROM confirmed WHERE identity = ? AND path = ? AND size_bytes = ? AND modified_at = ?',
    ),
    forgetFile: database.prepare('DELETE FROM confirmed WHERE identity = ? AND path = ?'),
    select: database.prepare(`SELECT * FROM confirmed WHERE ${below} ORDER BY path`),
    mark: database.prepare('UPDATE confirmed SET removed = 1 WHERE identity = ? AND path = ?'),
    forget: database.prepare(`DELETE FROM confirmed WHERE removed = 1 AND ${below}`),
    insertLink: database.prepare('INSERT OR IGNORE INTO confirmed_links (identity, file, link) VALUES (?, ?, ?)'),
    selectLinks: database.prepare('SELECT link FROM confirmed_links WHERE identity = ? AND file = ?'),
    deleteLink: database.prepare('DELETE FROM confirmed_links WHERE identity = ? AND file = ? AND link = ?'),
    forgetFiles: database.prepare('DELETE FROM confirmed WHERE identity = ?'),
    forgetAllLinks: database.prepare('DELETE FROM confirmed_links WHERE identity = ?'),
    selectFacts: database.prepare('SELECT facts FROM file_facts WHERE path = ? AND size_bytes = ? AND modified_at = ?'),
    insertFacts: database.prepare(
      'INSERT OR REPLACE INTO file_facts (path, size_bytes, modified_at, facts) VALUES (?, ?, ?, ?)',
    ),
  };
}

/** Adds a column to older journals; safe for concurrent processes. */
function addColumn(database: DatabaseSync, { table, column }: { table: string; column: string }): void {
  inTransaction(database, () => {
    const columns = database.prepare(`PRAGMA table_info(${table})`).all();
    if (!columns.some(({ name }) => name === column)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  });
}

/** In place of a modification time: of a link. */
const OF_NO_FILE = '';

const linkName = (file: string, link: string): string => JSON.stringify([file, link]);

const nameOf = ({ folderName, fileName }: FileIdentity): string => JSON.stringify([folderName ?? null, fileName]);

/** Paths below a folder sort between its separator and the next character. */
function bounds(folder: string): [string, string] {
  const start = folder.endsWith(path.sep) ? folder : folder + path.sep;
  return [start, start.slice(0, -1) + String.fromCharCode(path.sep.charCodeAt(0) + 1)];
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
