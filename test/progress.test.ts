import test from 'ava';
import { DateTime } from 'luxon';
import type { Progress } from '../lib/progress/progress-rules.ts';
import { itemOf, progressOver } from './viewings-rig.ts';
import type {
  Episode,
  Movie,
  Show,
  SpotifyEpisodeWatch,
  TrackedRecord,
  YouTubeVideoWatch,
} from '../lib/viewings/record-rules.ts';

const AUCKLAND = 'Pacific/Auckland';
const BERLIN = 'Europe/Berlin';
/** A Tuesday in Auckland's winter. */
const NOW = '2026-07-14T12:00:00';

const seconds = (local: string, zone = AUCKLAND): number => DateTime.fromISO(local, { zone }).toSeconds();

const episode = (at: string | number, folderName = 'show', fileName = `${folderName} ${at}`): Episode => ({
  type: 'episode',
  folderName,
  fileName,
  watchedAt: typeof at === 'number' ? at : seconds(at),
});
const show = (folderName: string, known: Partial<Show> = {}): Show => ({
  type: 'show',
  folderName,
  tvdbId: null,
  name: null,
  image: null,
  averageRuntimeSeconds: null,
  version: 1,
  ...known,
});
const movie = (fileName: string, at: string | number, known: Partial<Movie> = {}): Movie => ({
  type: 'movie',
  fileName,
  tvdbId: 1,
  tmdbId: null,
  name: null,
  image: null,
  durationSeconds: 0,
  watchedAt: typeof at === 'number' ? at : seconds(at),
  ...known,
});
const video = (channelId: string, at: string | number = NOW, durationSeconds = 0): YouTubeVideoWatch => ({
  type: 'youtube_video',
  videoId: `${channelId} ${at}`,
  title: 'A video',
  channelId,
  durationSeconds,
  watchedAt: typeof at === 'number' ? at : seconds(at),
});
const podcast = (showId: string, at: string | number = NOW, durationSeconds = 0): SpotifyEpisodeWatch => ({
  type: 'spotify_episode',
  episodeId: `${showId} ${at}`,
  title: 'An episode',
  showId,
  durationSeconds,
  watchedAt: typeof at === 'number' ? at : seconds(at),
});
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const progressOf = async (records: Iterable<TrackedRecord>, { now = NOW, zone = AUCKLAND } = {}): Promise<Progress> =>
  progressOver([...records].map(itemOf), seconds(now, zone) * 1000, zone);

const NOTHING: Progress = {
  totalEpisodesWatched: 0,
  totalMoviesWatched: 0,
  totalHoursWatched: 0,
  episodesWatchedToday: 0,
  moviesWatchedToday: 0,
  youtubeVideosWatched: 0,
  youtubeVideosWatchedToday: 0,
  spotifyEpisodesWatched: 0,
  spotifyEpisodesWatchedToday: 0,
  daysSinceFirstEpisode: 0,
  weeklyTrendPercentage: null,
  dailyActivity: [6, 5, 4, 3, 2, 1, 0].map((daysAgo) => ({ daysAgo, minutesWatched: 0 })),
  allTimeProgress: [],
  shows: [],
  youtubeChannels: [],
  spotifyShows: [],
  movies: [],
};

test('without history everything is zero, null or empty', async (t) => {
  t.deepEqual(await progressOf([]), NOTHING);
});

test('shows, channels and podcasts of which nothing was watched leave progress as it is', async (t) => {
  const described: TrackedRecord[] = [
    show('planned', { tvdbId: 5, name: 'Planned' }),
    { type: 'youtube_channel', channelId: 'c', title: 'Channel', artworkUrl: null },
    { type: 'spotify_show', showId: 's', name: 'Podcast', artworkUrl: null },
  ];
  t.deepEqual(await progressOf(described), NOTHING);
});

test('one evening comes out whole', async (t) => {
  const records: TrackedRecord[] = [
    show('frieren', { tvdbId: 424536, name: 'Frieren', image: 'https://img/f.jpg', averageRuntimeSeconds: 1500 }),
    episode('2026-07-13T23:59:59', 'frieren'),
    episode('2026-07-14T00:00:00', 'frieren'),
    movie('Ponyo', '2026-07-14T10:00:00', { name: 'Ponyo', image: 'https://img/p.jpg', durationSeconds: 6000 }),
    video('UC1', '2026-07-14T11:00:00', 90),
    { type: 'youtube_channel', channelId: 'UC1', title: 'Comprehensible Japanese', artworkUrl: 'https://img/c.jpg' },
    podcast('sp1', '2026-04-01T00:00:00', 1800),
    { type: 'spotify_show', showId: 'sp1', name: 'Nihongo con Teppei', artworkUrl: null },
  ];
  t.deepEqual(await progressOf(records), {
    totalEpisodesWatched: 2,
    totalMoviesWatched: 1,
    totalHoursWatched: 3,
    episodesWatchedToday: 1,
    moviesWatchedToday: 1,
    youtubeVideosWatched: 1,
    youtubeVideosWatchedToday: 1,
    spotifyEpisodesWatched: 1,
    spotifyEpisodesWatchedToday: 0,
    daysSinceFirstEpisode: 104,
    weeklyTrendPercentage: ((151 - (181 / 104) * 7) / ((181 / 104) * 7)) * 100,
    dailyActivity: [
      ...[6, 5, 4, 3, 2].map((daysAgo) => ({ daysAgo, minutesWatched: 0 })),
      { daysAgo: 1, minutesWatched: 25 },
      { daysAgo: 0, minutesWatched: 126 },
    ],
    allTimeProgress: [
      { label: 'Apr 2026', cumulativeHours: 0 },
      { label: 'Jul 2026', cumulativeHours: 3 },
    ],
    shows: [
      { showId: '424536', name: 'Frieren', artworkUrl: 'https://img/f.jpg', episodesWatched: 2, minutesWatched: 50 },
    ],
    youtubeChannels: [
      { channelId: 'UC1', channelName: 'Comprehensible Japanese', artworkUrl: 'https://img/c.jpg', videosWatched: 1 },
    ],
    spotifyShows: [{ showId: 'sp1', showName: 'Nihongo con Teppei', artworkUrl: null, episodesWatched: 1 }],
    movies: [{ movieId: 'Ponyo', name: 'Ponyo', artworkUrl: 'https://img/p.jpg' }],
  });
});

const total = (progress: Progress) => progress.totalHoursWatched;
const minutesToday = (progress: Progress) => progress.dailyActivity.at(-1)?.minutesWatched;

const DURATIONS: [claim: string, records: TrackedRecord[], read: (progress: Progress) => unknown, expected: unknown][] =
  [
    ['an episode of a show without runtime counts 20 minutes', [show('a'), episode(NOW, 'a')], minutesToday, 20],
    [
      'an episode of a show with runtime 0 counts 20 minutes',
      [show('a', { averageRuntimeSeconds: 0 }), episode(NOW, 'a')],
      minutesToday,
      20,
    ],
    ['an episode whose show is missing counts 20 minutes', [episode(NOW, 'gone')], minutesToday, 20],
    [
      'an episode counts its show’s average',
      [show('a', { averageRuntimeSeconds: 2700 }), episode(NOW, 'a')],
      minutesToday,
      45,
    ],
    [
      'a show that comes after its episodes counts as well',
      [episode(NOW, 'a'), show('a', { averageRuntimeSeconds: 2700 })],
      minutesToday,
      45,
    ],
    [
      'folders of one id keep their own runtimes',
      [
        show('a', { tvdbId: 1, averageRuntimeSeconds: 60 }),
        show('b', { tvdbId: 1, averageRuntimeSeconds: 600 }),
        episode(NOW, 'a'),
        episode(NOW, 'b'),
      ],
      minutesToday,
      11,
    ],
    [
      'films, videos and podcasts count their own seconds',
      [movie('m', NOW, { durationSeconds: 60 }), video('c', NOW, 120), podcast('s', NOW, 180)],
      minutesToday,
      6,
    ],
    ['59 minutes and 59 seconds are no hour', [movie('m', NOW, { durationSeconds: 3599 })], total, 0],
    [
      'seconds are summed before hours are cut',
      [movie('a', NOW, { durationSeconds: 3599 }), movie('b', NOW, { durationSeconds: 1 })],
      total,
      1,
    ],
    [
      'seconds are summed before minutes are cut',
      times(3, (index) => video('c', seconds(NOW) - index, 59)),
      minutesToday,
      2,
    ],
    ['59 seconds are no minute', [video('c', NOW, 59)], minutesToday, 0],
    [
      'a live video of 0 seconds counts as watched',
      [video('c', NOW, 0)],
      (progress) => progress.youtubeVideosWatched,
      1,
    ],
  ];
for (const [claim, records, read, expected] of DURATIONS) {
  test(claim, async (t) => t.is(read(await progressOf(records)), expected));
}

const TODAY: [zone: string, now: string, at: string | number, expected: boolean][] = [
  [AUCKLAND, '2026-07-14T12:00:00', '2026-07-14T00:00:00', true],
  [AUCKLAND, '2026-07-14T12:00:00', '2026-07-13T23:59:59', false],
  [AUCKLAND, '2026-07-14T00:00:00', '2026-07-14T00:00:00', true],
  [AUCKLAND, '2026-07-14T23:59:59', '2026-07-14T00:00:00', true],
  // 2026-09-27: 02:00 becomes 03:00, the day has 23 hours. 2026-04-05: 03:00 becomes 02:00, it has 25.
  [AUCKLAND, '2026-09-27T23:30:00', '2026-09-27T00:00:00', true],
  [AUCKLAND, '2026-09-27T23:30:00', '2026-09-26T23:59:59', false],
  [AUCKLAND, '2026-04-05T23:30:00', '2026-04-05T00:00:00', true],
  [AUCKLAND, '2026-04-05T23:30:00', '2026-04-04T23:59:59', false],
  [BERLIN, '2026-03-29T23:30:00', '2026-03-29T00:00:00', true],
  [BERLIN, '2026-03-29T23:30:00', '2026-03-28T23:59:59', false],
  [BERLIN, '2026-10-25T23:30:00', '2026-10-25T00:00:00', true],
  [BERLIN, '2026-10-25T23:30:00', '2026-10-24T23:59:59', false],
  // Midnight occurs twice: the day begins with the first.
  ['Atlantic/Azores', '2026-10-25T12:00:00', Date.parse('2026-10-25T00:00:00Z') / 1000, true],
  ['Atlantic/Azores', '2026-10-25T12:00:00', Date.parse('2026-10-24T23:59:59Z') / 1000, false],
  ['America/Havana', '2026-11-01T12:00:00', Date.parse('2026-11-01T00:00:00-04:00') / 1000, true],
  ['America/Havana', '2026-11-01T12:00:00', Date.parse('2026-10-31T23:59:59-04:00') / 1000, false],
  // Midnight is skipped: the day begins at 1.
  ['Africa/Cairo', '2026-04-24T12:00:00', '2026-04-24T01:00:00', true],
  ['Africa/Cairo', '2026-04-24T12:00:00', '2026-04-23T23:59:59', false],
];
for (const [zone, now, at, expected] of TODAY) {
  test(`${at} is ${expected ? '' : 'not '}today in ${zone} at ${now}`, async (t) => {
    const watchedAt = typeof at === 'number' ? at : seconds(at, zone);
    const records = [episode(watchedAt), movie('m', watchedAt), video('c', watchedAt), podcast('s', watchedAt)];
    const progress = await progressOf(records, { now, zone });
    const today = [
      progress.episodesWatchedToday,
      progress.moviesWatchedToday,
      progress.youtubeVideosWatchedToday,
      progress.spotifyEpisodesWatchedToday,
    ];
    t.deepEqual(
      today,
      times(4, () => (expected ? 1 : 0)),
    );
    const byDay = progress.dailyActivity.map((day) => day.minutesWatched);
    t.deepEqual(byDay, expected ? [0, 0, 0, 0, 0, 0, 20] : [0, 0, 0, 0, 0, 20, 0]);
  });
}

test('the activity of the week has seven days, the oldest first, and nothing of the day before or of tomorrow', async (t) => {
  const days = [
    '2026-07-07',
    '2026-07-08',
    '2026-07-09',
    '2026-07-10',
    '2026-07-11',
    '2026-07-12',
    '2026-07-13',
    '2026-07-14',
    '2026-07-15',
  ];
  const records = days.map((day, index) => video('c', `${day}T00:00:00`, (index + 1) * 60));
  t.deepEqual(
    (await progressOf(records)).dailyActivity,
    [6, 5, 4, 3, 2, 1, 0].map((daysAgo) => ({ daysAgo, minutesWatched: 8 - daysAgo })),
  );
});

const NOW_SECONDS = seconds(NOW);
const DAYS_SINCE: [claim: string, secondsAgo: number[], expected: number][] = [
  ['a second before a day is none', [86_399], 0],
  ['24 hours are a day', [86_400], 1],
  ['the earliest counts', [86_400 * 3, 86_400 * 30, 10], 30],
  ['what lies ahead is no negative day', [-86_400 * 3], 0],
];
for (const [claim, ago, expected] of DAYS_SINCE) {
  test(`days since the first episode: ${claim}`, async (t) => {
    t.is((await progressOf(ago.map((back) => episode(NOW_SECONDS - back)))).daysSinceFirstEpisode, expected);
  });
}

for (const [kind, record] of [
  ['film', movie('m', NOW_SECONDS - 20 * 86_400)],
  ['video', video('c', NOW_SECONDS - 20 * 86_400)],
  ['podcast', podcast('s', NOW_SECONDS - 20 * 86_400)],
] as [string, TrackedRecord][]) {
  test(`days since the first episode: a ${kind} counts too`, async (t) => {
    t.is((await progressOf([record, episode(NOW)])).daysSinceFirstEpisode, 20);
  });
}

const DAY = 86_400;
const TRENDS: [claim: string, watched: [secondsAgo: number, minutes: number][], expected: number | null][] = [
  ['is null without history', [], null],
  ['is null a second before the 14th day', [[14 * DAY - 1, 60]], null],
  ['is there from the 14th day', [[14 * DAY, 60]], -100],
  [
    'is null when nothing has a length',
    [
      [20 * DAY, 0],
      [0, 0],
    ],
    null,
  ],
  ['is null when all together is no minute', [[20 * DAY, 0.9]], null],
  [
    'is 0 in an average week',
    [
      [14 * DAY, 60],
      [DAY, 60],
    ],
    0,
  ],
  [
    'is 100 in a week of all there is in 14 days',
    [
      [14 * DAY, 0],
      [DAY, 60],
    ],
    100,
  ],
  [
    'leaves out what is 7×24 hours ago to the second',
    [
      [14 * DAY, 0],
      [7 * DAY, 60],
    ],
    -100,
  ],
  [
    'takes in what is a second later',
    [
      [14 * DAY, 0],
      [7 * DAY - 1, 60],
    ],
    100,
  ],
  [
    'is not rounded',
    [
      [21 * DAY, 60],
      [DAY, 100],
    ],
    ((100 - (160 / 21) * 7) / ((160 / 21) * 7)) * 100,
  ],
  [
    'cuts both sums to minutes',
    [
      [14 * DAY, 1.5],
      [DAY, 1.5],
    ],
    ((1 - (3 / 14) * 7) / ((3 / 14) * 7)) * 100,
  ],
];
for (const [claim, watched, expected] of TRENDS) {
  test(`the weekly trend ${claim}`, async (t) => {
    const records = watched.map(([ago, minutes]) => video('c', NOW_SECONDS - ago, minutes * 60));
    t.is((await progressOf(records)).weeklyTrendPercentage, expected);
  });
}

const QUARTERS: [claim: string, records: TrackedRecord[], expected: [label: string, hours: number][]][] = [
  ['one quarter', [episode('2026-07-01T00:00:00')], [['Jul 2026', 0]]],
  ['the second before belongs to the quarter before', [episode('2026-06-30T23:59:59')], [['Apr 2026', 0]]],
  [
    'quarters without anything are there, across a year',
    [
      movie('a', '2025-11-15T12:00:00', { durationSeconds: 3600 }),
      movie('b', '2026-07-14T00:00:00', { durationSeconds: 5400 }),
    ],
    [
      ['Oct 2025', 1],
      ['Jan 2026', 1],
      ['Apr 2026', 1],
      ['Jul 2026', 2],
    ],
  ],
  [
    'it ends with the last item, not with today',
    [movie('a', '2025-01-01T00:00:00', { durationSeconds: 3600 })],
    [['Jan 2025', 1]],
  ],
  [
    'the order of records does not matter',
    [
      movie('b', '2026-04-01T00:00:00', { durationSeconds: 3600 }),
      movie('a', '2026-03-31T23:59:59', { durationSeconds: 1800 }),
      movie('c', '2026-06-30T23:59:59', { durationSeconds: 1800 }),
    ],
    [
      ['Jan 2026', 0],
      ['Apr 2026', 2],
    ],
  ],
  [
    'hours are cut from the running total, not per quarter',
    [
      movie('a', '2026-03-01T00:00:00', { durationSeconds: 1800 }),
      movie('b', '2026-04-01T00:00:00', { durationSeconds: 1800 }),
    ],
    [
      ['Jan 2026', 0],
      ['Apr 2026', 1],
    ],
  ],
];
for (const [claim, records, expected] of QUARTERS) {
  test(`all-time progress: ${claim}`, async (t) => {
    t.deepEqual(
      (await progressOf(records)).allTimeProgress,
      expected.map(([label, cumulativeHours]) => ({ label, cumulativeHours })),
    );
  });
}

test('the quarter of a record is that of the zone', async (t) => {
  const at = Date.parse('2026-03-31T23:00:00Z') / 1000;
  const label = async (zone: string) => (await progressOf([episode(at)], { zone })).allTimeProgress[0]?.label;
  t.deepEqual(await Promise.all(['UTC', BERLIN, AUCKLAND, 'America/New_York'].map(label)), [
    'Jan 2026',
    'Apr 2026',
    'Apr 2026',
    'Jan 2026',
  ]);
});

const entry = (showId: string | null, name: string | null, episodesWatched: number, folderName?: string | null) => ({
  showId,
  name,
  artworkUrl: null,
  episodesWatched,
  ...(folderName === undefined ? {} : { folderName }),
});
const episodes = (folderName: string, count: number) =>
  times(count, (index) => episode(NOW_SECONDS - index, folderName));
const SHOWS: [claim: string, records: TrackedRecord[], expected: unknown[]][] = [
  [
    'folders that share an id are one entry',
    [
      show('a', { tvdbId: 7, name: 'Seven' }),
      show('b', { tvdbId: 7, name: 'Seven' }),
      ...episodes('a', 1),
      ...episodes('b', 2),
    ],
    [entry('7', 'Seven', 3)],
  ],
  [
    'a shared id takes the name from the folder that knows it',
    [show('a', { tvdbId: 7 }), show('b', { tvdbId: 7, name: 'Seven' }), ...episodes('a', 1), ...episodes('b', 1)],
    [entry('7', 'Seven', 2)],
  ],
  [
    'folders without an id are one entry each',
    [show('a'), show('b'), ...episodes('a', 1), ...episodes('b', 1)],
    [entry(null, null, 1, 'a'), entry(null, null, 1, 'b')],
  ],
  [
    'episodes whose show is missing are one entry of nulls',
    [...episodes('a', 1), ...episodes('b', 1)],
    [entry(null, null, 2, null)],
  ],
  [
    'a folder named “missing” is not the missing one',
    [show('missing'), ...episodes('missing', 1), ...episodes('b', 1)],
    [entry(null, null, 1, 'missing'), entry(null, null, 1, null)],
  ],
  [
    'a folder named like an id is not the id',
    [show('tvdb 7'), show('x', { tvdbId: 7, name: 'Seven' }), ...episodes('tvdb 7', 1), ...episodes('x', 1)],
    [entry('7', 'Seven', 1), entry(null, null, 1, 'tvdb 7')],
  ],
  [
    'more episodes come first',
    [
      show('a', { tvdbId: 1, name: 'A' }),
      show('b', { tvdbId: 2, name: 'B' }),
      ...episodes('a', 1),
      ...episodes('b', 2),
    ],
    [entry('2', 'B', 2), entry('1', 'A', 1)],
  ],
  [
    'equal counts go by name',
    [
      show('x', { tvdbId: 1, name: 'B' }),
      show('y', { tvdbId: 2, name: 'A' }),
      ...episodes('x', 1),
      ...episodes('y', 1),
    ],
    [entry('2', 'A', 1), entry('1', 'B', 1)],
  ],
  [
    'nameless ones come last, by folder, the missing ones at the very end',
    [
      show('c'),
      show('b'),
      show('x', { tvdbId: 9, name: 'Z' }),
      ...episodes('gone', 1),
      ...episodes('c', 1),
      ...episodes('b', 1),
      ...episodes('x', 1),
    ],
    [entry('9', 'Z', 1), entry(null, null, 1, 'b'), entry(null, null, 1, 'c'), entry(null, null, 1, null)],
  ],
  [
    'namesakes go by id',
    [
      show('a', { tvdbId: 2, name: 'Same' }),
      show('b', { tvdbId: 1, name: 'Same' }),
      ...episodes('a', 1),
      ...episodes('b', 1),
    ],
    [entry('1', 'Same', 1), entry('2', 'Same', 1)],
  ],
  [
    'minutes are told where the runtime of all folders is known',
    [
      show('a', { tvdbId: 7, averageRuntimeSeconds: 90 }),
      show('b', { tvdbId: 7, averageRuntimeSeconds: 59 }),
      show('c', { tvdbId: 8, averageRuntimeSeconds: 60 }),
      show('d', { tvdbId: 8 }),
      ...['a', 'b', 'c', 'd'].flatMap((name) => episodes(name, 1)),
    ],
    [{ ...entry('7', null, 2), minutesWatched: 2 }, entry('8', null, 2)],
  ],
];
for (const [claim, records, expected] of SHOWS) {
  test(`shows: ${claim}, in any order of records`, async (t) => {
    t.deepEqual((await progressOf(records)).shows, expected as Progress['shows']);
    t.deepEqual((await progressOf(records.toReversed())).shows, expected as Progress['shows']);
  });
}

test('channels go by count, then name, unknown names last, then id', async (t) => {
  const records: TrackedRecord[] = [
    ...['z', 'y', 'x', 'b', 'a'].map((id) => video(id)),
    video('many', NOW_SECONDS - 1),
    video('many', NOW_SECONDS - 2),
    { type: 'youtube_channel', channelId: 'z', title: 'Alpha', artworkUrl: null },
    { type: 'youtube_channel', channelId: 'y', title: 'Beta', artworkUrl: 'https://img/y' },
    { type: 'youtube_channel', channelId: 'x', title: 'Beta', artworkUrl: null },
    { type: 'youtube_channel', channelId: 'b', title: null, artworkUrl: null },
  ];
  t.deepEqual(
    (await progressOf(records)).youtubeChannels.map((one) => [
      one.channelId,
      one.channelName,
      one.artworkUrl,
      one.videosWatched,
    ]),
    [
      ['many', null, null, 2],
      ['z', 'Alpha', null, 1],
      ['x', 'Beta', null, 1],
      ['y', 'Beta', 'https://img/y', 1],
      ['a', null, null, 1],
      ['b', null, null, 1],
    ],
  );
});

test('podcasts go by count, then name, unknown names last, then id', async (t) => {
  const records: TrackedRecord[] = [
    ...['z', 'y', 'a'].map((id) => podcast(id)),
    podcast('many', NOW_SECONDS - 1),
    podcast('many', NOW_SECONDS - 2),
    { type: 'spotify_show', showId: 'z', name: 'Alpha', artworkUrl: null },
    { type: 'spotify_show', showId: 'many', name: 'Zeta', artworkUrl: 'https://img/m' },
  ];
  t.deepEqual(
    (await progressOf(records)).spotifyShows.map((one) => [
      one.showId,
      one.showName,
      one.artworkUrl,
      one.episodesWatched,
    ]),
    [
      ['many', 'Zeta', 'https://img/m', 2],
      ['z', 'Alpha', null, 1],
      ['a', null, null, 1],
      ['y', null, null, 1],
    ],
  );
});

test('films go by name, unknown names last, then file name', async (t) => {
  const records = [
    movie('3', NOW),
    movie('2', NOW, { name: 'B' }),
    movie('1', NOW, { name: 'B' }),
    movie('4', NOW, { name: 'A' }),
    movie('0', NOW),
  ];
  t.deepEqual(
    (await progressOf(records)).movies.map((one) => one.movieId),
    ['4', '1', '2', '0', '3'],
  );
});
