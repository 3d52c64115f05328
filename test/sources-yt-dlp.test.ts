import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { NotConfiguredError } from '../lib/core/errors.ts';
import { createVideoSource } from '../lib/recording/sources/without-key.ts';
import { createYtDlp, type YtDlpOptions } from '../lib/recording/sources/yt-dlp.ts';
import { createYouTubeVideos } from '../lib/recording/youtube-service.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { failure } from './provider-faults.ts';
import { datesOver } from './viewings-rig.ts';

const KITCHEN = {
  id: 'dQw4w9WgXcQ',
  title: '朝ごはんの話',
  channel: 'Yuko’s kitchen',
  channel_id: 'UCkitchen',
  uploader: 'Yuko’s kitchen',
  duration: 1453,
  live_status: 'not_live',
  webpage_url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
  formats: [{ format_id: 'sb0', url: 'https://i.ytimg.com/sb' }],
  _type: 'video',
};
const GARDEN = { ...KITCHEN, id: '-abcdefghij', title: 'Garden', duration: 90 };
const LIVE = {
  ...KITCHEN,
  id: 'livelivelive'.slice(0, 11),
  title: 'Live 2026-11-27 13:15',
  duration: null,
  live_status: 'is_live',
};
/** yt-dlp's output for an unavailable video. */
const SHELL = {
  id: 'shellshell1',
  title: 'youtube video #shellshell1',
  channel_id: null,
  channel: null,
  duration: null,
};
const IDS = [KITCHEN.id, GARDEN.id];

/** A `yt-dlp` program, alone on the PATH. Records its arguments and id. */
function install(t: ExecutionContext, script: string, options: YtDlpOptions = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-yt-dlp-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const program = `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(path.join(folder, 'started'))}, JSON.stringify({ pid: process.pid, arguments: process.argv.slice(2) }));
const print = (value) => console.log(JSON.stringify(value));
${script}`;
  writeFileSync(path.join(folder, 'yt-dlp'), program, { mode: 0o755 });
  const started = () =>
    JSON.parse(readFileSync(path.join(folder, 'started'), 'utf8')) as { pid: number; arguments: string[] };
  return { ytDlp: createYtDlp({ environment: { PATH: folder }, ...options }), folder, started };
}

const prints = (...videos: object[]) => videos.map((video) => `print(${JSON.stringify(video)});`).join('\n');
const complains = (id: string, words: string) =>
  `console.error(${JSON.stringify(`ERROR: [youtube] ${id}: ${words}`)}); process.exitCode = 1;`;

async function ask(ytDlp: ReturnType<typeof createYtDlp>, ids: readonly string[]) {
  const missing: Record<string, string> = {};
  const videos = await ytDlp.videos(ids, (id, reason) => (missing[id] = reason));
  return { videos, missing };
}

async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await delay(50);
  }
  return false;
}

test('videos have their title, channel and seconds, and one process is asked for all', async (t) => {
  const { ytDlp, started } = install(t, prints(GARDEN, KITCHEN, LIVE));
  t.deepEqual(await ask(ytDlp, [...IDS, LIVE.id, ...IDS]), {
    videos: [
      { videoId: KITCHEN.id, title: '朝ごはんの話', channelId: 'UCkitchen', durationSeconds: 1453 },
      { videoId: GARDEN.id, title: 'Garden', channelId: 'UCkitchen', durationSeconds: 90 },
      { videoId: LIVE.id, title: 'Live', channelId: 'UCkitchen', durationSeconds: 0 },
    ],
    missing: {},
  });
  t.deepEqual(started().arguments.slice(-4), [
    '--',
    ...[...IDS, LIVE.id].map((id) => `https://www.youtube.com/watch?v=${id}`),
  ]);
  t.deepEqual(await ytDlp.channels(['UCkitchen', 'UCother']), [
    { channelId: 'UCkitchen', title: 'Yuko’s kitchen', artworkUrl: null },
  ]);
});

test('the last line counts without a line break, and letters that are cut between pieces stay whole', async (t) => {
  const line = Buffer.from(JSON.stringify(KITCHEN)).toString('base64');
  const script = `const line = Buffer.from('${line}', 'base64');
    const cut = line.indexOf(Buffer.from('朝')) + 1;
    process.stdout.write(line.subarray(0, cut), () => setTimeout(() => process.stdout.write(line.subarray(cut)), 50));`;
  t.is((await ask(install(t, script).ytDlp, [KITCHEN.id])).videos[0]?.title, '朝ごはんの話');
});

test('a text that is no video id is not asked for', async (t) => {
  const { ytDlp, folder } = install(t, prints(KITCHEN));
  const missing = { '--exec=reboot': 'YouTube’s video ids have 11 letters, digits, “-” or “_”.' };
  t.deepEqual(await ask(ytDlp, ['--exec=reboot']), { videos: [], missing });
  t.false(existsSync(path.join(folder, 'started')));
  t.deepEqual(await ask(ytDlp, []), { videos: [], missing: {} });
});

test('each missing video has its reason, and the others are there', async (t) => {
  const script = [
    prints(SHELL, { ...KITCHEN, id: 'somebodyels' }, KITCHEN),
    complains('privatevide', "Private video. Sign in if you've been granted access to this video."),
    complains('goneforever', 'Video unavailable. This video has been removed by the uploader'),
    complains('unreachable', "Unable to download API page: timed out (caused by TransportError('/home/me/x'))"),
  ].join('\n');
  const ids = [KITCHEN.id, SHELL.id, 'privatevide', 'goneforever', 'unreachable', 'unmentioned'];
  const { videos, missing } = await ask(install(t, script).ytDlp, ids);
  t.deepEqual(
    videos.map(({ videoId }) => videoId),
    [KITCHEN.id],
  );
  t.deepEqual(missing, {
    [SHELL.id]: 'The video is private, was removed, or is shown only after signing in.',
    privatevide: 'The video is private.',
    goneforever: 'The video does not exist.',
    unreachable: 'yt-dlp failed: YouTube could not be reached.',
    unmentioned: 'yt-dlp failed: its output could not be understood.',
  });
});

test('videos that are all private are missing, and no error', async (t) => {
  const { ytDlp } = install(t, complains(KITCHEN.id, 'Private video'));
  t.deepEqual(await ask(ytDlp, [KITCHEN.id]), { videos: [], missing: { [KITCHEN.id]: 'The video is private.' } });
});

const SECRET_PATH = '/home/me/.netrc';
const failures: [what: string, script: string, code: string, message: string][] = [
  [
    'no network',
    IDS.map((id) =>
      complains(id, `Unable to download API page: [Errno -2] Name or service not known (${SECRET_PATH})`),
    ).join(''),
    'yt_dlp_unavailable',
    'yt-dlp failed for 2 videos: YouTube could not be reached.',
  ],
  [
    'a computer that YouTube turns away',
    complains(IDS[0] ?? '', `Sign in to confirm you’re not a bot. See ${SECRET_PATH}`),
    'yt_dlp_rate_limited',
    'yt-dlp failed for 2 videos: YouTube is rejecting requests from this computer.',
  ],
  [
    'a version that does not know the arguments',
    `console.error('Usage: ${SECRET_PATH} [OPTIONS]\\n\\nyt-dlp: error: no such option: --no-plugin-dirs'); process.exitCode = 2;`,
    'yt_dlp_bad_answer',
    'yt-dlp failed for 2 videos: its output could not be understood.',
  ],
  [
    'garbage',
    `console.log('${SECRET_PATH}\\n{"id": \\n[]\\nnull\\n{"id":"${IDS[0]}","duration":"long"}');`,
    'yt_dlp_bad_answer',
    'yt-dlp failed for 2 videos: its output could not be understood.',
  ],
  ['nothing at all', '', 'yt_dlp_bad_answer', 'yt-dlp failed for 2 videos: its output could not be understood.'],
];
for (const [what, script, code, message] of failures) {
  test(`${what} is an error that shows no path`, async (t) => {
    const error = await failure(t, install(t, script).ytDlp.videos(IDS), { code, secrets: [SECRET_PATH] });
    t.is(error.message, message);
    t.is(error.suggestions.length, 1);
  });
}

test('a line that never ends is cut off', async (t) => {
  const { ytDlp, started } = install(
    t,
    `const piece = 'x'.repeat(1 << 16); const go = () => process.stdout.write(piece, go); go();`,
  );
  await failure(t, ytDlp.videos(IDS), { code: 'yt_dlp_bad_answer', secrets: [] });
  t.true(await hasEnded(started().pid));
});

test.serial('a program that hangs is killed at the deadline', async (t) => {
  const { ytDlp, started } = install(t, 'setInterval(() => {}, 1000);', { deadlineMs: 3000 });
  const error = await failure(t, ytDlp.videos(IDS), { code: 'yt_dlp_unavailable', secrets: [] });
  t.is(error.message, 'yt-dlp failed for 2 videos: no answer within 3 seconds.');
  t.true(await hasEnded(started().pid));
});

test.serial('what came before the deadline counts, and the rest says why it is missing', async (t) => {
  const { ytDlp } = install(t, `${prints(KITCHEN)} setInterval(() => {}, 1000);`, { deadlineMs: 4000 });
  const { videos, missing } = await ask(ytDlp, IDS);
  t.is(videos.length, 1);
  t.deepEqual(missing, { [GARDEN.id]: 'yt-dlp failed: no answer within 4 seconds.' });
});

test.serial('what the program started itself does not hold up the deadline', async (t) => {
  const script = `require('node:child_process').spawn('/bin/sleep', ['20'], { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
  const { ytDlp } = install(t, script, { deadlineMs: 2000 });
  const before = performance.now();
  await failure(t, ytDlp.videos(IDS), { code: 'yt_dlp_unavailable', secrets: [] });
  t.true(performance.now() - before < 10_000);
});

test('a stop kills the program', async (t) => {
  const stop = new AbortController();
  const { ytDlp, folder, started } = install(t, 'setInterval(() => {}, 1000);', { signal: stop.signal });
  const asked = failure(t, ytDlp.videos(IDS), { code: 'yt_dlp_aborted', secrets: [] });
  while (!existsSync(path.join(folder, 'started'))) await delay(20);
  await delay(100);
  stop.abort();
  await asked;
  t.true(await hasEnded(started().pid));
  await failure(t, ytDlp.videos(IDS), { code: 'yt_dlp_aborted', secrets: [] });
});

test('where yt-dlp is missing or is no program, both ways out are named', async (t) => {
  const { folder } = install(t, '');
  for (const place of ['/nowhere', folder]) {
    if (place === folder) writeFileSync(path.join(folder, 'yt-dlp'), '', { mode: 0o644 });
    rmSync(path.join(folder, 'yt-dlp'), { force: place !== folder });
    const ytDlp = createYtDlp({ environment: { PATH: place } });
    const error = await failure(t, ytDlp.videos(IDS), { code: 'youtube_not_configured', secrets: [folder] });
    t.true(error instanceof NotConfiguredError);
    t.is(error.message, 'YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.');
    t.is(error.suggestions.length, 2);
    t.is(await ytDlp.version(), undefined);
  }
});

test('the version is told, and one that is too old for the arguments is an error', async (t) => {
  t.is(await install(t, "console.log('2026.10.26');").ytDlp.version(), '2026.10.26');
  const old = install(t, "console.error('no such option'); process.exitCode = 2;").ytDlp;
  const error = await failure(t, old.version(), { code: 'yt_dlp_bad_answer', secrets: [] });
  t.regex(error.suggestions[0] ?? '', /^Update yt-dlp/);
});

test('the API is asked with a key, yt-dlp without one', async (t) => {
  const source = (title: string) => ({
    videos: async () => [],
    channels: async ([channelId = '']: readonly string[]) => [{ channelId, title, artworkUrl: null }],
  });
  const keys = [true, false];
  const youtube = createVideoSource({
    youtube: source('API'),
    ytDlp: source('yt-dlp'),
    hasKey: async () => keys.shift() ?? false,
  });
  t.is((await youtube.channels(['UC']))[0]?.title, 'API');
  t.is((await youtube.channels(['UC']))[0]?.title, 'yt-dlp');
});

test('links are recorded without a key, and a refused one says why', async (t) => {
  const { ytDlp, folder } = install(t, prints(KITCHEN) + complains('privatevide', 'Private video'));
  const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };
  const store = createSqliteStore({ file: path.join(folder, 'immersion.sqlite'), schema });
  t.teardown(() => store.close());
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const links = createYouTubeVideos({
    store,
    youtube: ytDlp,
    playlists: { playlist: async () => undefined },
    dates: datesOver(store, { now: () => 1_790_000_000_000 }),
    log,
  });
  const videoIds = [KITCHEN.id, 'privatevide'];
  const error = await failure(t, links.sync({ user: 'me', batchId: 'b', videoIds }), {
    code: 'unknown_ids',
    secrets: [],
  });
  t.deepEqual(error.details, [{ id: 'privatevide', reason: 'The video is private.' }]);
  t.deepEqual(error.extra, { videos_added: 1 });
  const items = await Array.fromAsync(store.query('USER#me'));
  t.deepEqual(
    items.map((item) => item['youtube_video_duration'] ?? item['youtube_channel_title']),
    ['Yuko’s kitchen', 1453],
  );
});
