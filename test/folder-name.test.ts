import test from 'ava';
import * as fc from 'fast-check';
import { type CatalogIds, titleOfFolder } from '../lib/shows/folder-name-rules.ts';
import { anyText } from './any-text.ts';

/** A folder's name, its title and year, then other readings as `title|year`. */
const FOLDERS: [folder: string, title: string, year: number | null, ...others: string[]][] = [
  ['Shirokuma Cafe', 'Shirokuma Cafe', null],
  ['Shirokuma Cafe (2012)', 'Shirokuma Cafe', 2012],
  ['Shirokuma_Cafe', 'Shirokuma Cafe', null],
  ['Shirokuma.Cafe.2012.1080p.BluRay.x264-GROUP', 'Shirokuma Cafe', 2012, 'Shirokuma Cafe 2012'],
  ['Barakamon S01 1080p WEB-DL AAC2.0 H.264-NTb', 'Barakamon', null],
  ['[SubsPlease] Sousou no Frieren (01-28) (1080p) [Batch]', 'Sousou no Frieren', null],
  ['[Erai-raws] Mushoku Tensei - Isekai 2nd Season [1080p][Multiple Subtitle]', 'Mushoku Tensei - Isekai', null],
  ['[Group]_Barakamon_[BD_1080p]', 'Barakamon', null],
  ['Attack on Titan The Final Season', 'Attack on Titan', null],
  ['Attack on Titan S3 Part 2', 'Attack on Titan', null],
  ['Midnight Diner Season 2', 'Midnight Diner', null],
  ['The Office US S01-S09 COMPLETE 720p', 'The Office US', null],
  ['Mob Psycho 100', 'Mob Psycho 100', null],
  ['86 - Eighty Six', '86 - Eighty Six', null],
  ['91 Days', '91 Days', null],
  ['2001 Nights', '2001 Nights', null],
  ['D.Gray-man', 'D Gray-man', null],
  ['Dr. STONE', 'Dr. STONE', null],
  ['Steins;Gate 0', 'Steins;Gate 0', null],
  ['K-ON!!', 'K-ON!!', null],
  ['Web Therapy', 'Web Therapy', null],
  ['WWE Raw', 'WWE Raw', null],
  ['Naruto Complete', 'Naruto', null],
  ['Space Brothers 01-99 [720p]', 'Space Brothers', null],
  ['Cowboy Bebop (Dub) (1998) 1080p 10bit FLAC', 'Cowboy Bebop', 1998],
  ['Midnight Diner - Tokyo Stories (2016-2019)', 'Midnight Diner - Tokyo Stories', 2016],
  ['Terrace House (2015) [Netflix] {tvdb-302218}', 'Terrace House', 2015],
  ['(2019) Dororo', 'Dororo', 2019],
  ['深夜食堂', '深夜食堂', null],
  ['深夜食堂 第3期', '深夜食堂', null],
  ['進撃の巨人　第二期', '進撃の巨人', null],
  ['進撃の巨人 シーズン2', '進撃の巨人', null],
  ['ちはやふる 2期', 'ちはやふる', null],
  ['孤独のグルメ Season10', '孤独のグルメ', null],
  ['［字幕］銀の匙（2013）', '銀の匙', 2013],
  ['半沢直樹 2020', '半沢直樹 2020', null, '半沢直樹|2020'],
  ['日本沈没2020', '日本沈没2020', null],
  ['【推しの子】', '推しの子', null],
  ['【推しの子】 第2期', '推しの子', null],
  ['[Nekomoe kissaten] ゆるキャン△ SEASON3 [01-12][1080p]', 'ゆるキャン△', null],
  ['S01', 'S01', null],
  ['[Group]', 'Group', null],
  ['(2012)', '2012', 2012],
  ['.', '.', null],
  ['1', '1', null],
  ['🐻', '🐻', null],
  // Numbers and years that are part of titles
  ['Reply 1988', 'Reply 1988', null, 'Reply|1988'],
  ['Reply.1988.1080p.NF.WEB-DL', 'Reply', 1988, 'Reply 1988'],
  ['Reply 1988 (2015)', 'Reply 1988', 2015],
  ['응답하라 1988', '응답하라 1988', null, '응답하라|1988'],
  ['Perfect Blue 1997', 'Perfect Blue 1997', null, 'Perfect Blue|1997'],
  ['Cyberpunk 2077', 'Cyberpunk 2077', null],
  ['Cyberpunk.2077.S01.1080p', 'Cyberpunk 2077', null],
  ['Blade Runner 2049', 'Blade Runner 2049', null],
  ['Blade Runner 2049 (2017) [1080p]', 'Blade Runner 2049', 2017],
  ['Space Battleship Yamato 2199', 'Space Battleship Yamato 2199', null],
  ['Mobile Suit Gundam 00', 'Mobile Suit Gundam 00', null],
  ['1923', '1923', null],
  ['1899 (2022)', '1899', 2022],
  ['9-1-1', '9-1-1', null],
  ['24 Staffel 3', '24', null],
  ['日本の四季', '日本の四季', null],
  ['The Four Seasons', 'The Four Seasons', null],
  ['St. Elsewhere', 'St. Elsewhere', null],
  ['Log Horizon 2', 'Log Horizon 2', null, 'Log Horizon'],
  ['[Group] Overlord II [BD 1080p]', 'Overlord II', null, 'Overlord'],
  ['ＰＳＹＣＨＯ－ＰＡＳＳ ２', 'PSYCHO-PASS 2', null, 'PSYCHO-PASS'],
  ['夏目友人帳 参', '夏目友人帳 参', null, '夏目友人帳'],
  ['夏目友人帳　肆', '夏目友人帳 肆', null, '夏目友人帳'],
  ['Babylon 5', 'Babylon 5', null, 'Babylon'],
  // Years as tags
  ['半沢直樹(2020年版)', '半沢直樹', 2020],
  ['龍馬伝 2010年', '龍馬伝', 2010],
  ['Fargo [2014]', 'Fargo', 2014],
  ['Fargo (2014-)', 'Fargo', 2014],
  ['Neon Genesis Evangelion (1995-1996) [2016] BD-BOX', 'Neon Genesis Evangelion', 1995],
  ['Sherlock Season 1 (2010)', 'Sherlock', 2010],
  ['Sherlock Season 3 (2014)', 'Sherlock', null],
  ['Sherlock Season III (2014)', 'Sherlock', null],
  ['Gomorra Stagione 2 (2016)', 'Gomorra', null],
  ['The Office S01-S09 (2005)', 'The Office', 2005],
  ['三体 第一季 (2023)', '三体', 2023],
  ['La Mesías - Primera temporada (2023)', 'La Mesías', 2023],
  ['Dark.S02.2019.GERMAN.1080p.WEB.H264', 'Dark', null],
  ['Doctor Who (2005) Series 2', 'Doctor Who', 2005],
  ['El Ministerio del Tiempo (2015) Temporada 2', 'El Ministerio del Tiempo', 2015],
  ['Ghosts (US)', 'Ghosts (US)', null],
  // Seasons in many languages
  ['進撃の巨人 The Final Season Part 2', '進撃の巨人', null],
  ['夏目友人帳 第弐期', '夏目友人帳', null],
  ['ちはやふる２期', 'ちはやふる', null],
  ['ちはやふる2期 全25話', 'ちはやふる', null],
  ['呪術廻戦 セカンドシーズン', '呪術廻戦', null],
  ['スパイファミリー 第2クール', 'スパイファミリー', null],
  ['しろくまカフェ（全50話）', 'しろくまカフェ', null],
  ['슬기로운 의사생활 시즌2', '슬기로운 의사생활', null],
  ['진격의 거인 2기', '진격의 거인', null],
  ['무한도전 1-100회', '무한도전', null],
  ['더 글로리 파트2', '더 글로리', null],
  ['슬기로운 의사생활 시즌2'.normalize('NFD'), '슬기로운 의사생활', null],
  ['Lupin Part Two', 'Lupin', null],
  ['응답하라 1988 E01-E20', '응답하라', 1988, '응답하라 1988'],
  ['我推的孩子 第二季 1080P', '我推的孩子', null],
  ['[NC-Raws] 葬送的芙莉莲 第二季 [01-12]', '葬送的芙莉莲', null],
  ['庆余年 第2季 全36集 国语中字', '庆余年', null],
  ['琅琊榜 全54集', '琅琊榜', null],
  ['La casa de papel 2ª Temporada', 'La casa de papel', null],
  ['La Casa de Papel T01 1080p', 'La Casa de Papel', null],
  ['Aquí no hay quien viva Temporada 1 Completa', 'Aquí no hay quien viva', null],
  ['Los Serrano - Segunda temporada', 'Los Serrano', null],
  ['Élite.T03.SPANISH.1080p.WEB-DL', 'Élite', null],
  ['Merlí Temporada final', 'Merlí', null],
  ['3% - Temporada 2', '3%', null],
  ['Kaamelott - Livre II - Intégrale', 'Kaamelott', null],
  ['Engrenages Saison 8 FRENCH 720p', 'Engrenages', null],
  ['Dix pour cent - Deuxième saison', 'Dix pour cent', null],
  ['Le Bureau des Légendes S01-S05', 'Le Bureau des Légendes', null],
  ['Les Revenants Saison 1 Épisodes 1 à 8', 'Les Revenants', null],
  ['Türkisch für Anfänger - Zweite Staffel', 'Türkisch für Anfänger', null],
  ['Der Tatortreiniger Komplett', 'Der Tatortreiniger', null],
  ['Gomorra - Seconda stagione', 'Gomorra', null],
  ['Il Commissario Montalbano St. 2', 'Il Commissario Montalbano', null],
  ['Suburra.S03.ITA.1080p', 'Suburra', null],
  ['Avatar Book Two', 'Avatar', null],
  ['Кухня 2-й сезон', 'Кухня', null],
  ['Diriliş Ertuğrul 2. Sezon', 'Diriliş Ertuğrul', null],
  ['Skam Säsong 2', 'Skam', null],
  ['Borgen Sæson 2', 'Borgen', null],
  ['Undercover Seizoen 2', 'Undercover', null],
  ['Ranczo Sezon 2', 'Ranczo', null],
  ['บุพเพสันนิวาส ซีซั่น 2', 'บุพเพสันนิวาส', null],
  ['Về nhà đi con Phần 2', 'Về nhà đi con', null],
  // Complete series
  ['Un village français - L’intégrale', 'Un village français', null],
  ['Tatort Münster - Die komplette Serie', 'Tatort Münster', null],
  ['Dark.Die.komplette.zweite.Staffel.German.DL', 'Dark', null],
  ['Aquí no hay quien viva - La serie completa', 'Aquí no hay quien viva', null],
  ['Kara Sevda 1-74. Bölüm', 'Kara Sevda', null],
  ['Người phán xử (2017) 47 tập', 'Người phán xử', 2017],
  ['나의 아저씨 전16화', '나의 아저씨', null],
  ['甄嬛传 76集全', '甄嬛传', null],
  ['連続テレビ小説「あまちゃん」完全版', 'あまちゃん', null],
  // Other than seasons
  ['Area 88 OVA [BD]', 'Area 88 OVA', null, 'Area 88'],
  ['Steins;Gate 0 + OVA', 'Steins;Gate 0 + OVA', null, 'Steins;Gate 0'],
  ['Nova', 'Nova', null],
  // Kinds of broadcast before a title
  ['TVアニメ「葬送のフリーレン」第2期 [1080p]', '葬送のフリーレン', null],
  ['TVアニメ『鬼滅の刃』遊郭編', '鬼滅の刃 遊郭編', null],
  ['大河ドラマ「麒麟がくる」', '麒麟がくる', null],
  ['大河ドラマ麒麟がくる', '麒麟がくる', null],
  ['NHK連続テレビ小説 らんまん', 'らんまん', null],
  ['日曜劇場「半沢直樹」(2020年版)', '半沢直樹', 2020],
  ['月曜ドラマ10「燕は戻ってこない」', '燕は戻ってこない', null],
  ['テレビアニメ「3月のライオン」第2シリーズ', '3月のライオン', null],
  ['🈟🈑孤独のグルメ Season10', '孤独のグルメ', null],
  ['[新]葬送のフリーレン[字]', '葬送のフリーレン', null],
  ['tvN 토일드라마 슬기로운 의사생활', '슬기로운 의사생활', null],
  ['드라마 스페셜', '드라마 스페셜', null],
  ['电视剧《琅琊榜》', '琅琊榜', null],
  ['Telenovela: Betty, la fea', 'Betty, la fea', null],
  ['Anime Gataris', 'Anime Gataris', null],
  // Two scripts
  [
    '葬送のフリーレン Sousou no Frieren',
    '葬送のフリーレン Sousou no Frieren',
    null,
    '葬送のフリーレン',
    'Sousou no Frieren',
  ],
  ['Sousou no Frieren (葬送のフリーレン)', 'Sousou no Frieren', null, '葬送のフリーレン'],
  ['孤独のグルメ Special', '孤独のグルメ Special', null],
];

for (const [folder, title, year, ...others] of FOLDERS) {
  test(`the folder “${folder}” is the show “${title}”${year ? ` of ${year}` : ''}`, (t) => {
    const read = titleOfFolder(folder);
    t.deepEqual({ title: read.title, year: read.year }, { title, year });
    t.deepEqual(
      read.alternatives.map((other) => (other.year === null ? other.title : `${other.title}|${other.year}`)),
      others,
    );
  });
}

const IDS: [folder: string, title: string, ids: Partial<CatalogIds>][] = [
  ['Sousou no Frieren {tvdb-424536}', 'Sousou no Frieren', { tvdbId: 424_536 }],
  ['葬送のフリーレン (2023) [tvdbid-424536]', '葬送のフリーレン', { tvdbId: 424_536 }],
  ['Dark [tvdb=334824] [1080p]', 'Dark', { tvdbId: 334_824 }],
  ['Dark_{TVDB-334824}', 'Dark', { tvdbId: 334_824 }],
  ['Dark.(tvdbid=334824).S01', 'Dark', { tvdbId: 334_824 }],
  ['Dark {tmdb-70523}', 'Dark', { tmdbId: 70_523 }],
  ['Dark [tmdbid=70523]', 'Dark', { tmdbId: 70_523 }],
  ['Breaking Bad [imdbid-tt0903747]', 'Breaking Bad', { imdbId: 'tt0903747' }],
  ['Breaking Bad {imdb-tt0903747}', 'Breaking Bad', { imdbId: 'tt0903747' }],
  ['Dark {tvdb-334824} {tmdb-70523}', 'Dark', { tvdbId: 334_824, tmdbId: 70_523 }],
  ['Dark [tvdb-tt334824]', 'Dark', {}],
  ['Dark [tvdb-0]', 'Dark', {}],
  ['Dark {tvdb-9999999999}', 'Dark', {}],
  ['Dark [imdbid-12]', 'Dark', {}],
  ['The TVDB 12345', 'The TVDB 12345', {}],
];

for (const [folder, title, ids] of IDS) {
  test(`the folder “${folder}” names ${Object.keys(ids).join(' and ') || 'no id'}`, (t) => {
    const read = titleOfFolder(folder);
    t.is(read.title, title);
    t.deepEqual(read.ids, { tvdbId: null, tmdbId: null, imdbId: null, ...ids });
  });
}

test('only series are looked for without the number behind their title', (t) => {
  t.deepEqual(titleOfFolder('Toy Story 3').alternatives, [{ title: 'Toy Story', year: null, seriesOnly: true }]);
});

test('no name is without a title or throws, whatever is in it', (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...'[ ] ( ) { } 【 】 「 」 . _ - S01 第2期 Season 2 (2012) 1988 II 参 1080p {tvdb-1} TVアニメ 시즌2'.split(' '),
    ),
    anyText({ maxLength: 8 }),
  );
  const hasTitle = fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
    const name = pieces.join(' ');
    const { title, alternatives } = titleOfFolder(name);
    return (title !== '' || name === '') && alternatives.every((other) => other.title !== '' && other.title !== title);
  });
  t.notThrows(() => fc.assert(hasTitle, { numRuns: 2000 }));
});
