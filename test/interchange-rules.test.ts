import type { KnownSeason } from '../lib/shows/known-season-rules.ts';
import test from 'ava';
import { array, assert, constantFrom, integer, nat, option, property, record, shuffledSubarray } from 'fast-check';
import { shownDays, watchedDays } from '../lib/imports/binge-rules.ts';
import { RATING_NAMES, ratingOfTrakt } from '../lib/titles/rating-rules.ts';
import { joinSessions, watchSpan, type WatchSession } from '../lib/titles/session-rules.ts';
import { advanceCursors, hasChanged, lastSyncAt, stageStart, type SyncCursors } from '../lib/imports/cursor-rules.ts';
import { seriesState, statusAfterEvent } from '../lib/titles/title-status-rules.ts';
import { daysIn } from './viewings-rig.ts';
import { readHistoryEntry, readRatingEntry, readWatchlistEntry } from '../lib/imports/event-rules.ts';

const TOKYO = daysIn('Asia/Tokyo');
const at = (instant: string): number => Date.parse(instant) / 1000;

test('Trakt 1 to 10 are 1 1 2 2 3 3 4 4 5 5 here', (t) => {
  const ratings = Array.from({ length: 10 }, (_, index) => ratingOfTrakt(index + 1));
  t.deepEqual(ratings, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  t.deepEqual(Object.values(RATING_NAMES), ['Waste', 'Meh', 'Decent', 'Entertaining', 'Outstanding']);
});

for (const invalid of [0, 11, -1, 5.5, Number.NaN]) {
  test(`a rating of ${invalid} is none`, (t) => t.is(ratingOfTrakt(invalid), undefined));
}

const THREE_DAYS = [
  { eventId: '3', watchedAt: at('2026-03-03T10:00:00Z') },
  { eventId: '2', watchedAt: at('2026-02-02T10:00:00Z') },
  { eventId: '1', watchedAt: at('2026-01-01T10:00:00Z') },
];

test('a film watched on three days has three sessions, whatever the order of arrival, and no more the second time', (t) => {
  const newestFirst = joinSessions([], THREE_DAYS, TOKYO);
  t.is(newestFirst.added, 3);
  t.deepEqual(
    newestFirst.sessions.map(({ day }) => day),
    ['2026-01-01', '2026-02-02', '2026-03-03'],
  );
  t.deepEqual(watchSpan(newestFirst.sessions), { first: at('2026-01-01T10:00:00Z'), last: at('2026-03-03T10:00:00Z') });
  t.deepEqual(joinSessions([], THREE_DAYS.toReversed(), TOKYO).sessions, newestFirst.sessions);
  const again = joinSessions(newestFirst.sessions, THREE_DAYS, TOKYO);
  t.deepEqual(again, { sessions: newestFirst.sessions, changed: [], added: 0 });
});

test('a second viewing on a day joins the first: its id is kept and the play counted', (t) => {
  const { sessions, added } = joinSessions(
    [],
    [
      { eventId: 'b', watchedAt: at('2026-01-01T12:00:00Z') },
      { eventId: 'a', watchedAt: at('2026-01-01T09:00:00Z') },
    ],
    TOKYO,
  );
  t.is(added, 1);
  t.deepEqual(sessions, [
    {
      day: '2026-01-01',
      watchedAt: at('2026-01-01T09:00:00Z'),
      plays: 2,
      source: 'trakt',
      eventIds: ['a', 'b'],
      instants: [at('2026-01-01T09:00:00Z'), at('2026-01-01T12:00:00Z')],
      isTrusted: false,
    },
  ]);
});

test('a manual session of the day takes the first event for itself and joins the second', (t) => {
  const manual: WatchSession = {
    day: '2026-01-01',
    watchedAt: null,
    plays: 1,
    source: 'manual',
    eventIds: [],
    instants: [],
    isTrusted: false,
  };
  const event = { eventId: 'a', watchedAt: at('2026-01-01T09:00:00Z') };
  const first = joinSessions([manual], [event], TOKYO);
  t.is(first.added, 0);
  const { watchedAt } = event;
  t.deepEqual(first.changed, [{ ...manual, watchedAt, eventIds: ['a'], instants: [watchedAt] }]);
  const second = joinSessions(first.sessions, [{ eventId: 'b', watchedAt: watchedAt + 3600 }], TOKYO);
  t.is(second.sessions[0]?.plays, 2);
});

const HOUR = 3600;
const EVENING = Date.parse('2026-10-01T12:00:00Z') / 1000;
const TWO_SERVICES: [what: string, trakt: number[], simkl: number[], plays: number][] = [
  ['an hour apart are one play', [EVENING], [EVENING + HOUR], 1],
  ['on two days, less than a day apart, are one play', [EVENING], [EVENING + 20 * HOUR], 1],
  ['more than a day apart are two plays', [EVENING], [EVENING + 25 * HOUR], 2],
  ['are each told once', [EVENING, EVENING + 5 * HOUR], [EVENING + HOUR, EVENING + 6 * HOUR], 2],
  ['may be more at one of them', [EVENING], [EVENING + HOUR, EVENING + 2 * HOUR], 2],
];
for (const [what, trakt, simkl, plays] of TWO_SERVICES) {
  test(`events of two services ${what}`, (t) => {
    const serviceOf = (id: string) => id.replace(/\d+$/, '');
    const events = (service: string, instants: number[]) =>
      instants.map((watchedAt, index) => ({ eventId: `${service}${index}`, watchedAt }));
    const join = (known: WatchSession[], service: string, instants: number[]) =>
      joinSessions(known, events(service, instants), { ...TOKYO, serviceOf }).sessions;
    const both = join(join([], 'trakt', trakt), 'simkl', simkl);
    t.is(
      both.reduce((sum, session) => sum + session.plays, 0),
      plays,
    );
    t.is(both.flatMap(({ eventIds }) => eventIds).length, trakt.length + simkl.length);
    t.deepEqual(join(both, 'simkl', simkl), both, 'a second import changes nothing');
    t.deepEqual(join(both, 'trakt', trakt), both);
  });
}

test('viewings without a date share a session of their own and have no first or last', (t) => {
  const { sessions } = joinSessions(
    [],
    [
      { eventId: 'a', watchedAt: null },
      { eventId: 'b', watchedAt: null },
    ],
    TOKYO,
  );
  t.deepEqual(sessions, [
    {
      day: null,
      watchedAt: null,
      plays: 2,
      source: 'trakt',
      eventIds: ['a', 'b'],
      instants: [null, null],
      isTrusted: false,
    },
  ]);
  t.deepEqual(watchSpan(sessions), { first: null, last: null });
});

test('another event in the same second names the same play: nothing is added but its id', (t) => {
  const event = { eventId: 'episode:7@1', watchedAt: at('2026-01-01T09:00:00Z') };
  const { sessions } = joinSessions([], [event], TOKYO);
  const again = joinSessions(sessions, [{ ...event, eventId: '4711' }], TOKYO);
  t.is(again.added, 0);
  t.like(again.sessions, [{ plays: 1, eventIds: ['4711', 'episode:7@1'] }]);
});

test('dates that were taken as they are stay so, also for events that are there already', (t) => {
  const [first] = THREE_DAYS;
  const before = joinSessions([], THREE_DAYS, TOKYO).sessions;
  const trusted = joinSessions(before, first ? [first] : [], { ...TOKYO, isTrusted: true });
  t.deepEqual(
    trusted.sessions.map(({ day, isTrusted }) => [day, isTrusted]),
    [
      ['2026-01-01', false],
      ['2026-02-02', false],
      ['2026-03-03', true],
    ],
  );
  t.is(trusted.added, 0);
  t.deepEqual(joinSessions(trusted.sessions, THREE_DAYS, TOKYO).changed, []);
});

test('sessions are the same in whatever order and in however many parts their events arrive', (t) => {
  const viewing = record({ eventId: nat(30).map(String), watchedAt: option(integer({ min: 1e9, max: 1e9 + 5e5 })) });
  const events = array(viewing, { maxLength: 20 }).map((list) =>
    Array.from(new Map(list.map((one) => [one.eventId, one])).values()),
  );
  const cases = events.chain((list) =>
    shuffledSubarray(list, { minLength: list.length }).chain((shuffled) =>
      nat(list.length).map((cut) => ({ list, shuffled, cut })),
    ),
  );
  assert(
    property(cases, ({ list, shuffled, cut }) => {
      const whole = joinSessions([], list, TOKYO).sessions;
      const part = joinSessions([], shuffled.slice(0, cut), TOKYO).sessions;
      t.deepEqual(joinSessions(part, shuffled.slice(cut), TOKYO).sessions, whole);
    }),
  );
});

const binge = (episodes: number, start = '2026-05-10T03:00:00Z') =>
  Array.from({ length: episodes }, (_, index) => ({
    seasonNumber: 1,
    episodeNumber: index + 1,
    watchedAt: at(start) + index * 60,
  }));
const airDateOf = (_: number, episode: number) =>
  ({ 1: '2020-01-05', 2: '2020-01-12', 3: null, 4: '2026-05-11', 5: '2026-05-10' })[episode] ?? null;

test('four episodes of a series on a day keep their dates', (t) => {
  const shown = shownDays(binge(4), { ...TOKYO, airDateOf });
  t.deepEqual(
    new Set(shown.map(({ shownDay, dateSource }) => `${shownDay} ${dateSource}`)),
    new Set(['2026-05-10 watched']),
  );
});

test('five take their air dates where those are known and not later, and keep the real instant', (t) => {
  const shown = shownDays(binge(5), { ...TOKYO, airDateOf });
  t.deepEqual(
    shown.map(({ shownDay, dateSource }) => [shownDay, dateSource]),
    [
      ['2020-01-05', 'air'],
      ['2020-01-12', 'air'],
      ['2026-05-10', 'watched'],
      ['2026-05-10', 'watched'],
      ['2026-05-10', 'air'],
    ],
  );
  t.deepEqual(
    shown.map(({ watchedAt }) => watchedAt),
    binge(5).map(({ watchedAt }) => watchedAt),
  );
});

test('five viewings of four episodes are no binge, nor are five episodes around midnight', (t) => {
  const rewatch = [...binge(4), ...binge(1)];
  t.true(shownDays(rewatch, { ...TOKYO, airDateOf }).every(({ dateSource }) => dateSource === 'watched'));
  const aroundMidnight = binge(5, '2026-05-10T14:58:00Z');
  t.true(shownDays(aroundMidnight, { ...TOKYO, airDateOf }).every(({ dateSource }) => dateSource === 'watched'));
});

test('an incremental sync shows the day of the viewing, and none where the date is unknown', (t) => {
  const [first] = watchedDays([...binge(5)], TOKYO.dayOf);
  t.is(first?.shownDay, '2026-05-10');
  const unknown = { seasonNumber: 1, episodeNumber: 1, watchedAt: null };
  t.is(shownDays([unknown], { ...TOKYO, airDateOf })[0]?.shownDay, null);
});

const season = (seasonNumber: number, airDates: (string | null)[]): KnownSeason => ({
  seasonNumber,
  episodeCount: airDates.length,
  airDate: airDates[0] ?? null,
  episodes: airDates.map((airDate, index) => ({ episodeNumber: index + 1, airDate })),
});
const place = (seasonNumber: number, episodeNumber: number) => ({ seasonNumber, episodeNumber });
const PAST = '2020-01-01';
const TODAY = '2026-11-21';

const STATES: { what: string; seasons: KnownSeason[] | null; watched: [number, number][]; expected: unknown }[] = [
  {
    what: 'all aired and watched is completed',
    seasons: [season(1, [PAST, PAST])],
    watched: [
      [1, 1],
      [1, 2],
    ],
    expected: { status: 'completed', next: null },
  },
  {
    what: 'one missing is in progress, and is next',
    seasons: [season(1, [PAST, PAST])],
    watched: [[1, 1]],
    expected: { status: 'in_progress', next: place(1, 2) },
  },
  {
    what: 'next comes behind the furthest watched, across seasons',
    seasons: [season(2, [PAST, PAST]), season(1, [PAST, PAST])],
    watched: [[1, 2]],
    expected: { status: 'in_progress', next: place(2, 1) },
  },
  {
    what: 'with the last one watched, next is the first gap',
    seasons: [season(1, [PAST, PAST, PAST])],
    watched: [
      [1, 1],
      [1, 3],
    ],
    expected: { status: 'in_progress', next: place(1, 2) },
  },
  {
    what: 'episodes of today have aired, those of tomorrow and without a date have not',
    seasons: [season(1, [PAST, TODAY, '2026-11-22', null])],
    watched: [
      [1, 1],
      [1, 2],
    ],
    expected: { status: 'completed', next: null },
  },
  {
    what: 'specials neither hold it up nor complete it',
    seasons: [season(0, [PAST]), season(1, [PAST])],
    watched: [[1, 1]],
    expected: { status: 'completed', next: null },
  },
  {
    what: 'a series with only specials is in progress',
    seasons: [season(0, [PAST])],
    watched: [[0, 1]],
    expected: { status: 'in_progress', next: null },
  },
  {
    what: 'unknown episodes are in progress, with no next',
    seasons: null,
    watched: [[1, 1]],
    expected: { status: 'in_progress', next: null },
  },
  {
    what: 'a season that was not looked up but has begun is not watched',
    seasons: [season(1, [PAST]), { seasonNumber: 2, episodeCount: 8, airDate: PAST, episodes: null }],
    watched: [[1, 1]],
    expected: { status: 'in_progress', next: place(2, 1) },
  },
  {
    what: 'a season that is only announced does not count',
    seasons: [season(1, [PAST]), { seasonNumber: 2, episodeCount: 0, airDate: null, episodes: null }],
    watched: [[1, 1]],
    expected: { status: 'completed', next: null },
  },
  {
    what: 'seasons that number their episodes on count by number',
    seasons: [
      season(1, [PAST]),
      {
        seasonNumber: 2,
        episodeCount: 2,
        airDate: PAST,
        episodes: [
          { episodeNumber: 3, airDate: PAST },
          { episodeNumber: 2, airDate: PAST },
        ],
      },
    ],
    watched: [
      [1, 1],
      [2, 2],
    ],
    expected: { status: 'in_progress', next: place(2, 3) },
  },
];
for (const { what, seasons, watched, expected } of STATES) {
  test(`of a series: ${what}`, (t) => {
    t.deepEqual(seriesState({ seasons, watched: watched.map(([s, e]) => place(s, e)), today: TODAY }), expected);
  });
}

test('what the person set later than the event stays; an event after it counts', (t) => {
  const own = { status: 'abandoned', setAt: 100 } as const;
  const after = (eventAt: number | null) => statusAfterEvent({ own, derived: 'in_progress', eventAt });
  t.deepEqual([after(99), after(100), after(null), after(101)], ['abandoned', 'abandoned', 'abandoned', 'in_progress']);
  t.is(statusAfterEvent({ own: null, derived: 'completed', eventAt: null }), 'completed');
});

const NOW = at('2026-11-21T12:00:00Z');

test('a first sync starts a day back, later ones an hour before the last good start, none in the future', (t) => {
  t.is(stageStart(undefined, NOW), NOW - 24 * HOUR);
  t.is(stageStart({ at: NOW - 5000, activityAt: null }, NOW), NOW - 5000 - HOUR);
  t.is(stageStart({ at: NOW + 9 * HOUR, activityAt: null }, NOW), NOW);
});

test('a stage is read unless Trakt says that nothing moved since', (t) => {
  const cursor = { at: NOW, activityAt: 500 };
  t.deepEqual(
    [hasChanged(cursor, 500), hasChanged(cursor, 501), hasChanged(cursor, null), hasChanged(undefined, 500)],
    [false, true, true, true],
  );
  t.true(hasChanged({ at: NOW, activityAt: null }, 500));
});

test('a stage with a failed item keeps its cursor, and the shown time moves only when all were good', (t) => {
  const cursors: SyncCursors = { movies: { at: 10, activityAt: 1 }, ratings: { at: 10, activityAt: 1 } };
  const good = { failed: 0, activityAt: 2 };
  const failed = { failed: 1, activityAt: 2 };
  t.deepEqual(advanceCursors(cursors, { startedAt: 20, stages: { movies: good, episodes: good, ratings: failed } }), {
    movies: { at: 20, activityAt: 2 },
    episodes: { at: 20, activityAt: 2 },
    ratings: { at: 10, activityAt: 1 },
  });
  t.is(lastSyncAt(5, { startedAt: 20, stages: { movies: good, episodes: good, watchlist: good, ratings: failed } }), 5);
  t.is(lastSyncAt(5, { startedAt: 20, stages: { movies: good, episodes: good, watchlist: good } }), 5);
  t.is(
    lastSyncAt(null, { startedAt: 20, stages: { movies: good, episodes: good, watchlist: good, ratings: good } }),
    20,
  );
});

const MOVIE = {
  title: 'The Night Sea',
  year: 2019,
  ids: { trakt: 1, tmdb: 901, imdb: 'tt0000901', slug: 'the-night-sea' },
};
const SHOW = { title: 'Harbour', year: 2021, ids: { trakt: 2, tmdb: 77, tvdb: 8800, imdb: null } };
const MOVIE_TITLE = {
  type: 'movie',
  tmdbId: 901,
  tvdbId: null,
  imdbId: 'tt0000901',
  traktId: 1,
  title: 'The Night Sea',
  year: 2019,
};
const SHOW_TITLE = { type: 'tv', tmdbId: 77, tvdbId: 8800, imdbId: null, traktId: 2, title: 'Harbour', year: 2021 };
const WATCHED_AT = '2026-11-20T20:00:00.000Z';
const EPISODE = { season: 1, number: 3, title: 'Fog', ids: { trakt: 30, tvdb: 880003 } };
const MOVIE_ENTRY = { id: 1, watched_at: WATCHED_AT, action: 'watch', type: 'movie', movie: MOVIE };
const EPISODE_ENTRY = {
  id: 5,
  watched_at: WATCHED_AT,
  action: 'scrobble',
  type: 'episode',
  show: SHOW,
  episode: EPISODE,
};
const EPISODE_EVENT = {
  kind: 'episode_watched',
  title: SHOW_TITLE,
  eventId: '5',
  watchedAt: at(WATCHED_AT),
  seasonNumber: 1,
  episodeNumber: 3,
  episodeTvdbId: 880003,
};

const HISTORY: [what: string, entry: unknown, expected: unknown][] = [
  [
    'a film',
    MOVIE_ENTRY,
    { event: { kind: 'movie_watched', title: MOVIE_TITLE, eventId: '1', watchedAt: at(WATCHED_AT) } },
  ],
  ['an episode', EPISODE_ENTRY, { event: EPISODE_EVENT }],
  [
    'an id of 64 bits that came as text',
    { ...EPISODE_ENTRY, id: '9223372036854775807' },
    { event: { ...EPISODE_EVENT, eventId: '9223372036854775807' } },
  ],
  [
    'numbers that came as text',
    {
      ...EPISODE_ENTRY,
      show: { ...SHOW, year: '2021', ids: { ...SHOW.ids, tmdb: '77' } },
      episode: { ...EPISODE, season: '1', number: '3' },
    },
    { event: EPISODE_EVENT },
  ],
  [
    'a special',
    { ...EPISODE_ENTRY, episode: { ...EPISODE, season: 0 } },
    { event: { ...EPISODE_EVENT, seasonNumber: 0 } },
  ],
  ['an export without types', { ...EPISODE_ENTRY, type: undefined }, { event: EPISODE_EVENT }],
  ['no date', { ...EPISODE_ENTRY, watched_at: null }, { event: { ...EPISODE_EVENT, watchedAt: null } }],
  [
    'the date 1970, which means unknown',
    { ...EPISODE_ENTRY, watched_at: '1970-01-01T00:00:00.000Z' },
    { event: { ...EPISODE_EVENT, watchedAt: null } },
  ],
  [
    'a date that is none',
    { ...EPISODE_ENTRY, watched_at: 'yesterday' },
    { event: { ...EPISODE_EVENT, watchedAt: null } },
  ],
  [
    'an export without event ids',
    { ...MOVIE_ENTRY, id: undefined },
    {
      event: {
        kind: 'movie_watched',
        title: MOVIE_TITLE,
        eventId: `movie:1@${at(WATCHED_AT)}`,
        watchedAt: at(WATCHED_AT),
      },
    },
  ],
  [
    'a film without TMDB id',
    { ...MOVIE_ENTRY, movie: { ...MOVIE, ids: { trakt: 1, tmdb: null } } },
    { skipped: { reason: 'no_tmdb_id', title: 'The Night Sea', traktId: 1 } },
  ],
  [
    'an episode of a series without TMDB id',
    { ...EPISODE_ENTRY, show: { ...SHOW, ids: { trakt: 2 } } },
    { skipped: { reason: 'no_tmdb_id', title: 'Harbour', traktId: 2 } },
  ],
  [
    'no season',
    { ...EPISODE_ENTRY, episode: { ...EPISODE, season: null } },
    { skipped: { reason: 'no_season', title: 'Harbour', traktId: 2 } },
  ],
  [
    'no episode number',
    { ...EPISODE_ENTRY, episode: { ...EPISODE, number: undefined } },
    { skipped: { reason: 'no_episode_number', title: 'Harbour', traktId: 2 } },
  ],
  [
    'a season that is no whole number',
    { ...EPISODE_ENTRY, episode: { ...EPISODE, season: 1.5 } },
    { skipped: { reason: 'no_season', title: 'Harbour', traktId: 2 } },
  ],
  [
    'no episode',
    { ...EPISODE_ENTRY, episode: null },
    { skipped: { reason: 'malformed', title: 'Harbour', traktId: 2 } },
  ],
  ['no film', { ...MOVIE_ENTRY, movie: null }, { skipped: { reason: 'malformed', title: null, traktId: null } }],
  [
    'a film without ids',
    { ...MOVIE_ENTRY, movie: { title: 'Lost' } },
    { skipped: { reason: 'malformed', title: 'Lost', traktId: null } },
  ],
  ['no object', 'x', { skipped: { reason: 'malformed', title: null, traktId: null } }],
  [
    'another type',
    { ...EPISODE_ENTRY, type: 'season' },
    { skipped: { reason: 'unsupported_type', title: 'Harbour', traktId: 2 } },
  ],
];
for (const [what, entry, expected] of HISTORY) {
  test(`of the history, ${what} is read as it should`, (t) =>
    t.deepEqual<unknown, unknown>(readHistoryEntry(entry), expected));
}

const RATING = { rated_at: WATCHED_AT, rating: 7, type: 'show', show: SHOW };
const RATED = {
  kind: 'rated',
  title: SHOW_TITLE,
  seasonNumber: null,
  episodeNumber: null,
  stated: 7,
  rating: 4,
  ratedAt: at(WATCHED_AT),
};
const RATINGS: [what: string, entry: unknown, expected: unknown][] = [
  ['a series', RATING, { event: RATED }],
  [
    'a film',
    { ...RATING, type: 'movie', movie: MOVIE, rating: '10' },
    { event: { ...RATED, title: MOVIE_TITLE, stated: 10, rating: 5 } },
  ],
  ['a season', { ...RATING, type: 'season', season: { number: 2 } }, { event: { ...RATED, seasonNumber: 2 } }],
  [
    'an episode',
    { ...RATING, type: 'episode', episode: EPISODE },
    { event: { ...RATED, seasonNumber: 1, episodeNumber: 3 } },
  ],
  [
    'a season without number',
    { ...RATING, type: 'season', season: {} },
    { skipped: { reason: 'no_season', title: 'Harbour', traktId: 2 } },
  ],
  ['11', { ...RATING, rating: 11 }, { skipped: { reason: 'invalid_rating', title: 'Harbour', traktId: 2 } }],
  ['nothing', { ...RATING, rating: null }, { skipped: { reason: 'invalid_rating', title: 'Harbour', traktId: 2 } }],
  [
    'a person',
    { ...RATING, type: 'person', show: undefined },
    { skipped: { reason: 'unsupported_type', title: null, traktId: null } },
  ],
];
for (const [what, entry, expected] of RATINGS) {
  test(`a rating of ${what} is read as it should`, (t) =>
    t.deepEqual<unknown, unknown>(readRatingEntry(entry), expected));
}

const LISTED = { rank: 1, id: 9, listed_at: WATCHED_AT, type: 'movie', movie: MOVIE };
const WATCHLIST: [what: string, entry: unknown, expected: unknown][] = [
  ['a film', LISTED, { event: { kind: 'planned', title: MOVIE_TITLE, listedAt: at(WATCHED_AT) } }],
  [
    'a series',
    { ...LISTED, type: 'show', show: SHOW },
    { event: { kind: 'planned', title: SHOW_TITLE, listedAt: at(WATCHED_AT) } },
  ],
  [
    'a season',
    { ...LISTED, type: 'season', show: SHOW },
    { skipped: { reason: 'unsupported_type', title: 'The Night Sea', traktId: 1 } },
  ],
];
for (const [what, entry, expected] of WATCHLIST) {
  test(`${what} on the watchlist is read as it should`, (t) =>
    t.deepEqual<unknown, unknown>(readWatchlistEntry(entry), expected));
}

test('whatever an entry holds, it is read or skipped with a reason, never thrown', (t) => {
  const value = constantFrom<unknown>(
    null,
    undefined,
    '',
    'x',
    0,
    -1,
    1.5,
    [],
    {},
    { ids: null },
    { ids: { tmdb: {} } },
    SHOW,
    EPISODE,
  );
  const entry = record(
    {
      id: value,
      type: constantFrom('movie', 'episode', 'show', 'season', 7),
      watched_at: value,
      rating: value,
      movie: value,
      show: value,
      season: value,
      episode: value,
    },
    { requiredKeys: [] },
  );
  assert(
    property(entry, (one) => {
      for (const read of [readHistoryEntry, readRatingEntry, readWatchlistEntry]) {
        const result: object = read(one);
        t.true('event' in result || 'skipped' in result);
      }
    }),
  );
});
