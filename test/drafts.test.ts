import crypto, { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeWhole } from '../lib/core/files.ts';
import { backUp } from '../lib/core/store/sqlite-backup.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { withOwnTokenKey } from '../lib/core/token-key.ts';
import { createConfigFile } from '../lib/core/config.ts';
import { createOwnSecret } from '../lib/users/own-secret.ts';
import { createSecretUsers } from '../lib/users/secret-users.ts';
import { writeLines } from '../lib/exchange/exchange-files.ts';
import { removeLines } from '../lib/folder/links-file.ts';

const GUESSED = '01234567-89ab-4def-8123-456789abcdef';
const VICTIM = 'what must not be overwritten';
const LINK = 'https://youtu.be/abcdefghijk';

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-drafts-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As if an attacker could guess the names of drafts. */
async function withGuessedNames(work: () => Promise<unknown>): Promise<void> {
  crypto.randomUUID = () => GUESSED;
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    crypto.randomUUID = randomUUID;
    syncBuiltinESMExports();
  }
}

async function databaseIn(folder: string): Promise<string> {
  const file = path.join(folder, 'immersion.sqlite');
  const store = createSqliteStore({ file, schema: { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' } });
  await store.put({ pk: 'p', sk: 's' });
  await store.close();
  return file;
}

async function* oneLine(): AsyncGenerator<string> {
  yield 'a line';
}

/** Whatever writes a file by a draft: the draft's name beside that file, and the writing. */
const WRITERS: [
  what: string,
  file: string,
  draft: string,
  write: (file: string, folder: string) => Promise<unknown>,
][] = [
  ['any file', 'file', `.file.${GUESSED}.draft`, (file) => writeWhole(file, 'new')],
  ['an export', 'out.jsonl', `.out.jsonl.${GUESSED}.draft`, (file) => writeLines(file, oneLine())],
  ['the settings', 'config.json', `.config.json.${GUESSED}.draft`, createConfigFile],
  [
    'the key for tokens',
    'token-key',
    `.token-key.${GUESSED}.draft`,
    (file) => withOwnTokenKey({ read: async () => ({ users: [] }) }, file).read(),
  ],
  [
    'a server’s own secret',
    'secret.json',
    `.secret.json.${GUESSED}.draft`,
    (file) => createOwnSecret(file, async () => ({ users: [] })),
  ],
  [
    'the list of links',
    'watched.txt',
    `.watched.txt.${GUESSED}.draft`,
    (file) => {
      writeFileSync(file, `${LINK}\nother\n`);
      return removeLines(file, new Set(['youtube:abcdefghijk']));
    },
  ],
  [
    'a backup',
    'backup.sqlite',
    `backup.sqlite.${GUESSED}.draft`,
    async (file, folder) => backUp({ database: await databaseIn(folder), file }),
  ],
];

for (const [what, name, draftName, write] of WRITERS) {
  test.serial(`${what} is not written through a link or a file at its draft’s name`, async (t) => {
    for (const kind of ['link', 'dangling link', 'file'] as const) {
      const folder = folderFor(t);
      const victim = path.join(folder, 'victim');
      if (kind !== 'dangling link') writeFileSync(victim, VICTIM);
      const draft = path.join(folder, draftName);
      if (kind === 'file') writeFileSync(draft, VICTIM);
      else symlinkSync(victim, draft);
      const file = path.join(folder, name);
      await withGuessedNames(() => write(file, folder).catch(() => undefined));
      if (kind === 'dangling link') t.false(existsSync(victim), kind);
      else t.is(readFileSync(victim, 'utf8'), VICTIM, kind);
      if (existsSync(file)) t.true(lstatSync(file).isFile(), kind);
    }
    const folder = folderFor(t);
    const file = path.join(folder, name);
    await withGuessedNames(() => write(file, folder));
    t.true(lstatSync(file).isFile(), 'without anything in the way it is written');
    t.false(existsSync(path.join(folder, draftName)));
  });
}

for (const [kind, age] of [
  ['link', 60],
  ['dangling link', 60],
  ['file', 60],
  ['file from the future', -3600],
] as const) {
  test.serial(
    `users change past an abandoned draft that is a ${kind}, and nothing is written through it`,
    async (t) => {
      const folder = folderFor(t);
      const file = path.join(folder, 'secret.json');
      const victim = path.join(folder, 'victim');
      const draft = `${file}.draft`;
      if (kind !== 'dangling link') writeFileSync(victim, VICTIM);
      if (kind.endsWith('link')) symlinkSync(victim, draft);
      else writeFileSync(draft, '{ broken');
      const at = Date.now() / 1000 - age;
      if (kind.endsWith('link')) lutimesSync(draft, at, at);
      else utimesSync(draft, at, at);
      const users = createSecretUsers({ secretFile: file, store: 'sqlite', dataDirectory: folder, secretId: 'id' });
      await users.add({ user: 'a', password: 'p' });
      t.regex(readFileSync(file, 'utf8'), /"user": "a"/);
      t.false(existsSync(draft));
      if (kind === 'dangling link') t.false(existsSync(victim));
      else t.is(readFileSync(victim, 'utf8'), VICTIM);
    },
  );
}
