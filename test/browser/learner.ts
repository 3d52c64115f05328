import type { ExecutionContext } from 'ava';
import { createFakeTmdb } from '../../lib/demo/fake-tmdb.ts';
import { toGoalItem } from '../../lib/goals/goal-items.ts';
import { toEntryItem } from '../../lib/viewings/entry-items.ts';
import type { Entry } from '../../lib/viewings/entry-rules.ts';
import { toItem } from '../../lib/viewings/record-items.ts';
import type { TrackedRecord } from '../../lib/viewings/record-rules.ts';
import { toSettingsItem } from '../../lib/viewings/settings-items.ts';
import { PASSWORD, runApi, TVDB_KEY, type RunningApi } from '../running-api.ts';

/** A Saturday. */
export const NOON = Date.parse('2026-11-21T12:00:00Z');
const DAY_SECONDS = 24 * 60 * 60;
const BOBS_PASSWORD = 'bob’s pässword 日本';

export const LOGINS = { alice: PASSWORD, bob: BOBS_PASSWORD };

const SHOWS = [
  ['星降る喫茶店', 900_101],
  ['路面電車の旅人', 900_201],
  ['Harbour', 900_301],
  ['ゆるやかな山の暮らし', 900_302],
  ['El tren de las ocho', 900_303],
  ['深夜の図書室', 900_304],
  ['The Long Winter of a Very Small Town by the Sea', 900_305],
] as const;

/** The library's images; one show has none, and one image fails to load. */
export const PICTURE = (id: number): string | null =>
  id === 900_303 ? null : `https://artworks.thetvdb.com/banners/${id}.jpg`;

const entry = (ref: string, more: Partial<Entry> & Pick<Entry, 'at' | 'seconds'>): Entry => ({
  source: 'log',
  ref,
  title: 'Conversation with Yuki',
  medium: 'other',
  secondsSource: 'person',
  activity: 'talking',
  attention: 'focused',
  language: 'ja',
  collection: null,
  places: [],
  tmdbId: null,
  batchId: null,
  ...more,
});

/** A year and a half of a learner of Japanese and some Spanish; deterministic. */
function records(): TrackedRecord[] {
  const now = NOON / 1000;
  const all: TrackedRecord[] = SHOWS.map(([folderName, tvdbId]) => ({
    type: 'show',
    folderName,
    tvdbId,
    name: folderName,
    image: PICTURE(tvdbId),
    averageRuntimeSeconds: 24 * 60,
    version: 1,
  }));
  for (let day = 0; day < 540; day += 1) {
    // Days off, more of them long ago; none in the last twelve days.
    if (day >= 12 && (day * 7) % 11 < 3 + Math.floor(day / 180)) continue;
    const [folderName, tvdbId] = SHOWS[Math.floor(day / 30) % SHOWS.length] ?? SHOWS[0];
    const episodes = 1 + ((day * 5) % 4);
    for (let index = 0; index < episodes; index += 1) {
      all.push({
        type: 'episode',
        folderName,
        fileName: `S01E${String((day % (tvdbId === 900_201 ? 8 : 30)) + 1).padStart(2, '0')} ${index}`,
        watchedAt: now - day * DAY_SECONDS - index * 1800 - 3600,
        durationSeconds: index % 2 === 0 ? 24 * 60 + 13 : null,
        durationSource: index % 2 === 0 ? 'file' : null,
        language: folderName === 'El tren de las ocho' ? 'es' : 'ja',
        audioLanguage: null,
        attention: null,
        isDated: false,
        isUndated: false,
      } as unknown as TrackedRecord);
    }
  }
  for (const [index, name] of ['灯台の夏', 'Ponyo', '海辺のカフェ'].entries()) {
    all.push({
      type: 'movie',
      fileName: name,
      tvdbId: 900_400 + index,
      tmdbId: null,
      name,
      image: PICTURE(900_400 + index),
      durationSeconds: 6240,
      watchedAt: now - (index * 40 + 2) * DAY_SECONDS,
    } as unknown as TrackedRecord);
  }
  for (const [index, title] of ['日本語の森', 'Dreaming Spanish', 'しかの図書館'].entries()) {
    all.push(
      { type: 'youtube_channel', channelId: `UC${index}`, title, artworkUrl: `https://yt3.ggpht.com/${index}.jpg` },
      ...Array.from(
        { length: 5 - index },
        (_, video) =>
          ({
            type: 'youtube_video',
            videoId: `video-${index}-${video}`,
            title: `第${video + 1}回 ${title}`,
            channelId: `UC${index}`,
            durationSeconds: 900 + video,
            watchedAt: now - (video * 3 + index) * DAY_SECONDS - 7200,
          }) as unknown as TrackedRecord,
      ),
    );
  }
  all.push(
    { type: 'spotify_show', showId: 'podcast', name: 'Nihongo con Teppei', artworkUrl: 'https://i.scdn.co/image/1' },
    {
      type: 'spotify_episode',
      episodeId: 'podcast-1',
      title: '#1 はじめまして',
      showId: 'podcast',
      durationSeconds: 720,
      watchedAt: now - 5 * DAY_SECONDS,
    } as unknown as TrackedRecord,
  );
  return all;
}

/** The real API with alice, who has watched a lot, and bob, who has logged one talk. */
export async function runLearnersApi(t: Pick<ExecutionContext, 'teardown'>): Promise<RunningApi> {
  const tmdb = await createFakeTmdb({
    series: [
      {
        id: 700_201,
        tvdbId: 900_201,
        name: '路面電車の旅人',
        runtime: 47,
        seasons: { 1: Array.from({ length: 12 }, (_, week) => isoDay(NOON + (week - 9) * 7 * DAY_SECONDS * 1000)) },
        episodeNames: { '1x1': '函館' },
      },
    ],
  });
  t.teardown(() => tmdb.close());
  const api = await runApi(t, {
    environment: {
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TIME_ZONE: 'UTC',
    },
    secret: {
      users: Object.entries(LOGINS).map(([user, password]) => ({ user, password })),
      tvdb_api_key: TVDB_KEY,
      tmdb_api_key: 'tmdb-key',
    },
  });
  api.clock.milliseconds = NOON;
  const settings = {
    zones: [{ from: null, zone: 'UTC' }],
    dayEndsAt: 0,
    weekStartsOn: 'monday',
    defaultLanguage: 'ja',
  };
  await api.store.put(toSettingsItem('alice', settings as Parameters<typeof toSettingsItem>[1]));
  await api.store.insertNew([
    ...records().map((record) => toItem({ user: 'alice', record })),
    ...[
      entry('talk', { at: NOON / 1000 - 1800, seconds: 1500 }),
      entry('balance', { at: null, seconds: 40 * 3600, title: 'Before immersion' }),
      ...Array.from({ length: 40 }, (_, index) =>
        entry(`es-${index}`, {
          at: NOON / 1000 - (index * 9 + 14) * DAY_SECONDS,
          seconds: 2700,
          title: `Charla ${index + 1}`,
          language: 'es',
        }),
      ),
      entry('radio', { at: NOON / 1000 - 9000, seconds: 5400, title: 'Radio', attention: 'background' }),
    ].map((one) => toEntryItem('alice', one)),
    toEntryItem('bob', entry('bob', { at: NOON / 1000 - 600, seconds: 600, title: 'Bob’s talk' })),
    ...(
      [
        { id: 'daily', seconds: 3600, period: 'day', medium: null, language: null, by: null },
        { id: 'weekly', seconds: 6 * 3600, period: 'week', medium: null, language: null, by: null },
        { id: 'ladder-ja-300h', seconds: 300 * 3600, period: 'all', medium: null, language: 'ja', by: null },
        { id: 'ladder-ja-600h', seconds: 600 * 3600, period: 'all', medium: null, language: 'ja', by: null },
        { id: '1000h-ja', seconds: 1000 * 3600, period: 'all', medium: null, language: 'ja', by: '2027-12-31' },
      ] as const
    ).map((goal) => toGoalItem('alice', goal)),
  ]);
  // TMDB's rate limit waits on this clock.
  const ticking = setInterval(() => (api.clock.milliseconds += 250), 5);
  await api.call('/api/shows/700201/watching', { method: 'PUT' });
  await api.call('/api/sync', { method: 'POST' });
  clearInterval(ticking);
  api.clock.milliseconds = NOON;
  return api;
}

const isoDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
