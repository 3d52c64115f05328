import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { createPerson, listening, runAsNobody } from './cli-process.ts';
import { call, runApi } from './running-api.ts';

const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };
const EPISODES = { episodes: [{ folder_name: 'a', file_name: 'e' }] };

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-disk-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('while another process holds the lock, reading and health go on and a write is told to come later', async (t) => {
  const api = await runApi(t);
  await api.call('/sync', { method: 'POST', json: EPISODES });
  const other = new DatabaseSync(path.join(api.dataDirectory, 'immersion.sqlite'));
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const started = performance.now();
  const json = { episodes: [{ folder_name: 'b', file_name: 'e' }] };
  const writes = [1, 2, 3].map(async () => {
    const { status, headers, body } = await api.call('/sync', { method: 'POST', json });
    const { code, message } = body as { code: string; message: string };
    return { status, retry: headers.get('retry-after'), code, message, seconds: (performance.now() - started) / 1000 };
  });
  const waiting = new Set(writes);
  for (const write of writes) void write.finally(() => waiting.delete(write));
  let answered = 0;
  while (waiting.size > 0) {
    t.is((await api.call('/health', { authorization: null })).status, 200);
    t.is((await api.call('/shows')).status, 200);
    answered += 1;
    await delay(50);
  }
  t.true(answered > 3, `${answered} while the writes waited`);
  const shortest = Math.min(...(await Promise.all(writes)).map(({ seconds }) => seconds));
  for (const { seconds, ...answer } of await Promise.all(writes)) {
    const message = 'The database is in use by another process.';
    t.deepEqual(answer, { status: 503, retry: '2', code: 'store_busy', message });
    // One after another, they would take at least three times as long as one.
    t.true(seconds < 2 * shortest + 1, `${seconds} s`);
  }
  t.true(
    api.logLines.some((line) => line.includes(api.dataDirectory)),
    'the log names the file',
  );
  const late = api.call('/sync', { method: 'POST', json });
  await delay(100);
  other.exec('COMMIT');
  t.is((await late).status, 200);
});

test('a server opens its database while another process writes to it', async (t) => {
  const file = path.join(folderFor(t), 'immersion.sqlite');
  await createSqliteStore({ file, schema }).close();
  const other = new DatabaseSync(file);
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const started = performance.now();
  const store = createSqliteStore({ file, schema });
  t.teardown(() => store.close());
  await store.ping();
  t.true(performance.now() - started < 1000);
});

test('whatever the folder was, the database is for its owner alone', async (t) => {
  const folder = folderFor(t);
  chmodSync(folder, 0o777);
  const file = path.join(folder, 'immersion.sqlite');
  const store = createSqliteStore({ file, schema });
  await store.put({ pk: 'p', sk: 's' });
  for (const name of readdirSync(folder)) t.is(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
  t.is(readdirSync(folder).length, 3);
  await store.close();
  chmodSync(file, 0o644);
  await createSqliteStore({ file, schema }).close();
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('a while after the last write the one file holds everything', async (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'immersion.sqlite');
  const store = createSqliteStore({ file, schema });
  t.teardown(() => store.close());
  await store.put({ pk: 'p', sk: 's', title: 'kept' });
  t.true(statSync(`${file}-wal`).size > 0);
  while (statSync(`${file}-wal`).size > 0) await delay(100);
  const copy = path.join(folder, 'copy.sqlite');
  cpSync(file, copy);
  const copied = createSqliteStore({ file: copy, schema });
  t.teardown(() => copied.close());
  t.like(await copied.get({ partition: 'p', sort: 's' }), { title: 'kept' });
});

test('a folder that is somebody else’s is named, with the way to change that', async (t) => {
  const person = createPerson(t);
  const locked = path.join(person.folder, 'locked');
  mkdirSync(locked, { mode: 0o555 });
  if (process.getuid?.() === 0) chmodSync(locked, 0o755);
  const data = { ...person, environment: { ...person.environment, IMMERSION_DATA_DIR: path.join(locked, 'data') } };
  const { status, stderr } = await runAsNobody(t, data, ['shows']);
  t.is(status, 1);
  t.regex(
    stderr,
    /^Error: The database \S+locked\/data\/immersion\.sqlite cannot be written: its folder is not writable for user \d+\.$/m,
  );
  const wayOut = /→ Give it to that user: chown -R \d+ \S+locked \(for a folder that is mounted into a container/;
  t.regex(stderr, wayOut);

  const served = await runAsNobody(t, data, ['serve', '--port', '0']);
  t.is(served.status, 1);
  t.regex(
    served.stderr,
    /^Error: The secret file \S+locked\/data\/secret\.json cannot be written: its folder is not writable for user \d+\.$/m,
  );
  t.regex(served.stderr, wayOut);
});

/** A small disk, which only root can mount. */
function smallDisk(t: ExecutionContext): { folder: string; fill(): void; freeze(): void } {
  const folder = folderFor(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder]);
  t.teardown(() => execFileSync('umount', ['-l', folder]));
  const fill = () => {
    for (const bytes of [4096, 1]) {
      try {
        for (;;) writeFileSync(path.join(folder, `fill-${readdirSync(folder).length}`), 'x'.repeat(bytes));
      } catch {
        // The disk is full.
      }
    }
  };
  return { folder, fill, freeze: () => void execFileSync('mount', ['-o', 'remount,ro', folder]) };
}

if (process.getuid?.() === 0) {
  for (const [what, change, said] of [
    ['full', 'fill', /cannot grow: the disk is full\.\n {2}→ Free some space/],
    ['mounted read-only', 'freeze', /cannot be written: its disk is mounted read-only\.\n {2}→ Mount it for writing/],
  ] as const) {
    test(`a disk that is ${what} is read, and writing names it`, async (t) => {
      const disk = smallDisk(t);
      const person = createPerson(t, { IMMERSION_DATA_DIR: disk.folder });
      person.fill('Show/e1.mkv');
      t.is((await person.run(['sync', '--no-input'])).status, 0);
      disk[change]();
      const shows = await person.run(['shows', '--json']);
      t.is(shows.status, 0, shows.stderr);
      t.regex(shows.stdout, /"folder_name": "Show"/);
      person.fill('Show/e2.mkv');
      const served = await person.run(['serve', '--port', '0'], { asProcess: true });
      t.is(served.status, 1, served.stdout);
      t.regex(served.stderr, said);
      const written = await person.run(['sync', '--no-input']);
      t.is(written.status, 1, written.stdout);
      t.regex(written.stderr, said);
      t.true(existsSync(path.join(person.library, 'shows/Show/watched/e2.mkv')));
    });
  }

  test('a server whose disk becomes full goes on reading', async (t) => {
    const disk = smallDisk(t);
    const person = createPerson(t, { IMMERSION_DATA_DIR: disk.folder });
    const { url } = await listening(t, person.start(['serve', '--open', '--port', '0', '--json']));
    t.is((await call(`${url}/sync`, { method: 'POST', json: EPISODES })).status, 200);
    disk.fill();
    const many = Array.from({ length: 3000 }, (_, index) => ({ folder_name: 'b', file_name: `e${index}` }));
    const refused = await call(`${url}/sync`, { method: 'POST', json: { episodes: many } });
    t.deepEqual([refused.status, (refused.body as { code: string }).code], [503, 'store_full']);
    t.is((await call(`${url}/shows`)).status, 200);
  });
}
