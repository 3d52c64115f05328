import test from 'ava';
import { clearMatch, rankMatches } from '../lib/shows/show-match-rules.ts';

const hit = (name: string, year: number | null = null, original_name: string | null = null) => ({
  name,
  year,
  original_name,
});

const CLEAR: [claim: string, hits: ReturnType<typeof hit>[], wanted: string, year: number | null, found?: number][] = [
  ['one hit of that name is clear', [hit('Dark', 2017), hit('Dark Angel', 2000)], 'Dark', null, 0],
  ['signs, case and accents do not matter', [hit('Pokémon: Journeys!')], 'pokemon journeys', null, 0],
  ['full width does not matter', [hit('ＰＳＹＣＨＯ－ＰＡＳＳ')], 'Psycho-Pass', null, 0],
  ['the original name counts', [hit('Polar Bear Café', 2012, 'しろくまカフェ')], 'しろくまカフェ', null, 0],
  ['two hits of that name are not clear', [hit('Ghosts', 2019), hit('Ghosts', 2021)], 'Ghosts', null],
  ['the year makes it clear', [hit('Ghosts', 2019), hit('Ghosts', 2021)], 'Ghosts', 2021, 1],
  ['another year is not clear', [hit('Ghosts', 2019)], 'Ghosts', 2021],
  ['a longer name is not clear', [hit('Dark Angel')], 'Dark', null],
  ['は and ば are different letters', [hit('バス')], 'ハス', null],
  ['names of signs alone are told apart', [hit('!!!')], '???', null],
  ['no hits are not clear', [], 'Dark', null],
];

for (const [claim, hits, title, year, found] of CLEAR) {
  test(`a search at TVDB: ${claim}`, (t) => {
    t.is(clearMatch(hits, { title, year }), found === undefined ? undefined : hits[found]);
  });
}

test('hits are ranked by likeness, then by the year; equal ones keep the order of the search', (t) => {
  const hits = [hit('Darkness', 1990), hit('Dark', 1999), hit('Bright'), hit('Dark', 2017), hit('Shiny')];
  const names = rankMatches(hits, { title: 'Dark', year: 2017 }).map(({ name, year }) => `${name} ${year ?? ''}`);
  t.deepEqual(names, ['Dark 2017', 'Dark 1999', 'Darkness 1990', 'Bright ', 'Shiny ']);
});
