import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import packageJson from '../../package.json' with { type: 'json' };
import { startEmulator } from '../../localstack/ministack.ts';
import { dynamoDbEvening } from './dynamodb-evening.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Installed size: half of what it was with each bundled package installed a second time. */
const MAXIMUM_BYTES = 35e6;
const MAXIMUM_PACKAGES = 145;

const folder = await mkdtemp(path.join(tmpdir(), 'immersion-packed-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));
const place = path.join(folder, 'installed');
const program = path.join(place, 'node_modules', '.bin', 'immersion');

test.serial('the packed package, installed into an empty folder, records an evening', async (t) => {
  const home = path.join(folder, 'home');
  const library = path.join(folder, 'library');
  const watched = path.join(library, 'shows', 'しろくまカフェ', 'watched');
  await mkdir(home);
  await mkdir(watched, { recursive: true });
  for (const name of ['第1話.mkv', '第2話.mkv']) await writeFile(path.join(watched, name), 'video');

  // Packs the existing build: building again would replace files under other tests.
  const npm = (...args: string[]) =>
    run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: ROOT });
  const { stdout } = await npm('pack', '--json', '--pack-destination', folder);
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; size: number }>);
  t.log(`${((packed?.size ?? 0) / 1e6).toFixed(1)} MB packed`);
  await mkdir(place);
  await npm('install', path.join(folder, packed?.filename ?? ''), '--prefix', place, '--prefer-offline', '--omit=dev');

  const installed = await readdir(path.join(place, 'node_modules'), { recursive: true, withFileTypes: true });
  const packages = installed.filter(({ name, parentPath }) => name === 'package.json' && isPackage(parentPath)).length;
  const files = installed.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ name, parentPath }) => (await stat(path.join(parentPath, name))).size),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  t.log(`${packages} packages, ${(bytes / 1e6).toFixed(1)} MB`);
  t.true(packages > 0 && packages <= MAXIMUM_PACKAGES && bytes <= MAXIMUM_BYTES);

  const licenses = await readFile(path.join(place, 'node_modules', 'immersion', 'dist', 'licenses.txt'), 'utf8');
  for (const name of ['@aws-sdk/client-dynamodb', 'koa', 'mediabunny', 'preact'])
    t.regex(licenses, new RegExp(`^${name} [\\d.]+ \\(`, 'm'), `the license of ${name}, which is in the bundle`);

  const immersion = async (...args: string[]) => {
    const env = { PATH: process.env['PATH'], HOME: home, IMMERSION_LIBRARY: library, TZ: 'UTC' };
    return (await run(program, args, { cwd: folder, env })).stdout;
  };
  t.true((await immersion('--version')).startsWith(`immersion/${packageJson.version} `));
  t.regex(await immersion('--help'), /sync/);
  t.like(JSON.parse(await immersion('sync', '--clean', 'delete', '--yes', '--json')), { episodes_added: 2 });
  t.deepEqual(await readdir(library, { recursive: true }), ['shows']);
  t.like(JSON.parse(await immersion('progress', '--json')), { total_episodes_watched: 2 });
});

test.serial('its server keeps what it records in DynamoDB, for whom Secrets Manager names', async (t) => {
  const emulator = await startEmulator();
  t.teardown(() => emulator.stop());
  await dynamoDbEvening(t, emulator, program);
});

/** Whether a folder is a package's root. */
const isPackage = (folder: string): boolean => /node_modules\/(?:@[^/]+\/)?[^/]+$/.test(folder);
