import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { createYtDlp } from '../../lib/recording/sources/yt-dlp.ts';
import { failure } from '../provider-faults.ts';

const VERSION = '2026.10.26';
const run = promisify(execFile);

test('the real yt-dlp takes the arguments, and without a network its error is YouTube’s absence', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-yt-dlp-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await run('python3', ['-m', 'venv', folder]);
  const programs = path.join(folder, 'bin');
  await run(path.join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', `yt-dlp==${VERSION}`]);

  // Nothing listens at this proxy.
  const ytDlp = createYtDlp({ environment: { PATH: programs, HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:9' } });
  t.is(await ytDlp.version(), VERSION);
  const error = await failure(t, ytDlp.videos(['dQw4w9WgXcQ', '-abcdefghij']), {
    code: 'yt_dlp_unavailable',
    secrets: [folder, '127.0.0.1'],
  });
  t.is(error.message, 'yt-dlp failed for 2 videos: YouTube could not be reached.');
});
