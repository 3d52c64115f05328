import type { KnownSeason } from '../lib/shows/known-season-rules.ts';
import test from 'ava';
import { DateTime } from 'luxon';
import type { EpisodeNumber } from '../lib/shows/episode-number-rules.ts';
import { placeFolder, type SeasonByHand } from '../lib/shows/episode-place-rules.ts';
import { readSeasonHint } from '../lib/shows/season-word-rules.ts';

const START = DateTime.fromISO('2019-01-04');

/** A season of weekly episodes; each of `parts` begins some months after the previous one. */
function season(seasonNumber: number, parts: number[], { first = 1, days = 7, breakDays = 90 } = {}): KnownSeason {
  const lengths = parts.flatMap((length, part) => Array.from({ length }, () => part));
  const episodes = lengths.map((part, index) => ({
    episodeNumber: first + index,
    airDate: START.plus({ years: seasonNumber, days: index * days + part * breakDays }).toISODate(),
  }));
  return { seasonNumber, episodeCount: episodes.length, airDate: episodes[0]?.airDate ?? null, episodes };
}
const seasons = (...sizes: number[]) => sizes.map((size, index) => season(index + 1, [size]));
const unseen = (known: KnownSeason[]) => known.map((one) => ({ ...one, episodes: null }));
const undated = (known: KnownSeason[]) =>
  known.map((one) => ({ ...one, episodes: one.episodes?.map((each) => ({ ...each, airDate: null })) ?? null }));

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const file = (seasonNumber: number | null, ...episodeNumbers: number[]) => ({
  fileName: `Title ${episodeNumbers.join(' ')}.mkv`,
  number: { seasonNumber, episodeNumbers } as EpisodeNumber | undefined,
});
const files = (seasonNumber: number | null, from: number, to: number) =>
  range(from, to).map((number) => file(seasonNumber, number));

/** `2x1-10 2x12`; numbers without an episode follow `?`. */
function placesOf(request: Parameters<typeof placeFolder>[0]): string {
  const placed = placeFolder(request);
  const runs: { season: number; from: number; to: number }[] = [];
  for (const { seasonNumber, episodeNumber } of placed.flatMap(({ places }) => places)) {
    const last = runs.at(-1);
    if (last?.season === seasonNumber && last.to === episodeNumber - 1) last.to = episodeNumber;
    else runs.push({ season: seasonNumber, from: episodeNumber, to: episodeNumber });
  }
  const unplaced = placed.flatMap(({ unplacedNumbers }) => unplacedNumbers);
  return [
    ...runs.map(({ season: number, from, to }) => `${number}x${from}${to > from ? `-${to}` : ''}`),
    ...(unplaced.length > 0 ? [`?${unplaced.join(',')}`] : []),
  ].join(' ');
}

const SPLIT = [season(1, [25]), season(2, [13, 12])];
const TITAN = [season(1, [25]), season(2, [12]), season(3, [12, 10]), season(4, [16, 12])];
const ON = [season(1, [61]), season(21, [194], { first: 892 })];

const FOLDERS: [
  claim: string,
  folder: string,
  files: ReturnType<typeof files>,
  known: KnownSeason[] | null,
  places: string,
][] = [
  // Without a season
  ['numbers count within the only season', 'Title', files(null, 1, 12), seasons(12), '1x1-12'],
  ['numbers run across seasons', 'Title', files(null, 1, 59), seasons(25, 12, 22), '1x1-25 2x1-12 3x1-22'],
  [
    'numbers run across seasons that were not looked up',
    'Title',
    files(null, 10, 14),
    unseen(seasons(12, 12)),
    '1x10-12 2x1-2',
  ],
  ['numbers of a season that numbers on are its own', 'One Piece', files(null, 1071, 1072), ON, '21x1071-1072'],
  ['a gap between seasons that number on is no place', 'One Piece', files(null, 60, 63), ON, '1x60-61 ?62,63'],
  ['a number beyond all seasons has no place', 'Title', files(null, 23, 26), seasons(12, 12), '2x11-12 ?25,26'],
  ['the order of the seasons does not matter', 'Title', files(null, 12, 13), seasons(12, 12).toReversed(), '1x12 2x1'],
  ['of an unknown series, all is as named', 'Title', [file(null, 99), file(3, 7)], null, '1x99 3x7'],
  // A season and a number within it
  ['a season and a number are a place', 'Title', files(2, 1, 12), seasons(12, 12), '2x1-12'],
  ['all of a split season counts on', 'Title 2nd Season', files(2, 1, 25), SPLIT, '2x1-25'],
  ['numbers within the season stay, though they might run', 'Title', files(2, 13, 24), seasons(12, 24), '2x13-24'],
  ['a number beyond its season has no place', 'Title', files(2, 11, 14), seasons(24, 12), '2x11-12 ?13,14'],
  ['a season that does not exist has no place', 'Title', files(4, 1, 2), seasons(12, 12), '?1,2'],
  [
    'a season that numbers on may be counted anew',
    'Title',
    files(2, 1, 3),
    [season(1, [25]), season(2, [12], { first: 26 })],
    '2x26-28',
  ],
  [
    'a season that numbers on has its own numbers',
    'Title',
    files(2, 26, 28),
    [season(1, [25]), season(2, [12], { first: 26 })],
    '2x26-28',
  ],
  // A season and a running number
  ['a third season numbered on', 'Shingeki S3', files(3, 38, 59), seasons(25, 12, 22), '3x1-22'],
  ['one file of a season numbered on', 'Fairy Tail Season 02', [file(2, 90)], seasons(48, 48), '2x42'],
  ['a season numbered on whose first number would fit', 'Bleach Season 2', files(2, 21, 30), seasons(20, 21), '2x1-10'],
  [
    'a season numbered on, specials left out',
    'Bleach Season 2',
    files(2, 21, 30),
    [season(0, [9]), ...seasons(20, 21)],
    '2x1-10',
  ],
  ['the last of a third season', 'Kuroko no Basket S3', [file(3, 75)], seasons(25, 25, 25), '3x25'],
  ['new episodes that the catalog does not have yet', 'Title S2', files(2, 1, 26), seasons(12, 24), '2x1-24 ?25,26'],
  [
    'both ways to count in one folder',
    'Title S3',
    [...files(3, 1, 3), ...files(3, 41, 59)],
    seasons(25, 12, 22),
    '3x1-22',
  ],
  ['one number too many', 'Title S3', files(3, 56, 61), seasons(25, 12, 22), '3x19-22 ?60,61'],
  ['all of a series called its first season', 'Title S1', files(1, 24, 38), seasons(25, 12), '1x24-25 2x1-12 ?38'],
  ['seasons before it that are not known', 'Title S3', files(3, 38, 40), [season(3, [22])], '?38,39,40'],
  // Second halves
  ['the second half of a season', 'Title 2nd Season Part 2', files(2, 1, 12), SPLIT, '2x14-25'],
  ['the first half of a season', 'Title 2nd Season Part 1', files(2, 1, 13), SPLIT, '2x1-13'],
  ['the second half, numbered on within the season', 'Title S2 Part 2', files(2, 14, 25), SPLIT, '2x14-25'],
  ['the second half, numbered on across seasons', 'Title S2 Part 2', files(2, 39, 50), SPLIT, '2x14-25'],
  ['one file of a second half', 'Title S2 Part 2', [file(2, 5)], SPLIT, '2x18'],
  ['more files than the second half has', 'Title S2 Part 2', files(2, 11, 13), SPLIT, '2x24-25 ?13'],
  [
    'a second half, in Japanese',
    'スパイファミリー 第2クール',
    files(null, 1, 12),
    [season(1, [13, 12]), season(2, [12])],
    '1x14-25',
  ],
  ['a second half, in Korean', '더 글로리 파트2', files(null, 1, 8), [season(1, [8, 8], { days: 0 })], '1x9-16'],
  ['a second half, in Spanish', 'Élite Temporada 1 Parte 2', files(1, 1, 5), [season(1, [6, 5])], '1x7-11'],
  [
    'a second half, in German',
    'Dark Staffel 3 Teil 2',
    files(3, 1, 4),
    [...seasons(10, 8), season(3, [4, 4])],
    '3x5-8',
  ],
  ['a second half, in French', 'Lupin Partie 2', files(null, 1, 5), [season(1, [5, 5], { days: 0 })], '1x6-10'],
  ['a second half, in Italian', 'Titolo Stagione 2 Parte 2', files(2, 1, 12), SPLIT, '2x14-25'],
  ['a second half that is the second season', 'Title Part 2', files(null, 1, 12), seasons(12, 12), '2x1-12'],
  ['a third part of a series that has none', 'Title Part 3', files(null, 1, 3), seasons(12, 12, 12), '?1,2,3'],
  [
    'holidays do not make a second half',
    'Title S1 Part 2',
    files(1, 1, 2),
    [season(1, [13, 12], { breakDays: 14 })],
    '?1,2',
  ],
  [
    'monthly episodes do not make many parts',
    'Title S1 Part 2',
    files(1, 1, 2),
    [season(1, [6, 6], { days: 30, breakDays: 200 })],
    '1x7-8',
  ],
  [
    'a second half whose dates are not known',
    'Title S2 Part 2',
    files(2, 1, 12),
    undated(SPLIT),
    '?1,2,3,4,5,6,7,8,9,10,11,12',
  ],
  ['numbers that only a second half has', 'Title S2 Part 2', files(2, 14, 25), undated(SPLIT), '2x14-25'],
  ['the last season', 'Attack on Titan The Final Season', files(null, 1, 16), TITAN, '4x1-16'],
  [
    'the second half of the last season',
    'Attack on Titan - The Final Season Part 2',
    files(null, 1, 12),
    TITAN,
    '4x17-28',
  ],
  ['the last season, numbered on', '進撃の巨人 The Final Season', files(null, 60, 75), TITAN, '4x1-16'],
  ['the second half of a third season', 'Attack on Titan S3 Part 2', files(3, 1, 10), TITAN, '3x13-22'],
  // Specials, and several in one
  [
    'specials are places of their own',
    'Title',
    [file(0, 2), ...files(null, 12, 13)],
    [season(0, [3]), ...seasons(12, 12)],
    '0x2 1x12 2x1',
  ],
  ['a special that the catalog does not have', 'Title', [file(0, 4)], [season(0, [3]), ...seasons(12)], '?4'],
  ['several episodes in one file', 'Title', [file(null, 12, 13), file(2, 5, 6)], seasons(12, 12), '1x12 2x1 2x5-6'],
  ['several files of one episode', 'Title', [file(1, 5), file(1, 5)], seasons(12), '1x5 1x5'],
];

for (const [claim, folderName, all, known, expected] of FOLDERS) {
  test(`“${folderName}”: ${claim}`, (t) => t.is(placesOf({ folderName, files: all, seasons: known }), expected));
}

test('a part in a file’s name counts before the number, and is a part of the episode behind it', (t) => {
  const named = (fileName: string) => ({ fileName, number: { seasonNumber: 2, episodeNumbers: [5] } });
  const place = (fileName: string) => placesOf({ folderName: 'Title', files: [named(fileName)], seasons: SPLIT });
  t.is(place('[Group] Title Season 2 Part 2 - 05 [1080p].mkv'), '2x18');
  t.is(place('Title 第2期 第2クール 第5話.mkv'), '2x18');
  t.is(place('Title.S2.Part.2.E05.mkv'), '2x18');
  t.is(place('Season 2 Part 2/05'), '2x18');
  t.is(place('Title S2 - 05 - The Siege Part 2.mkv'), '2x5');
  t.is(place('Title S02E05 Part 2 1080p.mkv'), '2x5');
  t.is(place('Title S02E05 Part 2 [10bit].mkv'), '2x5');
});

test('a file whose name gives no number has no place, and the others keep theirs', (t) => {
  const opening = { fileName: 'Opening.mkv', number: undefined };
  t.deepEqual(placeFolder({ folderName: 'Title', files: [opening, file(null, 3)], seasons: seasons(12) }), [
    { file: opening, places: [], unplacedNumbers: [] },
    { file: file(null, 3), places: [{ seasonNumber: 1, episodeNumber: 3 }], unplacedNumbers: [] },
  ]);
});

const BY_HAND: [claim: string, byHand: SeasonByHand, files: ReturnType<typeof files>, places: string][] = [
  ['a season wins over the names', { seasonNumber: 3, offset: 0 }, files(1, 1, 12), '3x1-12'],
  ['an offset moves the numbers on', { seasonNumber: 3, offset: 12 }, files(null, 1, 10), '3x13-22'],
  ['an offset moves them back', { seasonNumber: 3, offset: -37 }, files(null, 38, 59), '3x1-22'],
  [
    'an offset alone leaves the season to the catalog',
    { seasonNumber: null, offset: 25 },
    files(null, 1, 13),
    '2x1-12 3x1',
  ],
  [
    'what is moved out of the season has no place, under its own number',
    { seasonNumber: 3, offset: 20 },
    files(null, 1, 4),
    '3x21-22 ?3,4',
  ],
  ['a season that the catalog does not have is believed', { seasonNumber: 9, offset: 0 }, files(null, 1, 2), '9x1-2'],
  ['specials stay specials', { seasonNumber: 3, offset: 0 }, [file(0, 1), file(null, 2)], '0x1 3x2'],
  ['a folder of specials', { seasonNumber: 0, offset: 0 }, files(null, 1, 2), '0x1-2'],
];

for (const [claim, byHand, all, expected] of BY_HAND) {
  test(`settled by hand: ${claim}`, (t) => {
    const known = [season(0, [5]), ...seasons(25, 12, 22)];
    t.is(placesOf({ folderName: 'Title Part 2', files: all, seasons: known, byHand }), expected);
  });
}

const HINTS: [folder: string, part: number | null, isFinalSeason?: boolean][] = [
  ['Title', null],
  ['Title 2nd Season Part 2', 2],
  ['Title Season 2 Part II', 2],
  ['Title.S02.Part.2.1080p', 2],
  ['Title 2nd Cour', 2],
  ['Title Season 2 Cour 2', 2],
  ['タイトル 第2期 第２クール', 2],
  ['タイトル 第二クール', 2],
  ['タイトル 後半クール', 2],
  ['제목 시즌2 파트 2', 2],
  ['제목 분할 2쿨', 2],
  ['Título Temporada 5 Parte 2', 2],
  ['Titre Partie 3', 3],
  ['Titel Staffel 1 Teil 2', 2],
  ['Title Season 2 - Part Two', 2],
  ['The Final Season Part 3', 3, true],
  ['タイトル ファイナルシーズン', null, true],
  ['标题 最终季', null, true],
  ['Título - Última temporada', null, true],
  ['Titel - Letzte Staffel', null, true],
  ['Titre - Saison finale', null, true],
  ['Titolo - Stagione finale', null, true],
  ['Party 2', null],
  ['The Final Countdown', null],
];

for (const [folder, part, isFinalSeason = false] of HINTS) {
  const what = [part === null ? 'no part' : `part ${part}`, ...(isFinalSeason ? ['the last season'] : [])];
  test(`“${folder}” means ${what.join(' of ')}`, (t) => t.deepEqual(readSeasonHint(folder), { part, isFinalSeason }));
}
