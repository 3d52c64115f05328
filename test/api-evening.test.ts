import test from 'ava';
import { youtubeError } from '../lib/demo/fake-youtube.ts';
import { NOON, requestsTo, startEveningApi } from './evening-api.ts';

const NOW_SECONDS = NOON / 1000;
const BATCH = '0d7c2f4e-4a1b-4f0e-9f61-3f4f6f6f0001';

/** Videos `v1`, `v2`…, spread over a number of channels. */
const videos = (count: number, channels: number) => ({
  videos: Array.from({ length: count }, (_, index) => ({
    id: `v${index + 1}`,
    title: `Video ${index + 1}`,
    channelId: `c${(index % channels) + 1}`,
    duration: 'PT10M',
  })),
  channels: Array.from({ length: channels }, (_, index) => ({
    id: `c${index + 1}`,
    title: `Channel ${index + 1}`,
    thumbnails: { high: `https://images.test/c${index + 1}` },
  })),
});
const ids = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

const podcast = {
  shows: [{ id: 's1', name: 'ラジオ', image: 'https://images.test/s1' }],
  episodes: [
    { id: 'e4', name: 'Four', showId: 's1', durationMs: 1_200_000, releaseDate: '2026-04-01' },
    { id: 'e3', name: 'Three', showId: 's1', durationMs: 1_200_000, releaseDate: '2026-03-01' },
    null,
    { id: 'e2', name: 'Two', showId: 's1', durationMs: 1_200_400, releaseDate: '2026-02' },
    { id: 'e1', name: 'One', showId: 's1', durationMs: 1_200_000, releaseDate: '2025' },
  ],
};
const films = {
  tvdb: { movies: [{ id: 11, name: '千と千尋の神隠し', runtime: 125, image: 'https://images.test/11', year: '2001' }] },
  tmdb: {
    movies: [
      {
        id: 22,
        title: 'Your Name.',
        originalTitle: '君の名は。',
        runtime: 106,
        posterPath: '/22.jpg',
        releaseDate: '2016-08-26',
      },
      { id: 23, title: 'Unknown Length' },
    ],
  },
};

test('a video is recorded with its channel, and counts in the progress', async (t) => {
  const api = await startEveningApi(t, { youtube: videos(3, 2) });
  const answer = await api.post('/syncyoutube', { video_ids: ['v1', 'v2', 'v3', 'v1'] }, { batch: BATCH });
  t.deepEqual(answer, { status: 200, body: { videos_added: 3 }, batch: BATCH });
  const items = await api.items();
  t.deepEqual(
    items.map(({ sk }) => sk),
    ['YOUTUBECHANNEL#c1', 'YOUTUBECHANNEL#c2', 'YOUTUBEVIDEO#v1', 'YOUTUBEVIDEO#v2', 'YOUTUBEVIDEO#v3'],
  );
  t.deepEqual(items[0], {
    pk: 'USER#alice',
    sk: 'YOUTUBECHANNEL#c1',
    user: 'alice',
    youtube_channel_id: 'c1',
    youtube_channel_title: 'Channel 1',
    youtube_channel_artwork_url: 'https://images.test/c1',
  });
  t.deepEqual(items[2], {
    pk: 'USER#alice',
    sk: 'YOUTUBEVIDEO#v1',
    user: 'alice',
    youtube_video_id: 'v1',
    youtube_video_title: 'Video 1',
    youtube_channel_id: 'c1',
    youtube_video_duration: 600,
    timestamp: NOW_SECONDS,
    batch_id: BATCH,
  });
  t.like((await api.get('/progress')).body, {
    youtube_videos_watched: 3,
    youtube_channels: [
      { channel_id: 'c1', channel_name: 'Channel 1', artwork_url: 'https://images.test/c1', videos_watched: 2 },
      { channel_id: 'c2', channel_name: 'Channel 2', artwork_url: 'https://images.test/c2', videos_watched: 1 },
    ],
  });
});

test('the second run of an evening adds nothing, asks no provider and moves no date', async (t) => {
  const api = await startEveningApi(t, { ...films, youtube: videos(60, 7), spotify: podcast });
  const run = async () => [
    (await api.post('/syncyoutube', { video_ids: ids('v', 1, 60) })).body,
    (await api.post('/syncspotify', { episode_ids: ['e3', 'e4'] })).body,
    (
      await api.post('/syncmovies', {
        movies: [
          { file_name: 'spirited away', tvdb_id: 11 },
          { file_name: 'your name', tmdb_id: 22 },
        ],
      })
    ).body,
  ];
  t.deepEqual(await run(), [{ videos_added: 60 }, { episodes_added: 2 }, { movies_added: 2 }]);
  const before = await api.items();
  const asked = () =>
    [api.youtube, api.spotify, api.tvdb, api.tmdb].reduce((sum, { requests }) => sum + requests.length, 0);
  const askedBefore = asked();
  api.clock.advance(3_600_000);
  t.deepEqual(await run(), [{ videos_added: 0 }, { episodes_added: 0 }, { movies_added: 0 }]);
  t.deepEqual(await api.items(), before);
  t.is(asked(), askedBefore);
});

test('of 60 links, 5 recorded, 3 unknown and 2 private, the other 50 are recorded by two calls and the five are named', async (t) => {
  const api = await startEveningApi(t, { youtube: videos(55, 4) });
  await api.post('/syncyoutube', { video_ids: ids('v', 1, 5) });
  const callsBefore = requestsTo(api.youtube, '/videos').length;
  const strange = [...ids('unknown', 1, 3), ...ids('private', 1, 2)];
  const { status, body } = await api.post('/syncyoutube', { video_ids: [...ids('v', 1, 55), ...strange] });
  t.is(status, 422);
  t.deepEqual(body, {
    message: '5 ids are not known to the provider; everything else is recorded.',
    code: 'unknown_ids',
    details: strange.map((id) => ({ id, reason: 'YouTube has no such video, or it is private.' })),
    videos_added: 50,
  });
  t.is(requestsTo(api.youtube, '/videos').length - callsBefore, 2);
  t.is((await api.items()).filter(({ sk }) => String(sk).startsWith('YOUTUBEVIDEO#')).length, 55);
});

test('an id that can be none is answered as unknown and never reaches the provider', async (t) => {
  const api = await startEveningApi(t, { youtube: videos(3, 1), spotify: podcast });
  const two = await api.post('/syncyoutube', { video_ids: ['v1,v2', '../channels', 'v3'] });
  t.is(two.status, 422);
  t.like(two.body, { details: [{ id: 'v1,v2' }, { id: '../channels' }], videos_added: 1 });
  t.deepEqual(
    requestsTo(api.youtube, '/videos').map(({ query }) => query.get('id')),
    ['v3'],
  );
  const none = await api.post('/syncspotify', { episode_ids: ['e1?market=x'] });
  t.is(none.status, 422);
  t.is(api.spotify.requests.length, 0);
});

test('500 new videos of 500 channels take 20 calls, several at a time', async (t) => {
  let open = 0;
  let most = 0;
  const all = videos(500, 500);
  const api = await startEveningApi(t, {
    youtube: {
      ...all,
      faults: ({ path }) => {
        open = api.youtube.requests.filter((request) => request.path === path && !request.answer).length;
        most = Math.max(most, open);
        return { delayMs: 5 };
      },
    },
  });
  t.deepEqual((await api.post('/syncyoutube', { video_ids: ids('v', 1, 500) })).body, { videos_added: 500 });
  t.is(requestsTo(api.youtube, '/videos').length, 10);
  t.is(requestsTo(api.youtube, '/channels').length, 10);
  t.true(most >= 4, `${most} at a time`);
});

test('a video whose channel YouTube no longer tells of is recorded with a nameless one', async (t) => {
  const api = await startEveningApi(t, { youtube: { ...videos(1, 1), channels: [] } });
  t.deepEqual((await api.post('/syncyoutube', { video_ids: ['v1'] })).body, { videos_added: 1 });
  t.like((await api.get('/progress')).body, { youtube_channels: [{ channel_id: 'c1', channel_name: null }] });
});

for (const { title, fault, status, code } of [
  { title: 'is down', fault: { status: 500, body: 'oops' }, status: 502, code: 'youtube_unavailable' },
  { title: 'cuts the connection', fault: { cut: true }, status: 502, code: 'youtube_unavailable' },
  {
    title: 'has no quota left',
    fault: { status: 403, body: youtubeError(403, { reason: 'quotaExceeded' }) },
    status: 502,
    code: 'youtube_quota_exceeded',
  },
]) {
  test(`when YouTube ${title} after the videos, nothing is half recorded, and the same again completes it`, async (t) => {
    let isDown = true;
    const api = await startEveningApi(t, {
      youtube: {
        ...videos(60, 3),
        faults: ({ path }) => (isDown && path.endsWith('/channels') ? fault : undefined),
      },
    });
    await api.post('/sync', { episodes: [{ folder_name: 'show', file_name: 'one' }] });
    const before = await api.items();
    const failed = await api.post('/syncyoutube', { video_ids: ids('v', 1, 60) });
    t.is(failed.status, status);
    t.like(failed.body, { code });
    t.false(JSON.stringify(failed.body).includes('youtube-key'));
    t.deepEqual(await api.items(), before);
    isDown = false;
    // A used-up quota is renewed at midnight in California.
    if (code === 'youtube_quota_exceeded') api.clock.advance(20 * 3_600_000);
    t.deepEqual((await api.post('/syncyoutube', { video_ids: ids('v', 1, 60) })).body, { videos_added: 60 });
    t.is((await api.items()).length, before.length + 63);
  });
}

test('without its key a source answers 503 and names the setting', async (t) => {
  const keys = {
    tvdbApiKey: undefined,
    tmdbApiKey: undefined,
    youtubeApiKey: undefined,
    spotifyClientId: undefined,
  };
  const api = await startEveningApi(t, { keys });
  for (const [path, body, setting] of [
    ['/syncyoutube', { video_ids: ['dQw4w9WgXcQ'] }, 'YOUTUBE_API_KEY'],
    ['/syncspotify', { episode_ids: ['e1'] }, 'SPOTIFY_CLIENT_ID'],
    ['/syncmovies', { movies: [{ file_name: 'film', tvdb_id: 1 }] }, 'TVDB_API_KEY'],
    ['/syncmovies', { movies: [{ file_name: 'film', tmdb_id: 1 }] }, 'TMDB_API_KEY'],
  ] as const) {
    const answer = await api.post(path, body);
    t.is(answer.status, 503, path);
    t.true((answer.body as { message: string }).message.includes(setting));
  }
  const search = await api.get('/search/movies?query=film');
  t.is(search.status, 503);
  t.like(search.body, { code: 'movie_search_not_configured' });
  t.deepEqual(await api.items(), []);
});

test('a podcast episode is recorded with its show', async (t) => {
  const api = await startEveningApi(t, { spotify: podcast });
  const { status, body, batch } = await api.post('/syncspotify', { episode_ids: ['e2', 'e2', 'nowhere'] });
  t.is(status, 422);
  t.deepEqual(body, {
    message: 'The id nowhere is not known to the provider; everything else is recorded.',
    code: 'unknown_ids',
    details: [{ id: 'nowhere', reason: 'Spotify has no such episode in this market.' }],
    episodes_added: 1,
  });
  t.deepEqual(await api.items(), [
    {
      pk: 'USER#alice',
      sk: 'SPOTIFYEPISODE#e2',
      user: 'alice',
      spotify_episode_id: 'e2',
      spotify_episode_title: 'Two',
      spotify_show_id: 's1',
      spotify_episode_duration: 1200,
      timestamp: NOW_SECONDS,
      batch_id: batch,
    },
    {
      pk: 'USER#alice',
      sk: 'SPOTIFYSHOW#s1',
      user: 'alice',
      spotify_show_id: 's1',
      spotify_show_name: 'ラジオ',
      spotify_show_artwork_url: 'https://images.test/s1',
    },
  ]);
});

test('back-fill records what the show released up to the episode, also for one that is recorded already', async (t) => {
  const api = await startEveningApi(t, { spotify: podcast });
  t.deepEqual((await api.post('/syncspotify', { episode_ids: ['e3'] })).body, { episodes_added: 1 });
  const filled = { episode_ids: ['e3'], backfill: true };
  t.deepEqual((await api.post('/syncspotify', filled)).body, { episodes_added: 2 });
  t.deepEqual((await api.post('/syncspotify', filled)).body, { episodes_added: 0 });
  t.deepEqual(
    (await api.items()).map(({ sk }) => sk),
    ['SPOTIFYEPISODE#e1', 'SPOTIFYEPISODE#e2', 'SPOTIFYEPISODE#e3', 'SPOTIFYSHOW#s1'],
  );
});

test('what Spotify told before it failed is kept, and the same again asks only for the rest', async (t) => {
  const episodes = ids('p', 1, 40).map((id) => ({
    id,
    name: id,
    showId: 's1',
    durationMs: 60_000,
    releaseDate: '2026-01-01',
  }));
  let isDown = true;
  const api = await startEveningApi(t, {
    spotify: {
      ...podcast,
      episodes,
      faults: ({ path }) => (isDown && path.endsWith('/p20') ? { cut: true } : undefined),
    },
  });
  const failed = await api.post('/syncspotify', { episode_ids: ids('p', 1, 40) });
  t.is(failed.status, 502);
  t.like(failed.body, { code: 'spotify_unavailable' });
  const kept = (await api.items()).filter(({ sk }) => String(sk).startsWith('SPOTIFYEPISODE#')).length;
  t.true(kept >= 16 && kept < 40, `${kept} kept`);
  isDown = false;
  api.spotify.requests.length = 0;
  t.deepEqual((await api.post('/syncspotify', { episode_ids: ids('p', 1, 40) })).body, { episodes_added: 40 - kept });
  t.is(api.spotify.requests.filter(({ path }) => path.startsWith('/v1/episodes/')).length, 40 - kept);
});

test('films are recorded from TVDB or TMDB, each file once', async (t) => {
  const api = await startEveningApi(t, films);
  const { status, body, batch } = await api.post('/syncmovies', {
    movies: [
      { file_name: 'chihiro', tvdb_id: 11 },
      { file_name: 'chihiro', tvdb_id: 11 },
      { file_name: 'name', tmdb_id: 22 },
      { file_name: 'short', tmdb_id: 23 },
      { file_name: 'no such', tvdb_id: 404 },
    ],
  });
  t.is(status, 422);
  t.deepEqual(body, {
    message: 'The id 404 is not known to the provider; everything else is recorded.',
    code: 'unknown_ids',
    details: [{ id: '404', reason: 'TVDB has no film with this id.' }],
    movies_added: 3,
  });
  const common = { pk: 'USER#alice', user: 'alice', timestamp: NOW_SECONDS, batch_id: batch };
  t.deepEqual(await api.items(), [
    {
      ...common,
      sk: 'MOVIE#chihiro',
      file_name: 'chihiro',
      tvdb_id: 11,
      tvdb_name: '千と千尋の神隠し',
      tvdb_image: 'https://images.test/11',
      movie_duration: 7500,
    },
    {
      ...common,
      sk: 'MOVIE#name',
      file_name: 'name',
      tmdb_id: 22,
      tmdb_name: '君の名は。',
      tmdb_image: 'https://image.tmdb.org/t/p/w500/22.jpg',
      movie_duration: 6360,
    },
    { ...common, sk: 'MOVIE#short', file_name: 'short', tmdb_id: 23, tmdb_name: 'Unknown Length', movie_duration: 0 },
  ]);
  t.like((await api.get('/progress')).body, {
    total_movies_watched: 3,
    total_hours_watched: 3,
    movies: [{ movie_id: 'short' }, { movie_id: 'chihiro', name: '千と千尋の神隠し' }, { movie_id: 'name' }],
  });
});

test('a film has one id at most, and its name fits into a key', async (t) => {
  const api = await startEveningApi(t, films);
  const both = await api.post('/syncmovies', { movies: [{ file_name: 'film', tvdb_id: 11, tmdb_id: 22 }] });
  t.is(both.status, 400);
  t.like(both.body, { details: [{ path: 'movies.0', message: 'must have at most one of tvdb_id and tmdb_id' }] });
  const long = await api.post('/syncmovies', {
    movies: [
      { file_name: 'chihiro', tvdb_id: 11 },
      { file_name: '🎬'.repeat(255), tvdb_id: 11 },
    ],
  });
  t.is(long.status, 400);
  t.like(long.body, { code: 'key_too_long' });
  t.deepEqual(await api.items(), []);
});

const FILM_FILE = 'Harbour.Lights.2021.1080p.BluRay.x264-GROUP';
const MEASURED = { duration_seconds: 5400.4, language: 'ja' };

test('a film without an id counts by its length, and by its cleaned-up file name until it gets one', async (t) => {
  const api = await startEveningApi(t, films);
  const sent = { movies: [{ file_name: FILM_FILE, ...MEASURED }, { file_name: 'Bare' }] };
  t.deepEqual((await api.post('/syncmovies', sent)).body, { movies_added: 2 });
  t.deepEqual((await api.post('/syncmovies', sent)).body, { movies_added: 0 });
  t.is(api.tvdb.requests.length + api.tmdb.requests.length, 0, 'nobody is asked');
  t.like((await api.get('/progress')).body, {
    total_movies_watched: 2,
    total_hours_watched: 1,
    movies: [
      { movie_id: 'Bare', name: 'Bare', artwork_url: null },
      { movie_id: FILM_FILE, name: 'Harbour Lights', artwork_url: null },
    ],
  });
  t.like((await api.get('/viewings?q=harbour')).body, {
    viewings: [{ title: 'Harbour Lights', seconds: 5400, seconds_source: 'file', language: 'ja' }],
  });
  const [bare, film] = await api.items();
  t.deepEqual(film, {
    pk: 'USER#alice',
    sk: `MOVIE#${FILM_FILE}`,
    user: 'alice',
    file_name: FILM_FILE,
    movie_duration: 5400,
    duration_source: 'file',
    audio_language: 'ja',
    timestamp: NOW_SECONDS,
    batch_id: film?.['batch_id'],
  });

  const match = (id: object) => api.put('/movie', { file_name: FILM_FILE, ...id });
  t.deepEqual(await match({ tmdb_id: 22 }), { status: 200, body: {}, batch: null });
  const named = { tmdb_id: 22, tmdb_name: '君の名は。', tmdb_image: 'https://image.tmdb.org/t/p/w500/22.jpg' };
  t.deepEqual((await api.items())[1], { ...film, ...named }, 'the length stays the measured one');
  await match({ tvdb_id: 11 });
  const right = { tvdb_id: 11, tvdb_name: '千と千尋の神隠し', tvdb_image: 'https://images.test/11' };
  t.deepEqual((await api.items())[1], { ...film, ...right }, 'nothing of the wrong one is left');
  t.deepEqual((await api.get('/movies')).body, {
    movies: [
      { file_name: 'Bare', tvdb_id: null, tmdb_id: null, name: null, image: null },
      { file_name: FILM_FILE, tvdb_id: 11, tmdb_id: null, name: right.tvdb_name, image: right.tvdb_image },
    ],
  });

  await api.put('/movie', { file_name: 'Bare', tvdb_id: 11 });
  t.deepEqual((await api.items())[0], { ...bare, ...right, movie_duration: 7500 }, 'unmeasured: the provider’s length');
  await api.post('/syncmovies', { movies: [{ file_name: 'Bare', ...MEASURED }] });
  t.like((await api.items())[0], { ...right, movie_duration: 5400, duration_source: 'file', audio_language: 'ja' });
});

test('a film that is recorded with an id keeps its measured length', async (t) => {
  const api = await startEveningApi(t, films);
  await api.post('/syncmovies', { movies: [{ file_name: 'chihiro', tvdb_id: 11, ...MEASURED }] });
  t.like((await api.items())[0], { tvdb_id: 11, movie_duration: 5400, duration_source: 'file' });
});

test('only a recorded film is matched, and only with an id that a provider knows', async (t) => {
  const api = await startEveningApi(t, films);
  await api.post('/syncmovies', { movies: [{ file_name: 'film' }] });
  const before = await api.items();
  for (const [body, status, code] of [
    [{ file_name: 'other', tvdb_id: 11 }, 404, 'movie_not_found'],
    [{ file_name: 'film', tvdb_id: 404 }, 404, 'tvdb_movie_not_found'],
    [{ file_name: 'film', tmdb_id: 404 }, 404, 'tmdb_movie_not_found'],
    [{ file_name: 'film' }, 400, 'invalid_request'],
    [{ file_name: 'film', tvdb_id: 11, tmdb_id: 22 }, 400, 'invalid_request'],
    [{ file_name: 'film', tvdb_id: 11, name: 'x' }, 400, 'invalid_request'],
  ] as const) {
    t.like(await api.put('/movie', body), { status, body: { code } });
  }
  t.deepEqual(await api.items(), before);
});

test('a request takes 10,000 ids at most', async (t) => {
  const api = await startEveningApi(t);
  for (const [path, field] of [
    ['/syncyoutube', 'video_ids'],
    ['/syncspotify', 'episode_ids'],
  ] as const) {
    const { status, body } = await api.post(path, { [field]: ids('x', 1, 10_001) });
    t.is(status, 400);
    t.like(body, { code: 'too_many_items' });
  }
});

test('the film search asks TVDB, and TMDB where only that has a key', async (t) => {
  const both = await startEveningApi(t, films);
  t.deepEqual((await both.get(`/search/movies?query=${encodeURIComponent('千と')}`)).body, {
    results: [
      {
        tvdb_id: 11,
        name: '千と千尋の神隠し',
        original_name: null,
        year: 2001,
        image: 'https://images.test/11',
        overview: null,
      },
    ],
  });
  t.is(both.tmdb.requests.length, 0);
  const onlyTmdb = await startEveningApi(t, { ...films, keys: { tvdbApiKey: undefined } });
  t.deepEqual((await onlyTmdb.get('/search/movies?query=name')).body, {
    results: [
      {
        tmdb_id: 22,
        name: 'Your Name.',
        original_name: '君の名は。',
        year: 2016,
        image: 'https://image.tmdb.org/t/p/w500/22.jpg',
        overview: null,
      },
    ],
  });
});

test('a batch id that is none is refused, and one is made where none is sent', async (t) => {
  const api = await startEveningApi(t, { youtube: videos(1, 1) });
  t.like(await api.post('/syncyoutube', { video_ids: ['v1'] }, { batch: 'no id' }), { status: 400 });
  t.regex((await api.post('/syncyoutube', { video_ids: ['v1'] })).batch ?? '', /^[0-9a-f-]{36}$/);
});

test('the same links sent twice at once are recorded once', async (t) => {
  const api = await startEveningApi(t, { youtube: videos(120, 9) });
  const answers = await Promise.all([1, 2, 3].map(() => api.post('/syncyoutube', { video_ids: ids('v', 1, 120) })));
  const added = answers.map(({ body }) => (body as { videos_added: number }).videos_added);
  t.is(added[0]! + added[1]! + added[2]!, 120);
  t.is((await api.items()).length, 129);
});
