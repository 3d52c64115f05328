import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FakeSpotifyEpisode, FakeSpotifyShow } from './fake-spotify.ts';
import type { FakeTmdbSeries } from './fake-tmdb.ts';
import type { FakeTvdbTitle } from './fake-tvdb.ts';
import type { FakeYouTubeChannel, FakeYouTubeVideo } from './fake-youtube.ts';

/** Data of the demo's fake providers; all invented. */
export const SAMPLE_SERIES: FakeTvdbTitle[] = [
  {
    id: 900_101,
    name: '星降る喫茶店',
    englishName: 'Cafe of Falling Stars',
    aliases: ['Hoshifuru Kissaten'],
    year: '2019',
    runtime: 24,
    overview: 'A quiet cafe opens only on nights with shooting stars.',
  },
  {
    id: 900_102,
    name: '星降る喫茶店 二号店',
    englishName: 'Cafe of Falling Stars: Second Shop',
    aliases: ['Hoshifuru Kissaten 2'],
    year: '2022',
    runtime: 24,
  },
  {
    id: 900_201,
    name: '路面電車の旅人',
    englishName: 'The Tram Traveler',
    year: '2021',
    runtime: 47,
    overview: 'One tram line a week, and whoever sits beside him.',
  },
];

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** {@link SAMPLE_FOLDER} on TMDB: an episode a week, the next one in three days. */
export function sampleCatalogue(now: number): FakeTmdbSeries[] {
  const names = ['函館', '富山', '広島', '松山', '高知', '熊本', '長崎', '岡山', '京都', '東京'];
  const aired = 8;
  const airDate = (index: number) =>
    new Date(now + (3 + (index - aired) * 7) * DAY_MILLISECONDS).toISOString().slice(0, 10);
  return [
    {
      id: 900_401,
      tvdbId: 900_201,
      name: '路面電車の旅人',
      runtime: 47,
      seasons: { 1: names.map((_name, index) => airDate(index)) },
      episodeNames: Object.fromEntries(names.map((name, index) => [`1x${index + 1}`, name])),
    },
  ];
}

export const SAMPLE_FILMS: FakeTvdbTitle[] = [
  { id: 900_301, name: '灯台の夏', englishName: 'Summer of the Lighthouse', year: '2018', runtime: 104 },
];

export const SAMPLE_CHANNELS: FakeYouTubeChannel[] = [{ id: 'UCsampleKotobaChannel001', title: 'ことばの散歩' }];

export const SAMPLE_VIDEOS: FakeYouTubeVideo[] = [
  { id: 'demoVideo01', title: '市場で買い物', channelId: 'UCsampleKotobaChannel001', duration: 'PT14M20S' },
  { id: 'demoVideo02', title: '雨の日の音', channelId: 'UCsampleKotobaChannel001', duration: 'PT9M5S' },
];

export const SAMPLE_PODCASTS: FakeSpotifyShow[] = [{ id: 'demoPodcast00000000001', name: '朝のにほんご' }];

export const SAMPLE_PODCAST_EPISODES: FakeSpotifyEpisode[] = [
  {
    id: 'demoEpisode00000000001',
    name: '第12回 駅のアナウンス',
    showId: 'demoPodcast00000000001',
    durationMs: 1_260_000,
    releaseDate: '2026-05-04',
  },
];

/** The unfinished show. */
export const SAMPLE_FOLDER = '路面電車の旅人';

const VIDEO_FILES = [
  'shows/Hoshifuru Kissaten (2019)/watched/01 開店.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/02 流れ星.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/03 常連客.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/01 開店.ja.srt',
  `shows/${SAMPLE_FOLDER}/watched/第1話.mp4`,
  `shows/${SAMPLE_FOLDER}/watched/第2話.mp4`,
  `shows/${SAMPLE_FOLDER}/第3話.mp4`,
  'movies/watched/灯台の夏 (2018).mkv',
];

const LINKS = `# links of the week
https://www.youtube.com/watch?v=demoVideo01
https://youtu.be/demoVideo02?t=30
https://open.spotify.com/episode/demoEpisode00000000001
`;

/** Creates a library with one finished show and one with an unwatched episode. Returns its files. */
export async function makeSampleLibrary(folder: string): Promise<string[]> {
  for (const file of VIDEO_FILES) {
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, Buffer.alloc(64 * 1024));
  }
  await writeFile(path.join(folder, 'watched.txt'), LINKS);
  return [...VIDEO_FILES, 'watched.txt'];
}
