import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { backUp, restore } from '../lib/core/store/sqlite-backup.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { createPerson, startServer } from './cli-process.ts';

const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-backup-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  return folder;
}

async function filled(file: string, titles: string[]): Promise<string> {
  const store = createSqliteStore({ file, schema });
  await store.insertNew(titles.map((title) => ({ pk: 'p', sk: title })));
  await store.close();
  return file;
}

async function titlesIn(file: string): Promise<unknown[]> {
  const store = createSqliteStore({ file, schema });
  const items = await Array.fromAsync(store.query('p'));
  await store.close();
  return items.map(({ sk }) => sk);
}

test('a backup is whole while another process writes, and for its owner alone', async (t) => {
  const folder = folderFor(t);
  const database = path.join(folder, 'immersion.sqlite');
  await filled(database, ['first']);
  const writer = spawn(process.execPath, [path.join(import.meta.dirname, 'store-writer.ts'), database, '4000']);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const file = path.join(folder, 'backup.sqlite');
  await backUp({ database, file });
  await backUp({ database, file });
  writer.kill();
  const titles = await titlesIn(file);
  t.true(titles.includes('first'));
  t.is((titles.length - 1) % 20, 0, 'no transaction is there in part');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('immersion.sqlite')),
    ['backup.sqlite'],
  );
});

for (const [claim, make, code] of [
  ['somebody’s notes', (file: string) => writeFileSync(file, 'notes '.repeat(2000)), 'store_damaged'],
  ['another program’s database', (file: string) => withDatabase(file, 'CREATE TABLE notes (text)'), 'store_foreign'],
  ['nothing', (file: string) => writeFileSync(file, ''), 'store_foreign'],
  [
    'a newer layout',
    (file: string) => withDatabase(file, 'CREATE TABLE t (x); PRAGMA user_version = 99'),
    'store_newer',
  ],
] as const) {
  test(`a file with ${claim} is neither replaced by a backup nor restored`, async (t) => {
    const folder = folderFor(t);
    const database = await filled(path.join(folder, 'immersion.sqlite'), ['kept']);
    const file = path.join(folder, 'file');
    make(file);
    const { mtimeMs } = statSync(file);
    await t.throwsAsync(backUp({ database, file }), { code });
    await t.throwsAsync(restore({ database, file }), { code });
    t.is(statSync(file).mtimeMs, mtimeMs);
    t.deepEqual(await titlesIn(database), ['kept']);
    t.deepEqual(readdirSync(folder).sort(), ['file', 'immersion.sqlite']);
  });
}

test('a backup into a folder that is missing names the folder', async (t) => {
  const folder = folderFor(t);
  const database = await filled(path.join(folder, 'immersion.sqlite'), ['kept']);
  const file = path.join(folder, 'missing', 'backup.sqlite');
  await t.throwsAsync(backUp({ database, file }), { message: `No such folder: ${path.dirname(file)}` });
});

/** Damages a page in the middle, which opening the database does not read. */
async function damagedDatabase(t: ExecutionContext): Promise<{ folder: string; database: string }> {
  const folder = folderFor(t);
  const database = await filled(
    path.join(folder, 'immersion.sqlite'),
    Array.from({ length: 2000 }, (_, index) => `title ${index}`),
  );
  const bytes = readFileSync(database);
  const middle = Math.floor(bytes.length / 8192) * 4096;
  writeFileSync(
    database,
    Buffer.concat([bytes.subarray(0, middle), Buffer.alloc(4096, 'x'), bytes.subarray(middle + 4096)]),
  );
  return { folder, database };
}

test('a copy that turns out faulty is not a backup: the one before stays, and the database is named', async (t) => {
  const { folder, database } = await damagedDatabase(t);
  const file = path.join(folder, 'backup.sqlite');
  await filled(file, ['before']);
  const error = await t.throwsAsync(backUp({ database, file }), { code: 'store_damaged' });
  t.true(error?.message.includes(database) && !error.message.includes('draft'), error?.message);
  t.deepEqual(await titlesIn(file), ['before']);
  const files = () => readdirSync(folder).filter((name) => !/-(?:wal|shm)$/.test(name));
  t.deepEqual(files().sort(), ['backup.sqlite', 'immersion.sqlite']);

  const other = path.join(folder, 'other.sqlite');
  await filled(other, ['kept']);
  await t.throwsAsync(restore({ file: database, database: other }), { code: 'store_damaged' });
  t.deepEqual(await titlesIn(other), ['kept']);
  t.deepEqual(files().sort(), ['backup.sqlite', 'immersion.sqlite', 'other.sqlite']);
});

if (process.getuid?.() === 0) {
  test('a backup that does not fit on its disk names that disk, and leaves nothing there', async (t) => {
    const folder = folderFor(t);
    const database = await filled(
      path.join(folder, 'immersion.sqlite'),
      Array.from({ length: 5000 }, (_, index) => `title ${index} ${'x'.repeat(100)}`),
    );
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
    t.teardown(() => execFileSync('umount', ['-l', disk]));
    const file = path.join(disk, 'backup.sqlite');
    const error = await t.throwsAsync(backUp({ database, file }), { code: 'store_full' });
    t.true(error?.message.includes(file), error?.message);
    t.deepEqual(readdirSync(disk), []);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const frozen = await t.throwsAsync(backUp({ database, file }), { code: 'store_read_only' });
    t.true(frozen?.message.includes(file), frozen?.message);
  });
}

test('when it is closed, the one file holds everything', async (t) => {
  const folder = folderFor(t);
  const database = await filled(path.join(folder, 'immersion.sqlite'), ['first']);
  t.deepEqual(readdirSync(folder), ['immersion.sqlite']);
  t.deepEqual(await titlesIn(database), ['first']);

  const person = createPerson(t, { IMMERSION_DATA_DIR: folder });
  person.fill('Show/e1.mkv');
  const server = await startServer(t, person);
  t.is((await person.run(['sync', '--no-input'], { environment: server.environment })).status, 0);
  const ended = new Promise((resolve) => server.child.once('exit', resolve));
  server.child.kill('SIGTERM');
  await ended;
  t.false(existsSync(`${database}-wal`));
  const copy = path.join(folder, 'copy.sqlite');
  copyFileSync(database, copy);
  const elsewhere = path.join(person.folder, 'elsewhere');
  t.is((await person.run(['restore', copy, '--yes'], { environment: { IMMERSION_DATA_DIR: elsewhere } })).status, 0);
  const shows = await person.run(['shows', '--json'], { environment: { IMMERSION_DATA_DIR: elsewhere } });
  t.regex(shows.stdout, /"folder_name": "Show"/);
});

for (const [claim, make] of [
  ['a pipe', (file: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', file])],
  ['a device', (file: string) => symlinkSync('/dev/zero', file)],
  ['a folder', (file: string) => mkdirSync(file)],
] as const) {
  test(`${claim} is neither replaced by a backup nor restored`, async (t) => {
    const folder = folderFor(t);
    const database = await filled(path.join(folder, 'immersion.sqlite'), ['kept']);
    const file = path.join(folder, 'file');
    make(file);
    const message = `${file} is not a regular file.`;
    await t.throwsAsync(backUp({ database, file }), { message });
    await t.throwsAsync(restore({ database, file }), { message });
    t.deepEqual(await titlesIn(database), ['kept']);
  });
}

test('restoring keeps what was there, also what is damaged, and waits for nobody', async (t) => {
  const folder = folderFor(t);
  const database = await filled(path.join(folder, 'immersion.sqlite'), ['old']);
  const file = path.join(folder, 'backup.sqlite');
  await backUp({ database, file });
  await filled(database, ['new']);
  const open = createSqliteStore({ file: database, schema });
  await t.throwsAsync(restore({ database, file }), { code: 'store_busy' });
  await open.close();
  t.deepEqual(await titlesIn(database), ['new', 'old']);

  const before = await restore({ database, file });
  t.deepEqual(await titlesIn(database), ['old']);
  t.deepEqual(await titlesIn(before ?? ''), ['new', 'old']);
  t.is(statSync(database).mode & 0o777, 0o600);

  writeFileSync(database, 'damaged '.repeat(2000));
  t.truthy(await restore({ database, file }));
  t.deepEqual(await titlesIn(database), ['old']);
  rmSync(database);
  t.is(await restore({ database, file }), null);
  t.deepEqual(await titlesIn(database), ['old']);
});

test('the commands back up beside a running server, and restore when it has ended', async (t) => {
  const person = createPerson(t);
  person.fill('Show/e1.mkv');
  const server = await startServer(t, person);
  t.is((await person.run(['sync', '--no-input'], { environment: server.environment })).status, 0);
  const file = path.join(person.folder, 'backup.sqlite');
  t.is((await person.run(['backup', file])).status, 0);
  t.like(await person.run(['backup', file], { environment: server.environment }), { status: 2 });
  const busy = await person.run(['restore', file, '--yes']);
  t.is(busy.status, 1);
  t.regex(busy.stderr, /in use by another process\.\n {2}→ Stop the server/);
  server.child.kill('SIGTERM');
  await new Promise((resolve) => server.child.once('exit', resolve));

  const elsewhere = { IMMERSION_DATA_DIR: path.join(person.folder, 'elsewhere') };
  t.is((await person.run(['restore', file], { environment: elsewhere })).status, 2);
  t.is((await person.run(['restore', file, '--dry-run'], { environment: elsewhere })).status, 0);
  t.false(existsSync(elsewhere.IMMERSION_DATA_DIR));
  t.is((await person.run(['restore', file, '--yes'], { environment: elsewhere })).status, 0);
  const shows = await person.run(['shows', '--json'], { environment: elsewhere });
  t.regex(shows.stdout, /"folder_name": "Show"/);
});

function withDatabase(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}
