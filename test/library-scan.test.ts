import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isUnfinished, isWatchedVideo, watchedPlace } from '../lib/folder/file-rules.ts';
import { scanLibrary } from '../lib/folder/library-scan.ts';
import { createEveningPerson } from './evening-person.ts';

const WRONG_SHOW = 'doesn’t count there: move it to shows/<show>/watched/';
const TOO_DEEP = 'too deep to count: move it to shows/<show>/watched/ or shows/<show>/<season>/watched/';
const WRONG_FILM = 'doesn’t count there: move it to movies/watched/ itself';

function libraryOf(t: ExecutionContext, ...files: string[]): string {
  const library = mkdtempSync(path.join(tmpdir(), 'immersion-scan-'));
  t.teardown(() => rmSync(library, { recursive: true, force: true }));
  mkdirSync(path.join(library, 'shows'));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(library, file)), { recursive: true });
    writeFileSync(path.join(library, file), 'x');
  }
  return library;
}

for (const [file, expected] of [
  ['shows/A/watched/01.mkv', 'A / 01'],
  ['shows/A/Watched/01.mkv', 'A / 01'],
  ['shows/A/WATCHED/01.webm', 'A / 01'],
  ['shows/A/ watched/01.mkv', 'A / 01'],
  ['shows/A/watched /01.mkv', 'A / 01'],
  ['shows/A/Season 2/watched/01.mkv', 'A / Season 2/01'],
  ['shows/A/watched/Season 2/01.mkv', 'A / Season 2/01'],
  ['shows/A/Season 2/Watched/01.m4a', 'A / Season 2/01'],
  ['shows/A/watched/\u30CF\u309A/01.mkv', 'A / \u30D1/01'],
  ['shows/A/watched/Show.mkv/Show 05.mkv', 'A / Show.mkv/Show 05'],
  ['movies/watched/Film (1999).avi', 'Film (1999)'],
  ['movies/Watched/Film.opus', 'Film'],
  ['shows/A/01.mkv', 'unwatched'],
  ['shows/A/Season 2/01.mkv', 'unwatched'],
  ['movies/Film.mkv', 'unwatched'],
  ['movies/Film/Film.mkv', 'unwatched'],
  ['shows/A/watched/.hidden.mkv', 'unwatched'],
  ['shows/A/watched/.stversions/01.mkv', 'unwatched'],
  ['shows/#recycle/A/watched/01.mkv', 'unwatched'],
  ['shows/.Trash-1000/files/A/watched/01.mkv', 'unwatched'],
  ['shows/.stversions/A/watched/01.mkv', 'unwatched'],
  ['shows/A/watched/#recycle/01.mkv', 'unwatched'],
  ['movies/$RECYCLE.BIN/watched/01.mkv', 'unwatched'],
  ['shows/.hack SIGN/watched/01.mkv', '.hack SIGN / 01'],
  ['shows/Trash Humpers/watched/01.mkv', 'Trash Humpers / 01'],
  ['shows/A/watched/01.vob', 'not a supported video or audio format: convert it, for example to .mkv'],
  ['shows/A/watched/01.wav', 'not a supported video or audio format: convert it, for example to .mkv'],
  ['shows/01.mkv', WRONG_SHOW],
  ['shows/watched/A/01.mkv', WRONG_SHOW],
  ['watched/A/01.mp3', WRONG_SHOW],
  ['shows/A/watched/Season 1/Disc 1/01.mkv', TOO_DEEP],
  ['shows/A/Season 1/Disc 1/watched/01.mkv', TOO_DEEP],
  ['shows/A/watched/watched/01.mkv', TOO_DEEP],
  ['movies/watched/Film/film.mkv', WRONG_FILM],
  ['movies/Film/watched/film.mkv', WRONG_FILM],
  ['Movies/watched/film.mkv', 'not read: rename it to movies'],
  ['Watched.txt', 'not read: rename it to watched.txt'],
  ['shows/A/watched/01.mkv.part', 'the download isn’t finished'],
  ['shows/A/watched/01.mkv.crdownload', 'the download isn’t finished'],
  ['shows/A/watched/notes.txt', 'neither video nor audio'],
  ['movies/watched/Film.srt', 'neither video nor audio'],
] as const) {
  test(`${file} is ${expected}`, async (t) => {
    const { episodes, films, leftOut, ignored } = await scanLibrary(libraryOf(t, file));
    const said = [
      ...episodes.map(({ folderName, fileName }) => `${folderName} / ${fileName}`),
      ...films.map(({ fileName }) => fileName),
      ...[...leftOut, ...ignored].map(({ reason }) => reason),
    ];
    t.deepEqual(said, expected === 'unwatched' ? [] : [expected]);
  });
}

test('two seasons with files of the same names stay two, whichever way they are nested', async (t) => {
  const library = libraryOf(t, 'shows/A/Season 1/watched/01.mkv', 'shows/A/watched/Season 2/01.mkv');
  const { episodes } = await scanLibrary(library);
  t.deepEqual(
    episodes.map(({ fileName }) => fileName),
    ['Season 1/01', 'Season 2/01'],
  );
});

test('folders that link to one another are read once', async (t) => {
  const library = libraryOf(t, 'shows/A/watched/01.mkv');
  symlinkSync('..', path.join(library, 'shows/A/watched/up'));
  symlinkSync('.', path.join(library, 'shows/A/same'));
  const { episodes, leftOut } = await scanLibrary(library);
  t.deepEqual([episodes.length, leftOut], [1, []]);
});

test('kinds of files', (t) => {
  for (const name of 'a.webm a.M4V a.mov a.ts a.m2ts a.wmv a.flv a.mpg a.mpeg a.ogm a.rmvb a.m4b a.ogg a.flac a.aac'.split(
    ' ',
  )) {
    t.true(isWatchedVideo(name), name);
  }
  for (const name of ['a.srt', 'a.mkv.part', '.a.mkv', '.mkv', 'a.zip', 'mkv']) t.false(isWatchedVideo(name), name);
  for (const name of ['a.mkv.part', 'a.!qB', 'a.mp4.crdownload', 'a.aria2']) t.true(isUnfinished(name), name);
  t.false(isUnfinished('Part 1.mkv'));
  t.deepEqual(watchedPlace(['Season 1', 'WATCHED'], 1), { kind: 'counts', seasons: ['Season 1'] });
});

test.serial(
  'one of everything: each kind is named once, nothing goes because of it, and it is no success',
  async (t) => {
    const person = await createEveningPerson(t);
    person.place({
      'shows/Show/Season 1/watched/01.mkv': 'x',
      'shows/Show/watched/Season 2/01.mkv': 'x',
      'shows/Show/watched/Making of.mkv': 'x',
      'shows/Show/watched/02.mkv.part': 'x',
      'shows/Show/watched/03.mkv.part': 'x',
      'shows/Show/watched/notes.txt': 'x',
      'shows/Show/watched/bell\u0007.mkv': 'x',
      'shows/loose.mkv': 'x',
      'movies/watched/Film/film.mkv': 'x',
      'Watched.txt': 'https://youtu.be/dQw4w9WgXcQ\n',
    });
    const bytes = (name: number[]) => Buffer.concat([Buffer.from(`${person.library}/shows/`), Buffer.from(name)]);
    mkdirSync(bytes([0xff]));
    writeFileSync(
      Buffer.concat([bytes([]), Buffer.from('Show/watched/'), Buffer.from([0xfe, 0x2e, 0x6d, 0x6b, 0x76])]),
      '',
    );
    const at = (place: string) => `${person.library}/${place}`;
    const expected = [
      '“Show / Making of” has no readable episode number: counted, but in no season. Name files like S01E05.',
      `Ignored ${at('shows/Show/watched/02.mkv.part')} and 1 more: the download isn’t finished.`,
      `Ignored ${at('shows/Show/watched/notes.txt')}: neither video nor audio.`,
      `Skipped ${at('shows/Show/watched/bell .mkv')}: its name contains a control character.`,
      `Skipped ${at('shows/Show/watched/\uFFFD.mkv')} and 1 more: its name isn’t UTF-8 text: rename it.`,
      `Skipped ${at('shows/loose.mkv')}: ${WRONG_SHOW}.`,
      `Skipped ${at('movies/watched/Film/film.mkv')}: ${WRONG_FILM}.`,
      `Skipped ${at('Watched.txt')}: not read: rename it to watched.txt.`,
    ];
    const dry = await person.run(['sync', '--dry-run']);
    t.deepEqual([dry.status, dry.err.slice(-expected.length)], [5, expected]);
    const before = person.files();
    const ran = await person.run(['sync', '--clean', 'delete']);
    t.deepEqual([ran.status, ran.err.slice(-expected.length)], [5, expected]);
    t.deepEqual(
      before.filter((file) => !person.files().includes(file)),
      ['shows/Show/Season 1/watched/01.mkv', 'shows/Show/watched/Making of.mkv', 'shows/Show/watched/Season 2/01.mkv'],
    );
  },
);

test.serial('what is merely named is no failure', async (t) => {
  const person = await createEveningPerson(t);
  person.place({ 'shows/Show/watched/notes.txt': 'x', 'shows/Show/watched/01.mkv.part': 'x' });
  t.is((await person.run(['sync', '--clean', 'delete'])).status, 0);
});

test.serial('a dry run leaves out what the run itself would refuse, and its JSON lists the rest', async (t) => {
  const person = await createEveningPerson(t);
  const long = '長'.repeat(80);
  person.place({ [`shows/#${long}/watched/#${long}.mkv`]: 'x', 'shows/A/watched/01.mkv': 'x' });
  const { status, json } = await person.run(['sync', '--dry-run', '--json']);
  t.is(status, 5);
  const { would_record: would, left_out: left } = json as {
    would_record: unknown;
    left_out: { path: string; reason: string }[];
  };
  t.deepEqual(would, { episodes: [{ folder_name: 'A', file_name: '01' }], movies: [], links: [] });
  t.regex(left[0]?.reason ?? '', /^its names are too long to store \(a key of \d+ bytes, at most 1024\)$/);
});
