import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { InvalidInputError, StoreError } from '../errors.ts';
import { checkLayout, isBusy, isOtherFile, storeErrorOf } from './sqlite-file.ts';

/** In one step: page by page, it would restart with every write of another process. */
const ALL_PAGES = 2_147_483_647;

/** Errors while copying that concern the destination. */
const OF_THE_DISK: ReadonlySet<string> = new Set(['store_full', 'store_read_only', 'store_unreadable']);

/** Copies a database atomically to a verified file, private to the user. Others may write meanwhile. */
export async function backUp({ database: from, file: to }: { database: string; file: string }): Promise<void> {
  if (!existsSync(from)) {
    throw new StoreError(`No database at ${from} yet.`, {
      code: 'store_missing',
      suggestions: ['Name the folder that holds it with IMMERSION_DATA_DIR.'],
    });
  }
  if (existsSync(to)) {
    if (sameFile(from, to)) throw refused(`${to} is the database itself.`);
    // Only replace a backup.
    check(to);
  }
  const folder = path.dirname(to);
  if (!existsSync(folder)) throw refused(`No such folder: ${folder}`);
  const draft = await copy(from, to);
  await rename(draft, to);
  await syncFolder(to);
}

/** Throws `StoreError` unless the file is a backup. A copy is called by the `name` of its original. */
export function check(file: string, name = file): void {
  if (!existsSync(file)) throw refused(`No such file: ${name}`);
  // A pipe would be waited for.
  if (!statSync(file).isFile()) throw refused(`${name} is not a regular file.`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    checkLayout(database, name);
    if (Number(database.prepare('PRAGMA user_version').get()?.['user_version']) === 0) {
      throw new StoreError(`${name} is empty, not a backup of immersion.`, { code: 'store_foreign' });
    }
    const [fault] = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {});
    if (fault !== 'ok') throw new StoreError(`The database ${name} is damaged.`, { code: 'store_damaged' });
  } catch (error) {
    if (isOtherFile(error)) {
      throw new StoreError(`${name} is not a backup of immersion.`, {
        code: 'store_damaged',
        suggestions: ['Use a file written by immersion backup.'],
      });
    }
    throw storeErrorOf(name, error) ?? error;
  } finally {
    if (database?.isOpen) database.close();
  }
}

/** Replaces the database with a backup. Returns where the previous one was moved, if any. */
export async function restore({
  file: from,
  database: to,
}: {
  file: string;
  database: string;
}): Promise<string | null> {
  check(from);
  if (existsSync(to) && sameFile(from, to)) throw refused(`${from} is the database itself.`);
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  const draft = await copy(from, to);
  try {
    if (!existsSync(to)) {
      await rename(draft, to);
      return null;
    }
    closeAlone(to);
    const before = `${to}.before-restore-${randomUUID().slice(0, 8)}`;
    // A link first, so that the database exists at all times.
    await link(to, before);
    for (const end of ['-wal', '-shm']) if (existsSync(to + end)) await rename(to + end, before + end);
    await rename(draft, to);
    return before;
  } finally {
    await rm(draft, { force: true });
    await syncFolder(to);
  }
}

/** Makes a verified copy next to its destination. */
async function copy(from: string, to: string): Promise<string> {
  const draft = `${to}.${randomUUID()}.draft`;
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.close();
    await backup(source, draft, { rate: ALL_PAGES });
    check(draft, from);
    const written = await open(draft, 'r+');
    await written.sync();
    await written.close();
    return draft;
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = storeErrorOf(to, error) ?? {};
    throw storeErrorOf(code !== undefined && OF_THE_DISK.has(code) ? to : from, error) ?? error;
  } finally {
    source.close();
    for (const end of ['-wal', '-shm']) await rm(draft + end, { force: true });
  }
}

/** Merges the journal into the file. Throws `StoreError` if another process has it open; ignores damage. */
function closeAlone(file: string): void {
  const database = new DatabaseSync(file);
  try {
    // This mode only locks without other connections.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    if (!isBusy(error)) return;
    throw new StoreError(`The database ${file} is in use by another process.`, {
      code: 'store_busy',
      suggestions: ['Stop the server and all commands first.'],
    });
  } finally {
    database.close();
  }
}

async function syncFolder(file: string): Promise<void> {
  const folder = await open(path.dirname(file), 'r');
  await folder.sync();
  await folder.close();
}

function sameFile(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}

const refused = (message: string) => new InvalidInputError(message, { code: 'invalid_argument' });
