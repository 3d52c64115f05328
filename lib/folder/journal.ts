import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ImmersionError } from '../core/errors.ts';
import type { KeptFacts } from '../folder/file-facts.ts';
import { makePrivate } from '../core/private-file.ts';
import type { FoundFile } from './library.ts';

const LAYOUT_VERSION = 1;

/** Codes of errors that mean: nothing can be noted, so nothing may be removed. */
export const JOURNAL_FAULTS: ReadonlySet<string> = new Set(['journal_unwritable', 'journal_newer']);

/** A file that the API has confirmed, and whether it was removed since. */
export interface JournalEntry extends FoundFile {
  removed: boolean;
}

/**
 * Remembers which local files the API has confirmed, by path, size and time of change: nothing else may ever be removed.
 * What one store confirmed says nothing of another, so entries belong to the identity of a store. Several processes may
 * use it at once, and whatever it has answered is on the disk. What files tell of themselves is kept beside it.
 */
export interface Journal extends KeptFacts {
  /** Throws `ImmersionError` with `journal_unwritable` when it cannot be kept; then nothing counts as confirmed. */
  confirm(identity: string, files: readonly FoundFile[]): void;
  /** The entries of a store below a folder, by path. */
  entries(identity: string, below: string): JournalEntry[];
  /** Notes that files are gone; their folder may still have to go. */
  markRemoved(identity: string, files: readonly string[]): void;
  /** Forgets the removed files below a folder. */
  forgetRemoved(identity: string, below: string): void;
  /** Remembers links of a `watched.txt` that the API has confirmed, by their keys. Throws like `confirm`. */
  confirmLinks(identity: string, file: string, links: readonly string[]): void;
  confirmedLinks(identity: string, file: string): Set<string>;
  /** Forgets confirmed links: their lines are gone, or what they recorded was undone. */
  forgetLinks(identity: string, file: string): void;
  /** Forgets everything that a store has confirmed: what it recorded is no longer there. */
  forgetAll(identity: string): void;
  close(): void;
}

/** The journal in a state folder; opened, and made, with the first use. */
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

  return {
    confirm: (identity, files) =>
      use(({ database, insert }) =>
        inTransaction(database, () => {
          for (const { path, sizeBytes, modifiedAt } of files) insert.run(identity, path, sizeBytes, modifiedAt);
        }),
      ),
    entries: (identity, below) =>
      use(({ select }) =>
        select.all(identity, ...bounds(below)).map((row) => ({
          path: String(row['path']),
          sizeBytes: Number(row['size_bytes']),
          modifiedAt: String(row['modified_at']),
          removed: row['removed'] === 1,
        })),
      ),
    markRemoved: (identity, files) =>
      use(({ database, mark }) =>
        inTransaction(database, () => {
          for (const file of files) mark.run(identity, file);
        }),
      ),
    forgetRemoved: (identity, below) => use(({ forget }) => void forget.run(identity, ...bounds(below))),
    confirmLinks: (identity, file, links) =>
      use(({ database, insertLink }) =>
        inTransaction(database, () => {
          for (const link of links) insertLink.run(identity, file, link);
        }),
      ),
    confirmedLinks: (identity, file) =>
      use(({ selectLinks }) => new Set(selectLinks.all(identity, file).map((row) => String(row['link'])))),
    forgetLinks: (identity, file) => use(({ deleteLinks }) => void deleteLinks.run(identity, file)),
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
        removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (identity, path)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS confirmed_links (
        identity TEXT NOT NULL, file TEXT NOT NULL, link TEXT NOT NULL, PRIMARY KEY (identity, file, link)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS file_facts (
        path TEXT NOT NULL PRIMARY KEY, size_bytes INTEGER NOT NULL, modified_at TEXT NOT NULL, facts TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${LAYOUT_VERSION};`),
  );
  const below = 'identity = ? AND path > ? AND path < ?';
  return {
    database,
    insert: database.prepare(
      'INSERT OR REPLACE INTO confirmed (identity, path, size_bytes, modified_at, removed) VALUES (?, ?, ?, ?, 0)',
    ),
    select: database.prepare(`SELECT * FROM confirmed WHERE ${below} ORDER BY path`),
    mark: database.prepare('UPDATE confirmed SET removed = 1 WHERE identity = ? AND path = ?'),
    forget: database.prepare(`DELETE FROM confirmed WHERE removed = 1 AND ${below}`),
    insertLink: database.prepare('INSERT OR IGNORE INTO confirmed_links (identity, file, link) VALUES (?, ?, ?)'),
    selectLinks: database.prepare('SELECT link FROM confirmed_links WHERE identity = ? AND file = ?'),
    deleteLinks: database.prepare('DELETE FROM confirmed_links WHERE identity = ? AND file = ?'),
    forgetFiles: database.prepare('DELETE FROM confirmed WHERE identity = ?'),
    forgetAllLinks: database.prepare('DELETE FROM confirmed_links WHERE identity = ?'),
    selectFacts: database.prepare('SELECT facts FROM file_facts WHERE path = ? AND size_bytes = ? AND modified_at = ?'),
    insertFacts: database.prepare(
      'INSERT OR REPLACE INTO file_facts (path, size_bytes, modified_at, facts) VALUES (?, ?, ?, ?)',
    ),
  };
}

/** The paths below a folder lie between its separator and the character behind that. */
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
