import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { buildIfStale } from './build-if-stale.ts';

// `npm test`: the checks run beside the tests, which often wait for processes and clocks. Failures are shown at the end.

// The checks read the configuration of the tests, which would build a second time.
buildIfStale();
const checks = spawn('npm', ['run', '--silent', 'check'], { stdio: ['ignore', 'pipe', 'pipe'] });
const checked = Promise.all([once(checks, 'close'), text(checks.stdout), text(checks.stderr)]);
const ava = path.join(import.meta.dirname, '..', 'node_modules', 'ava', 'entrypoints', 'cli.js');
const tests = spawn(process.execPath, [ava, ...process.argv.slice(2)], { stdio: 'inherit' });
const [testStatus] = (await once(tests, 'close')) as [number | null];
const [[checkStatus], said, complained] = (await checked) as [[number | null], string, string];
if (checkStatus !== 0) {
  process.stdout.write(`\n${said}${complained}\nThe checks failed: npm run check\n`);
}
process.exitCode = testStatus === 0 && checkStatus === 0 ? 0 : 1;
