import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createEveningPerson, DOWN, ENTER, type EveningPerson, type ProviderOptions } from './evening-person.ts';

const CAFE = { id: 101, name: '星降る喫茶店', englishName: 'Cafe of Falling Stars', runtime: 24, year: '2019' };
const NIGHT = { id: 501, name: '夜のカフェ', englishName: 'Night Cafe', runtime: 100, year: '2020' };
const NIGHTS = { id: 502, name: '夜のカフェ2', englishName: 'Night Cafe Two', runtime: 90, year: '2022' };
const CHANNELS = [
  { id: 'UC-morning', title: '朝の日本語' },
  { id: 'UC-cooking', title: '台所ラジオ' },
];
const videoId = (number: number) => `video${String(number).padStart(6, '0')}`;
const episodeId = (number: number) => `episode${String(number).padStart(15, '0')}`;
const watch = (number: number) => `https://www.youtube.com/watch?v=${videoId(number)}`;
const listen = (number: number) => `https://open.spotify.com/episode/${episodeId(number)}`;
const PROVIDERS: ProviderOptions = {
  tvdb: { series: [CAFE], movies: [NIGHT, NIGHTS] },
  youtube: {
    channels: CHANNELS,
    // Every third video is from the second channel.
    videos: Array.from({ length: 60 }, (_, number) => ({
      id: videoId(number),
      title: `動画 ${number}`,
      channelId: number % 3 === 2 ? 'UC-cooking' : 'UC-morning',
      duration: 'PT10M',
    })),
  },
  spotify: {
    shows: [{ id: 'show-of-tea', name: 'お茶の時間' }],
    episodes: Array.from({ length: 8 }, (_, number) => ({
      id: episodeId(number),
      name: `第${number}回`,
      showId: 'show-of-tea',
      durationMs: 1_800_000,
      releaseDate: `2026-03-0${number + 1}`,
    })),
  },
};
const NOTHING_NEW = {
  episodes_added: 0,
  films_added: 0,
  videos_added: 0,
  podcast_episodes_added: 0,
  files_removed: 0,
  folders_removed: 0,
  lines_removed: 0,
};

/** Requests for videos or lists of one kind. */
const askedVideos = ({ youtube }: EveningPerson) =>
  youtube.requests.filter(({ path }) => path.endsWith('/videos')).map(({ query }) => query.get('id')?.split(',') ?? []);
const askedEpisodes = ({ spotify }: EveningPerson) =>
  spotify.requests.flatMap(({ path }) => /\/v1\/episodes\/(.+)$/.exec(path)?.[1] ?? []);

test.serial(
  'local episodes are recorded, named, counted and cleaned up; the second evening changes nothing',
  async (t) => {
    const person = await createEveningPerson(t, PROVIDERS);
    person.place({
      'shows/Cafe of Falling Stars/watched/01.mkv': 'one',
      'shows/Cafe of Falling Stars/watched/02.MP4': 'two',
      'shows/Cafe of Falling Stars/cover.jpg': 'junk',
      'shows/名もない番組/watched/第1話.mkv': 'three',
      'shows/名もない番組/第2話.mkv': 'to be watched',
    });
    const evening = ['sync', '--clean', 'delete', '--yes', '--json'];
    const first = await person.run(evening);
    t.is(first.status, 0);
    t.like(first.json, { episodes_found: 3, episodes_added: 3, files_removed: 3, folders_removed: 1 });
    t.deepEqual(person.files(), ['shows/名もない番組/第2話.mkv']);

    const expected = {
      total_episodes_watched: 3,
      episodes_watched_today: 3,
      total_hours_watched: 1,
      shows: [
        { show_id: '101', name: CAFE.name, artwork_url: null, episodes_watched: 2, minutes_watched: 48 },
        { show_id: null, name: null, artwork_url: null, episodes_watched: 1, folder_name: '名もない番組' },
      ],
    };
    const progress = await person.run(['progress', '--json']);
    const { total_episodes_watched, episodes_watched_today, total_hours_watched, shows } =
      progress.json as typeof expected;
    t.deepEqual({ total_episodes_watched, episodes_watched_today, total_hours_watched, shows }, expected);

    const second = await person.run(evening);
    t.is(second.status, 0);
    t.like(second.json, { ...NOTHING_NEW, episodes_found: 0, left_out: [] });
    t.deepEqual((await person.run(['progress', '--json'])).json, progress.json);
  },
);

test.serial(
  'links of watched.txt are recorded and leave it; a line that is none stays and is named each time',
  async (t) => {
    const person = await createEveningPerson(t, PROVIDERS);
    person.place({
      'watched.txt': `\uFEFF${watch(0)}&t=30s\r\nアニム\r\n\r\n# later\r\nyoutu.be/${videoId(2)}\r\n${listen(1)}?si=x\r\n${watch(1)}\r\n`,
    });
    const file = `${person.library}/watched.txt`;
    const bad = `Skipped ${file} line 2: “アニム”: not a YouTube or Spotify link.`;
    const first = await person.run(['sync', '--clean', 'delete']);
    t.is(first.status, 5);
    t.deepEqual(first.err, [
      `No watched episodes in ${person.library}.`,
      'Found 4 links in watched.txt.',
      'Recorded 3 new videos and 1 new podcast episode.',
      'Removed 4 links from watched.txt.',
      bad,
    ]);
    t.is(person.read('watched.txt'), '\uFEFFアニム\r\n\r\n# later\r\n');

    const progress = (await person.run(['progress', '--json'])).json;
    t.like(progress, {
      youtube_videos_watched: 3,
      youtube_videos_watched_today: 3,
      spotify_episodes_watched: 1,
      spotify_episodes_watched_today: 1,
      total_hours_watched: 1,
    });
    const { youtube_channels, spotify_shows } = progress as Record<string, unknown>;
    t.deepEqual(youtube_channels, [
      { channel_id: 'UC-morning', channel_name: '朝の日本語', artwork_url: null, videos_watched: 2 },
      { channel_id: 'UC-cooking', channel_name: '台所ラジオ', artwork_url: null, videos_watched: 1 },
    ]);
    t.deepEqual(spotify_shows, [
      { show_id: 'show-of-tea', show_name: 'お茶の時間', artwork_url: null, episodes_watched: 1 },
    ]);

    const asked = person.youtube.requests.length;
    const second = await person.run(['sync', '--clean', 'delete', '--json']);
    t.is(second.status, 5);
    t.like(second.json, { ...NOTHING_NEW, links_found: 0 });
    t.is(person.youtube.requests.length, asked, 'nobody is asked again');
    const third = await person.run(['sync', '--dry-run']);
    t.deepEqual([third.status, third.err.at(-1)], [5, bad.replace('line 2', 'line 1')]);
  },
);

test.serial(
  'of 60 links with five that are unknown and five already there, 50 are new, in two calls; the ten stay, until they are said to be the same',
  async (t) => {
    const known = PROVIDERS.youtube?.videos ?? [];
    const person = await createEveningPerson(t, {
      ...PROVIDERS,
      // Private and unknown videos are both omitted.
      youtube: { channels: CHANNELS, videos: known.slice(0, 55) },
    });
    const numbers = Array.from({ length: 60 }, (_, number) => number);
    t.is((await person.run(['add', ...numbers.slice(0, 5).map(watch)])).status, 0);
    person.youtube.requests.length = 0;
    person.place({ 'watched.txt': numbers.map((number) => `${watch(number)}\n`).join('') });

    const ran = await person.run(['sync', '--clean', 'delete']);
    t.is(ran.status, 5);
    t.deepEqual(
      askedVideos(person)
        .map((ids) => ids.length)
        .sort((a, b) => a - b),
      [5, 50],
    );
    t.false(askedVideos(person).flat().includes(videoId(0)), 'what is there is not asked for');
    t.true(ran.err.includes('Recorded 50 new videos and 0 new podcast episodes.'));
    t.true(ran.err.includes('5 links weren’t found. To stop trying them, delete them or put # in front.'));
    const unknown = [55, 56, 57, 58, 59];
    t.deepEqual(
      ran.err.filter((line) => line.startsWith('Skipped')),
      [
        ...unknown.map(
          (number) =>
            `Skipped ${person.library}/watched.txt line ${number + 1}: youtube:${videoId(number)}: YouTube has no such video, or it is private.`,
        ),
        `Skipped ${person.library}/watched.txt line 1 and 4 more: recorded before.`,
      ],
    );
    t.is(person.read('watched.txt'), [0, 1, 2, 3, 4, ...unknown].map((number) => `${watch(number)}\n`).join(''));
    t.like((await person.run(['sync', '--same', '--clean', 'delete', '--json'])).json, { lines_removed: 5 });
    t.is(person.read('watched.txt'), unknown.map((number) => `${watch(number)}\n`).join(''));
    t.like((await person.run(['progress', '--json'])).json, { youtube_videos_watched: 55 });

    const again = await person.run(['sync', '--clean', 'delete', '--json']);
    t.is(again.status, 5);
    t.like(again.json, { ...NOTHING_NEW, links_found: 5 });
  },
);

test.serial(
  'a provider that fails in the middle loses nothing; the repeat asks only for what is missing',
  async (t) => {
    let isDown = true;
    const person = await createEveningPerson(t, {
      ...PROVIDERS,
      youtube: {
        ...PROVIDERS.youtube,
        faults: ({ path }) => (isDown && path.endsWith('/channels') ? { status: 403, body: { error: {} } } : undefined),
      },
      spotify: {
        ...PROVIDERS.spotify,
        faults: ({ path }) => (isDown && path.endsWith(episodeId(5)) ? { status: 403, body: {} } : undefined),
      },
    });
    const links = [watch(0), watch(1), ...[0, 1, 2, 3, 4, 5].map(listen)];
    const content = `${links.join('\n')}\n`;
    person.place({ 'watched.txt': content });
    const first = await person.run(['sync', '--clean', 'delete']);
    t.is(first.status, 5);
    const halfway = (await person.run(['progress', '--json'])).json as { spotify_episodes_watched: number };
    const kept = halfway.spotify_episodes_watched;
    t.true(kept > 0, 'what was told before the fault is recorded');
    t.true(first.err.some((line) => line.startsWith(`Recorded 0 new videos and ${kept} new podcast episode`)));
    const told = first.err.filter((line) => line.startsWith('Skipped')).map((line) => line.replace(/\. .*/, ''));
    t.deepEqual(told, [
      `Skipped ${person.library}/watched.txt: 2 links not recorded`,
      `Skipped ${person.library}/watched.txt: ${6 - kept} link${kept === 5 ? '' : 's'} not recorded`,
    ]);
    const lines = person.read('watched.txt').trimEnd().split('\n');
    t.is(lines.length, 8 - kept, 'what is recorded is cleaned, and nothing else');
    t.true(lines.includes(listen(5)));
    t.like(halfway, { youtube_videos_watched: 0, youtube_channels: [] });

    isDown = false;
    const before = askedEpisodes(person).length;
    const second = await person.run(['sync', '--clean', 'delete']);
    t.is(second.status, 0);
    t.is(askedEpisodes(person).length - before, 6 - halfway.spotify_episodes_watched);
    t.is(person.read('watched.txt'), '');
    const { youtube_channels, ...counts } = (await person.run(['progress', '--json'])).json as Record<string, unknown>;
    t.like(counts, { youtube_videos_watched: 2, spotify_episodes_watched: 6 });
    t.like(youtube_channels, [{ channel_name: '朝の日本語', videos_watched: 2 }]);
  },
);

test.serial(
  'without a YouTube key podcast links are recorded all the same, and the message names the setting',
  async (t) => {
    const person = await createEveningPerson(t, PROVIDERS);
    person.environment['YOUTUBE_API_KEY'] = '';
    person.place({ 'watched.txt': `${watch(0)}\n${listen(0)}\n${watch(1)}\n` });
    const ran = await person.run(['sync', '--clean', 'delete']);
    t.is(ran.status, 5);
    t.deepEqual(ran.err, [
      `No watched episodes in ${person.library}.`,
      'Found 3 links in watched.txt.',
      'YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.',
      '  → Install yt-dlp: https://github.com/yt-dlp/yt-dlp/wiki/Installation',
      '  → Or get a key at https://console.cloud.google.com/apis/library (YouTube Data API v3) and set YOUTUBE_API_KEY.',
      'Recorded 0 new videos and 1 new podcast episode.',
      'Removed 1 link from watched.txt.',
      `Skipped ${person.library}/watched.txt: 2 links not recorded. YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.`,
    ]);
    t.is(person.read('watched.txt'), `${watch(0)}\n${watch(1)}\n`);
  },
);

test.serial('--only takes the named parts, and refuses others', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.place({
    'shows/Cafe of Falling Stars/watched/01.mkv': 'x',
    'movies/watched/Night Cafe.mkv': 'x',
    'watched.txt': `${watch(0)}\n`,
  });
  const counts = async (only: string) => {
    const { json } = await person.run(['sync', '--yes', '--json', '--only', only]);
    const { episodes_added, films_added, videos_added } = json as Record<string, number>;
    return [episodes_added, films_added, videos_added];
  };
  t.deepEqual(await counts('movies'), [0, 1, 0]);
  t.deepEqual(await counts('shows, links'), [1, 0, 1]);
  const refused = await person.run(['sync', '--only', 'shows,films']);
  t.is(refused.status, 2);
  t.deepEqual(refused.err, ['Error: Unknown part “films”. Use shows, movies or links.']);
});

test.serial('--backfill records the earlier episodes of a podcast too, once', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.place({ 'watched.txt': `${listen(3)}\n` });
  const first = await person.run(['sync', '--backfill', '--clean', 'keep']);
  t.is(first.status, 0);
  t.true(first.err.includes('Recorded 0 new videos and 4 new podcast episodes.'));
  const second = await person.run(['sync', '--backfill', '--clean', 'keep']);
  t.true(second.err.includes('Recorded 0 new videos and 0 new podcast episodes.'));
});

test.serial('--clean keep leaves watched.txt, and clean takes the recorded lines later', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  const content = `${watch(0)}\nnothing\n${listen(0)}\n`;
  person.place({ 'watched.txt': content });
  const kept = await person.run(['sync', '--clean', 'keep']);
  t.regex(kept.err.join('\n'), /^Kept 2 links\. Clean up with immersion clean/m);
  t.is(person.read('watched.txt'), content);
  t.is((await person.run(['clean', '--dry-run'])).status, 0);
  t.is(person.read('watched.txt'), content);
  const cleaned = await person.run(['clean', '--yes', '--json']);
  t.like(cleaned.json, { files_removed: 0, lines_removed: 2 });
  t.is(person.read('watched.txt'), 'nothing\n');
});

test.serial(
  'films are asked for one by one, by ranked search, by id, or skipped; recorded ones are not asked for again',
  async (t) => {
    const person = await createEveningPerson(t, PROVIDERS);
    person.place({
      'movies/watched/Night Cafe (2020).mkv': 'x',
      'movies/watched/Night Cafe (2020).mp4': 'the same in other quality',
      'movies/watched/Unheard.mkv': 'x',
      'movies/watched/Zzz.mkv': 'x',
    });
    const { status, shown } = await person.sit(
      ['sync', '--clean', 'delete'],
      [
        ['Which film is “Night Cafe (2020)”?', ENTER],
        ['No film found for “Unheard”', DOWN + ENTER],
        ['? TVDB id', `999${ENTER}`],
        ['What is “Unheard”?', DOWN + ENTER],
        ['? TVDB id', `502${ENTER}`],
        ['What is “Zzz”?', DOWN + DOWN + ENTER],
      ],
    );
    t.is(status, 0);
    const first = shown.indexOf('Night Cafe (2020) 夜のカフェ [501]');
    t.true(
      first > 0 && first < shown.indexOf('Night Cafe Two (2022) 夜のカフェ2 [502]'),
      'the best match stands first',
    );
    for (const line of [
      'Found 3 watched films.',
      '“Night Cafe (2020)” is recorded as Night Cafe.',
      '999: TVDB has no film with this id.',
      '“Unheard” is recorded.',
      'Recorded 3 new films.',
      '1 film recorded without a match. Match it: immersion set-movie',
    ]) {
      t.true(shown.includes(`${line}\r\n`), `${line} in ${shown}`);
    }
    t.deepEqual(person.files(), [], 'both files of one film go, and the skipped one is recorded as well');

    person.place({ 'movies/watched/Unheard.mkv': 'again' });
    const again = await person.sit(['sync', '--clean', 'keep'], []);
    t.true(again.shown.includes('Recorded 0 new films.'), again.shown);
    t.like((await person.run(['progress', '--json'])).json, { total_movies_watched: 3, total_hours_watched: 3 });
  },
);

test.serial('--yes takes a clear match and nothing less; films without one are recorded all the same', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.place({ 'movies/watched/Night Cafe.mkv': 'x', 'movies/watched/Night.mkv': 'x' });
  const { status, err, json } = await person.run(['sync', '--yes', '--clean', 'keep', '--json']);
  t.is(status, 0);
  t.deepEqual(err.slice(1, 6), [
    'Found 2 watched films.',
    '“Night Cafe” is recorded as Night Cafe.',
    '“Night” has no single clear match for “Night”.',
    'Recorded 2 new films.',
    '1 film recorded without a match. Match it: immersion set-movie',
  ]);
  t.like(json, { films_added: 2, films_without_id: ['Night'] });
});

test.serial('films are recorded without a terminal, and matched later by set-movie', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.place({ 'movies/watched/Night.Cafe.2020.1080p.mkv': 'x', 'movies/watched/Night.mkv': 'x' });
  t.deepEqual((await person.run(['sync', '--dry-run'])).err.slice(1), [
    'Found 2 watched films.',
    '  would record Night.Cafe.2020.1080p',
    '  would record Night',
  ]);
  const { status, err } = await person.run(['sync']);
  t.is(status, 0);
  t.deepEqual(err.slice(1, 4), [
    'Found 2 watched films.',
    'Recorded 2 new films.',
    '2 films recorded without a match. Match them: immersion set-movie',
  ]);
  const names = async () => {
    const { movies } = (await person.run(['progress', '--json'])).json as { movies: { name: string }[] };
    return movies.map(({ name }) => name);
  };
  t.deepEqual(await names(), ['Night', 'Night Cafe']);

  const unasked = await person.run(['set-movie']);
  t.is(unasked.status, 2);
  t.deepEqual(unasked.err.slice(0, 2), ['“Night” isn’t matched.', '“Night.Cafe.2020.1080p” isn’t matched.']);
  const dry = await person.run(['set-movie', 'Night', '501', '--dry-run', '--json']);
  t.deepEqual([dry.err, dry.json], [['Would match “Night” to 501.'], { set: [], skipped: ['Night'], candidates: [] }]);
  const listed = await person.run(['set-movie', 'Night.Cafe.2020.1080p.mkv']);
  t.is(listed.status, 0);
  t.regex(listed.out.join('\n'), /501 .*Night Cafe .*夜のカフェ .*2020[\s\S]*502 .*Night Cafe Two/);
  t.deepEqual(listed.err, ['Choose one: immersion set-movie FILE ID']);
  t.deepEqual((await person.run(['set-movie', 'movies/watched/Night.Cafe.2020.1080p.mkv', '502'])).err, [
    '“Night.Cafe.2020.1080p” is 夜のカフェ2.',
  ]);
  const corrected = await person.run(['set-movie', 'Night.Cafe.2020.1080p', 'tvdb:501', '--json']);
  t.like(corrected.json, { set: [{ file_name: 'Night.Cafe.2020.1080p', tvdb_id: 501 }] });
  t.deepEqual(await names(), ['Night', '夜のカフェ']);
  const asked = await person.sit(['set-movie', 'Night'], [['Which film is “Night”?', DOWN + ENTER]]);
  t.is(asked.status, 0);
  t.regex(asked.shown, /“Night” is Night Cafe/);
  t.deepEqual((await person.run(['set-movie'])).err, ['Every film is matched.']);

  for (const [args, code, line] of [
    [['Day', '501'], 1, 'Error: No recorded film is named “Day”.'],
    [['Night', 'x'], 2, 'Error: “x” is not a film id.'],
    [['Night', '999'], 1, 'Error: TVDB has no film with the id 999.'],
  ] as const) {
    const refused = await person.run(['set-movie', ...args]);
    t.deepEqual([refused.status, refused.err[0]], [code, line]);
  }
});

test.serial('with TMDB alone its films are searched, and an id that is typed is one of TMDB', async (t) => {
  const person = await createEveningPerson(t, {
    tmdb: {
      movies: [
        { id: 77, title: 'Harbour Lights', originalTitle: '港の灯', runtime: 90, releaseDate: '2021-02-03' },
        { id: 78, title: 'Harbour', runtime: 30, releaseDate: '1999-01-01' },
      ],
    },
  });
  person.environment['TVDB_API_KEY'] = '';
  person.place({ 'movies/watched/Harbour Lights (2021).mkv': 'x', 'movies/watched/Harbour.mkv': 'x' });
  const { status, shown } = await person.sit(
    ['sync', '--only', 'movies', '--clean', 'keep'],
    [
      ['Which film is “Harbour Lights (2021)”?', ENTER],
      ['Which film is “Harbour”?', DOWN + DOWN + DOWN + ENTER],
      ['? TMDB id', `78${ENTER}`],
    ],
  );
  t.is(status, 0, shown);
  t.true(shown.includes('Harbour Lights (2021) 港の灯 [TMDB 77]'));
  const { movies, ...counts } = (await person.run(['progress', '--json'])).json as Record<string, unknown>;
  t.like(counts, { total_movies_watched: 2, total_hours_watched: 2 });
  t.deepEqual(movies, [
    { movie_id: 'Harbour', name: 'Harbour', artwork_url: null },
    { movie_id: 'Harbour Lights (2021)', name: '港の灯', artwork_url: null },
  ]);
});

test.serial('films that nobody could look up are recorded without a match', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.environment['TVDB_API_KEY'] = '';
  person.environment['TMDB_API_KEY'] = '';
  person.place({ 'movies/watched/Night Cafe.mkv': 'x', 'watched.txt': `${watch(0)}\n` });
  const { status, err } = await person.run(['sync', '--yes', '--clean', 'delete']);
  t.is(status, 0);
  t.deepEqual(err.slice(1, 8), [
    'Found 1 watched film.',
    'Neither TVDB_API_KEY nor TMDB_API_KEY is set, so film search is unavailable.',
    '  → Set TVDB_API_KEY (https://thetvdb.com/api-information), or TMDB_API_KEY.',
    'Recorded 1 new film.',
    '1 film recorded without a match. Match it: immersion set-movie',
    'Found 1 link in watched.txt.',
    'Recorded 1 new video and 0 new podcast episodes.',
  ]);
  t.deepEqual(person.files(), ['watched.txt']);
});

test.serial('films and links are recorded without a journal, too, and nothing is removed then', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  person.place({ 'movies/watched/Night Cafe.mkv': 'x', 'watched.txt': `${watch(0)}\n${listen(1)}\n` });
  const journal = path.join(person.folder, 'data', 'journal.sqlite');
  mkdirSync(journal, { recursive: true });
  const evening = ['sync', '--yes', '--clean', 'delete', '--json'];
  const added = { films_added: 1, videos_added: 1, podcast_episodes_added: 1 };
  for (const expected of [added, NOTHING_NEW]) {
    const { status, json } = await person.run(evening);
    t.is(status, 5);
    t.like(json, { ...NOTHING_NEW, ...expected });
    const { left_out: left } = json as { left_out: { path: string; reason: string }[] };
    t.deepEqual(
      left.map((one) => one.path),
      [person.library],
    );
    t.regex(left[0]?.reason ?? '', /^its files were kept this time\. The journal .* cannot be used/);
    t.deepEqual(person.files(), ['movies/watched/Night Cafe.mkv', 'watched.txt']);
    t.is(person.read('watched.txt'), `${watch(0)}\n${listen(1)}\n`);
  }
  rmSync(journal, { recursive: true });
  const { status, json } = await person.run([...evening, '--same']);
  t.is(status, 0);
  t.like(json, { ...NOTHING_NEW, files_removed: 1, lines_removed: 2, left_out: [] });
});

test.serial('films that are links count inside the library alone; a dry run names each in one line', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  const watched = path.join(person.library, 'movies', 'watched');
  person.place({ 'movies/watched/Night\u2028Cafe.mkv': 'x', 'movies/Kept.mkv': 'x' });
  writeFileSync(path.join(person.folder, 'elsewhere.mkv'), 'x');
  symlinkSync('../Kept.mkv', path.join(watched, 'Kept.mkv'));
  symlinkSync(path.join(person.folder, 'elsewhere.mkv'), path.join(watched, 'Elsewhere.mkv'));
  symlinkSync('nowhere.mkv', path.join(watched, 'Nothing.mkv'));
  const { status, err } = await person.run(['sync', '--dry-run', '--only', 'movies']);
  t.is(status, 0);
  t.deepEqual(err, [
    'Found 2 watched films.',
    '  would record Kept',
    '  would record Night Cafe',
    `Ignored ${watched}/Elsewhere.mkv: leads outside the library.`,
    `Ignored ${watched}/Nothing.mkv: broken link.`,
  ]);
});

test.serial('where the call for two links fails, the one that is recorded is not said to be missing', async (t) => {
  let isDown = false;
  const person = await createEveningPerson(t, {
    ...PROVIDERS,
    youtube: {
      ...PROVIDERS.youtube,
      faults: ({ path }) => (isDown && path.endsWith('/videos') ? { status: 403, body: { error: {} } } : undefined),
    },
  });
  person.place({ 'watched.txt': `${watch(0)}\n` });
  t.is((await person.run(['sync'])).status, 0);
  person.place({ 'watched.txt': `${watch(0)}\n${watch(1)}\n` });
  isDown = true;
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.is(ran.status, 5);
  t.deepEqual(
    ran.err.filter((line) => /Skipped|Removed/.test(line)).map((line) => line.replace(/(recorded|txt)\. .*/, '$1')),
    ['Removed 1 link from watched.txt.', `Skipped ${person.library}/watched.txt: 1 link not recorded`],
  );
  t.is(person.read('watched.txt'), `${watch(1)}\n`);
  const added = await person.run(['add', watch(0), watch(1)]);
  t.is(added.status, 5);
  t.true(added.err.includes(`youtube:${videoId(0)} was already recorded.`), added.err.join('\n'));
  t.true(
    added.err.some((line) => line.startsWith(`Not recorded: youtube:${videoId(1)}`)),
    added.err.join('\n'),
  );
});

test.serial('add records links at once, from arguments and from standard input', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  const first = await person.run(['add', watch(0), `spotify:episode:${episodeId(0)}`, watch(0)]);
  t.deepEqual(
    [first.status, first.err],
    [0, ['Recorded 1 new video and 1 new podcast episode.', '  動画 0', '  第0回']],
  );

  const piped = await person.run(
    ['add', '-', watch(1)],
    `\uFEFF${watch(0)}\r\n# later\r\n\r\n  ${watch(2)}  \r\nヾ\u001B[31m\r\n`,
  );
  t.is(piped.status, 5);
  t.deepEqual(piped.err, [
    'Recorded 2 new videos and 0 new podcast episodes.',
    '  動画 1',
    '  動画 2',
    `youtube:${videoId(0)} was already recorded.`,
    '  → If you watched it again, count the time: immersion add --rewatch',
    'Not recorded: ヾ [31m: not a YouTube or Spotify link.',
  ]);
  const { batch_id, ...unknown } = (await person.run(['add', '--json', watch(99), watch(3)])).json as Record<
    string,
    unknown
  >;
  t.regex(String(batch_id), /^[0-9a-f-]{36}$/);
  t.deepEqual(unknown, {
    videos_added: 1,
    rewatches_added: 0,
    podcast_episodes_added: 0,
    recorded: [{ link: `youtube:${videoId(3)}`, title: '動画 3' }],
    known: [],
    refused: [{ link: `youtube:${videoId(99)}`, reason: 'YouTube has no such video, or it is private' }],
  });
});

test.serial('add says what it would record, what is no link, and when nothing could be recorded', async (t) => {
  const person = await createEveningPerson(t, PROVIDERS);
  const dry = await person.run(['add', '--dry-run', watch(0), watch(0), listen(0)]);
  t.deepEqual(
    [dry.status, dry.err],
    [0, [`Would record youtube:${videoId(0)}.`, `Would record spotify:${episodeId(0)}.`]],
  );
  t.is(person.youtube.requests.length, 0);

  const none = await person.run(['add', 'https://example.org', 'x']);
  t.is(none.status, 2);
  t.deepEqual(none.err, [
    'Error: No YouTube or Spotify link to record.',
    '  https://example.org: not a YouTube or Spotify link',
    '  x: not a YouTube or Spotify link',
    '  → Links look like https://youtu.be/… or https://open.spotify.com/episode/…',
  ]);
  t.is((await person.run(['add'])).status, 2);

  person.environment['YOUTUBE_API_KEY'] = '';
  const partly = await person.run(['add', watch(0), listen(0), 'x']);
  t.is(partly.status, 5);
  t.deepEqual(partly.err, [
    'Recorded 0 new videos and 1 new podcast episode.',
    '  第0回',
    '  → Install yt-dlp: https://github.com/yt-dlp/yt-dlp/wiki/Installation',
    '  → Or get a key at https://console.cloud.google.com/apis/library (YouTube Data API v3) and set YOUTUBE_API_KEY.',
    'Not recorded: x: not a YouTube or Spotify link.',
    `Not recorded: youtube:${videoId(0)}: YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.`,
  ]);
  const failed = await person.run(['add', watch(0), 'x']);
  t.is(failed.status, 1);
  t.deepEqual(failed.err.slice(1, 3), [
    'Not recorded: x: not a YouTube or Spotify link.',
    'Error: YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.',
  ]);
});
