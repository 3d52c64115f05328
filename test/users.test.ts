import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createSecretUsers } from '../lib/users/secret-users.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { passwordFault } from '../lib/users/password-rules.ts';
import { verifyPassword } from '../lib/users/password-service.ts';
import { basic, runApi } from './running-api.ts';
import { runInside } from './cli-inside.ts';
import { NOWHERE } from './nowhere.ts';
import { serve } from './serving.ts';
import { runAtTerminal } from './terminal-inside.ts';

const COMMAND = path.resolve(import.meta.dirname, '../bin/run.js');

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-users-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function usersIn(folder: string, content?: unknown) {
  const file = path.join(folder, 'secret.json');
  if (content !== undefined) writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as { users: { user: string; password: string }[] };
  const users = createSecretUsers({ secretFile: file, store: 'sqlite', dataDirectory: folder, secretId: 'id' });
  return { file, read, users };
}

const environmentOf = (folder: string) => ({
  ...NOWHERE,
  HOME: folder,
  IMMERSION_DATA_DIR: folder,
  NO_COLOR: '1',
});

async function immersion(
  folder: string,
  args: string[],
  {
    input = '',
    environment: changed = {},
    asProcess = false,
  }: { input?: string | Uint8Array; environment?: Record<string, string>; asProcess?: boolean } = {},
) {
  const environment = { ...environmentOf(folder), ...changed };
  const inside = asProcess ? undefined : await runInside(args, { environment, workingDirectory: process.cwd(), input });
  if (inside) return inside;
  const child = spawn(process.execPath, [COMMAND, ...args], { env: environment });
  // It need not be read to its end.
  child.stdin.on('error', () => {}).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

test('adding, changing and removing users leaves everything else in the file as it is', async (t) => {
  const content = {
    tvdb_api_key: 'k',
    users: [{ user: 'old', password: 'plain', note: 'kept' }],
    other: { nested: [1, 'ü'] },
  };
  const { users, read } = usersIn(folderFor(t), content);
  await users.add({ user: 'new', password: 'x', admin: true });
  await users.setPassword('old', 'y');
  t.deepEqual(read(), {
    ...content,
    users: [
      { user: 'old', password: 'y', note: 'kept' },
      { user: 'new', password: 'x', admin: true },
    ],
  } as unknown);
  await users.remove('old');
  await users.remove('new');
  t.deepEqual(read() as unknown, { ...content, users: [] });
});

test('a new file can be read by its owner alone, and a file that is there keeps its rights', async (t) => {
  const folder = folderFor(t);
  const { users, file } = usersIn(folder);
  await users.add({ user: 'a', password: 'p' });
  t.is(statSync(file).mode & 0o777, 0o600);
  chmodSync(file, 0o640);
  await users.add({ user: 'b', password: 'p' });
  t.is(statSync(file).mode & 0o777, 0o640);
  t.deepEqual(readdirSync(folder), ['secret.json'], 'no draft is left');
});

test('behind a link it is the file itself that changes', async (t) => {
  const folder = folderFor(t);
  writeFileSync(path.join(folder, 'real.json'), '{}');
  symlinkSync('real.json', path.join(folder, 'secret.json'));
  await usersIn(folder).users.add({ user: 'a', password: 'p' });
  t.regex(readFileSync(path.join(folder, 'real.json'), 'utf8'), /"user": "a"/);
});

test('of many changes at once none is lost', async (t) => {
  const { users, read } = usersIn(folderFor(t));
  const names = Array.from({ length: 20 }, (_, index) => `user ${index}`);
  await Promise.all(names.map((user) => users.add({ user, password: 'p' })));
  t.deepEqual(
    read()
      .users.map(({ user }) => user)
      .toSorted(),
    names.toSorted(),
  );
});

test('a draft that a broken run left behind does not stand in the way', async (t) => {
  const { users, file, read } = usersIn(folderFor(t), { users: [] });
  writeFileSync(`${file}.draft`, '{ broken');
  const minuteAgo = Date.now() / 1000 - 60;
  utimesSync(`${file}.draft`, minuteAgo, minuteAgo);
  await users.add({ user: 'a', password: 'p' });
  t.is(read().users.length, 1);
  t.false(existsSync(`${file}.draft`));
});

for (const [claim, name, code] of [
  ['a colon', 'a:b', 'invalid_argument'],
  ['nothing', '', 'invalid_argument'],
  ['blanks', ' a', 'invalid_argument'],
  ['a line break', 'a\nb', 'invalid_argument'],
  ['a name that is taken', 'taken', 'user_exists'],
] as const) {
  test(`a user cannot be called ${claim}`, async (t) => {
    const content = { users: [{ user: 'taken', password: 'p' }] };
    const { users, read } = usersIn(folderFor(t), content);
    t.like(await t.throwsAsync(users.add({ user: name, password: 'p' }), { instanceOf: ImmersionError }), { code });
    t.deepEqual(read(), content);
  });
}

for (const content of [
  '{ "users": [ PASSWORD',
  '[]',
  '{"users": {"user": "PASSWORD"}}',
  '{"users": [{"user": 1, "password": "PASSWORD"}]}',
]) {
  test(`a file with ${content} stays as it is, and nothing of it is said`, async (t) => {
    const { users, file } = usersIn(folderFor(t), content);
    const error = await t.throwsAsync(users.add({ user: 'a', password: 'p' }), { instanceOf: ImmersionError });
    t.is(error.code, 'secret_malformed');
    t.false(error.message.includes('PASSWORD'));
    t.is(readFileSync(file, 'utf8'), content);
  });
}

test.serial('the commands add, list, change and remove a user that the API lets in', async (t) => {
  const folder = folderFor(t);
  const secretFile = path.join(folder, 'secret.json');
  t.like(await immersion(folder, ['user', 'list']), { status: 0, stdout: '' });
  const added = await immersion(folder, ['user', 'add', 'aiko', '--admin', '--password-stdin'], {
    input: 'päss: wörd\n',
  });
  t.deepEqual(added, { status: 0, stdout: '', stderr: `Added “aiko” to ${secretFile}.\n` });
  await immersion(folder, ['user', 'add', 'ben', '--plain', '--password-stdin'], { input: 'as it is' });
  t.is(
    (await immersion(folder, ['user', 'list'])).stdout,
    'User  Admin  Password\naiko  yes    hashed\nben   no     plain\n',
  );
  t.deepEqual(JSON.parse((await immersion(folder, ['user', 'list', '--json'])).stdout), {
    file: secretFile,
    users: [
      { user: 'aiko', admin: true, password: 'hashed' },
      { user: 'ben', admin: false, password: 'plain' },
    ],
  });

  const api = await runApi(t, { secret: JSON.parse(readFileSync(secretFile, 'utf8')) as unknown });
  const status = async (where: string, user: string, password: string) =>
    (await api.call(where, { authorization: basic(user, password) })).status;
  t.is(await status('/api/show_all', 'aiko', 'päss: wörd'), 200);
  t.is(await status('/api/show_all', 'ben', 'as it is'), 403);

  await immersion(folder, ['user', 'passwd', 'ben', '--password-stdin'], { input: 'another one' });
  const { users } = JSON.parse(readFileSync(secretFile, 'utf8')) as { users: { password: string }[] };
  t.true(await verifyPassword('another one', users[1]?.password ?? ''));
  t.is((await immersion(folder, ['user', 'remove', 'ben', '--yes'])).status, 0);
  t.like(await immersion(folder, ['user', 'remove', 'ben', '--yes']), { status: 1 });
  t.regex((await immersion(folder, ['user', 'list'])).stdout, /^User +Admin +Password\naiko +yes +hashed\n$/);
});

test.serial('a user who is added while the server runs can log in at once', async (t) => {
  const server = await serve(t);
  const shows = async (user: string) =>
    (await fetch(`${server.url}/shows`, { headers: { authorization: basic(user, 'päss: wörd') } })).status;
  for (const user of ['aiko', 'ben']) {
    t.is(await shows(user), 401);
    const args = ['user', 'add', user, '--password-stdin'];
    t.is((await immersion(server.dataDirectory, args, { input: 'päss: wörd', asProcess: true })).status, 0);
    t.is(await shows(user), 200);
  }
  t.is(await shows('aiko'), 200);
});

test.serial('nothing changes without a word, without somebody to ask, or in a dry run', async (t) => {
  const folder = folderFor(t);
  const { users, file } = usersIn(folder, { users: [{ user: 'aiko', password: 'p' }] });
  t.is((await users.list()).length, 1);
  const before = readFileSync(file, 'utf8');
  for (const [args, input, expected] of [
    [['add', 'ben'], '', 2],
    [['add', 'ben', '--password-stdin'], '', 2],
    [['add', 'ben', '--password-stdin'], 'two\nlines\n', 2],
    [['passwd', 'aiko'], 'x', 2],
    [['remove', 'aiko'], 'y', 2],
    [['add', 'ben', '--dry-run'], '', 0],
    [['passwd', 'aiko', '--dry-run'], '', 0],
    [['remove', 'aiko', '--dry-run'], '', 0],
  ] as [string[], string, number][]) {
    t.is((await immersion(folder, ['user', ...args], { input })).status, expected, args.join(' '));
  }
  t.is(readFileSync(file, 'utf8'), before);
});

for (const [password, user, fault] of [
  ['short', 'aiko', 'has fewer than 8 characters'],
  ['１２３４５６７', 'aiko', 'has fewer than 8 characters'],
  ['Aiko-from-Kyoto', 'aiko-from-kyoto', 'is the name of the user'],
  ['long enough', 'aiko', undefined],
] as const) {
  test(`the password “${password}” of ${user} ${fault ?? 'is taken'}`, (t) => {
    t.is(passwordFault(password, { user, force: false })?.what, fault);
    t.is(passwordFault(password, { user, force: true }), undefined);
  });
}

test.serial('a password in other bytes than UTF-8, or without an end, is refused', async (t) => {
  const folder = folderFor(t);
  const args = ['user', 'add', 'aiko', '--password-stdin'];
  for (const [input, fault] of [
    [Buffer.from('pässwörter', 'latin1'), 'The password on standard input is not UTF-8 text.'],
    [Buffer.from('\uFEFFpasswords', 'utf16le'), 'The password on standard input is not UTF-8 text.'],
    [Buffer.alloc(17 * 1024 * 1024, 'x'), 'Standard input is larger than 16 MB.'],
  ] as const) {
    const { status, stderr } = await immersion(folder, args, { input });
    t.deepEqual([status, stderr.split('\n')[0]], [2, `Error: ${fault}`]);
  }
  t.is((await immersion(folder, args, { input: '\uFEFFpässwörter\r\n' })).status, 0);
  const [user] = await usersIn(folder).users.list();
  t.true(await verifyPassword('pässwörter', user?.password ?? ''));
});

test.serial('a weak password is refused, unless it is wanted', async (t) => {
  const folder = folderFor(t);
  const args = ['user', 'add', 'aiko', '--password-stdin'];
  const refused = await immersion(folder, args, { input: 'aiko' });
  t.is(refused.status, 2);
  t.regex(refused.stderr, /is the name of the user\.\n.*\n {2}→ To use it anyway, add --force\./);
  t.is((await immersion(folder, [...args, '--force'], { input: 'aiko' })).status, 0);
});

test.serial('removing a user leaves what they recorded, or takes it along, and nobody else’s', async (t) => {
  const folder = folderFor(t);
  const { users } = usersIn(folder);
  for (const user of ['aiko', 'ben']) await users.add({ user, password: 'p' });
  const api = await runApi(t, { secret: { users: await users.list() }, dataDirectory: folder });
  const record = async (user: string) => {
    const authorization = basic(user, 'p');
    const episodes = [{ folder_name: 'a', file_name: 'e' }];
    await api.call('/sync', { method: 'POST', authorization, json: { episodes } });
    const json = { username: user, tv_show: 'a', season: 1, episode: 1 };
    await api.call('/api/update_episode', { method: 'POST', authorization, json });
  };
  await Promise.all(['aiko', 'ben'].map(record));
  const kept = async (user: string) => (await Array.fromAsync(api.store.query(`USER#${user}`))).length;
  const before = await kept('aiko');
  t.true(before > 0);
  const stays = await immersion(folder, ['user', 'remove', 'aiko', '--yes']);
  t.regex(stays.stderr, /What they recorded stays\./);
  t.is(await kept('aiko'), before);
  await users.add({ user: 'aiko', password: 'p' });
  t.is((await immersion(folder, ['user', 'remove', 'aiko', '--data'])).status, 2, 'nobody can be asked');
  const gone = await immersion(folder, ['user', 'remove', 'aiko', '--data', '--yes', '--json']);
  t.is((JSON.parse(gone.stdout) as { items: number }).items, before + 1);
  t.deepEqual([await kept('aiko'), await kept('ben')], [0, before]);
});

test.serial('with DynamoDB it says where the users are, unless a file is named', async (t) => {
  const folder = folderFor(t);
  const environment = { IMMERSION_STORE: 'dynamodb' };
  const refused = await immersion(folder, ['user', 'list'], { environment });
  t.is(refused.status, 2);
  t.regex(refused.stderr, /put-secret-value --secret-id immersion_tracker_api/);
  const named = await immersion(folder, ['user', 'list', '--secret-file', 'mine.json', '--json'], { environment });
  t.is((JSON.parse(named.stdout) as { file: string }).file, path.resolve('mine.json'));
});

test.serial('at a terminal the password is asked for twice and never shown', async (t) => {
  const folder = folderFor(t);
  const terminal = runAtTerminal(['user', 'add', 'aiko'], {
    cwd: folder,
    cols: 100,
    env: { ...environmentOf(folder), TERM: 'xterm' },
  });
  const answers: [question: string, keys: string][] = [
    ['Password for “aiko”', 'geheim-1\r'],
    ['Repeat the password', 'geheim-2\r'],
    ['The passwords don’t match.', '\u0015geheim-1\r'],
  ];
  let screen = '';
  terminal.onData((data) => {
    screen += stripVTControlCharacters(data);
    const [next] = answers;
    if (next && screen.includes(next[0])) terminal.write(answers.shift()?.[1] ?? '');
  });
  const status = await new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  t.is(status, 0, screen);
  t.false(screen.includes('geheim'), screen);
  const [user] = await usersIn(folder).users.list();
  t.true(await verifyPassword('geheim-1', user?.password ?? ''));
});

test.serial('at a terminal, removing a user’s data is asked for, and no is the answer to Enter', async (t) => {
  const folder = folderFor(t);
  const { users } = usersIn(folder);
  for (const user of ['aiko', 'ben']) await users.add({ user, password: 'p' });
  const api = await runApi(t, { secret: { users: await users.list() }, dataDirectory: folder });
  for (const user of ['aiko', 'ben']) {
    const json = { episodes: [{ folder_name: 'a', file_name: 'e' }] };
    await api.call('/sync', { method: 'POST', authorization: basic(user, 'p'), json });
  }
  const kept = async (user: string) => (await Array.fromAsync(api.store.query(`USER#${user}`))).length;
  const before = await kept('aiko');
  t.true(before > 0);
  const remove = async (keys: string) => {
    const terminal = runAtTerminal(['user', 'remove', 'aiko', '--data'], {
      cwd: folder,
      cols: 100,
      env: { ...environmentOf(folder), TERM: 'xterm' },
    });
    let screen = '';
    let isAnswered = false;
    terminal.onData((data) => {
      screen += stripVTControlCharacters(data);
      if (isAnswered || !screen.includes('Remove “aiko” and everything that they recorded?')) return;
      isAnswered = true;
      terminal.write(keys);
    });
    const status = await new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    return { status, screen };
  };
  const names = async () => (await users.list()).map(({ user }) => user);
  for (const [keys, status] of [
    ['\r', 2],
    ['n\r', 2],
    ['\u0003', 130],
  ] as const) {
    const refused = await remove(keys);
    t.is(refused.status, status, refused.screen);
    t.deepEqual([await names(), await kept('aiko')], [['aiko', 'ben'], before]);
  }
  const removed = await remove('y\r');
  t.is(removed.status, 0, removed.screen);
  t.regex(removed.screen, /Removed “aiko” from .*Removed \d+ stored items\./s);
  t.deepEqual([await names(), await kept('aiko'), await kept('ben')], [['ben'], 0, before]);
});

test.serial('both tables are made where the settings point, and made once', async (t) => {
  const folder = folderFor(t);
  const environment = { IMMERSION_STORE: 'sqlite', IMMERSION_TABLE: 'watched', DYNAMODB_TABLE: 'places' };
  const make = async (...args: string[]) =>
    JSON.parse((await immersion(folder, ['tables', 'create', '--json', ...args], { environment })).stdout) as unknown;
  const place = path.join(folder, 'immersion.sqlite');
  const tables = (created: boolean) => ['watched', 'places'].map((table) => ({ table, created }));
  t.deepEqual(await make('--dry-run'), { place, tables: tables(false) });
  t.false(existsSync(place));
  t.deepEqual(await make(), { place, tables: tables(true) });
  t.deepEqual(await make(), { place, tables: tables(false) });
});

test.serial(
  'a table of DynamoDB in the environment is where tables are made, unless there is data here already',
  async (t) => {
    const folder = folderFor(t);
    const make = async (environment: Record<string, string>) => {
      const { status, stdout, stderr } = await immersion(folder, ['tables', 'create', '--dry-run', '--json'], {
        environment,
      });
      return [
        status,
        status === 0 ? (JSON.parse(stdout) as { place: string }).place : stdout + stderr,
        stderr.split('\n')[0],
      ];
    };
    const file = path.join(folder, 'immersion.sqlite');
    const line =
      'DYNAMODB_TABLE is set: the tables are in DynamoDB. IMMERSION_STORE=sqlite keeps them on this computer.';
    const AWS_REGION = 'us-east-1';
    t.deepEqual((await make({ AWS_REGION, DYNAMODB_TABLE: 'places' })).slice(0, 3), [
      0,
      `DynamoDB, ${AWS_REGION}`,
      line,
    ]);
    t.deepEqual((await make({ AWS_REGION })).slice(0, 2), [0, file]);
    t.deepEqual((await make({ DYNAMODB_TABLE: ' ' })).slice(0, 2), [0, file]);
    writeFileSync(file, '');
    const [status, said] = await make({ AWS_REGION, DYNAMODB_TABLE: 'places' });
    t.is(status, 2);
    t.regex(String(said), /IMMERSION_STORE=sqlite.*IMMERSION_STORE=dynamodb/s);
    t.is((await make({ AWS_REGION, DYNAMODB_TABLE: 'places', IMMERSION_STORE: 'sqlite' }))[0], 0);
  },
);

test.serial('a missing AWS region is said, not stumbled over', async (t) => {
  const folder = folderFor(t);
  const environment = {
    IMMERSION_STORE: 'dynamodb',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const { status, stderr } = await immersion(folder, ['tables', 'create'], { environment, asProcess: true });
  t.is(status, 1);
  t.regex(stderr, /No AWS region is set for the table immersion_tracker\.\n {2}→ Set AWS_REGION\./);
});
