import test from 'ava';
import { DateTime } from 'luxon';
import { placesOfFolder, type FolderOfFiles } from '../lib/shows/folder-places-rules.ts';
import type { FollowedShowAnswer } from '../lib/shows/catalog-contract.ts';
import type { EpisodePlace, KnownSeason } from '../lib/shows/known-season-rules.ts';
import { createEveningPerson } from './evening-person.ts';

/** A season of weekly episodes; each of `parts` begins three months after the previous one. */
function season(seasonNumber: number, ...parts: number[]): KnownSeason {
  const start = DateTime.fromISO('2018-01-05').plus({ years: seasonNumber });
  const episodes = parts
    .flatMap((length, part) => Array.from({ length }, () => part))
    .map((part, index) => ({
      episodeNumber: index + 1,
      airDate: start.plus({ days: index * 7 + part * 90 }).toISODate(),
    }));
  return { seasonNumber, episodeCount: episodes.length, airDate: episodes[0]?.airDate ?? null, episodes };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const two = (number: number) => String(number).padStart(2, '0');

/** `2x14-25`: the episodes of all files in order; `?` is a file without one. */
function placed(folder: FolderOfFiles): string {
  const all = folder.fileNames.flatMap((name) => {
    const places = placesOfFolder(folder).get(name) ?? [];
    return places.length > 0 ? places : [undefined];
  });
  const runs: string[] = [];
  let from: EpisodePlace | undefined;
  let previous: EpisodePlace | undefined;
  const close = () => {
    if (from && previous) {
      const end = previous.episodeNumber > from.episodeNumber ? `-${previous.episodeNumber}` : '';
      runs.push(`${from.seasonNumber}x${from.episodeNumber}${end}`);
    }
  };
  for (const place of all) {
    const goesOn =
      place?.seasonNumber === previous?.seasonNumber && place?.episodeNumber === (previous?.episodeNumber ?? 0) + 1;
    if (!goesOn || !place) {
      close();
      from = place;
    }
    if (!place) runs.push('?');
    previous = place;
  }
  close();
  return runs.join(' ');
}

const CASES: [
  claim: string,
  folder: Partial<FolderOfFiles> & Pick<FolderOfFiles, 'folderName' | 'fileNames'>,
  places: string,
][] = [
  [
    'the second half of a season: 12 of 12 behind the break',
    {
      folderName: 'Mushoku Tensei 2nd Season Part 2',
      fileNames: range(1, 12).map((number) => `[Group] Mushoku Tensei 2nd Season Part 2 - ${two(number)} [1080p]`),
      seasons: [season(1, 11, 12), season(2, 13, 12)],
    },
    '2x14-25',
  ],
  [
    'both halves in one folder: 25 of 25',
    {
      folderName: 'Mushoku Tensei',
      fileNames: [
        ...range(1, 13).map((number) => `Mushoku Tensei 2nd Season - ${two(number)}`),
        ...range(1, 12).map((number) => `Mushoku Tensei 2nd Season Part 2 - ${two(number)}`),
      ],
      seasons: [season(1, 11, 12), season(2, 13, 12)],
    },
    '2x1-25',
  ],
  [
    'a running number beside the season: 22 of 22',
    {
      folderName: 'Boku no Hero Academia',
      fileNames: range(38, 59).map((number) => `[Group] Boku no Hero Academia S3 - ${number}`),
      seasons: [season(1, 25), season(2, 12), season(3, 22)],
    },
    '3x1-22',
  ],
  [
    'one running number below a season’s folder',
    { folderName: 'Fairy Tail', fileNames: ['Season 02/90'], seasons: [season(1, 48), season(2, 48)] },
    '2x42',
  ],
  [
    'running numbers with zeros in front: 10 of 10',
    {
      folderName: 'Bleach',
      fileNames: range(21, 30).map((number) => `Season 2/0${number}`),
      seasons: [season(1, 20), season(2, 21)],
    },
    '2x1-10',
  ],
  [
    'two seasons in nested folders do not mix',
    {
      folderName: 'Show',
      fileNames: ['Season 1/01', 'Season 1/02', 'Season 2/01', 'Season 2/02'],
      seasons: [season(1, 12), season(2, 12)],
    },
    '1x1-2 2x1-2',
  ],
  [
    'a running number across all seasons',
    {
      folderName: 'Show',
      fileNames: range(11, 14).map((number) => `Show - ${number}`),
      seasons: [season(1, 12), season(2, 12)],
    },
    '1x11-12 2x1-2',
  ],
  [
    'several episodes in one file',
    { folderName: 'Show', fileNames: ['S01E01-E02', '第3話＆第4話', '05+06'], seasons: [season(1, 12)] },
    '1x1-6',
  ],
  [
    'specials stay out of the seasons',
    { folderName: 'Show', fileNames: ['Specials/01', 'OVA 2', 'Show - 01'], seasons: [season(0, 3), season(1, 12)] },
    '0x1-2 1x1',
  ],
  [
    'a season behind the series’ name, in roman numerals',
    {
      folderName: 'Overlord',
      fileNames: ['[Group] OVERLORD II [07]'],
      seasons: [season(1, 13), season(2, 13)],
      seriesNames: ['Overlord'],
    },
    '2x7',
  ],
  [
    'a season behind the series’ name, as a digit',
    {
      folderName: 'Log Horizon',
      fileNames: ['Log Horizon 2 - 05'],
      seasons: [season(1, 25), season(2, 25)],
      seriesNames: ['Log Horizon'],
    },
    '2x5',
  ],
  [
    'a season behind the series’ name, in Japanese',
    {
      folderName: '夏目友人帳',
      fileNames: ['夏目友人帳 参 #01'],
      seasons: [season(1, 13), season(2, 13), season(3, 13)],
      seriesNames: ['夏目友人帳'],
    },
    '3x1',
  ],
  [
    'a season behind the folder’s name, which is not among the series’ names',
    {
      folderName: 'Boku no Hero Academia {tvdb-1}',
      fileNames: ['Boku no Hero Academia 3 - 05', 'Boku no Hero Academia 05'],
      seasons: [season(1, 13), season(2, 25), season(3, 25)],
      seriesNames: ['My Hero Academia', '僕のヒーローアカデミア'],
    },
    '3x5 1x5',
  ],
  [
    'a number that belongs to the name of the series and of its folder is no season',
    {
      folderName: 'Danganronpa 3',
      fileNames: ['Danganronpa 3 - 07'],
      seasons: [season(1, 12), season(2, 12), season(3, 12)],
      seriesNames: ['Danganronpa 3'],
    },
    '1x7',
  ],
  [
    'what a person said of the folder wins',
    {
      folderName: 'Show',
      fileNames: ['Show - 38', 'Show - 39'],
      seasons: [season(1, 25), season(2, 12), season(3, 22)],
      byHand: { seasonNumber: 3, offset: -37 },
    },
    '3x1-2',
  ],
  [
    'numbers that the series does not have lead nowhere',
    { folderName: 'Show', fileNames: ['Show - 40'], seasons: [season(1, 12)] },
    '?',
  ],
  [
    'names without a number lead nowhere',
    { folderName: 'Show', fileNames: ['Show Movie', 'NCOP', '01'], seasons: [season(1, 12)] },
    '? ? 1x1',
  ],
];

for (const [claim, folder, places] of CASES) {
  test(claim, (t) => {
    t.is(placed({ seasons: null, seriesNames: [], ...folder }), places);
  });
}

const READABLE = [
  '第壱話 使徒、襲来',
  '第弐話 見知らぬ、天井',
  'Evangelion - 03',
  '[Group] Evangelion 04 [1080p]',
  'S01E05',
];
const UNREADABLE = ['Air', 'Death & Rebirth', 'NCOP', 'Evangelion 1.11 You Are (Not) Alone (2007)', 'まごころを、君に'];

test.serial('of ten files of Evangelion five name no episode: show says so and names them', async (t) => {
  const dates = Array.from(
    { length: 26 },
    (_, index) => DateTime.fromISO('1995-10-04').plus({ weeks: index }).toISODate() ?? '',
  );
  const evangelion = { id: 890, name: 'Neon Genesis Evangelion', tvdbId: 70350, seasons: { 1: dates } };
  const person = await createEveningPerson(t, {
    tvdb: { series: [{ id: 70350, name: 'Neon Genesis Evangelion' }] },
    tmdb: { series: [evangelion] },
  });
  person.place(
    Object.fromEntries(
      [...READABLE, ...UNREADABLE].map((name) => [`shows/Evangelion {tvdb-70350}/watched/${name}.mkv`, 'x']),
    ),
  );
  const synced = await person.run(['sync']);
  t.is(synced.status, 0);
  t.true(synced.err.includes('“Evangelion {tvdb-70350}” is TVDB series 70350, Neon Genesis Evangelion.'));
  t.true(synced.err.some((line) => line.startsWith('5 episodes, such as “')));
  t.false(
    person.tvdb.requests.some(({ path }) => path === '/search'),
    'an id in the name needs no search',
  );

  const shown = await person.run(['show', 'Evangelion {tvdb-70350}']);
  t.is(shown.status, 0);
  const last = shown.out.at(-1) ?? '';
  t.regex(last, /^5 files name no episode: /);
  for (const name of UNREADABLE) t.true(last.includes(`Evangelion {tvdb-70350} / ${name}`), name);
  t.true(last.endsWith('. Name files like S01E05.'));

  const link = ['show', 'link', 'Evangelion {tvdb-70350}', '890', '--season', '1', '--offset'];
  const dry = await person.run([...link, '-37', '--dry-run']);
  t.deepEqual(dry.err, ['Would link “Evangelion {tvdb-70350}” to TMDB series 890, season 1, episode numbers −37.']);
  const linked = (await person.run([...link, '30', '--json'])).json;
  t.like(linked, { tmdb_id: 890, source: 'link', season_number: 1, offset: 30 });
  const moved = (await person.run(['show', '890', '--json'])).json as { unplaced_files: string[] };
  t.is(moved.unplaced_files.length, 10, 'it has no episodes 31 to 35');
  const folder = '"Evangelion {tvdb-70350}"';
  t.true(
    (await person.run(['show', '890'])).out
      .at(-1)
      ?.endsWith(`S01E05. Set the season yourself: immersion show link ${folder} 890 --season N --offset K`),
  );
  await person.run(['show', 'link', 'Evangelion {tvdb-70350}', '890']);
  const back = (await person.run(['show', '890', '--json'])).json as { unplaced_files: string[] };
  t.is(back.unplaced_files.length, 5);
});

/** Air dates of weekly episodes; each of `parts` begins three months after the previous one. */
const weekly = (year: number, ...parts: number[]): string[] =>
  (season(year - 2018, ...parts).episodes ?? []).map(({ airDate }) => airDate ?? '');
const numbered = (from: number, to: number, name: (number: string) => string) =>
  range(from, to).map((number) => name(two(number)));

const SERIES: {
  name: string;
  originalName?: string;
  seasons: Record<number, string[]>;
  files: string[];
  /** Watched episodes per season. */
  seen: Record<number, number>;
  next: string | null;
  /** The user's link options. */
  link?: string[];
}[] = [
  {
    name: 'Mushoku Tensei 2nd Season Part 2',
    seasons: { 1: weekly(2018, 11, 12), 2: weekly(2020, 13, 12) },
    files: numbered(1, 12, (number) => `[Group] Mushoku Tensei 2nd Season Part 2 - ${number} [1080p]`),
    seen: { 2: 12 },
    next: '1x1',
  },
  {
    name: 'Mushoku Tensei',
    seasons: { 1: weekly(2018, 11, 12), 2: weekly(2020, 13, 12) },
    files: [
      ...numbered(1, 13, (number) => `Mushoku Tensei 2nd Season - ${number}`),
      ...numbered(1, 12, (number) => `Mushoku Tensei 2nd Season Part 2 - ${number}`),
    ],
    seen: { 2: 25 },
    next: '1x1',
  },
  {
    name: 'My Hero Academia',
    originalName: '僕のヒーローアカデミア',
    seasons: { 1: weekly(2016, 25), 2: weekly(2017, 12), 3: weekly(2018, 22) },
    files: numbered(38, 59, (number) => `[Group] Boku no Hero Academia S3 - ${number}`),
    seen: { 3: 22 },
    next: '1x1',
  },
  {
    name: 'Fairy Tail',
    seasons: { 1: weekly(2009, 48), 2: weekly(2011, 48) },
    files: ['Season 02/90'],
    seen: { 2: 1 },
    next: '2x43',
  },
  {
    name: 'Bleach',
    seasons: { 1: weekly(2004, 20), 2: weekly(2005, 21) },
    files: numbered(21, 30, (number) => `Season 2/0${number}`),
    seen: { 2: 10 },
    next: '2x11',
  },
  {
    name: 'Several at Once',
    seasons: { 1: weekly(2015, 12), 2: weekly(2016, 12) },
    files: ['S01E01-E03', '第4話＆第5話', '06+07', '2x05 2x06', 'S02E07, E08'],
    seen: { 1: 7, 2: 4 },
    next: '2x9',
  },
  {
    name: 'Besides',
    seasons: { 0: weekly(2014, 3), 1: weekly(2015, 12) },
    files: ['Specials/01', 'OVA 2', 'Besides - 01', 'Besides - SP3'],
    seen: { 0: 3, 1: 1 },
    next: '1x2',
  },
  {
    name: 'ログ・ホライズン',
    originalName: 'Log Horizon',
    seasons: { 1: weekly(2013, 25), 2: weekly(2014, 25) },
    files: ['Log Horizon - 01', ...numbered(5, 7, (number) => `Log Horizon 2 - ${number}`)],
    seen: { 1: 1, 2: 3 },
    next: '2x8',
  },
  {
    name: 'OVERLORD',
    seasons: { 1: weekly(2015, 13), 2: weekly(2018, 13) },
    files: ['[Group] OVERLORD II [07]'],
    seen: { 2: 1 },
    next: '2x8',
  },
  {
    name: '夏目友人帳',
    seasons: { 1: weekly(2008, 13), 2: weekly(2009, 13), 3: weekly(2011, 13) },
    files: ['夏目友人帳 参 #01', '続夏目友人帳 第2期 第13話'],
    seen: { 2: 1, 3: 1 },
    next: '3x2',
  },
  {
    name: 'By Hand',
    seasons: { 1: weekly(2010, 25), 2: weekly(2011, 12), 3: weekly(2012, 22) },
    files: numbered(138, 140, (number) => `By Hand - ${number}`),
    seen: { 3: 3 },
    next: '3x4',
    link: ['--season', '3', '--offset', '-137'],
  },
];

test.serial('what sync records, show counts at its place in the series, with what comes next', async (t) => {
  const series = SERIES.map(({ name, originalName, seasons }, index) => {
    const ids = { id: 500 + index, tvdbId: 9000 + index };
    return { name, seasons, ...ids, ...(originalName !== undefined && { originalName }) };
  });
  const person = await createEveningPerson(t, {
    tvdb: { series: series.map(({ name, tvdbId }) => ({ id: tvdbId, name })) },
    tmdb: { series },
  });
  const folderOf = (index: number) => `${SERIES[index]?.name} {tvdb-${9000 + index}}`;
  for (const [index, { files }] of SERIES.entries()) {
    person.place(Object.fromEntries(files.map((name) => [`shows/${folderOf(index)}/watched/${name}.mkv`, 'x'])));
  }
  const synced = await person.run(['sync']);
  t.is(synced.status, 0, synced.err.join('\n'));

  for (const [index, { name, seen, next, link }] of SERIES.entries()) {
    if (link) await person.run(['show', 'link', folderOf(index), String(500 + index), ...link]);
    const shown = (await person.run(['show', folderOf(index), '--json'])).json as FollowedShowAnswer & {
      unplaced_files: string[];
    };
    const counts = shown.seasons.map((one) => [one.season_number, one.watched_episodes] as const);
    t.deepEqual(Object.fromEntries(counts.filter(([, count]) => count > 0)), seen, name);
    const place = shown.next_episode && `${shown.next_episode.season_number}x${shown.next_episode.episode_number}`;
    t.is(place, next, name);
    t.deepEqual(shown.unplaced_files, [], name);
  }

  const academia = await person.run(['show', folderOf(2)]);
  t.true(
    academia.out.some((line) => /^\W*3 {2}Season 3\W+22\W+22\W+22\W*$/.test(line)),
    academia.out.join('\n'),
  );
  const { shows } = (await person.run(['progress', '--json'])).json as {
    shows: { show_id: string; completion_percentage?: number }[];
  };
  const percentOf = (tvdbId: number) => shows.find((one) => one.show_id === String(tvdbId))?.completion_percentage;
  t.is(percentOf(9002), 37);
  t.is(percentOf(9010), 5);
  await person.run(['titles', 'plan', 'tv/502']);
  const { seasons } = (await person.run(['titles', 'show', 'tv/502', '--json'])).json as {
    seasons: { season_number: number; episodes: { episode_number: number }[] }[];
  };
  t.deepEqual(
    seasons.map((one) => [one.season_number, one.episodes.map(({ episode_number: number }) => number)]),
    [[3, range(1, 22)]],
  );
});
