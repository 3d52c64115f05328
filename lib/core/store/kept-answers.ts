import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { answersTable, LAYOUT_VERSION, quoted } from './sqlite-file.ts';

const MAXIMUM_ANSWERS = 40;
const MAXIMUM_CHARACTERS = 1_000_000;

/** Answers that later processes can reuse until anything is written. */
export interface KeptAnswers {
  /** The answer to a question, if one is valid at `now` (epoch seconds). */
  of(question: string, now: number): string | undefined;
  /** To be called after own requests that may write. Returns whether anyone wrote, which changes the answers to come. */
  renew(): boolean;
  /** Keeps answers valid `from` until `until` (epoch seconds), unless others wrote since the opening or renewal. */
  keep(answers: ReadonlyMap<string, string>, times: { from: number; until: number }): void;
  close(): void;
}

/**
 * Answers about a table, kept in its file. Triggers in the file delete them in the transaction of each write to the
 * table, whichever program writes. `origin` names everything else that the answers depend on. Undefined if the file is
 * missing or anything about it is unusual.
 */
export function openKeptAnswers({
  file,
  table,
  origin,
}: {
  file: string;
  table: string;
  origin: string;
}): KeptAnswers | undefined {
  if (!existsSync(file)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    return answersIn(database, { table, origin });
  } catch {
    if (database?.isOpen) database.close();
    return undefined;
  }
}

function answersIn(database: DatabaseSync, { table, origin }: { table: string; origin: string }): KeptAnswers {
  const kept = quoted(answersTable(table));
  const numberOf = (pragma: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  /** Changes with each write by another connection; never equal if it can't be read. */
  const version = (): number => {
    try {
      return numberOf('data_version');
    } catch {
      return Number.NaN;
    }
  };
  let known = version();
  const isUsual = numberOf('user_version') === LAYOUT_VERSION;
  const find =
    isUsual && isPrepared(database, table)
      ? database.prepare(`SELECT answer FROM ${kept} WHERE question = ? AND origin = ? AND since <= ? AND until > ?`)
      : undefined;

  function write(answers: ReadonlyMap<string, string>, { from, until }: { from: number; until: number }): void {
    if (!isPrepared(database, table)) database.exec([removalOf(table), ...schemaOf(table)].join(';'));
    database.prepare(`DELETE FROM ${kept} WHERE origin <> ? OR since > ? OR until <= ?`).run(origin, from, from);
    const put = database.prepare(
      `INSERT OR REPLACE INTO ${kept} (question, origin, since, until, answer) VALUES (?, ?, ?, ?, ?)`,
    );
    for (const [question, answer] of answers) put.run(question, origin, from, until, answer);
    const oldest = `SELECT question FROM ${kept} ORDER BY since DESC LIMIT -1 OFFSET ${MAXIMUM_ANSWERS}`;
    database.exec(`DELETE FROM ${kept} WHERE question IN (${oldest})`);
  }

  return {
    of(question, now) {
      try {
        const answer = find?.get(question, origin, now, now)?.['answer'];
        return answer === undefined ? undefined : String(answer);
      } catch {
        // The store says what is wrong with the file.
        return undefined;
      }
    },
    renew() {
      const before = known;
      known = version();
      return known !== before;
    },
    keep(answers, times) {
      const small = new Map([...answers].filter(([, { length }]) => length <= MAXIMUM_CHARACTERS));
      if (!isUsual || small.size === 0) return;
      try {
        // What can be computed again needs no immediate sync.
        database.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
        // This number ignores own writes, and others have to wait now.
        if (version() === known) write(small, times);
        database.exec('COMMIT');
      } catch {
        // Busy, full or not writable: nothing is kept.
        if (database.isTransaction) database.exec('ROLLBACK');
      }
    },
    close: () => database.close(),
  };
}

const EVENTS = ['INSERT', 'UPDATE', 'DELETE'];
const triggerOf = (table: string, event: string): string => quoted(`${answersTable(table)} ${event.toLowerCase()}`);

function schemaOf(table: string): string[] {
  const kept = quoted(answersTable(table));
  const columns =
    'question TEXT NOT NULL PRIMARY KEY, origin TEXT NOT NULL, since REAL NOT NULL, until REAL NOT NULL, answer TEXT NOT NULL';
  return [
    `CREATE TABLE ${kept} (${columns}) STRICT, WITHOUT ROWID`,
    ...EVENTS.map(
      (event) =>
        `CREATE TRIGGER ${triggerOf(table, event)} AFTER ${event} ON ${quoted(table)} WHEN EXISTS (SELECT 1 FROM ${kept}) BEGIN DELETE FROM ${kept}; END`,
    ),
  ];
}

const removalOf = (table: string): string =>
  [
    `DROP TABLE IF EXISTS ${quoted(answersTable(table))}`,
    ...EVENTS.map((event) => `DROP TRIGGER IF EXISTS ${triggerOf(table, event)}`),
  ].join(';');

/** Whether the table and its triggers are exactly as this program makes them. */
function isPrepared(database: DatabaseSync, table: string): boolean {
  const made = new Set(
    database
      .prepare('SELECT sql FROM sqlite_schema')
      .all()
      .map(({ sql }) => sql),
  );
  return schemaOf(table).every((sql) => made.has(sql));
}
