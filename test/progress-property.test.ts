import test from 'ava';
import * as fc from 'fast-check';
import type { LibraryRecord } from '../lib/titles/title-rules.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import { itemOf, progressOver } from './viewings-rig.ts';
import { referenceProgress } from './progress-reference.ts';

const AUCKLAND = 'Pacific/Auckland';
const BERLIN = 'Europe/Berlin';

/** Boundaries of unusual days and quarters; each history below clusters around one. */
const EDGES = [
  [AUCKLAND, '2026-09-26T14:00:00Z'],
  [AUCKLAND, '2026-04-04T14:00:00Z'],
  [AUCKLAND, '2025-12-31T11:00:00Z'],
  [BERLIN, '2026-03-29T01:00:00Z'],
  [BERLIN, '2026-10-25T00:00:00Z'],
  [BERLIN, '2026-09-30T22:00:00Z'],
  ['Atlantic/Azores', '2026-10-25T00:00:00Z'],
  ['America/Havana', '2026-11-01T04:00:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['America/Asuncion', '2023-10-01T04:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['UTC', '2026-04-01T00:00:00Z'],
] as const;

const aroundEdge = (edge: number) =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(-1, 0, 1, 3599, 3600, 7200, -3600), fc.integer({ min: -90_000, max: 90_000 })),
      fc.oneof(
        { arbitrary: fc.constant(0), weight: 3 },
        fc.integer({ min: -8, max: 8 }),
        fc.constantFrom(-200, -90, 14, 400),
      ),
    )
    .map(([offset, days]) => edge + offset + days * 86_400);
const folderNames = fc.constantFrom('a', 'b', 'c', 'missing', 'tvdb 1');
const duration = fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.constantFrom(59, 60, 3599, 3600));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const id = fc.constantFrom('x', 'y', 'z');

const watchRecord = (instant: fc.Arbitrary<number>): fc.Arbitrary<TrackedRecord> =>
  fc.oneof(
    {
      arbitrary: fc.record({
        type: fc.constant('episode'),
        folderName: folderNames,
        fileName: fc.oneof(fc.string(), fc.constantFrom('S01E01', 'x S01E02', '[y] z - 02', 'S02E01-E02')),
        watchedAt: instant,
      }),
      weight: 4,
    },
    fc.record({
      type: fc.constant('movie'),
      fileName: fc.string(),
      tvdbId: fc.constant(1),
      tmdbId: optional(fc.constantFrom(550, 551)),
      name: optional(fc.constantFrom('A', 'B')),
      image: fc.constant(null),
      durationSeconds: duration,
      watchedAt: instant,
    }),
    fc.record({
      type: fc.constant('youtube_video'),
      videoId: fc.string(),
      title: fc.string(),
      channelId: id,
      durationSeconds: duration,
      watchedAt: instant,
    }),
    fc.record({
      type: fc.constant('spotify_episode'),
      episodeId: fc.string(),
      title: fc.string(),
      showId: id,
      durationSeconds: duration,
      watchedAt: instant,
    }),
  );
const descriptions: fc.Arbitrary<TrackedRecord[]> = fc
  .tuple(
    fc.uniqueArray(
      fc.record({
        type: fc.constant('show'),
        folderName: folderNames,
        tvdbId: optional(fc.constantFrom(1, 2, 10)),
        name: optional(fc.constantFrom('A', 'B')),
        image: optional(fc.constantFrom('https://img/1', 'https://img/2')),
        averageRuntimeSeconds: optional(fc.constantFrom(0, 1, 1380, 2700)),
        version: fc.constant(1),
      }),
      { selector: (one) => one.folderName },
    ),
    fc.uniqueArray(
      fc.record({
        type: fc.constant('youtube_channel'),
        channelId: id,
        title: optional(fc.constantFrom('A', 'B')),
        artworkUrl: optional(fc.constant('https://img')),
      }),
      { selector: (one) => one.channelId },
    ),
    fc.uniqueArray(
      fc.record({
        type: fc.constant('spotify_show'),
        showId: id,
        name: optional(fc.constantFrom('A', 'B')),
        artworkUrl: optional(fc.constant('https://img')),
      }),
      { selector: (one) => one.showId },
    ),
  )
  .map((lists) => lists.flat());

const imports = (instant: fc.Arbitrary<number>): fc.Arbitrary<LibraryRecord[]> => {
  const watched = {
    day: fc.constant(null),
    source: fc.constant('trakt'),
    eventIds: fc.constant<string[]>(['1', '2', '3']),
    instants: fc.array(optional(instant), { minLength: 3, maxLength: 3 }),
    isTrusted: fc.constant(false),
    plays: fc.integer({ min: 1, max: 3 }),
    watchedAt: optional(instant),
    durationSeconds: optional(fc.constantFrom(0, 1300, 5999)),
    rev: fc.constant(1),
  } as const;
  const title = fc.record({
    type: fc.constant('title'),
    kind: fc.constantFrom('movie', 'tv'),
    tmdbId: fc.constantFrom(550, 551),
    tvdbId: optional(fc.constantFrom(1, 2, 30)),
    imdbId: fc.constant(null),
    traktId: fc.constant(null),
    title: fc.constantFrom('A', 'B', 'C'),
    originalTitle: fc.constant(null),
    year: fc.constant(null),
    posterPath: optional(fc.constant('/poster.jpg')),
    backdropPath: fc.constant(null),
    durationSeconds: optional(fc.constantFrom(0, 1500)),
    status: fc.constant('completed'),
    ownStatus: fc.constant(null),
    rating: fc.constant(null),
    isOwnRating: fc.constant(false),
    traktRating: fc.constant(null),
    partRatings: fc.constant({}),
    addedAt: fc.constant(0),
    firstWatchedAt: fc.constant(null),
    lastWatchedAt: fc.constant(null),
    next: fc.constant(null),
    rev: fc.constant(1),
  } as const);
  const session = fc.record({ type: fc.constant('movie_session'), tmdbId: fc.constantFrom(550, 551), ...watched });
  const episode = fc.record({
    type: fc.constant('episode_watch'),
    tmdbId: fc.constantFrom(550, 551),
    seasonNumber: fc.constantFrom(1, 2),
    episodeNumber: fc.constantFrom(1, 2),
    ...watched,
    tvdbId: fc.constant(null),
    name: fc.constant(null),
    airDate: fc.constant(null),
    shownDay: fc.constant(null),
    shownAt: optional(instant),
    dateSource: fc.constant('watched'),
  } as const);
  return fc
    .tuple(
      fc.uniqueArray(title, { selector: ({ kind, tmdbId }) => `${kind} ${tmdbId}` }),
      fc.array(session, { maxLength: 6 }),
      fc.array(episode, { maxLength: 10 }),
    )
    .map((lists): LibraryRecord[] => lists.flat());
};

const history = fc.constantFrom(...EDGES).chain(([zone, iso]) => {
  const instant = aroundEdge(Date.parse(iso) / 1000);
  const milliseconds = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999 }));
  const now = fc.tuple(instant, milliseconds).map(([at, more]) => at * 1000 + more);
  const records = fc
    .tuple(fc.array(watchRecord(instant), { maxLength: 25 }), descriptions, imports(instant))
    .map((lists): (TrackedRecord | LibraryRecord)[] => lists.flat());
  return fc.record({ zone: fc.constant(zone), now, records: records.chain(shuffled) });
});

const shuffled = <T>(values: T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray(values, { minLength: values.length });

test('progress equals a plain reading of the rules, for any items in any order', async (t) => {
  await fc.assert(
    fc.asyncProperty(history, async ({ zone, now, records }) => {
      const { shows, ...progress } = await progressOver(records.map(itemOf), now, zone);
      for (const show of shows) delete show.tmdbId;
      const told = { ...progress, shows };
      t.deepEqual(told, referenceProgress(records, now, zone));
    }),
    { numRuns: 500 },
  );
});
