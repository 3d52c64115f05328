import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb } from '../lib/demo/fake-tvdb.ts';
import { createPerson, TVDB_KEY } from './cli-process.ts';

interface Series {
  names: string[];
  year: number;
  /** Episodes of season 1, 2, …; 0 is the specials. */
  seasons: Record<number, number>;
}

/** A folder below `shows`, its files, and the episodes of each season that are seen afterwards (`?`: files without one). */
type Folder = [folder: string, files: string[], series: Series, seen: Record<string, number>];

const series = (year: number, seasons: Record<number, number>, ...names: string[]): Series => ({
  names,
  year,
  seasons,
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const each = (from: number, to: number, name: (two: string) => string) =>
  range(from, to).map((number) => name(String(number).padStart(2, '0')));

const FRIEREN = series(
  2023,
  { 1: 28, 2: 10 },
  '葬送のフリーレン',
  'Sousou no Frieren',
  'Frieren: Beyond Journey’s End',
);
const GHOSTS = series(2019, { 1: 6, 2: 6 }, 'Ghosts');
const GHOSTS_US = series(2021, { 1: 18, 2: 22 }, 'Ghosts');

const LIBRARIES: Record<string, Folder[]> = {
  'of anime': [
    [
      '[SubsPlease] Sousou no Frieren (1080p)',
      [
        ...each(1, 5, (two) => `watched/[SubsPlease] Sousou no Frieren - ${two} (1080p) [ABCD12${two}].mkv`),
        'watched/NCOP1.mkv',
      ],
      FRIEREN,
      { 1: 5, 2: 3, '?': 1 },
    ],
    [
      '葬送のフリーレン 第2期',
      each(1, 3, (two) => `watched/第${Number(two)}話「旅」.mp4`),
      FRIEREN,
      { 1: 5, 2: 3, '?': 1 },
    ],
    [
      'OVERLORD II [BD]',
      ['watched/[VCB-Studio] OVERLORD II [07][Ma10p_1080p].mkv'],
      series(2015, { 1: 13, 2: 13 }, 'オーバーロード', 'Overlord'),
      { 2: 1 },
    ],
    [
      'Re Zero {tvdb-370070}',
      ['watched/S02E13.mkv', 'watched/S02E14-E15.webm'],
      series(2016, { 1: 25, 2: 25 }, 'Re:ゼロから始める異世界生活'),
      { 2: 3 },
    ],
    [
      '孤独のグルメ Season10',
      ['watched/孤独のグルメ Season10 第1話 神奈川県.ts'],
      series(2012, { 1: 12, 10: 12 }, '孤独のグルメ'),
      { 10: 1 },
    ],
    [
      'Bleach',
      each(21, 30, (two) => `watched/Season 2/0${two}.mkv`),
      series(2004, { 1: 20, 2: 21 }, 'BLEACH'),
      { 2: 10 },
    ],
    [
      'HUNTER×HUNTER',
      ['watched/HUNTER×HUNTER 1.rmvb', 'watched/HUNTER×HUNTER 148.rmvb'],
      series(2011, { 1: 58, 2: 90 }, 'HUNTER×HUNTER', 'Hunter x Hunter (2011)'),
      { 1: 1, 2: 1 },
    ],
    [
      'Hunter x Hunter (1999)',
      ['watched/62.avi'],
      series(1999, { 1: 62 }, 'HUNTER×HUNTER', 'Hunter x Hunter'),
      { 1: 1 },
    ],
    [
      'Mushoku Tensei 2nd Season',
      each(1, 3, (two) => `watched/[Group] Mushoku Tensei 2nd Season - ${two}.mkv`),
      series(2021, { 0: 1, 1: 23, 2: 25 }, '無職転生', 'Mushoku Tensei'),
      { 2: 3 },
    ],
    [
      'TVアニメ「【推しの子】」',
      ['watched/【推しの子】 #12.mkv', 'watched/Extras/01.mkv'],
      series(2023, { 0: 2, 1: 11, 2: 13 }, '【推しの子】', 'Oshi no Ko'),
      { 0: 1, 2: 1 },
    ],
    ['夏目友人帳 参', ['watched/夏目友人帳 参 #02.mkv'], series(2008, { 1: 13, 2: 13, 3: 13 }, '夏目友人帳'), { 3: 1 }],
    [
      'Boku no Hero Academia',
      each(39, 41, (two) => `watched/[Group] Boku no Hero Academia S3 - ${two}.mkv`),
      series(2016, { 1: 13, 2: 25, 3: 25 }, '僕のヒーローアカデミア', 'Boku no Hero Academia'),
      { 3: 3 },
    ],
  ],
  'of dramas from Asia': [
    [
      '응답하라 1988',
      ['watched/응답하라 1988.E16.160101.HDTV.H264.720p-WITH.mkv'],
      series(2015, { 1: 20 }, '응답하라 1988', 'Reply 1988'),
      { 1: 1 },
    ],
    ['Reply 1997', ['watched/Reply 1997 E01.mkv'], series(2012, { 1: 16 }, '응답하라 1997', 'Reply 1997'), { 1: 1 }],
    [
      '슬기로운 의사생활 시즌2',
      ['watched/슬기로운 의사생활 시즌2 3회.mp4'],
      series(2020, { 1: 12, 2: 12 }, '슬기로운 의사생활'),
      { 2: 1 },
    ],
    [
      '모범택시 시즌2 1080p',
      ['watched/모범택시 시즌2 E08 230318 720p.mp4'],
      series(2021, { 1: 16, 2: 16 }, '모범택시'),
      { 2: 1 },
    ],
    [
      '무한도전',
      ['watched/무한도전.E100.mp4', 'watched/무한도전.180331.720p.mp4'],
      series(2006, { 1: 563 }, '무한도전'),
      { 1: 1, '?': 1 },
    ],
    [
      '庆余年 第二季',
      ['watched/第36集.flv', 'watched/第37集.flv'],
      series(2019, { 1: 46, 2: 36 }, '庆余年'),
      { 2: 1, '?': 1 },
    ],
    ['[字幕组] 琅琊榜 全54集', ['watched/琅琊榜 第05-06集.rmvb'], series(2015, { 1: 54 }, '琅琊榜'), { 1: 2 }],
    ['三体 (2023) 4K', ['watched/三体.S01E05.2023.2160p.WEB-DL.mkv'], series(2023, { 1: 30 }, '三体'), { 1: 1 }],
    [
      '大河ドラマ「光る君へ」',
      ['watched/[字]大河ドラマ 光る君へ(5)「告白」.ts'],
      series(2024, { 1: 48 }, '光る君へ'),
      { 1: 1 },
    ],
    ['半沢直樹 2020', ['watched/半沢直樹(2020年版) 第3話.mp4'], series(2020, { 1: 10 }, '半沢直樹'), { 1: 1 }],
    ['白い巨塔', ['watched/白い巨塔 第二十一回(最終回).mkv'], series(2003, { 1: 21 }, '白い巨塔'), { 1: 1 }],
    [
      '相棒 season22',
      ['Season 22/watched/相棒 season22 第18話「インビジブル」.m2ts'],
      series(2002, { 1: 12, 22: 20 }, '相棒'),
      { 22: 1 },
    ],
  ],
  'of series from Europe and America': [
    [
      'La Casa de Papel Temporada 3',
      each(1, 4, (two) => `watched/La Casa de Papel [HDTV][Cap.3${two}].mp4`),
      series(2017, { 1: 13, 2: 9, 3: 8 }, 'La casa de papel'),
      { 3: 4 },
    ],
    [
      'Dark Staffel 2',
      each(1, 3, (two) => `watched/Dark Staffel 2 Folge ${Number(two)}.mkv`),
      series(2017, { 1: 10, 2: 8 }, 'Dark'),
      { 2: 3 },
    ],
    [
      'Gomorra',
      ['watched/Stagione 2/05.m4v', 'Stagione 3/watched/05.m4v'],
      series(2014, { 1: 12, 2: 12, 3: 12 }, 'Gomorra'),
      { 2: 1, 3: 1 },
    ],
    [
      'Kaamelott Livre 2',
      ['watched/Kaamelott - Livre II - Épisode 12.mkv'],
      series(2005, { 1: 100, 2: 100 }, 'Kaamelott'),
      { 2: 1 },
    ],
    ['Кухня', ['watched/Кухня 1 сезон 5 серия.avi'], series(2012, { 1: 20, 2: 20 }, 'Кухня'), { 1: 1 }],
    ['Çukur 4. Sezon', ['watched/Çukur 4.Sezon 12.Bölüm.mp4'], series(2017, { 1: 33, 4: 44 }, 'Çukur'), { 4: 1 }],
    ['Ghosts', each(7, 18, (two) => `watched/Ghosts S01E${two}.mkv`), GHOSTS_US, { 1: 12 }],
    ['Ghosts (2019)', ['watched/Ghosts.S02E05.mkv'], GHOSTS, { 2: 1 }],
    ['3%', ['watched/3% - Temporada 2 Episódio 5.mkv'], series(2016, { 1: 8, 2: 10 }, '3%'), { 2: 1 }],
    ['9-1-1', ['watched/9-1-1.S03E04.1080p.mkv'], series(2018, { 1: 10, 2: 18, 3: 18 }, '9-1-1'), { 3: 1 }],
    ['1923', ['watched/1923.S01E03.1080p.mkv'], series(2022, { 1: 8 }, '1923'), { 1: 1 }],
    ['Élite', ['watched/Élite - T01E05.m4a', 'watched/Tráiler.mp4'], series(2018, { 1: 8 }, 'Élite'), { 1: 1, '?': 1 }],
  ],
};

const idOf = (folder: string, index: number) => Number(/tvdb-(\d+)/.exec(folder)?.[1] ?? 1000 + index);
const weekly = (season: number, count: number) =>
  range(1, count).map((week) => new Date(Date.UTC(1990 + season, 0, 7 * week)).toISOString().slice(0, 10));

for (const [which, folders] of Object.entries(LIBRARIES)) {
  test(`a library ${which} comes out right without questions`, async (t) => {
    const all = [...new Set(folders.map(([, , one]) => one))];
    const ids = new Map(
      all.map((one) => [one, idOf(folders.find(([, , other]) => other === one)?.[0] ?? '', all.indexOf(one))]),
    );
    const [tvdb, tmdb] = await Promise.all([
      createFakeTvdb({
        series: all.map((one) => {
          const [name = '', ...aliases] = one.names;
          return { id: ids.get(one) ?? 0, name, aliases, year: String(one.year), seasons: one.seasons };
        }),
      }),
      createFakeTmdb({
        series: all.map((one, index) => ({
          id: index + 1,
          name: one.names[0] ?? '',
          tvdbId: ids.get(one) ?? 0,
          seasons: Object.fromEntries(
            Object.entries(one.seasons).map(([number, count]) => [number, weekly(Number(number), count)]),
          ),
        })),
      }),
    ]);
    t.teardown(() => Promise.all([tvdb.close(), tmdb.close()]));
    const person = createPerson(t, {
      TVDB_API_KEY: TVDB_KEY,
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      TMDB_API_KEY: 'key',
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TMDB_INTERVAL_MS: '1',
    });
    for (const file of folders.flatMap(([folder, files]) => files.map((name) => `${folder}/${name}`))) {
      const place = path.join(person.library, 'shows', file);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, 'x');
    }
    const { status, stdout } = await person.run(['sync', '--yes', '--json']);
    t.is(status, 0);
    t.like(JSON.parse(stdout), { shows_without_id: [], left_out: [] });

    for (const [folder, , one, seen] of folders) {
      const shown = JSON.parse((await person.run(['show', folder, '--json'])).stdout) as {
        tvdb_id: number;
        seasons: { season_number: number; watched_episodes: number }[];
        unplaced_files: string[];
      };
      t.is(shown.tvdb_id, ids.get(one) ?? 0, folder);
      const watched = shown.seasons
        .filter((season) => season.watched_episodes > 0)
        .map((season) => [String(season.season_number), season.watched_episodes]);
      const unplaced = shown.unplaced_files.length > 0 ? [['?', shown.unplaced_files.length]] : [];
      t.deepEqual(Object.fromEntries([...watched, ...unplaced]), seen, folder);
    }
  });
}
