import test from 'ava';
import type { CatalogEpisode } from '../lib/shows/catalog-rules.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { backOffSeconds, dueAt, episodeChanges, inOrder, refreshAfter } from '../lib/shows/season-sync-rules.ts';
import { showProgress, upcoming } from '../lib/shows/show-progress-rules.ts';
import { parseSyncMode } from '../lib/core/sync-mode-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
const TODAY = '2026-11-21';
const HOUR = 3600;
const DAY = 24 * HOUR;

for (const [value, mode] of [
  ['GREEDY', 'GREEDY'],
  ['ON_DEMAND', 'ON_DEMAND'],
  [undefined, 'ON_DEMAND'],
  ['', 'ON_DEMAND'],
  ['   ', 'ON_DEMAND'],
] as const) {
  test(`the mode ${JSON.stringify(value)} is ${mode}`, (t) => t.is(parseSyncMode(value, 'by a flag'), mode));
}

for (const [value, meant] of [
  ['greedy', 'GREEDY'],
  ['GREEDY ', 'GREEDY'],
  ['ALL', 'GREEDY'],
  ['on-demand', 'ON_DEMAND'],
  ['ONDEMAND', 'ON_DEMAND'],
  ['On Demand', 'ON_DEMAND'],
] as const) {
  test(`the mode “${value}” is refused, and ${meant} suggested`, (t) => {
    const error = t.throws(() => parseSyncMode(value, 'in the environment'), { instanceOf: InvalidInputError });
    t.is(error.code, 'invalid_setting');
    t.is(error.message, `EPISODE_SYNC_MODE is “${value}”; it must be GREEDY or ON_DEMAND, spelled exactly like that.`);
    t.deepEqual(error.suggestions, [
      `Did you mean ${meant}? (It is set in the environment.)`,
      'For example: EPISODE_SYNC_MODE=ON_DEMAND',
    ]);
  });
}

for (const [failures, minutes] of [
  [1, 1],
  [2, 2],
  [3, 4],
  [9, 256],
  [10, 360],
  [50, 360],
] as const) {
  test(`after ${failures} failures a season is left alone for ${minutes} minutes, give or take a tenth`, (t) => {
    t.deepEqual(
      [0, 0.5, 1].map((chance) => backOffSeconds(failures, chance)),
      [54, 60, 66].map((seconds) => seconds * minutes),
    );
  });
}

for (const [what, season, expected] of [
  ['not synced: at its next attempt', { synced: false, unavailable: false }, 10],
  ['synced: when it is to be refreshed', { synced: true, unavailable: false }, 20],
  ['unknown at TMDB: when it is asked for again', { synced: false, unavailable: true }, 20],
] as const) {
  test(`a season is due when it is ${what}`, (t) => {
    t.is(dueAt({ ...season, nextAttemptAt: 10, refreshAfter: 20 }), expected);
  });
}

test('seasons of the show accessed last come first, then what has waited longest', (t) => {
  const due = [
    { id: 'old and long due', accessedAt: 5, dueAt: 1 },
    { id: 'new, due later', accessedAt: 9, dueAt: 8 },
    { id: 'new, due sooner', accessedAt: 9, dueAt: 7 },
    { id: 'old, due sooner still', accessedAt: 5, dueAt: 0 },
  ];
  t.deepEqual(
    inOrder(due).map(({ id }) => id),
    ['new, due sooner', 'new, due later', 'old, due sooner still', 'old and long due'],
  );
});

for (const [what, dates, isLast, status, lastAirDate, expected] of [
  ['airing: one is still to air', ['2026-11-14', '2026-11-28'], false, 'Returning Series', '2026-11-14', 1],
  ['airing: one has no date', ['2020-01-01', null], false, 'Returning Series', '2026-11-14', 1],
  ['just over: the last aired 14 days ago', ['2026-11-07'], false, 'Ended', '2026-11-07', 1],
  ['settled: the last aired 15 days ago', ['2026-11-06'], false, 'Ended', '2026-11-06', 30],
  ['the last one of a running show', ['2020-01-01'], true, 'Returning Series', '2020-01-01', 1],
  ['an earlier one of a running show', ['2020-01-01'], false, 'Returning Series', '2026-01-01', 30],
  ['the last one of a show that ended this year', ['2026-01-01'], true, 'Ended', '2026-01-01', 30],
  ['of a show that ended two years ago', ['2024-11-01'], true, 'Ended', '2024-11-01', null],
  ['undated in a show that ended two years ago', [null], true, 'Canceled', '2024-11-01', null],
  ['of a show that ended nobody knows when', ['2010-01-01'], true, 'Ended', null, 30],
] as const) {
  test(`a season is asked for ${expected === null ? 'never again' : `again after ${expected} days`} when it is ${what}`, (t) => {
    const episodes = dates.map((airDate) => ({ airDate }));
    const again = refreshAfter({ episodes, isLast, show: { status, lastAirDate }, now: NOW });
    t.is(again, expected === null ? null : NOW + expected * DAY);
  });
}

const episode = (seasonNumber: number, episodeNumber: number, airDate: string | null, rest = {}): CatalogEpisode => ({
  seasonNumber,
  episodeNumber,
  name: `Episode ${episodeNumber}`,
  airDate,
  runtimeMinutes: 24,
  vanished: false,
  ...rest,
});

const summary = ({ episodeNumber, name, airDate, runtimeMinutes }: CatalogEpisode) => ({
  episodeNumber,
  name,
  airDate,
  runtimeMinutes,
  overview: null,
  stillPath: null,
});

test('of a fetched season only what differs is written', (t) => {
  const stored = [1, 2, 3].map((number) => episode(1, number, '2020-01-01'));
  t.deepEqual(episodeChanges(stored, 1, stored.map(summary)), { inserted: [], updated: [], vanished: [] });
  const renamed = episode(1, 2, '2020-01-01', { name: 'Harbour' });
  const added = episode(1, 4, null);
  const changes = episodeChanges(stored, 1, [episode(1, 1, '2020-01-01'), renamed, added].map(summary));
  t.deepEqual(changes, {
    inserted: [added],
    updated: [renamed],
    vanished: [episode(1, 3, '2020-01-01', { vanished: true })],
  });
});

test('an episode that vanished once is marked once, and back when TMDB lists it again', (t) => {
  const gone = episode(1, 1, '2020-01-01', { vanished: true });
  t.deepEqual(episodeChanges([gone], 1, []), { inserted: [], updated: [], vanished: [] });
  const back = episode(1, 1, '2020-01-01');
  t.deepEqual(episodeChanges([gone], 1, [summary(back)]), { inserted: [], updated: [back], vanished: [] });
});

const season = (seasonNumber: number, rest = {}) => ({
  seasonNumber,
  syncedAt: NOW,
  unavailable: false,
  expectedEpisodes: 3,
  ...rest,
});
const TWO_SEASONS = [
  episode(0, 1, '2020-01-01'),
  episode(1, 1, '2025-01-01'),
  episode(1, 2, '2025-01-08'),
  episode(2, 1, '2026-11-20'),
  episode(2, 2, '2026-11-27'),
  episode(2, 3, null),
];
const places = (...texts: string[]) =>
  texts.map((text) => {
    const [seasonNumber = 0, episodeNumber = 0] = text.split('x').map(Number);
    return { seasonNumber, episodeNumber };
  });

for (const [what, watched, completion, next, hours] of [
  ['nothing is watched', [], 0, '1x1', 1.2],
  ['one of three is watched', ['1x1'], 33, '1x2', 0.8],
  ['one in the middle is left out', ['1x1', '2x1'], 66, '1x2', 0.4],
  ['all that has aired is watched', ['1x1', '1x2', '2x1'], 100, '2x2', 0],
  ['only specials are watched', ['0x1'], 0, '1x1', 1.2],
  ['what nobody lists is watched', ['9x9'], 0, '1x1', 1.2],
] as [string, string[], number, string, number][]) {
  test(`when ${what}, the show is at ${completion} %, next is ${next}`, (t) => {
    const seasons = [season(0), season(1), season(2)];
    const progress = showProgress({
      seasons,
      episodes: TWO_SEASONS,
      watched: places(...watched),
      today: TODAY,
      runtimeMinutes: null,
    });
    t.is(progress.completionPercentage, completion);
    t.is(`${progress.nextEpisode?.seasonNumber}x${progress.nextEpisode?.episodeNumber}`, next);
    t.is(progress.hoursLeft, hours);
  });
}

test('a season counts its known, aired and watched episodes, without those that vanished', (t) => {
  const episodes = [...TWO_SEASONS, episode(2, 4, '2020-01-01', { vanished: true })];
  const seasons = [season(0), season(1), season(2)];
  const watched = places('0x1', '2x1', '2x4');
  const progress = showProgress({ seasons, episodes, watched, today: TODAY, runtimeMinutes: null });
  t.deepEqual(Object.fromEntries(progress.seasons), {
    0: { airedEpisodes: 1, knownEpisodes: 1, watchedEpisodes: 1 },
    1: { airedEpisodes: 2, knownEpisodes: 2, watchedEpisodes: 0 },
    2: { airedEpisodes: 1, knownEpisodes: 3, watchedEpisodes: 1 },
  });
});

for (const [what, seasons, completion] of [
  ['a season that is not synced yet makes the completion unknown', [season(1), season(2, { syncedAt: null })], null],
  ['a season that TMDB does not know does not', [season(1), season(2, { syncedAt: null, unavailable: true })], 0],
  ['an announced season without episodes does not', [season(1), season(3, { syncedAt: null, expectedEpisodes: 0 })], 0],
  ['specials that are not synced do not', [season(0, { syncedAt: null }), season(1)], 0],
] as const) {
  test(what, (t) => {
    const episodes = [episode(1, 1, '2025-01-01')];
    const progress = showProgress({ seasons, episodes, watched: [], today: TODAY, runtimeMinutes: null });
    t.is(progress.completionPercentage, completion);
  });
}

test('a season that TMDB took away counts no more', (t) => {
  const progress = showProgress({
    seasons: [season(1), season(2, { unavailable: true })],
    episodes: [episode(1, 1, '2025-01-01'), episode(2, 1, '2025-01-01')],
    watched: places('1x1'),
    today: TODAY,
    runtimeMinutes: null,
  });
  t.like(progress, { completionPercentage: 100, nextEpisode: null, hoursLeft: 0 });
});

for (const [own, ofShow, hours] of [
  [60, 30, 1],
  [null, 30, 0.5],
  [null, null, 0.3],
] as const) {
  test(`an episode of ${own} minutes in a show of ${ofShow} leaves ${hours} hours`, (t) => {
    const episodes = [episode(1, 1, '2025-01-01', { runtimeMinutes: own })];
    const progress = showProgress({
      seasons: [season(1)],
      episodes,
      watched: [],
      today: TODAY,
      runtimeMinutes: ofShow,
    });
    t.is(progress.hoursLeft, hours);
  });
}

test('of a show that has not aired nothing is complete, and the first episode is next', (t) => {
  const episodes = [episode(1, 2, '2027-01-08'), episode(1, 1, '2027-01-01')];
  const progress = showProgress({ seasons: [season(1)], episodes, watched: [], today: TODAY, runtimeMinutes: null });
  t.deepEqual([progress.completionPercentage, progress.hoursLeft], [null, null]);
  t.is(progress.nextEpisode?.episodeNumber, 1);
  t.deepEqual(
    upcoming(episodes, TODAY).map(({ episodeNumber }) => episodeNumber),
    [1, 2],
  );
});
