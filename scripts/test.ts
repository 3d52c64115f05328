import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { buildIfStale } from './build-if-stale.ts';

// `npm test`: the checks run beside the tests, which often wait for processes and clocks. Failures are shown at the end.

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** Far more than the tests need. */
const ROOM_BYTES = 2 * 1024 ** 3;

// The checks read the configuration of the tests, which would build a second time.
buildIfStale();
const checks = spawn('npm', ['run', '--silent', 'check'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  // TypeScript and its lint rules are written in Go: less collecting and one thread take half the processor time.
  env: { GOGC: '400', GOMAXPROCS: '1', ...process.env },
});
const checked = Promise.all([once(checks, 'close'), text(checks.stdout), text(checks.stderr)]);
const folder = folderInMemory();
process.once('exit', () => folder && rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const ava = path.join(import.meta.dirname, '..', 'node_modules', 'ava', 'entrypoints', 'cli.js');
const chosen = process.argv.slice(2);
const tests = spawn(process.execPath, [ava, ...(chosen.length > 0 ? chosen : ['--config', 'ava.together.config.js'])], {
  stdio: 'inherit',
  env: {
    NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache'),
    ...process.env,
    ...(folder !== undefined && { TMPDIR: folder }),
  },
});
const [testStatus] = (await once(tests, 'close')) as [number | null];
const [[checkStatus], said, complained] = (await checked) as [[number | null], string, string];
if (checkStatus !== 0) {
  process.stdout.write(`\n${said}${complained}\nThe checks failed: npm run check\n`);
}
process.exitCode = testStatus === 0 && checkStatus === 0 ? 0 : 1;

/** A temporary folder in memory, if there is room: tests write hundreds of databases, and disks take time to sync. */
function folderInMemory(): string | undefined {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM_BYTES) return undefined;
    const made = mkdtempSync(path.join(MEMORY, 'immersion-test-'));
    // Some tests run programs as another user.
    chmodSync(made, 0o755);
    return made;
  } catch {
    return undefined;
  }
}
