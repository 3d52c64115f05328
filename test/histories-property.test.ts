import test from 'ava';
import * as fc from 'fast-check';
import { snakeCased } from '../lib/core/snake-case-rules.ts';
import { toRecord } from '../lib/viewings/record-items.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import { startEveningApi } from './evening-api.ts';
import { referenceProgress } from './progress-reference.ts';

const RUNS = 40;
const SERIES = [
  { id: 1, name: 'Cafe', image: 'https://img.test/1', runtime: 24 },
  { id: 2, name: 'Galaxy', image: 'https://img.test/2', runtime: 0 },
  { id: 3, name: 'Cafe', image: null, runtime: null },
];
const MOVIES = [
  { id: 11, name: 'Night', image: 'https://img.test/11', runtime: 95 },
  { id: 12, name: 'Abc', image: null, runtime: 0 },
];
const CHANNELS = [
  { id: 'c1', title: 'B', thumbnails: { high: 'https://img.test/c1' } },
  { id: 'c2', title: 'A', thumbnails: {} },
];
const VIDEOS = [
  { id: 'v1', title: 'V1', channelId: 'c1', duration: 'PT24M', seconds: 1440 },
  { id: 'v2', title: 'V2', channelId: 'c2', duration: 'PT1H0M1S', seconds: 3601 },
  { id: 'v3', title: 'V3', channelId: 'c2', duration: 'P0D', seconds: 0 },
];
const SHOWS = [{ id: 's1', name: 'Pod', image: 'https://img.test/s1' }];
const EPISODES = [
  { id: 'e1', name: 'P1', showId: 's1', durationMs: 1_800_000, releaseDate: '2024-01-01' },
  { id: 'e2', name: 'P2', showId: 's1', durationMs: 59_999, releaseDate: '2024-01-02' },
];
/** Names in both normal forms, and with the separator of keys. */
const NAMES = ['Cafe', 'カフェé', 'カフェé'.normalize('NFD'), 'a', 'a#b', '#', '%23', 'S01E02', 'b#c', 'c'];
const UNKNOWN = 99;

const name = fc.constantFrom(...NAMES);
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 5 });
const request = fc.oneof(
  { arbitrary: fc.record({ episodes: few(fc.record({ folder_name: name, file_name: name })) }), weight: 4 },
  fc.record({ movies: few(fc.record({ file_name: name, tvdb_id: fc.constantFrom(11, 12, UNKNOWN) })) }),
  fc.record({ video_ids: few(fc.constantFrom('v1', 'v2', 'v3', 'missing')) }),
  fc.record({ episode_ids: few(fc.constantFrom('e1', 'e2', 'missing')) }),
  { arbitrary: fc.record({ folder_name: name, tvdb_id: fc.constantFrom(1, 2, 3, UNKNOWN) }), weight: 2 },
);
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;
/** Seconds before a request; the clock may have been ahead before it. */
const pause = fc.oneof(fc.integer({ min: 0, max: 40 * 86_400 }), fc.constantFrom(0, 1, 3600, 86_400, -86_400));
const history = fc.array(fc.record({ pause, request }), { minLength: 3, maxLength: 10 });

const nfc = (text: string) => text.normalize('NFC');

/** What the contract says of requests: new items only, each once, whatever is unknown left out. */
function createModel() {
  const items = new Map<string, TrackedRecord>();
  const insert = (key: string, record: TrackedRecord): number => {
    if (items.has(key)) return 0;
    items.set(key, record);
    return 1;
  };

  /** The expected answer, if the answer says how many were added. */
  function apply(request: Request, watchedAt: number): { status: number; body?: object } {
    let added = 0;
    let isUnknown = false;
    if ('tvdb_id' in request) {
      const key = `show ${nfc(request.folder_name)}`;
      const show = items.get(key);
      const series = SERIES.find(({ id }) => id === request.tvdb_id);
      if (show?.type !== 'show' || !series) return { status: 404 };
      const averageRuntimeSeconds = series.runtime ? series.runtime * 60 : null;
      const { id: tvdbId, name, image } = series;
      items.set(key, { ...show, tvdbId, name, image, averageRuntimeSeconds, version: show.version + 1 });
      return { status: 200, body: {} };
    }
    if ('episodes' in request) {
      for (const episode of request.episodes) {
        const [folderName, fileName] = [nfc(episode.folder_name), nfc(episode.file_name)];
        const unmatched = { tvdbId: null, name: null, image: null, averageRuntimeSeconds: null, version: 1 };
        insert(`show ${folderName}`, { type: 'show', folderName, ...unmatched });
        added += insert(`episode ${JSON.stringify([folderName, fileName])}`, {
          type: 'episode',
          folderName,
          fileName,
          watchedAt,
        });
      }
      return { status: 200, body: { episodes_added: added } };
    }
    if ('movies' in request) {
      for (const { file_name, tvdb_id } of request.movies) {
        const fileName = nfc(file_name);
        const movie = MOVIES.find(({ id }) => id === tvdb_id);
        if (!movie) isUnknown ||= !items.has(`movie ${fileName}`);
        else {
          const { id: tvdbId, name, image, runtime } = movie;
          const facts = { tvdbId, tmdbId: null, name, image, durationSeconds: runtime * 60 };
          added += insert(`movie ${fileName}`, { type: 'movie', fileName, ...facts, watchedAt });
        }
      }
      return isUnknown ? { status: 422 } : { status: 200, body: { movies_added: added } };
    }
    if ('video_ids' in request) {
      for (const videoId of request.video_ids) {
        const video = VIDEOS.find(({ id }) => id === videoId);
        const channel = CHANNELS.find(({ id }) => id === video?.channelId);
        isUnknown ||= !video;
        if (!video || !channel) continue;
        const { title, channelId, seconds: durationSeconds } = video;
        const artworkUrl = channel.thumbnails.high ?? null;
        insert(`channel ${channelId}`, { type: 'youtube_channel', channelId, title: channel.title, artworkUrl });
        const record = { videoId, title, channelId, durationSeconds, watchedAt };
        added += insert(`video ${videoId}`, { type: 'youtube_video', ...record });
      }
      return isUnknown ? { status: 422 } : { status: 200, body: { videos_added: added } };
    }
    for (const episodeId of request.episode_ids) {
      const episode = EPISODES.find(({ id }) => id === episodeId);
      const show = SHOWS.find(({ id }) => id === episode?.showId);
      isUnknown ||= !episode;
      if (!episode || !show) continue;
      const { name: title, showId, durationMs } = episode;
      insert(`podcast ${showId}`, { type: 'spotify_show', showId, name: show.name, artworkUrl: show.image });
      const record = { episodeId, title, showId, durationSeconds: Math.trunc(durationMs / 1000), watchedAt };
      added += insert(`spotify ${episodeId}`, { type: 'spotify_episode', ...record });
    }
    return isUnknown ? { status: 422 } : { status: 200, body: { episodes_added: added } };
  }
  return { apply, records: () => [...items.values()] };
}

function placeOf(request: Request): string {
  if ('tvdb_id' in request) return '/show';
  if ('episodes' in request) return '/sync';
  if ('movies' in request) return '/syncmovies';
  return 'video_ids' in request ? '/syncyoutube' : '/syncspotify';
}

const inOrder = (records: readonly unknown[]) => records.map((record) => JSON.stringify(record, sortedKeys)).sort();
const sortedKeys = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

test('any history of requests is answered, stored and counted as the contract says', async (t) => {
  const users = Array.from({ length: 10 * RUNS }, (_, index) => ({
    user: `u${index}`,
    password: `u${index}-password`,
  }));
  const api = await startEveningApi(t, {
    keys: { users },
    tvdb: { series: SERIES, movies: MOVIES },
    youtube: { videos: VIDEOS, channels: CHANNELS },
    spotify: { shows: SHOWS, episodes: EPISODES },
  });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const call = { user: `u${runs}` };
      runs += 1;
      const model = createModel();
      for (const { pause: seconds, request: body } of steps) {
        api.clock.advance(seconds * 1000);
        const place = placeOf(body);
        const answer = await api[place === '/show' ? 'put' : 'post'](place, body, call);
        const expected = model.apply(body, Math.floor(api.clock.now() / 1000));
        t.like(answer, expected, `${place} ${JSON.stringify(body)}`);
        if (expected.body) t.deepEqual(answer.body, expected.body);
      }
      const stored = (await api.items(call.user)).flatMap((item) => toRecord(item) ?? []);
      t.deepEqual(inOrder(stored), inOrder(model.records()));
      const { body } = await api.get('/progress', call);
      const expected = referenceProgress(model.records(), api.clock.now(), 'Pacific/Auckland');
      t.deepEqual(body, JSON.parse(JSON.stringify(snakeCased(expected))));
    }),
    { numRuns: RUNS },
  );
});

test('a film that a request names twice counts once, by the first id that is known', async (t) => {
  const api = await startEveningApi(t, { tvdb: { movies: MOVIES } });
  const film = (fileName: string, tvdbId: number) => ({ file_name: fileName, tvdb_id: tvdbId });
  const sync = (...movies: object[]) => api.post('/syncmovies', { movies });
  t.like(await sync(film('a', 11), film('a', UNKNOWN)), { status: 200, body: { movies_added: 1 } });
  t.like(await sync(film('b', UNKNOWN), film('b', 12)), { status: 422, body: { movies_added: 1 } });
  t.deepEqual(
    (await api.items()).map((item) => item['tvdb_id']),
    [11, 12],
  );
});
