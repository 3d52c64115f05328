import test from 'ava';
import { createEveningPerson, DOWN, ENTER } from './evening-person.ts';
import { createFakeTvmaze } from './fakes/fake-tvmaze.ts';

const ATTRIBUTION = 'Series data from TVmaze (https://www.tvmaze.com), CC BY-SA 4.0.';
const LIST = 'PLabcdefghijkl';
const VIDEOS = ['video000001', 'video000002', 'video000003'].map((id) => ({
  id,
  title: `Title of ${id}`,
  channelId: 'UC-one',
  duration: 'PT10M',
}));
const YOUTUBE = {
  videos: VIDEOS,
  channels: [{ id: 'UC-one', title: 'One' }],
  playlists: { [LIST]: VIDEOS.map(({ id }) => id) },
};

test.serial(
  'without a TVDB key TVmaze knows the series, which is said; what is not on TVDB is not taken',
  async (t) => {
    const tvmaze = await createFakeTvmaze({
      shows: [
        {
          id: 1,
          name: 'Midnight Diner',
          thetvdb: 250_500,
          averageRuntime: 25,
          akas: [{ name: '深夜食堂', country: null }],
        },
        { id: 2, name: 'Rare Show' },
      ],
    });
    t.teardown(() => tvmaze.close());
    const person = await createEveningPerson(t);
    person.environment['TVDB_API_KEY'] = '';
    person.environment['IMMERSION_TRACKER_TVMAZE_BASE_URL'] = tvmaze.url;
    person.place({
      'shows/深夜食堂/watched/01.mkv': 'x',
      'shows/Rare Show/watched/01.mkv': 'x',
      'shows/X {tvdb-250500}/watched/02.mkv': 'x',
    });
    const first = await person.run(['sync']);
    t.is(first.status, 0);
    t.true(first.err.includes('“X {tvdb-250500}” is TVDB series 250500, Midnight Diner.'), 'its id needs no question');
    const ran = await person.run(['sync', '--yes']);
    t.is(ran.status, 0);
    t.true(ran.err.includes('“深夜食堂” is TVDB series 250500, Midnight Diner.'));
    t.true(ran.err.includes('“Rare Show” is on TVmaze, but not on TVDB.'));
    t.is(ran.err.filter((line) => line === ATTRIBUTION).length, 1);
    const { shows } = (await person.run(['progress', '--json'])).json as { shows: unknown[] };
    t.like(shows, [{ show_id: '250500', name: 'Midnight Diner', episodes_watched: 2, minutes_watched: 50 }]);
    const { shown } = await person.sit(['set-tvdb'], [['Rare Show (not on TVDB)', DOWN + DOWN + DOWN + ENTER]]);
    t.true(shown.includes(ATTRIBUTION));
    t.true(
      (await person.run(['set-tvdb', '--help'])).out
        .join(' ')
        .replaceAll(/\s+/g, ' ')
        .includes('Series data from TVmaze (https://www.tvmaze.com), CC BY-SA 4.0'),
    );
  },
);

test.serial('ids of other catalogs lead to the series and the film; what nobody knows is said', async (t) => {
  const person = await createEveningPerson(t, {
    tvdb: { series: [{ id: 11, name: 'Dark' }], movies: [{ id: 12, name: 'Ponyo' }] },
    tmdb: { series: [{ id: 70_523, name: 'Dark', tvdbId: 11 }], movies: [{ id: 12_429, title: 'Ponyo' }] },
  });
  person.place({
    'shows/Dunkel {tmdb-70523}/watched/01.mkv': 'x',
    'shows/Nobody {tmdb-1}/watched/01.mkv': 'x',
    'movies/watched/Gake no ue {tmdb-12429}.mkv': 'x',
    'movies/watched/Ponyo [tvdbid-12].mkv': 'x',
  });
  const { err } = await person.run(['sync']);
  t.true(err.includes('“Dunkel {tmdb-70523}” is TVDB series 11, Dark.'));
  t.true(err.includes('The id in “Nobody {tmdb-1}” isn’t known.'));
  t.true(err.includes('“Gake no ue {tmdb-12429}” is recorded.'));
  t.true(err.includes('“Ponyo [tvdbid-12]” is recorded.'));
  t.false(person.tvdb.requests.some(({ path }) => path === '/search'));
});

test.serial('an IMDb id in the name of a folder leads to the series, as TVDB or TVmaze knows it', async (t) => {
  const answers: Record<string, unknown> = {
    '/search/remoteid/tt0903747': [{ movie: null }, { series: { id: 81_189, name: 'Breaking Bad' } }],
  };
  const person = await createEveningPerson(t, {
    tvdb: {
      series: [{ id: 81_189, name: 'Breaking Bad' }],
      faults: ({ path }) => (answers[path] ? { body: { status: 'success', data: answers[path] } } : undefined),
    },
  });
  person.place({ 'shows/Chemistry [imdbid-tt0903747]/watched/01.mkv': 'x' });
  const { err } = await person.run(['sync']);
  t.true(err.includes('“Chemistry [imdbid-tt0903747]” is TVDB series 81189, Breaking Bad.'), err.join('\n'));
  t.false(person.tvdb.requests.some(({ path }) => path === '/search'));

  const tvmaze = await createFakeTvmaze({
    shows: [{ id: 169, name: 'Breaking Bad', thetvdb: 81_189 }],
    faults: ({ path, query }) =>
      path === '/lookup/shows' && query.get('imdb') === 'tt0903747'
        ? { status: 301, headers: { location: '/shows/169' } }
        : undefined,
  });
  t.teardown(() => tvmaze.close());
  const keyless = await createEveningPerson(t);
  keyless.environment['TVDB_API_KEY'] = '';
  keyless.environment['IMMERSION_TRACKER_TVMAZE_BASE_URL'] = tvmaze.url;
  keyless.place({ 'shows/Chemistry [imdbid-tt0903747]/watched/01.mkv': 'x' });
  const without = await keyless.run(['sync']);
  t.true(
    without.err.includes('“Chemistry [imdbid-tt0903747]” is TVDB series 81189, Breaking Bad.'),
    without.err.join('\n'),
  );
});

test.serial('a folder is matched by an alias or a translation that TVDB answers', async (t) => {
  const data = [
    {
      tvdb_id: '424536',
      type: 'series',
      name: '葬送のフリーレン',
      translations: { eng: "Frieren: Beyond Journey's End", kor: '장송의 프리렌' },
      aliases: ['Sousou no Frieren'],
    },
    { tvdb_id: '9', type: 'series', name: 'Another One' },
  ];
  const person = await createEveningPerson(t, {
    tvdb: {
      series: [{ id: 424_536, name: '葬送のフリーレン' }],
      faults: ({ path }) => (path === '/search' ? { body: { status: 'success', data } } : undefined),
    },
  });
  person.place({
    'shows/Sousou no Frieren/watched/01.mkv': 'x',
    'shows/장송의 프리렌/watched/02.mkv': 'x',
    'shows/Nothing Like It/watched/03.mkv': 'x',
  });
  const { err } = await person.run(['sync', '--yes']);
  t.deepEqual(
    err.filter((line) => line.includes('is TVDB series')),
    ['Sousou no Frieren', '장송의 프리렌'].map(
      (folder) => `“${folder}” is TVDB series 424536, Frieren: Beyond Journey's End.`,
    ),
  );
});

test.serial('show tells a film from a series', async (t) => {
  const person = await createEveningPerson(t, { tmdb: { movies: [{ id: 12_429, title: 'Ponyo' }] } });
  const { status, err } = await person.run(['show', 'ponyo']);
  t.is(status, 1);
  t.regex(err[0] ?? '', /^Error: “Ponyo”.* is a film, and this is for series\.$/);
  t.deepEqual(err.slice(1), ['  → See the film: immersion tmdb movie 12429']);
});

test.serial('a playlist is said to be one; with --playlist all its videos are recorded', async (t) => {
  const person = await createEveningPerson(t, { youtube: YOUTUBE });
  const url = `https://www.youtube.com/playlist?list=${LIST}`;
  person.place({ 'watched.txt': `${url}\r\n` });
  const plain = await person.run(['sync']);
  t.is(plain.status, 5);
  t.is(
    plain.err.at(-1),
    `Skipped ${person.library}/watched.txt line 1: a YouTube playlist: record all its videos with --playlist, or copy the links of those that you watched.`,
  );
  const dry = await person.run(['sync', '--playlist', '--dry-run']);
  t.deepEqual([dry.status, dry.err.at(-1)], [0, `  would record the videos of playlist ${LIST}`]);
  const all = await person.run(['sync', '--playlist', '--clean', 'delete']);
  t.is(all.status, 0);
  t.true(all.err.includes('Recorded 3 new videos and 0 new podcast episodes.'));
  t.is(person.read('watched.txt'), `# playlist: ${url}\r\n`);

  const added = await person.run(['add', url]);
  t.is(added.status, 2);
  const known = await person.run(['add', '--playlist', url]);
  t.deepEqual(known.err, [
    'Recorded 0 new videos and 0 new podcast episodes.',
    '3 links were already recorded.',
    '  → If you watched them again, count the time: immersion add --rewatch',
  ]);
  const unknown = await person.run(['add', '--playlist', url.replace('PL', 'PX'), 'https://youtu.be/video000001']);
  t.is(unknown.status, 5);
  t.regex(
    unknown.err.at(-1) ?? '',
    /^Not recorded: playlist PXabc.*: YouTube has no playlist PXabc.*, or it is private\.$/,
  );
});

test.serial('a video that is not there can be commented out, and then the evening ends well', async (t) => {
  const person = await createEveningPerson(t, { youtube: YOUTUBE });
  const list = 'https://youtu.be/video000001\nhttps://youtu.be/gonegonegon\n';
  person.place({ 'watched.txt': list });
  t.is((await person.run(['sync'])).status, 5);
  const { status, shown } = await person.sit(
    ['sync', '--clean', 'keep'],
    [['Comment it out in the list', `y${ENTER}`]],
  );
  t.true(shown.includes('Not found: youtube:gonegonegon: YouTube has no such video, or it is private.'));
  t.is(status, 0);
  t.is(person.read('watched.txt'), 'https://youtu.be/video000001\n# not found: https://youtu.be/gonegonegon\n');
  t.is((await person.run(['sync'])).status, 0);
});

test.serial('set-tvdb says whether there is anything to match, and what was matched already', async (t) => {
  const person = await createEveningPerson(t, { tvdb: { series: [{ id: 11, name: 'Dark' }] } });
  t.deepEqual((await person.run(['set-tvdb', '--yes'])).err, [
    'No shows are recorded yet. Record some first: immersion sync',
  ]);
  person.place({ 'shows/Dunkel/watched/01.mkv': 'x' });
  await person.run(['sync']);
  t.deepEqual((await person.run(['set-tvdb', 'Dunkel', '11'])).err, ['“Dunkel” is TVDB series 11, Dark.']);
  t.deepEqual((await person.run(['set-tvdb', 'Dunkel', '11'])).err, ['“Dunkel” was already TVDB series 11, Dark.']);
});
