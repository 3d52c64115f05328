import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { array, assert, constantFrom, property } from 'fast-check';
import { readEpisodeNumber } from '../lib/shows/episode-number-rules.ts';
import { anyText } from './any-text.ts';

const linesOf = (file: string): string[] =>
  readFileSync(path.join(import.meta.dirname, 'data', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '));

/** Read as no episode, since they look like films: `Ocean's 11`, `Terminator 2 - Judgment Day`. */
const INDISTINGUISHABLE = new Set(['Show 5 - Title.mkv', 'Title 1.mkv']);

/** The season (? without one) and episodes that are read, or - for none. */
function valueOf(fileName: string, folderName = '', seriesNames: string[] = []): string {
  const found = readEpisodeNumber(fileName, folderName, { seriesNames });
  return found ? `${found.seasonNumber ?? '?'}:${found.episodeNumbers.join(',')}` : '-';
}

for (const file of ['episode-names.tsv', 'more-episode-names.tsv']) {
  for (const line of linesOf(file)) {
    const [fileName = '', folderName = '', values = '-'] = line.split('\t');
    const expected = INDISTINGUISHABLE.has(fileName) ? '-' : values;
    test(`${file}: “${fileName}”${folderName && ` in “${folderName}”`} is ${expected}`, (t) => {
      const value = valueOf(fileName, folderName);
      t.true(expected.split('|').includes(value), value);
    });
  }
}

/** A title between a group's name, if any, and the number. */
const TITLE =
  /^((?:\[[^\]]+\][ _]?)?)(\p{L}[\p{L} ._'’!:]{2,}?)(?=[ ._]-[ ._]\d|[ ._]S\d\d|[ ._]\d+x\d\d|[ ._]#?第?\d+[話회화集]| [Ee][Pp]?\.?\d)/u;

/** A season or the like inside it. */
const MORE_THAN_TITLE = /season|シーズン|季|OVA|ONA|special|特別|スペシャル|예고| [IVX]+$| [弐陸漆]$/iu;

test('values do not hang on the titles: another title in their place changes none', (t) => {
  const rows = ['episode-names.tsv', 'more-episode-names.tsv'].flatMap(linesOf).flatMap((line) => {
    const [fileName = '', folderName = ''] = line.split('\t');
    const title = TITLE.exec(fileName)?.[2];
    return folderName === '' && title !== undefined && !MORE_THAN_TITLE.test(title) ? fileName : [];
  });
  t.true(rows.length > 150, `${rows.length} names`);
  for (const title of ['Kaze no Machi', '風の町', 'Un pueblo pequeño']) {
    const changed = rows.filter((name) => valueOf(name.replace(TITLE, `$1${title}`)) !== valueOf(name));
    t.deepEqual(changed, [], title);
  }
});

for (const title of linesOf('film-names.txt')) {
  test(`no number of the film “${title}” is an episode`, (t) => t.is(valueOf(title), '-'));
}

const BY_TITLE: [fileName: string, folderName: string, seriesNames: string[], value: string][] = [
  ['[Group] Log Horizon 2 - 13.mkv', '', ['ログ・ホライズン', 'Log Horizon'], '2:13'],
  ['05.mkv', 'Log Horizon 2', ['Log Horizon'], '2:5'],
  ['05.mkv', 'Log Horizon', ['Log Horizon'], '?:5'],
  ['[Group] Danganronpa 3 - 07.mkv', '', ['Danganronpa', 'Danganronpa 3'], '?:7'],
  ['Final Fantasy VII - 05.mkv', '', ['Final Fantasy VII'], '?:5'],
  ['Symphogear XV - 05.mkv', '', ['Symphogear'], '?:5'],
  ['Show V - 05.mkv', '', ['Show'], '5:5'],
  ['夏目友人帳 参 #01.mkv', '', ['夏目友人帳'], '3:1'],
  ['OVERLORD II [07].mkv', 'オーバーロード', ['オーバーロード', 'Overlord'], '2:7'],
  ['Mob Psycho 100 - 05.mkv', '', ['Mob Psycho 100'], '?:5'],
];
for (const [fileName, folderName, seriesNames, value] of BY_TITLE) {
  test(`“${fileName}”${folderName && ` in “${folderName}”`} of the series ${seriesNames.join(', ')} is ${value}`, (t) =>
    t.is(valueOf(fileName, folderName, seriesNames), value));
}

const PIECES =
  'S01E01-|01-| - 1|[1|[|(|第一|第1,2|話|s1 |. |1 |a|½|05_06_|1x02|#1|OVA |1 сезон |セカンド|- OP01 |II |1&2,|2019|.1|５|Movie 1|[0|ep |-| '.split(
    '|',
  );

test('a name eight times as long takes about eight times as long', (t) => {
  const piece = constantFrom(...PIECES);
  const name = property(array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
    const pattern = pieces.join('');
    const [short = '', long = ''] = [255, 8 * 255].map((length) => pattern.repeat(length).slice(0, length));
    // Retry with more rounds, as the machine may have been busy.
    return [4, 30].some((rounds) => leastTime(long, rounds) < 3 * 8 * Math.max(leastTime(short, rounds), 50));
  });
  t.notThrows(() => assert(name, { numRuns: 200 }));
});

/** Microseconds of this thread's CPU time. */
function leastTime(name: string, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage();
    readEpisodeNumber(name, name);
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

test('any name at all is read without an error', (t) => {
  const name = property(anyText({ maxLength: 255 }), (text) => void readEpisodeNumber(text, text));
  t.notThrows(() => assert(name));
});
