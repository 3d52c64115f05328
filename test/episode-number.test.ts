import test from 'ava';
import { assert, nat, property, stringMatching } from 'fast-check';
import { isExtra } from '../lib/shows/extra-name-rules.ts';
import { readEpisodeNumber } from '../lib/shows/episode-number-rules.ts';
import { anyText } from './any-text.ts';

/** A name, its season (null without one) and episodes; nothing for no episode. */
const NAMES: [name: string, season?: number | null, ...episodes: number[]][] = [
  // Western
  ['Breaking.Bad.S01E02.1080p.BluRay.x264-GROUP.mkv', 1, 2],
  ["Breaking Bad - S01E02 - Cat's in the Bag.mkv", 1, 2],
  ['show.s03e11.720p.web-dl.aac2.0.h.264', 3, 11],
  ['Show Name S1E5', 1, 5],
  ['Show Name S01 E05', 1, 5],
  ['Show.Name.S01.E05', 1, 5],
  ['Show Name - s2 ep 07 - Title', 2, 7],
  ['Show.S01E01E02.720p', 1, 1, 2],
  ['Show.S01E01-E03.720p', 1, 1, 2, 3],
  ['Show.S01E01-03.720p', 1, 1, 2, 3],
  ['Show S01E01+E02', 1, 1, 2],
  ['Show.1x02.HDTV', 1, 2],
  ['Show - 10x12 - Title', 10, 12],
  ['Show 1x02-03', 1, 2, 3],
  ['Show.S01E12-S01E13.720p', 1, 12, 13],
  ['Show.E05.2023.1080p', null, 5],
  ['Show Season 2 Episode 5', 2, 5],
  ['Show.Season.2.Episode.05.1080p', 2, 5],
  ['Show - Episode 12', null, 12],
  ['Show Ep. 5', null, 5],
  ['Show EP05v2', null, 5],
  ['Show - E112 - Title', null, 112],
  ['Dark.S02E05.GERMAN.1080p.WEB.H264', 2, 5],
  ['Tatort Folge 1201', null, 1201],
  ['The.100.S04E13.720p', 4, 13],
  ['24.S08E01.1920x1080', 8, 1],
  ['Doctor.Who.2005.S00E05.Special', 0, 5],
  ['Doctor Who (2005) - S01E03', 1, 3],
  ['Mr. Robot - 1x01 - eps1.0_hellofriend.mov', 1, 1],
  ['The Office (US) S03E24-25', 3, 24, 25],
  ['Terrace House S2016E04', 2016, 4],
  ['S05E09', 5, 9],
  // Anime
  ['[SubsPlease] Sousou no Frieren - 12 (1080p) [A1B2C3D4].mkv', null, 12],
  ['[SubsPlease] Sousou no Frieren - 12v2 (1080p) [A1B2C3D4].mkv', null, 12],
  ['[SubsPlease] Sousou no Frieren S2 - 05 (1080p) [12345678].mkv', 2, 5],
  ['[Erai-raws] One Piece - 1071 [1080p][Multiple Subtitle].mkv', null, 1071],
  ['One Piece 1071', null, 1071],
  ['One Piece 1071 [1080p]', null, 1071],
  ['One_Piece_1071_[720p]', null, 1071],
  ['[HorribleSubs] Naruto Shippuuden - 500 [720p]', null, 500],
  ['[Judas] Vinland Saga - S02E10', 2, 10],
  ['[Group] Mob Psycho 100 II - 05 [BD 1080p]', 2, 5],
  ['[Group] Mob Psycho 100 - 03', null, 3],
  ['[Group] Steins;Gate 0 - 12 [1080p]', null, 12],
  ['[Group] 86 - Eighty Six - 09', null, 9],
  ['[Group] 91 Days - 04 [1080p]', null, 4],
  ['[Group] Zom 100 - 02', null, 2],
  ['[Group] Kaiju No. 8 - 05 (1080p)', null, 5],
  ['[Group] Overlord 2nd Season - 08', 2, 8],
  ['[Group] Shingeki no Kyojin Season 3 - 22 [10bit]', 3, 22],
  ['[DBD-Raws][Toradora][05][1080P][BDRip][HEVC-10bit][FLAC]', null, 5],
  ['[Group] Title [07END][720p]', null, 7],
  ['[Group] Title - 01-03 [1080p]', null, 1, 2, 3],
  ['[Group] Title - 12 END [1080p]', null, 12],
  ['Cowboy Bebop 05 [BD 1920x1080 x265 10bit FLAC]', null, 5],
  ['[Group] Title - 01 [Hi10P][AAC 5.1]', null, 1],
  ['Ranma 1-2 - 05', null, 5],
  ['Detective Conan 1101 23.976fps', null, 1101],
  // Japanese
  ['葬送のフリーレン 第3話', null, 3],
  ['葬送のフリーレン 第03話「人を殺す魔法」', null, 3],
  ['葬送のフリーレン 第十二話', null, 12],
  ['銀魂 第二百一話', null, 201],
  ['名探偵コナン 第１１０１話', null, 1101],
  ['進撃の巨人 第2期 第5話', 2, 5],
  ['進撃の巨人 シーズン3 第07話', 3, 7],
  ['孤独のグルメ Season9 第4話', 9, 4],
  ['ドラえもん #123', null, 123],
  ['ドラえもん ＃０５', null, 5],
  ['鬼滅の刃 第1話〜第5話', null, 1, 2, 3, 4, 5],
  ['鬼滅の刃 第1-2話', null, 1, 2],
  ['サザエさん 12話', null, 12],
  ['大河ドラマ 第15回', null, 15],
  ['深夜食堂 第五夜', null, 5],
  // Leading numbers
  ['05', null, 5],
  ['05.mkv', null, 5],
  ['03 - The Beginning', null, 3],
  ['03. The Beginning', null, 3],
  ['[Group] 03 [1080p]', null, 3],
  // Specials
  ['[Group] Title OVA 2 [1080p]', 0, 2],
  ['Title - SP1', 0, 1],
  ['Title Special 03', 0, 3],
  ['[Group] Title OAD - 01', 0, 1],
  ['夏目友人帳 特別編1', 0, 1],
  // No episode
  ['Blade Runner 2049'],
  ['Spirited Away (2001) 1080p BluRay'],
  ['2001 A Space Odyssey'],
  ['Your.Name.2016.1080p.BluRay.x264.DTS-HD'],
  ['The Daily Show 2019-05-12'],
  ['The.Daily.Show.2019.05.12.720p'],
  ['[Group] Title - NCOP1 [1080p]'],
  ['[Group] Title - NCED 02'],
  ['Title - 12.5 [1080p]'],
  ['Title Trailer 2'],
  ['Kimi no Na wa'],
  ['Show Season 1'],
  [''],
];

for (const [name, season, ...episodes] of NAMES) {
  const said =
    season === undefined
      ? 'names no episode'
      : `is ${season === null ? '' : `season ${season}, `}episode ${episodes.join(', ')}`;
  test(`“${name}” ${said}`, (t) => {
    const expected = season === undefined ? undefined : { seasonNumber: season, episodeNumbers: episodes };
    t.deepEqual(readEpisodeNumber(name), expected);
  });
}

const FOLDERS: [folder: string, name: string, season: number | null, episode: number][] = [
  ['Spy x Family Season 2', '05', 2, 5],
  ['Spy x Family S2', 'Spy x Family - 05', 2, 5],
  ['進撃の巨人 第3期', '第7話', 3, 7],
  ['Spy x Family Season 2', 'Spy x Family S01E05', 1, 5],
  ['Spy x Family (2022)', '05', null, 5],
];
for (const [folder, name, season, episode] of FOLDERS) {
  test(`“${name}” in “${folder}” is ${season === null ? '' : `season ${season}, `}episode ${episode}`, (t) => {
    t.deepEqual(readEpisodeNumber(name, folder), { seasonNumber: season, episodeNumbers: [episode] });
  });
}

test('any SxxEyy is read back, whatever title stands before it, but for trailers', (t) => {
  const titles = stringMatching(/^[A-Za-z][A-Za-z ]{0,20}$/).filter((title) => !isExtra(`${title} S01E01`));
  t.notThrows(() => {
    assert(
      property(titles, nat(99), nat(999), (title, season, episode) => {
        const name = `${title}.S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}.1080p`;
        const found = readEpisodeNumber(name);
        return (
          found?.seasonNumber === season && found.episodeNumbers.length === 1 && found.episodeNumbers[0] === episode
        );
      }),
    );
  });
});

test('no name takes long or throws', (t) => {
  assert(
    property(anyText({ maxLength: 255 }), (name) => {
      readEpisodeNumber(name, name);
    }),
  );
  for (const part of ['S01E01-', '01-', ' - 1', '[1', '第一', 's1 ', '. '])
    t.notThrows(() => readEpisodeNumber(part.repeat(100).slice(0, 255)));
});
