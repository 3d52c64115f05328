import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { hashPassword } from '../../lib/core/wiring.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../serving.ts';

const shell = promisify(execFile);

/** The contract's example commands and responses. `TIME` is any instant. */
const SESSION: [line: string, answer: unknown][] = [
  [
    String.raw`curl -X POST http://localhost:5000/api/update_episode \
  -H "Content-Type: application/json" \
  -d '{"username":"john_doe","tv_show":"Breaking Bad","season":3,"episode":8}'`,
    {
      message: 'Episode updated successfully',
      username: 'john_doe',
      tv_show: 'Breaking Bad',
      season: 3,
      episode: 8,
    },
  ],
  [
    'curl "http://localhost:5000/api/show_episode?username=john_doe&tv_show=Breaking%20Bad"',
    { username: 'john_doe', tv_show: 'Breaking Bad', season: 3, episode: 8, last_updated: 'TIME' },
  ],
  [
    String.raw`curl -X POST http://localhost:5000/api/update_episode \
  -H "Content-Type: application/json" \
  -d '{"username":"test_user","tv_show":"Breaking Bad","season":1,"episode":3}'`,
    {
      message: 'Episode updated successfully',
      username: 'test_user',
      tv_show: 'Breaking Bad',
      season: 1,
      episode: 3,
    },
  ],
  [
    String.raw`curl -X POST http://localhost:5000/api/update_episode \
  -H "Content-Type: application/json" \
  -d '{"username":"test_user","tv_show":"The Office","season":2,"episode":5}'`,
    { message: 'Episode updated successfully', username: 'test_user', tv_show: 'The Office', season: 2, episode: 5 },
  ],
  [
    'curl "http://localhost:5000/api/show_episode?username=test_user&tv_show=The%20Office"',
    { username: 'test_user', tv_show: 'The Office', season: 2, episode: 5, last_updated: 'TIME' },
  ],
  [
    'curl "http://localhost:5000/api/show_user?username=test_user"',
    {
      username: 'test_user',
      shows: [
        { tv_show: 'The Office', season: 2, episode: 5, last_updated: 'TIME' },
        { tv_show: 'Breaking Bad', season: 1, episode: 3, last_updated: 'TIME' },
      ],
      total_shows: 2,
    },
  ],
  [
    'curl "http://localhost:5000/api/show_all"',
    {
      entries: [
        { username: 'john_doe', tv_show: 'Breaking Bad', season: 3, episode: 8, last_updated: 'TIME' },
        { username: 'test_user', tv_show: 'Breaking Bad', season: 1, episode: 3, last_updated: 'TIME' },
        { username: 'test_user', tv_show: 'The Office', season: 2, episode: 5, last_updated: 'TIME' },
      ],
      total_entries: 3,
    },
  ],
];

/** A line's response, with valid instants replaced. */
async function answerOf(line: string): Promise<string> {
  const { stdout } = await shell('sh', ['-c', line.replace('curl ', 'curl -s ')]);
  return stdout.replaceAll(/"last_updated":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"/g, '"last_updated":"TIME"');
}

test('the contract’s curl lines work as printed against a server that is open', async (t) => {
  const { url } = await serve(t, { args: ['--open'] });
  for (const [line, answer] of SESSION) {
    t.is(await answerOf(line.replace('http://localhost:5000', url)), JSON.stringify(answer), line);
  }
});

test('the contract’s curl lines work with a password', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-curl-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const secretFile = path.join(folder, 'secret.json');
  await writeFile(
    secretFile,
    JSON.stringify({ users: [{ user: 'admin', password: await hashPassword('p:w'), admin: true }] }),
  );
  const { url } = await serve(t, { environment: { IMMERSION_SECRET_FILE: secretFile } });
  for (const [line, answer] of SESSION) {
    const asked = line.replace('http://localhost:5000', url).replace('curl ', 'curl -u admin:p:w ');
    t.is(await answerOf(asked), JSON.stringify(answer), line);
  }
  t.regex(await answerOf(SESSION[1]?.[0].replace('http://localhost:5000', url) ?? ''), /"code":"unauthorized"/);
});
