import test from 'ava';
import * as fc from 'fast-check';
import { nameSchema } from '../lib/core/contract/names.ts';
import { nameFault, normalizeName } from '../lib/core/name-rules.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import {
  episodeKey,
  keyOfItem,
  partitionOf,
  showKey,
  SORT_KEY_PREFIXES,
  toItem,
  toRecord,
  trackerSchema,
} from '../lib/viewings/record-items.ts';
import { anyText } from './any-text.ts';

/** Names with characters that may break keys, and any other valid names. */
const name = fc
  .oneof(
    fc.string({ unit: fc.constantFrom('#', '%', '2', '3', 'a', '/', '.'), minLength: 1, maxLength: 6 }),
    anyText({ minLength: 1, maxLength: 30 }),
    fc.constantFrom('#', '##', '%23', '%2523', 'a#b', 'a%23b', 'ガ', '🎌', '👨‍👩‍👧', '..', 'a/b'),
  )
  .map(normalizeName)
  .filter((text) => nameFault(text) === undefined);
const pair = fc.tuple(name, name);

test('two different episodes never share a key', (t) => {
  fc.assert(
    fc.property(pair, pair, ([folder, file], [otherFolder, otherFile]) => {
      const same = folder === otherFolder && file === otherFile;
      t.is(episodeKey(folder, file) === episodeKey(otherFolder, otherFile), same);
    }),
    { numRuns: 3000 },
  );
});

test('the same text, cut into folder and file at another place, has another key', (t) => {
  const cuts = fc
    .string({ unit: fc.constantFrom('#', '%', '2', '3', 'a'), minLength: 3, maxLength: 8 })
    .chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length - 2), fc.nat(text.length - 2)))
    .filter(([, one, other]) => one !== other);
  const cut = (text: string, at: number) => episodeKey(text.slice(0, at + 1), text.slice(at + 1));
  fc.assert(
    fc.property(cuts, ([text, one, other]) => t.not(cut(text, one), cut(text, other))),
    { numRuns: 2000 },
  );
});

const EPISODE_KEYS: [folder: string, file: string, key: string][] = [
  ['show_name', 'episode_name', 'EPISODE#show_name#episode_name'],
  ['100 %', 'e%231', 'EPISODE#100 %#e%231'],
  ['../..', '/etc/passwd', 'EPISODE#../..#/etc/passwd'],
  ['葬送のフリーレン', '第1話', 'EPISODE#葬送のフリーレン#第1話'],
  ['a#b', 'c', 'EPISODE##a%23b#c'],
  ['a', 'b#c', 'EPISODE##a#b%23c'],
  ['a#b', '100 %', 'EPISODE##a%23b#100%20%25'],
  ['#', '#', 'EPISODE##%23#%23'],
  ['音#', 'é', 'EPISODE##%E9%9F%B3%23#%C3%A9'],
];
for (const [folder, file, key] of EPISODE_KEYS) {
  test(`the key of “${file}” in “${folder}” is ${key}`, (t) => t.is(episodeKey(folder, file), key));
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const seconds = fc.nat(4_000_000_000);
const providerId = fc.integer({ min: 1, max: 2_147_483_647 });
const movieParts = { type: fc.constant('movie'), fileName: name, name: optional(text), image: optional(text) };

const RECORDS: Record<string, fc.Arbitrary<TrackedRecord>> = {
  episode: fc.record({ type: fc.constant('episode'), folderName: name, fileName: name, watchedAt: seconds }),
  show: fc.record({
    type: fc.constant('show'),
    folderName: name,
    tvdbId: optional(providerId),
    name: optional(text),
    image: optional(text),
    averageRuntimeSeconds: optional(seconds),
    version: fc.nat(1000),
  }),
  'film of TVDB': fc.record({
    ...movieParts,
    tvdbId: optional(providerId),
    tmdbId: fc.constant(null),
    durationSeconds: seconds,
    watchedAt: seconds,
  }),
  'film of TMDB': fc.record({
    ...movieParts,
    tvdbId: fc.constant(null),
    tmdbId: providerId,
    durationSeconds: seconds,
    watchedAt: seconds,
  }),
  video: fc.record({
    type: fc.constant('youtube_video'),
    videoId: name,
    title: text,
    channelId: text,
    durationSeconds: seconds,
    watchedAt: seconds,
  }),
  channel: fc.record({
    type: fc.constant('youtube_channel'),
    channelId: name,
    title: optional(text),
    artworkUrl: optional(text),
  }),
  'podcast episode': fc.record({
    type: fc.constant('spotify_episode'),
    episodeId: name,
    title: text,
    showId: text,
    durationSeconds: seconds,
    watchedAt: seconds,
  }),
  podcast: fc.record({
    type: fc.constant('spotify_show'),
    showId: name,
    name: optional(text),
    artworkUrl: optional(text),
  }),
};
for (const [what, records] of Object.entries(RECORDS)) {
  test(`a stored ${what} reads back as it was, under its own key`, (t) => {
    fc.assert(
      fc.property(records, name, (record, user) => {
        const item = JSON.parse(JSON.stringify(toItem({ user, record, batchId: 'evening-1' }))) as Record<
          string,
          unknown
        >;
        t.deepEqual(toRecord(item), record);
        t.is(item['pk'], partitionOf(user));
        t.true(String(item['sk']).startsWith(SORT_KEY_PREFIXES[record.type]));
        t.deepEqual([item['user'], item['batch_id']], [user, 'evening-1']);
        t.false(Object.values(item).includes(null), 'what is unknown is left out');
      }),
    );
  });
}

test('records of different kinds never share a key', (t) => {
  const sortOf = (record: TrackedRecord) => keyOfItem(toItem({ user: 'alice', record })).sort;
  const any = fc.oneof(...Object.values(RECORDS));
  fc.assert(
    fc.property(any, any, (one, other) => {
      if (one.type !== other.type) t.not(sortOf(one), sortOf(other));
    }),
  );
});

const AT = 1_730_000_000;
const CONTRACT_ITEMS: [what: string, record: TrackedRecord, item: Record<string, unknown>][] = [
  [
    'episode',
    { type: 'episode', folderName: 'show_name', fileName: 'episode_name', watchedAt: AT },
    { sk: 'EPISODE#show_name#episode_name', folder_name: 'show_name', file_name: 'episode_name', timestamp: AT },
  ],
  [
    'show',
    {
      type: 'show',
      folderName: 'show_name',
      tvdbId: 12345,
      name: 'Example Show',
      image: 'https://example.com/poster.jpg',
      averageRuntimeSeconds: 2700,
      version: 2,
    },
    {
      sk: 'SHOW#show_name',
      folder_name: 'show_name',
      tvdb_id: 12345,
      tvdb_name: 'Example Show',
      tvdb_image: 'https://example.com/poster.jpg',
      tvdb_average_runtime: 2700,
      version: 2,
    },
  ],
  [
    'new show',
    { type: 'show', folderName: 'a#b', tvdbId: null, name: null, image: null, averageRuntimeSeconds: null, version: 1 },
    { sk: 'SHOW#a#b', folder_name: 'a#b', version: 1 },
  ],
  [
    'movie',
    {
      type: 'movie',
      fileName: 'movie_name',
      tvdbId: 67890,
      tmdbId: null,
      name: 'Example Movie',
      image: 'https://example.com/movie.jpg',
      durationSeconds: 7200,
      watchedAt: AT,
    },
    {
      sk: 'MOVIE#movie_name',
      file_name: 'movie_name',
      tvdb_id: 67890,
      tvdb_name: 'Example Movie',
      tvdb_image: 'https://example.com/movie.jpg',
      movie_duration: 7200,
      timestamp: AT,
    },
  ],
  [
    'movie of TMDB',
    {
      type: 'movie',
      fileName: 'movie_name',
      tvdbId: null,
      tmdbId: 5,
      name: 'Example Movie',
      image: null,
      durationSeconds: 0,
      watchedAt: AT,
    },
    {
      sk: 'MOVIE#movie_name',
      file_name: 'movie_name',
      tmdb_id: 5,
      tmdb_name: 'Example Movie',
      movie_duration: 0,
      timestamp: AT,
    },
  ],
  [
    'YouTube video',
    { type: 'youtube_video', videoId: 'v', title: 'A video', channelId: 'c', durationSeconds: 60, watchedAt: AT },
    {
      sk: 'YOUTUBEVIDEO#v',
      youtube_video_id: 'v',
      youtube_video_title: 'A video',
      youtube_channel_id: 'c',
      youtube_video_duration: 60,
      timestamp: AT,
    },
  ],
  [
    'YouTube channel',
    { type: 'youtube_channel', channelId: 'c', title: 'A channel', artworkUrl: null },
    { sk: 'YOUTUBECHANNEL#c', youtube_channel_id: 'c', youtube_channel_title: 'A channel' },
  ],
  [
    'Spotify episode',
    { type: 'spotify_episode', episodeId: 'e', title: 'An episode', showId: 's', durationSeconds: 60, watchedAt: AT },
    {
      sk: 'SPOTIFYEPISODE#e',
      spotify_episode_id: 'e',
      spotify_episode_title: 'An episode',
      spotify_show_id: 's',
      spotify_episode_duration: 60,
      timestamp: AT,
    },
  ],
  [
    'Spotify show',
    { type: 'spotify_show', showId: 's', name: 'A podcast', artworkUrl: 'https://example.com/s.jpg' },
    {
      sk: 'SPOTIFYSHOW#s',
      spotify_show_id: 's',
      spotify_show_name: 'A podcast',
      spotify_show_artwork_url: 'https://example.com/s.jpg',
    },
  ],
];
for (const [what, record, item] of CONTRACT_ITEMS) {
  test(`the item of a ${what} has the contract’s attributes`, (t) => {
    t.deepEqual(toItem({ user: 'alice', record }), { pk: 'USER#alice', user: 'alice', ...item });
  });
}

test('items of other kinds are nobody’s record', (t) => {
  t.is(toRecord({ pk: 'USER#alice', sk: 'POSITION#show' }), undefined);
  t.is(toRecord({ pk: 'USER#alice', sk: 'EPISODES' }), undefined);
  t.is(toRecord({}), undefined);
});

test('a show is found where it is stored', (t) => {
  const [, record] = CONTRACT_ITEMS[1] ?? [];
  t.deepEqual(record && keyOfItem(toItem({ user: 'alice', record })), showKey('alice', 'show_name'));
  t.deepEqual(trackerSchema('immersion_tracker'), { table: 'immersion_tracker', partitionKey: 'pk', sortKey: 'sk' });
});

const NAMES: [what: string, name: string, fault: RegExp | undefined, kept?: string][] = [
  ['one character', 'a', undefined],
  ['a space', ' ', undefined],
  ['an emoji', '🎌', undefined],
  ['an emoji of several code points', '👨‍👩‍👧', undefined],
  ['two dots', '..', undefined],
  ['path separators', '/etc\\passwd', undefined],
  ['a hash', 'a#b', undefined],
  ['right-to-left text', 'שלום', undefined],
  ['decomposed Latin', 'Ame\u0301lie', undefined, 'Am\u00E9lie'],
  ['decomposed kana', '\u30AB\u3099', undefined, '\u30AC'],
  ['composed kana', '\u30AC', undefined],
  ['compatibility characters', 'ﬁ①', undefined],
  ['255 characters', 'x'.repeat(255), undefined],
  ['255 emoji', '🎌'.repeat(255), undefined],
  ['256 characters', 'x'.repeat(256), /255/],
  ['256 emoji', '🎌'.repeat(256), /255/],
  ['300 characters', 'x'.repeat(300), /255/],
  ['255 syllables of decomposed Korean', '한'.repeat(255).normalize('NFD'), undefined, '한'.repeat(255)],
  ['256 syllables of decomposed Korean', '한'.repeat(256).normalize('NFD'), /255/],
  ['characters that grow when composed', '\u0958'.repeat(200), /255/],
  ['nothing', '', /empty/],
  ['a line break', 'a\nb', /control/],
  ['a tabulator', '\t', /control/],
  ['a null character', 'a\0', /control/],
  ['a delete character', 'a\u007F', /control/],
  ['a C1 control character', 'a\u0085', /control/],
  ['half a surrogate pair', 'a\uD83C', /surrogate/],
  ['the other half', '\uDF8Ca', /surrogate/],
];
for (const [what, given, fault, kept = given] of NAMES) {
  test(`a name of ${what} is ${fault ? 'refused' : 'kept'}`, (t) => {
    const { success, data, error } = nameSchema.safeParse(given);
    t.is(success, fault === undefined);
    if (fault) t.regex(error?.issues[0]?.message ?? '', fault);
    else t.is(data, kept);
  });
}

test('a kept name is its own composed form, and taking it again changes nothing', (t) => {
  fc.assert(
    fc.property(anyText({ maxLength: 40 }), (given) => {
      const once = nameSchema.safeParse(given);
      t.is(once.success, nameFault(given) === undefined);
      if (once.success) t.is(nameSchema.parse(once.data), once.data);
    }),
  );
});
