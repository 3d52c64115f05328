import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { ensureStack } from '../../localstack/stack.ts';
import { buildLambda } from '../../scripts/build-lambda.ts';
import { testScenarios } from './scenarios.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

testScenarios({
  title: (claim) => claim,
  deploy: async (emulator, settings) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'immersion-zips-'));
    try {
      const zips = path.join(folder, 'lambda');
      await buildLambda(zips);
      const environment = { TVDB_API_KEY: 'an older key' };
      const first = await ensureStack(emulator, { environment, zips, settings });
      const second = await ensureStack(emulator, { environment, zips, settings });
      if (second.url !== first.url) throw new Error('Repeating the stack script made a second API');
      return first.url;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

test('`npm run stack:up` makes a stack that answers, and `npm run stack:down` ends it', async (t) => {
  const run = async (script: string, ...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'localstack', script), ...args], {
      env: { PATH: process.env['PATH'], IMMERSION_TRACKER_USER: 'eve', IMMERSION_TRACKER_PASSWORD: 'p' },
    });
    return stdout.trim();
  };
  const url = await run('up.ts', '--port', '0', '--no-docker');
  const answer = await fetch(`${url}/shows`, { headers: { authorization: `Basic ${btoa('eve:p')}` } });
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { shows: [] });
  await run('down.ts');
  await t.throwsAsync(fetch(`${url}/shows`));
});
