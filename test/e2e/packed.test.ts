import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = path.join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

test('the packed package, installed into an empty folder, records an evening', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-packed-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const home = path.join(folder, 'home');
  const library = path.join(folder, 'library');
  const watched = path.join(library, 'shows', 'しろくまカフェ', 'watched');
  await mkdir(home);
  await mkdir(watched, { recursive: true });
  for (const name of ['第1話.mkv', '第2話.mkv']) await writeFile(path.join(watched, name), 'video');

  // What was built is packed: building again would pull the files from under other tests.
  const npm = (...args: string[]) =>
    run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: ROOT });
  const { stdout } = await npm('pack', '--json', '--pack-destination', folder);
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; size: number }>);
  t.log(`${((packed?.size ?? 0) / 1e6).toFixed(1)} MB packed`);
  const place = path.join(folder, 'installed');
  await mkdir(place);
  await npm('install', path.join(folder, packed?.filename ?? ''), '--prefix', place, '--prefer-offline', '--omit=dev');

  const program = path.join(place, 'node_modules', '.bin', 'immersion');
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
