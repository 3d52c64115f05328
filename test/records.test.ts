import test from 'ava';
import { fieldClamp } from '../lib/core/bounds-rules.ts';
import { recordKind } from '../lib/core/codec.ts';
import {
  change,
  choice,
  count,
  day,
  declare,
  flag,
  id,
  ids,
  instant,
  instants,
  name,
  numbersBy,
  optional,
  withDefault,
  place,
  providerId,
  attributeIs,
  seconds,
  text,
  allOrNone,
  type Field,
} from '../lib/core/field-rules.ts';
import { lineSchema } from '../lib/core/contract/record-schema.ts';
import { csvCell } from '../lib/core/terminal/csv-text.ts';
import { editOf, toEditItem } from '../lib/viewings/overlay-items.ts';
import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { numberedTitle } from '../lib/viewings/history-table.ts';
import { csvRow } from '../lib/viewings/viewings-csv-text.ts';

const LONG = '長'.repeat(300);
for (const [what, field, given, kept] of [
  ['a text with half a surrogate pair', text('a'), 'a\ud83d b', 'a\uFFFD b'],
  ['a text that is too long', text('a', 3), 'abcd', 'abc'],
  ['a text cut inside an emoji', text('a', 3), 'ab🎌', 'ab'],
  ['an id of 300 characters', id('a'), LONG, LONG.slice(0, 255)],
  ['an id with a control character', id('a'), 'a\u0000b', 'ab'],
  ['a negative length', seconds('a'), -5, 0],
  ['a length that is no number', seconds('a'), NaN, 0],
  ['an instant with a fraction', instant('a'), 5.4, 5],
  ['an instant after the year 9999', instant('a'), 1e15, 253_402_300_799],
  ['a negative length that may be unknown', optional(seconds('a')), -5, null],
  ['the id 0 at a provider that may be unknown', optional(providerId('a')), 0, null],
  ['a day that is none', optional(day('a')), '2026', null],
  ['a choice that there is not', choice('a', ['x', 'y']), 'z', 'x'],
  ['ids that are too long', ids('a'), ['ok', LONG], ['ok', LONG.slice(0, 255)]],
  ['ratings out of range', numbersBy('a', /^\d$/, count('', { maximum: 10 })), { '1': 11, '2': 3, x: 1 }, { '2': 3 }],
  ['an unknown value', optional(text('a')), null, null],
] as [string, Field<unknown>, unknown, unknown][]) {
  test(`${what} is brought within bounds`, (t) => {
    const keep = fieldClamp({ value: field });
    t.deepEqual(keep({ value: given }), { value: kept });
    const within = { value: kept };
    t.is(keep(within), within, 'what is within stays the same');
  });
}

const KIND = recordKind(
  declare(
    'thing',
    {
      name: name('its_name'),
      size: optional(seconds('its_size')),
      plays: withDefault(count('plays'), 1),
      isOwn: flag('own'),
      isTrusted: attributeIs('dates', 'trakt'),
      at: change(optional(instant('timestamp'))),
      next: allOrNone({ seasonNumber: place('next_season'), episodeNumber: withDefault(place('next_episode'), 1) }),
      instants: instants('instants'),
      secret: { ...withDefault(text('secret'), ''), isInternal: true },
    },
    { extras: { language: optional(text('language')) } },
  ),
  { prefix: 'THING#', key: (thing) => thing.name },
);
const PLAIN = {
  type: 'thing' as const,
  name: 'a',
  size: null,
  plays: 1,
  isOwn: false,
  isTrusted: false,
  at: undefined,
  next: null,
  instants: [],
  secret: '',
};
const KEYS = { pk: 'USER#me', sk: 'THING#a', user: 'me', its_name: 'a', plays: 1, secret: '' };
for (const [what, record, attributes] of [
  ['with nothing known', PLAIN, {}],
  ['with a change to none', { ...PLAIN, at: null }, { timestamp: null }],
  ['with flags', { ...PLAIN, isOwn: true, isTrusted: true }, { own: true, dates: 'trakt' }],
  ['with a group', { ...PLAIN, next: { seasonNumber: 2, episodeNumber: 3 } }, { next_season: 2, next_episode: 3 }],
  ['with instants', { ...PLAIN, instants: [null, 5] }, { instants: [null, 5] }],
] as const) {
  test(`a declared record ${what} is stored and read as it was`, (t) => {
    const item = KIND.toItem('me', record as typeof PLAIN);
    t.deepEqual(item, { ...KEYS, ...attributes });
    t.deepEqual(KIND.read(item), record as typeof PLAIN);
  });
}

test('a line has no more and no less than its declaration says', (t) => {
  const schema = lineSchema(KIND.declaration, KIND);
  const isGood = (line: object) => schema.safeParse({ type: 'thing', ...line }).success;
  t.true(isGood({ its_name: 'a' }));
  t.true(isGood({ its_name: 'a', its_size: null, timestamp: null, own: true, language: 'ja' }));
  t.false(isGood({}));
  t.false(isGood({ its_name: 'a', its_size: -1 }));
  t.false(isGood({ its_name: 'a', secret: 'x' }));
  t.false(isGood({ its_name: 'a', user: 'x' }));
  t.false(isGood({ its_name: 'a', dates: 'mine' }));
});

for (const [cell, quoted] of [
  ['plain', 'plain'],
  ['a, "b"', '"a, ""b"""'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ['a-b', 'a-b'],
] as const) {
  test(`the CSV cell ${JSON.stringify(cell)} is written as ${quoted}`, (t) => t.is(csvCell(cell), quoted));
}

const VIEWING: ViewingAnswer = {
  id: '0123456789ab',
  at: '1970-01-01T00:00:00Z',
  local_at: '1970-01-01T12:00:00+12:00',
  day: '1970-01-01',
  seconds: 60,
  seconds_source: 'person',
  medium: 'episode',
  activity: 'watching',
  attention: 'focused',
  language: 'ja',
  language_source: 'person',
  title: 'again',
  collection: { kind: 'show', id: 'tmdb:900', name: 'Harbour' },
  places: [{ season: 1, episode: 3 }],
  references: [{ source: 'manual', ref: '1' }],
  batch_id: null,
};
const ofFile = { references: [{ source: 'file', ref: 'shows/Harbour/x' }] };
for (const [changed, expected] of [
  [{}, 'S01E03 again'],
  [{ title: '' }, 'S01E03'],
  [{ ...ofFile, title: '03 開店' }, 'S01E03 03 開店'],
  [{ ...ofFile, title: 'Harbour.S01E03.1080p' }, 'S01E03'],
  [{ places: [1, 2].map((episode) => ({ season: 0, episode })), title: '' }, 'S00E01 S00E02'],
  [{ places: [] }, 'again'],
] as [Partial<ViewingAnswer>, string][]) {
  test(`a viewing with ${JSON.stringify(changed)} is listed as “${expected}”`, (t) => {
    t.is(numberedTitle({ ...VIEWING, ...changed }), expected);
  });
}

test('a viewing has its row, with nothing where something is unknown', (t) => {
  const [at, type, length, source, activity, attention] = [
    '1970-01-01T00:00:00Z',
    'episode',
    '60',
    'person',
    'watching',
    'focused',
  ];
  t.deepEqual(csvRow(VIEWING), [at, type, 'again', 'Harbour', 'S01E03', length, source, 'ja', activity, attention]);
  const bare = csvRow({ ...VIEWING, at: null, collection: null, places: [], language: null });
  t.deepEqual(bare, ['', type, 'again', '', '', length, source, '', activity, attention]);
  const folder = csvRow({ ...VIEWING, collection: { kind: 'show', id: 'Harbour (2025)', name: null } });
  t.is(folder[3], 'Harbour (2025)');
});

test('an edit’s null counts only where the value may be null', (t) => {
  const reference = { source: 'trakt', ref: '1' } as const;
  const nulls = { title: null, activity: null, attention: null, duration: null, language: null, timestamp: null };
  t.deepEqual(editOf({ ...toEditItem('me', { ...reference, seconds: 600 }), ...nulls }), {
    ...reference,
    at: null,
    language: null,
  });
});
