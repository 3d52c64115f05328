import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { StoreError } from '../lib/core/errors.ts';
import { storeErrorOf } from '../lib/core/store/sqlite-file.ts';
import { runApi, type RunningApi, type Request } from './running-api.ts';

const POST_SYNC: Request = {
  method: 'POST',
  json: { episodes: Array.from({ length: 3000 }, (_, index) => ({ folder_name: 'a', file_name: `episode ${index}` })) },
};
/** Requests that read and write, of several features. */
const REQUESTS: [path: string, request?: Request][] = [
  ['/health', { authorization: null }],
  ['/shows'],
  ['/progress'],
  ['/history'],
  ['/export'],
  ['/trakt/status'],
  ['/api/show_user?username=alice'],
  ['/sync', POST_SYNC],
  [
    '/viewings',
    {
      method: 'POST',
      json: { viewings: [{ ref: '1c9cbd2e-6b1a-4cc4-9d4f-0d6dfd2d4c11', title: 'Radio', seconds: 60 }] },
    },
  ],
];

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-store-errors-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database with much in it, closed. */
async function filled(t: ExecutionContext, dataDirectory: string): Promise<string> {
  const ends: (() => unknown)[] = [];
  const api = await runApi({ teardown: (end) => void ends.push(end) }, { dataDirectory });
  t.is((await api.call('/sync', POST_SYNC)).status, 200);
  for (const end of ends.toReversed()) await end();
  return path.join(dataDirectory, 'immersion.sqlite');
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Answers’ statuses and codes; none of them names a path of this computer. */
async function ask(t: ExecutionContext, api: RunningApi): Promise<string[]> {
  const said = new Set<string>();
  for (const [where, request] of REQUESTS) {
    const { status, headers, text, body } = await api.call(where, request);
    const answer = [text, ...[...headers].flat()].join('\n');
    for (const secret of [api.dataDirectory, path.dirname(api.secretFile), tmpdir(), '.sqlite', import.meta.dirname]) {
      t.false(answer.includes(secret), `${where}: ${answer}`);
    }
    if (status >= 400) said.add(`${status} ${(body as { code?: string } | undefined)?.code ?? `${where} ${text}`}`);
  }
  return [...said].toSorted();
}

const FAULTS: [what: string, make: (file: string) => unknown, expected: string[]][] = [
  ['is not a database', (file) => writeFileSync(file, 'notes '.repeat(2000)), ['503 store_damaged']],
  ['is cut in half', (file) => truncateSync(file, readFileSync(file).length / 2), ['503 store_damaged']],
  [
    'has a damaged page',
    (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill('x', 8192, bytes.length - 4096));
    },
    ['503 store_damaged'],
  ],
  ['belongs to another program', (file) => replace(file, 'CREATE TABLE notes (text)'), ['503 store_foreign']],
  ['is of a newer layout', (file) => execute(file, 'PRAGMA user_version = 99'), ['503 store_newer']],
  ['is a folder', (file) => (rmSync(file), mkdirSync(file)), ['503 store_unreadable']],
  ['leads in a circle', (file) => (rmSync(file), symlinkSync(file, file)), ['503 store_unreadable']],
  [
    'lies in a file',
    (file) => (rmSync(path.dirname(file), { recursive: true }), writeFileSync(path.dirname(file), '')),
    ['503 store_unreadable'],
  ],
  [
    'has items that are no JSON',
    (file) => execute(file, "UPDATE immersion_tracker SET item = '{'"),
    ['503 item_unreadable'],
  ],
];

function replace(file: string, sql: string): void {
  rmSync(file);
  execute(file, sql);
}

for (const [what, make, expected] of FAULTS) {
  test(`a database that ${what} is a 503 that names no path`, async (t) => {
    const dataDirectory = path.join(folderFor(t), 'data');
    make(await filled(t, dataDirectory));
    try {
      t.deepEqual(await ask(t, await runApi(t, { dataDirectory })), expected);
    } catch (error) {
      // Then the server does not start, and says so to whoever starts it.
      if (!(error instanceof StoreError)) throw error;
      t.deepEqual([`503 ${error.code}`], expected);
      t.regex(error.publicMessage ?? '', /^The database [\w ]+\.$/);
    }
  });
}

test('a database that is damaged, locked or gone while the server runs is a 503 that names no path', async (t) => {
  const dataDirectory = path.join(folderFor(t), 'data');
  const file = await filled(t, dataDirectory);
  const api = await runApi(t, { dataDirectory });
  t.deepEqual(await ask(t, api), []);
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  t.deepEqual(await ask(t, api), ['503 store_busy']);
  other.exec('ROLLBACK');
  other.close();
  rmSync(dataDirectory, { recursive: true });
  for (const said of await ask(t, api)) t.regex(said, /^503 store_/);
});

function fill(disk: string): void {
  for (const bytes of [4096, 1]) {
    try {
      for (let index = 0; ; index++) writeFileSync(path.join(disk, `fill-${bytes}-${index}`), 'x'.repeat(bytes));
    } catch {
      // The disk is full.
    }
  }
}

if (process.getuid?.() === 0) {
  for (const [what, change, expected] of [
    ['full', 'fill', ['503 store_full']],
    ['mounted read-only', 'remount', ['503 store_read_only']],
  ] as const) {
    test(`a disk that is ${what} is a 503 that names no path, before and after the start`, async (t) => {
      const disk = folderFor(t);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2500k', 'tmpfs', disk]);
      t.teardown(() => execFileSync('umount', ['-l', disk]));
      await filled(t, disk);
      if (change === 'fill') {
        const running = await runApi(t, { dataDirectory: disk });
        t.is((await running.call('/shows')).status, 200);
        fill(disk);
        t.deepEqual(await ask(t, running), [...expected]);
        for (const name of readdirSync(disk)) if (name.startsWith('fill-')) rmSync(path.join(disk, name));
        t.deepEqual(await ask(t, running), [], 'once there is space again, all of it works without a new start');
        fill(disk);
      } else execFileSync('mount', ['-o', 'remount,ro', disk]);
      t.deepEqual(await ask(t, await runApi(t, { dataDirectory: disk })), [...expected]);
    });
  }
}

const SECRETS: [what: string, make: (file: string) => unknown, expected: string][] = [
  ['is missing', (file) => rmSync(file), '503 secret_unreadable'],
  ['is a folder', (file) => (rmSync(file), mkdirSync(file)), '503 secret_unreadable'],
  ['is a device', (file) => (rmSync(file), symlinkSync('/dev/zero', file)), '503 secret_unreadable'],
  ['is no JSON', (file) => writeFileSync(file, `{ ${file}`), '503 secret_malformed'],
  ['has no users', (file) => writeFileSync(file, '{"users": 5}'), '503 secret_malformed'],
];
for (const [what, make, expected] of SECRETS) {
  test(`a secret file that ${what} is a 503 that names no path`, async (t) => {
    const api = await runApi(t);
    make(api.secretFile);
    t.deepEqual(await ask(t, api), [expected]);
  });
}

test('a fault of the program is a 500 that repeats nothing of it', async (t) => {
  const fault = () => Promise.reject(new TypeError(`cannot read ${import.meta.dirname}/secret of undefined`));
  const api = await runApi(t, { replace: () => ({ progress: { progress: { of: fault } } }) });
  const { status, text } = await api.call('/progress');
  t.is(status, 500);
  t.false(text.includes(import.meta.dirname), text);
});

const ERRORS: [code: number | string, name: string][] = [
  [5, 'store_busy'],
  [261, 'store_busy'],
  [517, 'store_busy'],
  [6, 'store_busy'],
  [8, 'store_read_only'],
  [1544, 'store_read_only'],
  [10, 'store_unreadable'],
  [266, 'store_unreadable'],
  [11, 'store_damaged'],
  [13, 'store_full'],
  [14, 'store_unreadable'],
  [26, 'store_damaged'],
  ['EACCES', 'store_unreadable'],
  ['ELOOP', 'store_unreadable'],
  ['EMFILE', 'store_unreadable'],
  ['EROFS', 'store_read_only'],
  ['ENOSPC', 'store_full'],
  ['ENOTDIR', 'store_unreadable'],
  ['ERR_INVALID_STATE', 'store_closed'],
];
for (const [code, name] of ERRORS) {
  test(`error ${code} of the database is ${name}, for others without its path`, (t) => {
    const file = path.join(folderFor(t), 'immersion.sqlite');
    const thrown = Object.assign(
      new Error(`at ${file}`),
      typeof code === 'number' ? { errcode: code } : { code, syscall: 'open' },
    );
    const error = storeErrorOf(file, thrown);
    t.is(error?.code, name);
    t.true(error?.message.includes(file));
    t.truthy(error?.publicMessage);
    t.false(error?.publicMessage?.includes(path.dirname(file)));
  });
}
