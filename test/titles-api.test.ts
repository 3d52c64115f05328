import test from 'ava';
import type { TitleAnswer } from '../lib/titles/titles-contract.ts';
import { type Imports, startImports } from './imports-rig.ts';
import { agoIso, DAY_MS, episodeWatched, filmsAt, ids, movieWatched, planned, rated } from './trakt-entries.ts';

const TMDB = {
  movies: filmsAt(ids(6)).map((film, index) => ({ ...film, releaseDate: `${2000 + index}-05-05` })),
  series: [
    { id: 2000, name: 'Series 2000', tvdbId: 72_000, runtime: 30, seasons: { 1: ['2020-01-01', '2020-01-08'] } },
  ],
};

const libraryOf = async (t: Parameters<typeof startImports>[0]) => {
  const api = await startImports(t, {
    trakt: {
      movieHistory: [
        movieWatched(1000, agoIso(DAY_MS)),
        movieWatched(1000, agoIso(40 * DAY_MS)),
        movieWatched(1001, '1970-01-01T00:00:00.000Z'),
      ],
      episodeHistory: [
        episodeWatched([2000, 1, 1], agoIso(3 * DAY_MS)),
        episodeWatched([2000, 1, 1], agoIso(90 * DAY_MS)),
        episodeWatched([2000, 1, 2], '1970-01-01T00:00:00.000Z'),
      ],
      ratings: [rated('movie', 1000, 9), rated('show', 2000, 3)],
      watchlist: [planned('movie', 1002), planned('movie', 1003)],
    },
    tmdb: TMDB,
  });
  t.is((await api.run('trakt_import')).status, 'completed');
  return api;
};

const named = async (api: Imports, query: string): Promise<string[]> =>
  ((await api.get(`/titles${query}`)) as { titles: TitleAnswer[] }).titles.map(({ title }) => title);

test.serial('titles are listed by type, status, rating and year, page by page', async (t) => {
  const api = await libraryOf(t);
  t.deepEqual(await named(api, ''), ['Film 1000', 'Film 1001', 'Film 1002', 'Film 1003', 'Series 2000']);
  t.deepEqual(await named(api, '?type=tv'), ['Series 2000']);
  t.deepEqual(await named(api, '?status=planned'), ['Film 1002', 'Film 1003']);
  t.deepEqual(await named(api, '?status=completed&type=movie'), ['Film 1000', 'Film 1001']);
  t.deepEqual(await named(api, '?rating=5'), ['Film 1000']);
  t.deepEqual(await named(api, '?rating=2'), ['Series 2000']);
  t.deepEqual(await named(api, '?year=2001'), ['Film 1001']);
  t.deepEqual(await named(api, '?year=1999'), []);
  const pages: string[] = [];
  for (let next: string | null = ''; next !== null;) {
    const page = (await api.get(`/titles?limit=2${next && `&next=${next}`}`)) as {
      titles: TitleAnswer[];
      next: string | null;
    };
    pages.push(...page.titles.map(({ title }) => title));
    next = page.next;
  }
  t.deepEqual(pages, await named(api, ''));
  for (const wrong of ['?type=film', '?status=done', '?rating=6', '?year=70', '?limit=0', '?limit=501', '?next=']) {
    t.like(await api.call(`/titles${wrong}`), { status: 400, body: { code: 'invalid_request' } }, wrong);
  }
  t.deepEqual(await named(api, `?next=${Buffer.from('USER#yuki').toString('base64url')}`), []);
});

test.serial('a rating or status that a person sets stays when Trakt says something else', async (t) => {
  const api = await libraryOf(t);
  const put = async (title: string, json: unknown) => api.call(`/titles/${title}`, { method: 'PUT', json });
  t.like(await put('movie/1000', { rating: 3 }), {
    status: 200,
    body: { rating: 3, rating_name: 'Decent', trakt_rating: 9 },
  });
  t.like(await put('tv/2000', { status: 'abandoned' }), { status: 200, body: { status: 'abandoned', rating: 2 } });
  t.like(await put('movie/1004', { status: 'planned' }), { status: 200, body: { title: 'Film 1004', year: 2004 } });
  t.like(await put('movie/1005', { rating: 4 }), { status: 200, body: { status: 'completed' } });
  await api.run('trakt_import');
  t.like(await api.get('/titles/movie/1000'), { rating: 3, trakt_rating: 9 });
  t.like(await api.get('/titles/tv/2000'), { status: 'abandoned' });
  t.like(await put('movie/1000', { rating: null }), { body: { rating: 5, rating_name: 'Outstanding' } });

  t.like(await put('movie/9999', { rating: 1 }), { status: 404, body: { code: 'tmdb_not_found' } });
  for (const wrong of [{ rating: 6 }, { rating: '5' }, { status: 'seen' }])
    t.is((await put('movie/1000', wrong)).status, 400);
  t.is((await put('film/1000', { rating: 1 })).status, 400);
});

test.serial(
  'a title that is removed takes its viewings out of the progress, and a full import brings it back only if asked',
  async (t) => {
    const api = await libraryOf(t);
    const before = (await api.get('/progress')) as Record<string, unknown>;
    const remove = async () => api.call('/titles/tv/2000', { method: 'DELETE' });
    t.is((await remove()).status, 200);
    t.like(await api.get('/progress'), { total_episodes_watched: 0, shows: [] });
    t.is((await api.call('/titles/tv/2000')).status, 404);
    t.is((await remove()).status, 404);
    await api.run('trakt_import');
    t.like(await api.get('/progress'), { total_episodes_watched: 0, shows: [] });
    t.like((await api.run('trakt_import', { restore: true })).lists.episodes, { new: 1, episodes: 3 });
    t.like(await api.get('/progress'), {
      total_episodes_watched: before['total_episodes_watched'],
      shows: before['shows'],
    });
  },
);

test.serial('a library brought into another account by an export gives the same library and progress', async (t) => {
  const api = await libraryOf(t);
  await api.call('/titles/movie/1000', { method: 'PUT', json: { rating: 3 } });
  await api.call('/titles/movie/1003', { method: 'PUT', json: { status: 'abandoned' } });
  const yuki = await api.start('yuki');
  const { items } = (await api.get('/export')) as { items: { type: string }[] };
  t.deepEqual([...new Set(items.map(({ type }) => type))].toSorted(), ['episode_watch', 'movie_session', 'title']);
  t.is((await yuki.call('/import', { method: 'POST', json: { items } })).status, 200);
  for (const where of ['/titles', '/titles/movie/1000', '/titles/movie/1001', '/titles/tv/2000', '/progress']) {
    t.deepEqual((await yuki.call(where)).body, await api.get(where), where);
  }
  t.notRegex(JSON.stringify(items), /access-|refresh-|rev"/);
});
