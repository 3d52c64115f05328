import test from 'ava';
import * as fc from 'fast-check';
import { createProgressTally } from '../lib/domain/progress.ts';
import type { TrackedRecord } from '../lib/domain/records.ts';
import { referenceProgress } from './progress-reference.ts';

const AUCKLAND = 'Pacific/Auckland';
const BERLIN = 'Europe/Berlin';

/** Where days, quarters or both have odd edges: each history below gathers around one of them. */
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
        fileName: fc.string(),
        watchedAt: instant,
      }),
      weight: 4,
    },
    fc.record({
      type: fc.constant('movie'),
      fileName: fc.string(),
      tvdbId: fc.constant(1),
      tmdbId: fc.constant(null),
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

const history = fc.constantFrom(...EDGES).chain(([zone, iso]) => {
  const instant = aroundEdge(Date.parse(iso) / 1000);
  const milliseconds = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999 }));
  const now = fc.tuple(instant, milliseconds).map(([at, more]) => at * 1000 + more);
  const records = fc
    .tuple(fc.array(watchRecord(instant), { maxLength: 25 }), descriptions)
    .map((lists) => lists.flat());
  return fc.record({ zone: fc.constant(zone), now, records: records.chain(shuffled) });
});

const shuffled = <T>(values: T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray(values, { minLength: values.length });

test('progress equals a plain reading of the rules, for any records in any order', (t) => {
  fc.assert(
    fc.property(history, ({ zone, now, records }) => {
      const tally = createProgressTally({ now, zone });
      for (const record of records) tally.add(record);
      t.deepEqual(tally.result(), referenceProgress(records, now, zone));
    }),
    { numRuns: 500 },
  );
});
