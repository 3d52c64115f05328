import test, { type ExecutionContext } from 'ava';
import type { FakeProvider, FakeRequest, Fault } from '../lib/demo/fake-server.ts';
import { createFakeSpotify } from '../lib/demo/fake-spotify.ts';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb } from '../lib/demo/fake-tvdb.ts';
import { createFakeYouTube } from '../lib/demo/fake-youtube.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { createTrakt } from '../lib/imports/sources/trakt-account.ts';
import { createTraktOauth } from '../lib/imports/sources/trakt-oauth.ts';
import { createSpotify } from '../lib/recording/sources/spotify.ts';
import { createTvdb } from '../lib/recording/sources/tvdb.ts';
import { createTvmaze } from '../lib/recording/sources/tvmaze.ts';
import { createYouTube } from '../lib/recording/sources/youtube.ts';
import { createTmdbIds } from '../lib/tmdb/ids-client.ts';
import { createTmdbRequest } from '../lib/tmdb/request-client.ts';
import { createTmdb } from '../lib/tmdb/tmdb-client.ts';
import { createFakeTrakt } from './fakes/fake-trakt.ts';
import { createFakeTvmaze } from './fakes/fake-tvmaze.ts';
import { createTestTime } from './provider-faults.ts';
import { episodeWatched, movieWatched, NOON, planned, rated } from './trakt-entries.ts';

type Call = () => Promise<unknown>;
interface Rig {
  fake: FakeProvider;
  calls: Record<string, Call>;
}
type Start = (faults: (request: FakeRequest) => Fault | undefined) => Promise<Rig>;

const all = <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items);

const PROVIDERS: Record<string, Start> = {
  async tvdb(faults) {
    const fake = await createFakeTvdb({
      series: [{ id: 5, name: '雨', englishName: 'Rain', runtime: 24, year: '2019', image: '/i', seasons: { 1: 2 } }],
      movies: [{ id: 6, name: '海', runtime: 90, year: '2020' }],
      faults,
    });
    const tvdb = createTvdb({ secret: async () => ({ apiKey: 'key' }), baseUrl: fake.url, ...createTestTime() });
    const calls = {
      series: () => tvdb.series(5),
      movie: () => tvdb.movie(6),
      seasons: () => tvdb.seasons(5),
      search: () => tvdb.searchSeries('Rain'),
      'search of films': () => tvdb.searchMovies('海'),
      'search by id': () => tvdb.idByImdb('tt1', 'series'),
    };
    return { fake, calls };
  },
  async tvmaze(faults) {
    const image = { medium: 'https://img.test/m', original: 'https://img.test/o' };
    const akas = [{ name: '雨', country: { name: 'Japan', code: 'JP', timezone: 'Asia/Tokyo' } }];
    const show = { id: 1, name: 'Rain', thetvdb: 5, averageRuntime: 24, premiered: '2019-01-01', image, akas };
    const fake = await createFakeTvmaze({ shows: [{ ...show, summary: '<p>Rain</p>' }], faults });
    const tvmaze = createTvmaze({ baseUrl: fake.url, ...createTestTime() });
    const calls = {
      series: () => tvmaze.series(5),
      seasons: () => tvmaze.seasons(5),
      search: () => tvmaze.searchSeries('rai'),
    };
    return { fake, calls };
  },
  async youtube(faults) {
    const fake = await createFakeYouTube({
      videos: [{ id: 'v1', title: 'Video', channelId: 'c1', duration: 'PT1M' }],
      channels: [{ id: 'c1', title: 'Channel', thumbnails: { high: 'https://img.test/c' } }],
      playlists: { p1: ['v1'] },
      faults,
    });
    const youtube = createYouTube({ secret: async () => ({ apiKey: 'key' }), baseUrl: fake.url, ...createTestTime() });
    const calls = {
      videos: () => youtube.videos(['v1']),
      channels: () => youtube.channels(['c1']),
      playlist: () => youtube.playlist('p1'),
    };
    return { fake, calls };
  },
  async spotify(faults) {
    const episode = { id: 'e1', name: 'Talk', showId: 's1', durationMs: 60_000, releaseDate: '2026-01-01' };
    const shows = [{ id: 's1', name: 'Podcast', image: 'https://img.test/s' }];
    const fake = await createFakeSpotify({ shows, episodes: [episode], faults });
    const spotify = createSpotify({
      secret: async () => ({ clientId: 'id', clientSecret: 'secret' }),
      accountsBaseUrl: fake.url,
      apiBaseUrl: fake.apiUrl,
      market: 'US',
      ...createTestTime(),
    });
    const calls = {
      episode: () => spotify.episode('e1'),
      list: () => all(spotify.showEpisodes({ showId: 's1', name: 'Podcast', artworkUrl: null })),
    };
    return { fake, calls };
  },
  async tmdb(faults) {
    const fake = await createFakeTmdb({
      movies: [
        {
          id: 9,
          title: 'Sea',
          runtime: 90,
          releaseDate: '2020-01-01',
          overview: 'x',
          collectionId: 10,
          cast: [[7, 'Hero']],
        },
      ],
      series: [{ id: 8, name: 'Rain', tvdbId: 5, runtime: 24, seasons: { 1: ['2020-01-01'] } }],
      people: [{ id: 7, name: 'Hana', biography: 'x' }],
      collections: [{ id: 10, name: 'Seas' }],
      faults,
    });
    const request = createTmdbRequest({
      secret: async () => ({ apiKey: 'key' }),
      baseUrl: fake.url,
      ...createTestTime(),
    });
    const [tmdb, ids] = [createTmdb({ request }), createTmdbIds({ request })];
    const calls = {
      film: () => tmdb.movie(9),
      credits: () => tmdb.movieCredits(9),
      series: () => tmdb.series(8),
      season: () => tmdb.season({ seriesId: 8, seasonNumber: 1 }),
      person: () => tmdb.person(7),
      filmography: () => tmdb.personCredits(7),
      collection: () => tmdb.collection(10),
      search: () => tmdb.search('multi', 'Sea'),
      trending: () => tmdb.trending('movie'),
      'search of films': () => tmdb.search('movie', 'Sea'),
      ids: () => ids.tvdbIdOfSeries(8),
      'search by TVDB id': () => tmdb.seriesIdByTvdbId(5),
    };
    return { fake, calls };
  },
  async trakt(faults) {
    const at = '2026-11-20T20:00:00.000Z';
    const fake = await createFakeTrakt({
      movieHistory: [movieWatched(1000, at)],
      episodeHistory: [episodeWatched([2000, 1, 1], at)],
      ratings: [rated('movie', 1000, 8)],
      watchlist: [planned('movie', 1001)],
      watchedMovies: [{ plays: 1, last_watched_at: at, last_updated_at: at, movie: movieWatched(1000, at)['movie'] }],
      watchedShows: [
        { plays: 1, last_watched_at: at, last_updated_at: at, show: episodeWatched([2000, 1, 1], at)['show'] },
      ],
      faults,
    });
    const secret = async () => ({ clientId: 'id', clientSecret: 'secret' });
    const time = createTestTime();
    const oauth = createTraktOauth({ secret, baseUrl: fake.url, ...time });
    const trakt = createTrakt({ secret, baseUrl: fake.url, ...time });
    const { deviceCode, userCode } = await oauth.startDevice();
    fake.decide(userCode, 'approved');
    const login = await oauth.pollDevice(deviceCode);
    if (login.status !== 'connected') throw new Error('Trakt did not log in');
    const { accessToken } = login.tokens;
    const call = { withToken: <T>(use: (token: string) => Promise<T>) => use(accessToken) };
    const endAt = NOON / 1000;
    const calls = {
      films: () => all(trakt.history({ ...call, type: 'movies', endAt })),
      episodes: () => all(trakt.history({ ...call, type: 'shows', endAt })),
      ratings: () => all(trakt.ratings(call)),
      watchlist: () => all(trakt.watchlist(call)),
      'watched films': () => all(trakt.watched({ ...call, type: 'movies' })),
      'watched series': () => all(trakt.watchedShows(call)),
      activities: () => trakt.lastActivities(call),
      account: () => trakt.username(call),
    };
    return { fake, calls };
  },
};

const HTML = '<!doctype html><title>Log in to the hotel’s network</title>';
const WHOLE: [what: string, body: unknown][] = [
  ['a page of HTML', HTML],
  ['nothing', Buffer.from('')],
  ['null', Buffer.from('null')],
  ['a text', Buffer.from('"sorry"')],
  ['a number', Buffer.from('1e400')],
  ['half of its JSON', Buffer.from('{"status":"success","data":{"id":')],
];
const FIELDS: unknown[] = [null, [], {}, 'x', -1, 1e300, true, [null]];

const isData = ({ path }: FakeRequest) => !/login|token|oauth/.test(path);

async function start(t: ExecutionContext, provider: Start) {
  const answer: { body?: unknown } = {};
  const rig = await provider((request) => (isData(request) && 'body' in answer ? { body: answer.body } : undefined));
  t.teardown(() => rig.fake.close());
  return { ...rig, answer };
}

/** The provider's error, or what the call returns. */
const outcome = async (call: Call): Promise<{ code?: string; found?: unknown }> => {
  try {
    return { found: await call() };
  } catch (error) {
    if (error instanceof ImmersionError) return { code: error.code };
    throw error;
  }
};

for (const [name, provider] of Object.entries(PROVIDERS)) {
  test(`what ${name} answers instead of its data is an error that says so`, async (t) => {
    const { calls, answer } = await start(t, provider);
    for (const [what, body] of WHOLE) {
      answer.body = body;
      for (const [subject, call] of Object.entries(calls)) {
        const { code } = await outcome(call);
        t.is(code, `${name}_bad_answer`, `${subject}: ${what}`);
      }
    }
  });

  test(`a value of another kind, anywhere in an answer of ${name}, costs that value or is an error that says so`, async (t) => {
    const { fake, calls, answer } = await start(t, provider);
    let tried = 0;
    for (const [subject, call] of Object.entries(calls)) {
      delete answer.body;
      await call();
      const whole = fake.requests.findLast(isData)?.answer?.body;
      for (const place of placesIn(whole)) {
        for (const odd of FIELDS) {
          tried += 1;
          answer.body = Buffer.from(JSON.stringify(changed(whole, place, odd)));
          const { code, found } = await outcome(call);
          const where = `${subject}: ${place.join('.')} is ${JSON.stringify(odd)?.slice(0, 20)}`;
          if (code !== undefined) t.is(code, `${name}_bad_answer`, where);
          else t.deepEqual(oddNumbers(found), [], where);
        }
      }
    }
    t.true(tried > 100, String(tried));
  });
}

/** Values that nothing needs. */
const NEEDLESS: [provider: string, subject: string, place: string, odd: unknown][] = [
  ['tvdb', 'series', 'data.image', 5],
  ['tvdb', 'series', 'data.averageRuntime', '24'],
  ['tvdb', 'search', 'data.0.year', 2019],
  ['tvdb', 'search', 'data.0.overviews', []],
  ['tvmaze', 'series', 'externals', []],
  ['tvmaze', 'series', 'image.medium', {}],
  ['youtube', 'videos', 'items.0.snippet.title', null],
  ['youtube', 'channels', 'items.0.snippet', null],
  ['spotify', 'episode', 'show.images', {}],
  ['spotify', 'episode', 'release_date', 2026],
  ['tmdb', 'film', 'credits.cast.0', null],
  ['tmdb', 'film', 'credits', []],
  ['tmdb', 'film', 'overview', 5],
  ['tmdb', 'film', 'genres', {}],
  ['tmdb', 'series', 'seasons.0.name', 1],
  ['tmdb', 'season', 'episodes.0', 'x'],
  ['tmdb', 'search', 'results.0', null],
  ['tmdb', 'collection', 'parts', null],
  ['trakt', 'activities', 'movies', []],
  ['trakt', 'activities', 'watchlist.updated_at', 5],
  ['trakt', 'account', 'user.username', []],
];
for (const [name, subject, place, odd] of NEEDLESS) {
  test(`${place} of a ${subject} at ${name} doesn’t fail the answer when it is ${JSON.stringify(odd)}`, async (t) => {
    const provider = PROVIDERS[name];
    const { fake, calls, answer } = await start(t, provider ?? (() => Promise.reject(new Error(name))));
    await calls[subject]?.();
    const whole = fake.requests.findLast(isData)?.answer?.body;
    answer.body = changed(whole, place.split('.'), odd);
    t.not(await calls[subject]?.(), undefined);
  });
}

/** A length of centuries would be most of what was ever watched. */
const TOO_LONG: [provider: string, subject: string, place: string, odd: unknown, expected: object][] = [
  ['tvdb', 'series', 'data.averageRuntime', 1e9, { averageRuntimeSeconds: null }],
  ['tvdb', 'movie', 'data.runtime', 1e9, { runtimeSeconds: 0 }],
  ['tvmaze', 'series', 'averageRuntime', 1e9, { averageRuntimeSeconds: null }],
  ['youtube', 'videos', 'items.0.contentDetails.duration', 'P9999Y', [{ durationSeconds: 0 }]],
  ['spotify', 'episode', 'duration_ms', 1e15, { code: 'spotify_bad_answer' }],
  ['tmdb', 'film', 'runtime', 1e9, { runtimeMinutes: null }],
];
for (const [name, subject, place, odd, expected] of TOO_LONG) {
  test(`a length of ${JSON.stringify(odd)} for a ${subject} at ${name} is none`, async (t) => {
    const provider = PROVIDERS[name];
    const { fake, calls, answer } = await start(t, provider ?? (() => Promise.reject(new Error(name))));
    const call = calls[subject] ?? (() => Promise.reject(new Error(subject)));
    await call();
    answer.body = changed(fake.requests.findLast(isData)?.answer?.body, place.split('.'), odd);
    const { code, found } = await outcome(call);
    t.like(code === undefined ? found : { code }, expected);
  });
}

type Place = (string | number)[];

/** The paths of all values. */
function placesIn(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [place, ...entries.flatMap(([key, inner]) => placesIn(inner, [...place, key]))];
}

function changed(value: unknown, [key, ...rest]: Place, odd: unknown): unknown {
  if (key === undefined) return odd;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = changed(copy[key], rest, odd);
  return copy;
}

/** Numbers that JSON doesn't have. */
function oddNumbers(value: unknown): unknown[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(oddNumbers) : [];
}
