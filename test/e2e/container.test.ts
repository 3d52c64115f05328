import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { text } from 'node:stream/consumers';
import { startEmulator } from '../../localstack/ministack.ts';
import { basic } from '../running-api.ts';
import { AIKO, dynamoDbSettings, TABLES_CREATED } from './dynamodb-settings.ts';
import { buildImage, inside, type Image } from './image.ts';

const NOBODY = 65_534;
const MAXIMUM_BYTES = 10_000_000;

const folder = mkdtempSync(path.join(tmpdir(), 'immersion-image-'));
chmodSync(folder, 0o755);
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
const image = buildImage(folder);
const at = inside(image);

/** Sizes and times of the image's files, which a read-only root file system would protect. */
const tree = (): string[] =>
  globSync('**/*', { cwd: image.root, exclude: (name) => name === 'data' })
    .map((name) => ({ name, stats: lstatSync(path.join(image.root, name)) }))
    .map(({ name, stats: { size, mtimeMs, mode } }) => `${name} ${size} ${mtimeMs} ${mode}`)
    .toSorted();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a command of the image as a user who can only write to the volume. */
function runIn(image: Image, command: readonly string[], port: number, settings: Record<string, string> = {}) {
  const [program = '', ...args] = command;
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  return spawn(at(`/usr/local/bin/${program}`), args, {
    cwd: at(image.workingDirectory),
    env: {
      ...image.environment,
      IMMERSION_DATA_DIR: at(image.environment['IMMERSION_DATA_DIR'] ?? ''),
      PORT: String(port),
      TMPDIR: at('/read-only'),
      ...settings,
    },
    ...asNobody,
  });
}

function prepare(): void {
  const node = at('/usr/local/bin/node');
  mkdirSync(path.dirname(node), { recursive: true });
  copyFileSync(process.execPath, node);
  for (const name of globSync('**', { cwd: image.root })) {
    const place = path.join(image.root, name);
    if (!lstatSync(place).isSymbolicLink()) chmodSync(place, lstatSync(place).mode & 0o555);
  }
  chmodSync(at('/data'), 0o700);
  if (process.getuid?.() === 0) chownSync(at('/data'), NOBODY, NOBODY);
}

async function start(t: ExecutionContext, port: number, settings?: Record<string, string>) {
  const child = runIn(image, image.command, port, settings);
  t.teardown(() => child.kill('SIGKILL'));
  const lines = { output: '', said: '' };
  child.stdout.on('data', (chunk: Buffer) => void (lines.output += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      lines.said += chunk.toString();
      if (lines.said.includes('Listening on')) resolve();
    });
    child.once('exit', () => reject(new Error(`It did not start: ${lines.said}`)));
  });
  return { child, lines };
}

/** The health check's exit status. */
async function health(port: number): Promise<number | null> {
  const child = runIn(image, image.healthCheck, port);
  return ((await once(child, 'exit')) as [number | null])[0];
}

test.serial('the image is small, has no packages and no sources, and does not run as root', (t) => {
  const files = globSync('**/*', { cwd: image.root, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + lstatSync(path.join(file.parentPath, file.name)).size, 0);
  t.log(`${(bytes / 1e6).toFixed(1)} MB beside Node.js`);
  t.true(bytes <= MAXIMUM_BYTES, `${bytes} bytes`);
  t.deepEqual(globSync('**/{node_modules,test,terraform,.git,*.test.*,secret.json}', { cwd: image.root }), []);
  t.regex(image.user, /^[1-9]\d*:[1-9]\d*$/);
  t.deepEqual([image.volumes, image.exposed], [['/data'], ['5000']]);
  t.like(image.environment, { HOST: '0.0.0.0', PORT: '5000', IMMERSION_DATA_DIR: '/data' });
  t.deepEqual(image.command.slice(-2), ['serve', '--behind-proxy']);
});

test.serial(
  'it serves as nobody from a read-only tree, keeps its data in the volume, and stops when asked',
  async (t) => {
    prepare();
    const before = tree();
    const port = await freePort();
    t.is(await health(port), 1, 'nothing is there yet');

    const first = await start(t, port);
    const password = /“me” with the password (\S+)/.exec(first.lines.said)?.[1] ?? '';
    const headers = { authorization: basic('me', password), 'content-type': 'application/json' };
    t.is(await health(port), 0);
    const url = `http://127.0.0.1:${port}/api`;
    const body = JSON.stringify({ username: 'me', tv_show: 'The Office', season: 2, episode: 5 });
    t.is((await fetch(`${url}/update_episode`, { method: 'POST', body, headers })).status, 200);
    first.child.kill('SIGTERM');
    t.deepEqual(await once(first.child, 'exit'), [0, null]);
    t.regex(first.lines.output, /"Namespace":"TVShowTracker\/API"/);
    t.false(first.lines.output.includes(password));
    t.notRegex(first.lines.said, /warning|error/i);

    const second = await start(t, port);
    t.false(second.lines.said.includes('password'));
    const shown = await fetch(`${url}/show_episode?username=me&tv_show=The%20Office`, { headers });
    t.like(await shown.json(), { season: 2, episode: 5 });
    second.child.kill('SIGTERM');
    t.deepEqual(await once(second.child, 'exit'), [0, null]);
    t.deepEqual(tree(), before);
  },
);

test.serial('a new volume that belongs to root is named, with the way to give it to the image’s user', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only root can give a folder away');
  const port = await freePort();
  for (const mode of [0o755, 0o700]) {
    const volume = path.join(folder, `volume-${mode}`);
    mkdirSync(volume, { mode });
    const child = runIn(image, image.command, port, { IMMERSION_DATA_DIR: volume });
    t.teardown(() => child.kill('SIGKILL'));
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number]>]);
    t.is(status, 1, said);
    t.regex(
      said,
      /→ Give it to that user: chown -R 65534 \S+volume-\d+ \(for a folder that is mounted into a container/,
    );
  }
});

test.serial('other commands run in it too', (t) => {
  const [node = '', ...entry] = image.command.slice(0, -2);
  const { stdout, status } = spawnSync(at(`/usr/local/bin/${node}`), [...entry, 'user', 'list', '--json'], {
    cwd: at(image.workingDirectory),
    env: { ...image.environment, IMMERSION_DATA_DIR: at('/data') },
    encoding: 'utf8',
  });
  t.is(status, 0);
  t.like(JSON.parse(stdout), { users: [{ user: 'me', admin: true, password: 'hashed' }] });
});

test.serial(
  'with the settings of DynamoDB it keeps nothing in the volume, and lets in whom Secrets Manager names',
  async (t) => {
    const emulator = await startEmulator();
    t.teardown(() => emulator.stop());
    const settings = await dynamoDbSettings(emulator);
    const [node = '', ...entry] = image.command.slice(0, -2);
    const create = runIn(image, [node, ...entry, 'tables', 'create', '--json'], 0, settings);
    const created = JSON.parse(await text(create.stdout)) as object;
    t.like(created, { tables: TABLES_CREATED });
    const volume = globSync('**', { cwd: at('/data') });

    const port = await freePort();
    const headers = { authorization: basic(AIKO.user, AIKO.password), 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port}`;
    const first = await start(t, port, settings);
    t.is(await health(port), 0);
    const body = JSON.stringify({ episodes: [{ folder_name: 'Show', file_name: '1' }] });
    t.is((await fetch(`${url}/sync`, { method: 'POST', body, headers })).status, 200);
    first.child.kill('SIGTERM');
    t.deepEqual(await once(first.child, 'exit'), [0, null]);
    t.notRegex(first.lines.said, /password|warning|error/i);

    await start(t, port, settings);
    t.like(await (await fetch(`${url}/progress`, { headers })).json(), { total_episodes_watched: 1 });
    t.deepEqual(globSync('**', { cwd: at('/data') }), volume);
  },
);

test('what compose runs is the image, hardened', (t) => {
  const compose = readFileSync(path.resolve(import.meta.dirname, '../../compose.yaml'), 'utf8');
  for (const line of ['build: .', 'read_only: true', 'cap_drop: [ALL]', "volumes: ['data:/data']"]) {
    t.true(compose.includes(line), line);
  }
});
