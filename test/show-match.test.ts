import test from 'ava';
import { titleOfFolder } from '../lib/shows/folder-name-rules.ts';
import { episodeFit } from '../lib/shows/namesake-rules.ts';
import { clearMatch, type MatchCandidate, rankMatches, readingsOf } from '../lib/shows/show-match-rules.ts';

const hit = (name: string, year: number | null = null, more: Partial<MatchCandidate> = {}): MatchCandidate => ({
  name,
  year,
  original_name: null,
  ...more,
});
const numbered = (start: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${start}${String(index + 1).padStart(2, '0')}`);
const called = (...aliases: string[]) => hit('English Name', 2023, { aliases });
const translated = (...translations: string[]) => hit('English Name', 2023, { translations });

/** A folder's name, search results, and the matching one. */
const CLEAR: [claim: string, hits: MatchCandidate[], folder: string, found?: number][] = [
  ['one hit of that name is clear', [hit('Dark', 2017), hit('Dark Angel', 2000)], 'Dark', 0],
  [
    'the original name counts',
    [hit('Polar Bear Café', 2012, { original_name: 'しろくまカフェ' })],
    'しろくまカフェ',
    0,
  ],
  ['an alias counts', [called('Frieren', 'Sousou no Frieren'), hit('Sousou')], 'Sousou no Frieren', 0],
  ['a translation counts', [translated('장송의 프리렌', '葬送的芙莉蓮'), hit('프리렌')], '장송의 프리렌', 0],
  ['a longer name is not clear', [hit('Dark Angel')], 'Dark'],
  ['a shorter name is not clear', [hit('Dark')], 'Dark Angel'],
  ['no hits are not clear', [], 'Dark'],
  // Spelling
  ['signs, case and accents do not matter', [hit('Pokémon: Journeys!')], 'pokemon journeys', 0],
  ['full width does not matter', [hit('ＰＳＹＣＨＯ－ＰＡＳＳ')], 'Psycho-Pass', 0],
  ['half-width kana are kana', [called('しろくまカフェ')], 'ｼﾛｸﾏｶﾌｪ', 0],
  ['hiragana and katakana are the same', [called('あたしンち')], 'アタシンチ', 0],
  ['× is read as x', [hit('HUNTER×HUNTER')], 'Hunter x Hunter', 0],
  ['& is read as and', [hit('Law & Order')], 'Law and Order', 0],
  ['umlauts may be written out', [hit('Türkisch für Anfänger')], 'Tuerkisch.fuer.Anfaenger.S01.German.DVDRip', 0],
  ['umlauts may be left out', [hit('Türkisch für Anfänger')], 'Turkisch fur Anfanger', 0],
  ['long vowels may be written out', [called('Shōjo Kakumei Utena')], 'Shoujo Kakumei Utena', 0],
  ['ß is ss', [hit('Die Straße')], 'Die Strasse', 0],
  ['an article may stand at the end', [hit('Casa de papel, La')], 'La casa de papel', 0],
  ['dots stand for blanks', [hit('Mr. Robot')], 'Mr.Robot.S01-S04.COMPLETE', 0],
  ['half a number is read as two', [hit('Ranma ½')], 'Ranma 1-2', 0],
  ['は and ば are different letters', [hit('バス')], 'ハス'],
  ['names of signs alone are told apart', [hit('!!!')], '???'],
  ['Thai vowels tell names apart', [hit('กา')], 'กี'],
  // Parts that don't belong to the title
  ['seasons do not matter, in Japanese', [called('進撃の巨人')], '進撃の巨人 第3期', 0],
  ['seasons do not matter, in Korean', [translated('슬기로운 의사생활')], '슬기로운 의사생활 시즌2', 0],
  ['seasons do not matter, in Chinese', [translated('我推的孩子')], '我推的孩子 第二季', 0],
  ['seasons do not matter, in Spanish', [hit('La casa de papel')], 'La Casa de Papel Temporada 3', 0],
  ['seasons do not matter, in French', [hit('Kaamelott')], 'Kaamelott Livre II', 0],
  ['seasons do not matter, in German', [hit('Dark')], 'Dark Staffel 2', 0],
  ['seasons do not matter, in Italian', [hit('Gomorra')], 'Gomorra Stagione 2', 0],
  ['seasons do not matter in an alias', [called('Oshi no Ko 2nd Season')], '[Group] Oshi no Ko [1080p]', 0],
  ['the broadcast does not matter', [translated('葬送のフリーレン')], 'TVアニメ「葬送のフリーレン」', 0],
  ['the broadcast does not matter in a name', [called('大河ドラマ 麒麟がくる')], '麒麟がくる', 0],
  ['release tags do not matter', [hit('Barakamon')], '[Group] Barakamon (BD 1080p) [Batch]', 0],
  ['either of two scripts will do', [called('葬送のフリーレン')], 'Sousou no Frieren (葬送のフリーレン)', 0],
  // Numbers at the end of titles
  ['a year may be the title', [hit('Reply 1997', 2012), hit('Reply 1988', 2015)], 'Reply 1988', 1],
  ['a year before tags may be the title', [hit('Reply 1988', 2015)], 'Reply.1988.1080p.WEB-DL', 0],
  ['a year at the end may be a tag', [hit('半沢直樹', 2013), hit('半沢直樹', 2020)], '半沢直樹 2020', 1],
  ['a year of the future is the title', [hit('Cyberpunk'), hit('Cyberpunk 2077')], 'Cyberpunk 2077', 1],
  ['a number is not left out for nothing', [hit('Mob Psycho')], 'Mob Psycho 100'],
  ['a number may be the season', [hit('Log Horizon', 2013)], 'Log Horizon 2', 0],
  ['a roman number may be the season', [hit('Overlord', 2015), hit('Overlord (2012)')], 'Overlord II (2015)', 0],
  ['an old numeral may be the season', [called('夏目友人帳')], '夏目友人帳 参', 0],
  ['a title with its number goes first', [hit('Babylon', 2019), hit('Babylon 5', 1994)], 'Babylon 5', 1],
  // Titles with the same name
  ['two hits of that name are not clear', [hit('Ghosts', 2019), hit('Ghosts', 2021)], 'Ghosts'],
  ['one by name and one by alias are not clear', [hit('Ghosts'), called('Ghosts')], 'Ghosts'],
  ['a year in the name is no other name', [hit('Hunter x Hunter'), hit('Hunter x Hunter (2011)')], 'Hunter x Hunter'],
  ['the year makes it clear', [hit('Ghosts', 2019), hit('Ghosts', 2021)], 'Ghosts (2021)', 1],
  ['a year as a tag makes it clear', [hit('Fargo', 1996), hit('Fargo', 2014)], 'Fargo [2014] 1080p', 1],
  ['another year is not clear', [hit('Ghosts', 2019)], 'Ghosts (2021)'],
  ['an unknown year is no other year', [hit('Ghosts')], 'Ghosts (2021)', 0],
  ['the year of a later season is none of the show', [hit('Dark', 2017)], 'Dark.S02.2019.German.1080p', 0],
  ['a country makes it clear', [hit('Ghosts (US)', 2021), hit('Ghosts', 2019)], 'Ghosts (US)', 0],
];

for (const [claim, hits, folder, found] of CLEAR) {
  test(`a search for a series: ${claim}`, (t) => {
    t.is(clearMatch(hits, titleOfFolder(folder)), found === undefined ? undefined : hits[found]);
  });
}

/** Files, the seasons of two series of that name (undefined if unknown), the order, and whether the first is clear. */
const NAMESAKES: [
  claim: string,
  files: string[],
  seasons: [number[] | undefined, number[] | undefined],
  order: [number, number],
  isClear: boolean,
][] = [
  ['24 files need 24 episodes', numbered('Show - ', 24), [[12], [24]], [1, 0], true],
  ['one number beyond the end is enough', ['Show - 13'], [[12], [24]], [1, 0], true],
  ['12 files may be of both; a whole series goes first', numbered('Show - ', 12), [[24], [12]], [1, 0], false],
  ['a season that only one has', ['S02E01'], [[24], [12, 12]], [1, 0], true],
  ['a running number across seasons', ['Show - 20'], [[12], [12, 12]], [1, 0], true],
  [
    'a running number beside the season',
    ['Show S2 - 20'],
    [
      [12, 4],
      [12, 12],
    ],
    [1, 0],
    true,
  ],
  [
    'an episode of its season goes before one across seasons',
    ['S01E10'],
    [
      [6, 6],
      [18, 22],
    ],
    [1, 0],
    true,
  ],
  ['but not before a series of unknown size', ['S01E10'], [[6, 6], undefined], [0, 1], false],
  ['two in one file', ['Show - 12-13'], [[12], [24]], [1, 0], true],
  ['more than any has', numbered('Show - ', 30), [[12], [24]], [1, 0], false],
  ['fits both alike', ['Show - 05'], [[12], [12]], [0, 1], false],
  ['a series of unknown size may be it', numbered('Show - ', 24), [[24], undefined], [0, 1], false],
  ['a series that is too small goes last', numbered('Show - ', 24), [[12], undefined], [1, 0], true],
  ['one without known episodes is of unknown size', ['Show - 24'], [[], [24]], [1, 0], false],
  ['specials do not count', ['Specials/01', 'Show - 01'], [[12], [12]], [0, 1], false],
  ['files without a number do not count', ['Making of', 'Trailer'], [[12], [12]], [0, 1], false],
];

for (const [claim, fileNames, seasons, order, isClear] of NAMESAKES) {
  test(`of namesakes, the one that has the episodes: ${claim}`, (t) => {
    const hits = seasons.map((sizes, index) => {
      const known = sizes?.map((episodeCount, season) => ({ seasonNumber: season + 1, episodeCount }));
      const fit = known && episodeFit({ folderName: 'Show', fileNames }, { seasons: known, names: ['Show'] });
      return hit('Show', 2000 + index, { fit });
    });
    const wanted = titleOfFolder('Show');
    const ranked = order.map((index) => hits[index]);
    t.deepEqual(rankMatches(hits, wanted), ranked);
    t.is(clearMatch(hits, wanted), isClear ? ranked[0] : undefined);
    t.is(clearMatch(hits, { ...wanted, year: 2000 }), hits[0], 'the year goes first');
  });
}

test('a film is no answer where a series is looked for, nor the other way round', (t) => {
  const hits = [hit('Jujutsu Kaisen', 2021, { kind: 'movie' }), hit('Jujutsu Kaisen TV', 2020, { kind: 'series' })];
  const wanted = titleOfFolder('Jujutsu Kaisen');
  t.is(clearMatch(hits, { ...wanted, kind: 'series' }), undefined);
  t.deepEqual(rankMatches(hits, { ...wanted, kind: 'series' }), [hits[1]]);
  t.is(clearMatch(hits, { ...wanted, kind: 'movie' }), hits[0]);
});

test('a film is not looked for without its number', (t) => {
  const wanted = titleOfFolder('Toy Story 3');
  const hits = [hit('Toy Story', 1995)];
  t.is(clearMatch(hits, { ...wanted, kind: 'movie' }), undefined);
  t.is(clearMatch(hits, { ...wanted, kind: 'series' }), hits[0]);
});

test('a search tries each way to read a folder, the likeliest first', (t) => {
  const titles = (folder: string) => readingsOf(titleOfFolder(folder)).map(({ title, year }) => [title, year]);
  t.deepEqual(titles('Reply 1988'), [
    ['Reply 1988', null],
    ['Reply', 1988],
  ]);
  t.deepEqual(titles('Dark Staffel 2'), [['Dark', null]]);
});

test('hits are ranked by likeness, then by the year; equal ones keep the order of the search', (t) => {
  const hits = [hit('Darkness', 1990), hit('Dark', 1999), hit('Bright'), hit('Dark', 2017), hit('Shiny')];
  const names = rankMatches(hits, { title: 'Dark', year: 2017 }).map(({ name, year }) => `${name} ${year ?? ''}`);
  t.deepEqual(names, ['Dark 2017', 'Dark 1999', 'Darkness 1990', 'Bright ', 'Shiny ']);
});

test('a hit is ranked by the name that fits best', (t) => {
  const hits = [hit('Frieren Fan Show'), called('葬送のフリーレン', 'Sousou no Frieren')];
  t.deepEqual(rankMatches(hits, titleOfFolder('Sousou no Frieren')), hits.toReversed());
});
