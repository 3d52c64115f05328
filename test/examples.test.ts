import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { createFakeSpotify } from '../lib/demo/fake-spotify.ts';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb } from '../lib/demo/fake-tvdb.ts';
import { createFakeYouTube } from '../lib/demo/fake-youtube.ts';
import { sampleHistory, type SampleLine } from '../lib/demo/sample-history.ts';
import {
  makeSampleLibrary,
  SAMPLE_CHANNELS,
  SAMPLE_FILMS,
  SAMPLE_PODCAST_EPISODES,
  SAMPLE_PODCASTS,
  SAMPLE_SERIES,
  SAMPLE_VIDEOS,
} from '../lib/demo/sample-library.ts';
import type { Ended, Wanted } from './example-runner.ts';
import { createFakeTrakt } from './fakes/fake-trakt.ts';
import { NOWHERE } from './nowhere.ts';
import { decide, traktLists } from './trakt-person.ts';
import { zip } from './zip.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Manifest {
  commands: Record<string, { id: string; hidden?: boolean; examples?: string[] }>;
}

const { commands } = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as Manifest;
const visible = Object.values(commands).filter(({ hidden }) => !hidden);

/** Ports that another program on this computer may use. */
const PORT = /--port \d+/;

/** An entry whose id begins like the one in the examples. */
function entryWithId(beginning: string): SampleLine {
  for (let number = 0; ; number += 1) {
    const ref = `example-${number}`;
    const id = createHash('sha256').update(`log ${ref}`).digest('hex');
    if (!id.startsWith(beginning)) continue;
    return {
      type: 'entry',
      source: 'log',
      ref,
      title: 'Crosstalk',
      medium: 'other',
      timestamp: Math.floor(Date.now() / 1000) - 86_400,
      duration: 600,
      duration_source: 'person',
      activity: 'talking',
      attention: 'focused',
    };
  }
}

const title = (kind: 'movie' | 'tv', id: number, name: string): SampleLine => ({
  type: 'title',
  kind,
  tmdb_id: id,
  title: name,
  status: 'planned',
  added_at: 1_772_359_200,
});

/** Records that the examples refer to, in addition to the demo's. */
const RECORDED: SampleLine[] = [
  { type: 'show', folder_name: 'Cafe', tvdb_id: 900_106, tvdb_name: 'Cafe of Falling Stars', version: 1 },
  { type: 'youtube_channel', youtube_channel_id: 'news', youtube_channel_title: 'News in English' },
  { type: 'spotify_show', spotify_show_id: 'radio', spotify_show_name: 'Morning radio' },
  {
    type: 'episode',
    folder_name: 'Cafe',
    file_name: '01',
    timestamp: 1_772_359_200,
  },
  {
    type: 'youtube_video',
    youtube_video_id: 'news-1',
    youtube_video_title: 'News',
    youtube_channel_id: 'news',
    youtube_video_duration: 600,
    timestamp: 1_772_359_200,
  },
  {
    type: 'spotify_episode',
    spotify_episode_id: 'radio-1',
    spotify_episode_title: 'Radio',
    spotify_show_id: 'radio',
    spotify_episode_duration: 600,
    timestamp: 1_772_359_200,
  },
  entryWithId('3fa9'),
  entryWithId('81c2'),
  { type: 'goal', id: 'ladder-ja-50h', seconds: 180_000, period: 'all', language: 'ja' },
  { type: 'position', tv_show: 'The Office', season: 2, episode: 5, last_updated: '2026-10-01T10:30:00Z' },
  title('movie', 1000, 'The Night Sea'),
];

test('every example in a help page runs as printed, over the demo’s library', async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), 'immersion-examples-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  const library = path.join(home, 'Videos');
  mkdirSync(library);
  await makeSampleLibrary(library);
  for (const file of [
    'shows/Shirokuma Cafe/watched/01.mkv',
    'shows/Dr. Stone/watched/36.mkv',
    'movies/watched/Harbour Lights (2021).mkv',
  ]) {
    mkdirSync(path.dirname(path.join(library, file)), { recursive: true });
    writeFileSync(path.join(library, file), 'video');
  }
  const lists = traktLists();
  writeFileSync(
    path.join(library, 'trakt-export.zip'),
    zip([{ name: 'watched-history-1.json', content: JSON.stringify(lists.episodeHistory) }]),
  );
  writeFileSync(path.join(library, 'links.txt'), 'https://youtu.be/demoVideo01\n');
  const history = [...sampleHistory(new Date()), ...RECORDED];
  writeFileSync(path.join(library, 'immersion.jsonl'), history.map((line) => `${JSON.stringify(line)}\n`).join(''));

  const film = (id: number, name: string) => ({
    id,
    title: name,
    runtime: 100,
    collectionId: 10,
    cast: [[287, 'Himself']] as [number, string][],
  });
  const series = (id: number, tvdbId: number, name: string) => ({
    id,
    tvdbId,
    name,
    runtime: 24,
    seasons: { 1: ['2020-01-01', '2020-01-08'], 2: ['2021-01-01'], 3: ['2022-01-01', '2022-01-08'] },
  });
  const [tvdb, tmdb, youtube, spotify, trakt] = await Promise.all([
    createFakeTvdb({
      series: [
        ...SAMPLE_SERIES,
        { id: 257_571, name: 'Shirokuma Cafe', runtime: 24 },
        { id: 9002, name: 'Dr. Stone', runtime: 24 },
      ],
      movies: [...SAMPLE_FILMS, { id: 504, name: 'Harbour Lights', runtime: 100, year: '2021' }],
    }),
    createFakeTmdb({
      movies: [film(550, 'Your Name'), film(1000, 'The Night Sea'), film(77, 'Harbour Lights'), film(12, '君の名は')],
      series: [
        series(1396, 9001, 'Breaking Bad'),
        series(45_950, 257_571, 'Polar Bear Cafe'),
        series(86_031, 9002, 'Dr. Stone'),
        series(2000, 72_000, 'Series'),
      ],
      people: [{ id: 287, name: 'Brad Pitt' }],
      collections: [{ id: 10, name: 'Films' }],
    }),
    createFakeYouTube({
      videos: [
        ...SAMPLE_VIDEOS,
        { id: 'dQw4w9WgXcQ', title: 'A video', channelId: SAMPLE_CHANNELS[0]?.id ?? '', duration: 'PT3M' },
      ],
      channels: SAMPLE_CHANNELS,
    }),
    createFakeSpotify({ shows: SAMPLE_PODCASTS, episodes: SAMPLE_PODCAST_EPISODES }),
    createFakeTrakt({ ...lists, pollSeconds: 1 }),
  ]);
  t.teardown(() => Promise.all([tvdb, tmdb, youtube, spotify, trakt].map((provider) => provider.close())));

  const printed = visible
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, examples = [] }) =>
      examples.map((example) =>
        example.replaceAll('<%= config.bin %>', 'immersion').replaceAll('<%= command.id %>', id.replaceAll(':', ' ')),
      ),
    );
  const real = (line: string) => ({ line, isReal: true });
  const wanted: Wanted = {
    batchId: '0f2c1d9e-8a55-4c0b-9a55-1f7d6a3b2c10',
    lines: [
      ...['import immersion.jsonl', 'sync --yes', 'trakt login', 'trakt import', 'backup immersion-backup.sqlite'].map(
        (line) => real(`immersion ${line}`),
      ),
      ...printed.flatMap((line) => [
        // Who is added already cannot be added, and who is not, not changed.
        ...(line === 'immersion user passwd aiko'
          ? [real('immersion user add aiko --password-stdin < password.txt')]
          : []),
        { line: line.replace(PORT, '--port 0'), isReal: false },
      ]),
    ],
  };
  writeFileSync(path.join(library, 'password.txt'), 'a long password of aiko\n');
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'example-runner.ts')], {
    cwd: library,
    env: {
      ...NOWHERE,
      // Prevents opening a browser.
      PATH: '',
      HOME: home,
      TZ: 'UTC',
      PORT: '0',
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
      IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
      IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
      IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
      IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
      IMMERSION_TMDB_INTERVAL_MS: '1',
      TVDB_API_KEY: 'key',
      TMDB_API_KEY: 'key',
      YOUTUBE_API_KEY: 'key',
      SPOTIFY_CLIENT_ID: 'id',
      SPOTIFY_CLIENT_SECRET: 'secret',
      TRAKT_CLIENT_ID: 'id',
      TRAKT_CLIENT_SECRET: 'secret',
    },
  });
  t.teardown(() => child.kill());
  child.stdin.end(JSON.stringify(wanted));
  const complaints = text(child.stderr);
  const ended: Ended[] = [];
  for await (const line of createInterface(child.stdout)) {
    ended.push(JSON.parse(line) as Ended);
    if (wanted.lines[ended.length]?.line === 'immersion trakt login') {
      trakt.requests.length = 0;
      void decide(trakt);
    }
  }
  t.is(ended.length, wanted.lines.length, await complaints);
  t.deepEqual(
    ended.filter(({ status }) => status !== 0),
    [],
  );
  t.deepEqual(
    visible.filter(({ examples = [] }) => examples.length === 0),
    [],
    'every command has an example',
  );
});
