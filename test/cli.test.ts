import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import packageJson from '../package.json' with { type: 'json' };
import { startFakeProvider } from '../lib/demo/fake-server.ts';
import { progressSchema } from '../lib/progress/progress-contract.ts';
import {
  createPerson,
  linesOf,
  listening,
  PASSWORD,
  runAsNobody,
  startServer,
  withTvdb,
  type Person,
  type Ran,
} from './cli-process.ts';

const CAFE = 'Hoshifuru Kissaten';
const TRAM = '路面電車の旅人';

/** A command's JSON output. */
const json = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;
const errorOf = (ran: Ran) => json(ran)['error'] as { code: string; message: string; suggestions?: string[] };

async function evening(t: ExecutionContext): Promise<Person> {
  const { environment } = await withTvdb(t);
  const person = createPerson(t, environment);
  person.fill(`${CAFE}/01.mkv`, `${CAFE}/02.mkv`, `${TRAM}/第1話.mp4`, `${TRAM}//第2話.mp4`);
  writeFileSync(path.join(person.library, 'shows', CAFE, 'cover.jpg'), 'a picture');
  return person;
}

const progressLines = (minutes: string) => {
  const empty = '░'.repeat(30);
  return [
    '',
    'Shows           Episodes  Time',
    '星降る喫茶店           2   48m',
    `${TRAM}         1   47m`,
    '',
    'Today  3 episodes',
    '',
    'The last week',
    `Today       ${'█'.repeat(30)} ${minutes}`,
    `Yesterday   ${empty} 0m`,
    ...[2, 3, 4, 5, 6].map((days) => `${days} days ago  ${empty} 0m`),
    '',
    'The weekly trend appears after 14 days.',
    '',
    'All time',
    `QUARTER  ${'█'.repeat(30)} 1h`,
    '',
    '1 total hour watched.',
    'Day 1 of immersion.',
    '',
    '1h 35m estimated.',
    'Streak: 1 day.',
    '',
  ];
};

test('a full evening records, names, shows and cleans up; the second one changes nothing', async (t) => {
  const person = await evening(t);
  const args = ['sync', '--clean', 'delete', '--yes'];
  const first = await person.run(args);
  t.is(first.status, 0);
  t.deepEqual(linesOf(first.stderr), [
    'Found 3 watched episodes of 2 shows.',
    'Recorded 3 new episodes.',
    `“${CAFE}” is TVDB series 900101, Cafe of Falling Stars.`,
    `“${TRAM}” is TVDB series 900201, The Tram Traveler.`,
    'Matched 2 shows, skipped 0.',
    `shows/${CAFE} is finished. With it: cover.jpg.`,
    `shows/${TRAM} stays: it still has 第2話.mp4.`,
    'Deleted 3 files (300 B) and 1 finished show folder.',
  ]);
  const quarter = /^(?:Jan–Mar|Apr–Jun|Jul–Sep|Oct–Dec) \d{4} {2}/m;
  t.deepEqual(linesOf(first.stdout.replace(quarter, 'QUARTER  ')), progressLines('1h 35m'));
  t.deepEqual(person.files(), [`shows/${TRAM}/第2話.mp4`]);

  const second = await person.run(args);
  t.is(second.status, 0);
  t.deepEqual(linesOf(second.stderr), [`No watched episodes in ${person.library}.`]);
  t.is(second.stdout, first.stdout);
  t.deepEqual(person.files(), [`shows/${TRAM}/第2話.mp4`]);
});

test('without a terminal nothing is asked and every file is kept, each evening again', async (t) => {
  const person = await evening(t);
  const before = person.files();
  const hint = [
    '2 shows aren’t matched yet (20 min per episode without a measured length). Match them: immersion set-tvdb',
    'Kept 3 watched files (300 B). Clean up with immersion clean, or immersion sync --clean trash.',
    `shows/${TRAM} stays: it still has 第2話.mp4.`,
  ];
  const found = 'Found 3 watched episodes of 2 shows.';
  const first = await person.run(['sync']);
  t.deepEqual(linesOf(first.stderr), [found, 'Recorded 3 new episodes.', ...hint]);
  const second = await person.run(['sync']);
  t.deepEqual(linesOf(second.stderr), [found, 'Recorded 0 new episodes.', ...hint]);
  t.deepEqual([first.status, second.status], [0, 0]);
  t.deepEqual(person.files(), before);
});

test('with --json each command prints its contract and nothing else', async (t) => {
  const person = await evening(t);
  const { batch_id: batch, ...dry } = json(await person.run(['sync', '--dry-run', '--json']));
  t.regex(String(batch), /^[\da-f-]{36}$/);
  const result = {
    episodes_found: 3,
    episodes_added: 0,
    films_found: 0,
    films_added: 0,
    links_found: 0,
    videos_added: 0,
    podcast_episodes_added: 0,
    dated_by: null,
    dates_ignored: false,
    rewatches_added: 0,
    episodes_without_number: [],
    shows_without_id: [],
    films_without_id: [],
    files_removed: 0,
    bytes_removed: 0,
    folders_removed: 0,
    lines_removed: 0,
    left_out: [],
    ignored: [],
    would_record: { episodes: [], movies: [], links: [] },
    progress: null,
  };
  const episodes = [
    { folder_name: CAFE, file_name: '01' },
    { folder_name: CAFE, file_name: '02' },
    { folder_name: TRAM, file_name: '第1話' },
  ];
  t.deepEqual(dry, { ...result, would_record: { ...result.would_record, episodes } });
  t.deepEqual(readdirSync(person.home), [], 'a dry run leaves no data behind');

  const { progress, batch_id: _batch, ...synced } = json(await person.run(['sync', '--json']));
  const { progress: _none, ...expected } = { ...result, episodes_added: 3, shows_without_id: [CAFE, TRAM] };
  t.deepEqual(synced, expected);
  t.like(progress, { total_episodes_watched: 3, episodes_watched_today: 3, total_hours_watched: 1 });
  t.deepEqual(progressSchema.strict().parse(progress), progress);

  const folders = [CAFE, TRAM].map((folder_name) => ({
    folder_name,
    tvdb_id: null,
    tvdb_name: null,
    tvdb_image: null,
  }));
  t.deepEqual(json(await person.run(['shows', '--json'])), { shows: folders });
  t.deepEqual(json(await person.run(['set-tvdb', '--dry-run', '--json'])), { set: [], skipped: [CAFE, TRAM] });
  t.deepEqual(json(await person.run(['set-tvdb', '--yes', '--json'])), {
    set: [
      { folder_name: CAFE, tvdb_id: 900_101 },
      { folder_name: TRAM, tvdb_id: 900_201 },
    ],
    skipped: [],
  });
  t.deepEqual(json(await person.run(['shows', '--missing', '--json'])), { shows: [] });
  const shown = json(await person.run(['progress', '--json']));
  t.deepEqual(progressSchema.strict().parse(shown), shown);

  const shows = path.join(person.library, 'shows');
  const files = [`${CAFE}/watched/01.mkv`, `${CAFE}/watched/02.mkv`, `${TRAM}/watched/第1話.mp4`];
  const plan = {
    files: files.map((file) => path.join(shows, file)),
    folders: [path.join(shows, CAFE)],
    also: [path.join(shows, CAFE, 'cover.jpg')],
    files_removed: 0,
    bytes_removed: 0,
    folders_removed: 0,
    lines_removed: 0,
    left_out: [],
  };
  t.deepEqual(json(await person.run(['clean', '--dry-run', '--json'])), plan);
  t.is(person.files().length, 5);
  t.deepEqual(json(await person.run(['clean', '--clean', 'delete', '--yes', '--json'])), {
    ...plan,
    files_removed: 3,
    bytes_removed: 300,
    folders_removed: 1,
  });
  const nothing = { ...plan, files: [], folders: [], also: [] };
  t.deepEqual(json(await person.run(['clean', '--clean', 'delete', '--yes', '--json'])), nothing);
});

test('a dry run lists what would happen and changes nothing', async (t) => {
  const person = await evening(t);
  const before = person.files();
  const sync = await person.run(['sync', '--dry-run']);
  t.deepEqual(linesOf(sync.stderr), [
    'Found 3 watched episodes of 2 shows.',
    `  would record ${CAFE} / 01`,
    `  would record ${CAFE} / 02`,
    `  would record ${TRAM} / 第1話`,
    `shows/${TRAM} stays: it still has 第2話.mp4.`,
  ]);
  await person.run(['sync']);
  const clean = await person.run(['clean', '--dry-run']);
  t.deepEqual(linesOf(clean.stderr), [
    `shows/${CAFE} is finished. With it: cover.jpg.`,
    `shows/${TRAM} stays: it still has 第2話.mp4.`,
    'Would move 3 watched files (300 B) and 1 finished show folder to the trash.',
  ]);
  t.is(linesOf(clean.stdout).length, 4);
  t.deepEqual(linesOf((await person.run(['set-tvdb', '--dry-run'])).stderr), [
    `Would ask for “${CAFE}”.`,
    `Would ask for “${TRAM}”.`,
  ]);
  t.is(
    (await person.run(['set-tvdb', TRAM, '900201', '--dry-run'])).stderr,
    `Would match “${TRAM}” to TVDB series 900201.\n`,
  );
  t.deepEqual(person.files(), before);
});

test('colour comes with FORCE_COLOR and goes with NO_COLOR', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv');
  await person.run(['sync']);
  const forced = await person.run(['progress'], { environment: { FORCE_COLOR: '1' } });
  t.true(forced.stdout.startsWith('\u001B[1mShows\u001B[22m'));
  const plain = await person.run(['progress']);
  t.is(stripVTControlCharacters(forced.stdout), plain.stdout);
  const refused = await person.run(['progress'], { environment: { FORCE_COLOR: '1', NO_COLOR: '1' } });
  t.is(refused.stdout, plain.stdout);
});

const FAILURES: {
  claim: string;
  args: string[];
  environment?: (person: Person) => Record<string, string>;
  prepare?: (person: Person) => void;
  status: number;
  message: RegExp;
}[] = [
  {
    claim: 'a library that does not exist',
    args: ['sync', '--library', 'nowhere'],
    status: 1,
    message: /^Error: The library .*\/library\/nowhere does not exist\.$/m,
  },
  {
    claim: 'a library that is a file',
    args: ['sync'],
    prepare: ({ library }) => {
      rmSync(library, { recursive: true });
      writeFileSync(library, '');
    },
    environment: () => ({ IMMERSION_LIBRARY: '../library' }),
    status: 1,
    message: /^Error: The library .* is not a folder\.$/m,
  },
  {
    claim: 'a folder that is no library',
    args: ['clean'],
    prepare: ({ library }) => rmSync(path.join(library, 'shows'), { recursive: true }),
    status: 1,
    message: /has no shows\/, movies\/ or watched\.txt\.$/m,
  },
  {
    claim: 'an unknown flag',
    args: ['progress', '--nope'],
    status: 2,
    message: /^Error: Unknown flag --nope\.\n {2}→ See immersion progress --help$/m,
  },
  {
    claim: 'an unknown way to clean',
    args: ['sync', '--clean', 'shred'],
    status: 2,
    message: /trash, delete, keep/,
  },
  {
    claim: 'an unknown command',
    args: ['progess'],
    status: 2,
    message:
      /^Error: Unknown command “progess”\.\n {2}→ Did you mean immersion progress\?\n {2}→ See immersion --help$/m,
  },
  {
    claim: 'a word that a command does not take',
    args: ['sync', 'everything'],
    status: 2,
    message: /^Error: Unexpected argument “everything”\.\n {2}→ See immersion sync --help$/m,
  },
  {
    claim: 'a setting that makes no sense',
    args: ['progress'],
    environment: () => ({ IMMERSION_TIME_ZONE: 'Mars/Olympus' }),
    status: 2,
    message: /^Error: IMMERSION_TIME_ZONE is not a time zone: “Mars\/Olympus”\.$/m,
  },
  {
    claim: 'a user without a password',
    args: ['progress'],
    environment: () => ({ IMMERSION_TRACKER_USER: 'me' }),
    status: 4,
    message: /^Error: IMMERSION_TRACKER_PASSWORD is missing\.$/m,
  },
  {
    claim: 'an address without user and password',
    args: ['progress'],
    environment: () => ({ IMMERSION_TRACKER_API_URL: 'https://127.0.0.1:1', IMMERSION_TRACKER_USER: ' ' }),
    status: 4,
    message: /^Error: IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD are missing\.$/m,
  },
  {
    claim: 'a data folder that is a file',
    args: ['progress'],
    prepare: ({ folder }) => writeFileSync(path.join(folder, 'taken'), ''),
    environment: ({ folder }) => ({ XDG_DATA_HOME: path.join(folder, 'taken') }),
    status: 1,
    message: /^Error: The database .*immersion\.sqlite cannot be opened\.$/m,
  },
  {
    claim: 'a config folder that is a file',
    args: ['progress'],
    prepare: ({ folder }) => writeFileSync(path.join(folder, 'taken'), ''),
    environment: ({ folder }) => ({ XDG_CONFIG_HOME: path.join(folder, 'taken') }),
    status: 1,
    message: /^Error: The config file .*config\.json cannot be written \(ENOTDIR\)\.$/m,
  },
];

for (const { claim, args, environment, prepare, status, message } of FAILURES) {
  test(`${claim} ends with ${status} and says what to do`, async (t) => {
    const person = createPerson(t);
    prepare?.(person);
    const options = {
      environment: environment?.(person) ?? {},
      from: statSync(person.library).isDirectory() ? person.library : person.home,
    };
    const ran = await person.run(args, options);
    t.is(ran.status, status);
    t.is(ran.stdout, '');
    t.regex(ran.stderr, message);
    t.regex(ran.stderr, /^ {2}→ \S/m);
    t.notRegex(ran.stderr, /^ +at /m, 'no stack without --debug');
  });
}

test('with --json an error is JSON on standard output, with a code that scripts match on', async (t) => {
  const person = createPerson(t);
  t.deepEqual(json(await person.run(['sync', '--json'], { environment: { IMMERSION_LIBRARY: '/nowhere' } })), {
    error: {
      message: 'The library /nowhere does not exist.',
      code: 'library_missing',
      suggestions: [
        'Set your library with --library FOLDER or IMMERSION_LIBRARY.',
        'Put watched episodes in shows/<show>/watched/ inside it.',
      ],
    },
  });
  const usage = await person.run(['sync', '--clean', 'shred', '--json']);
  t.deepEqual([usage.status, usage.stderr, errorOf(usage).code], [2, '', 'invalid_argument']);
  const unknown = await person.run(['progess', '--json']);
  t.deepEqual([unknown.status, unknown.stderr, errorOf(unknown).code], [2, '', 'invalid_argument']);
});

test('cleaning where nobody can be asked needs --yes', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv');
  t.is((await person.run(['clean'])).stderr, 'Nothing to clean up.\n', 'nothing was recorded yet');
  await person.run(['sync']);
  const ran = await person.run(['clean']);
  t.is(ran.status, 2);
  t.deepEqual(linesOf(ran.stderr), [
    'Error: Can’t ask whether to remove 1 watched file (100 B) and 1 finished show folder without a terminal.',
    '  → Confirm in advance: immersion clean --yes',
    '  → Or check first: immersion clean --dry-run',
  ]);
  t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
});

test('links that do not count are noted, and nothing is wrong with that', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv', 'A//2.mkv');
  const shows = path.join(person.library, 'shows');
  const watched = path.join(shows, 'A', 'watched');
  const outside = path.join(person.folder, 'outside');
  mkdirSync(path.join(outside, 'watched'), { recursive: true });
  writeFileSync(path.join(outside, 'watched', 'far.mkv'), 'away');
  symlinkSync(path.join(outside, 'watched', 'far.mkv'), path.join(watched, 'far.mkv'));
  symlinkSync(outside, path.join(shows, 'Far'));
  symlinkSync('nothing', path.join(watched, 'lost.mkv'));
  symlinkSync('../2.mkv', path.join(watched, 'near.mkv'));
  mkdirSync(path.join(watched, 'folder.mkv'));
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.is(ran.status, 0);
  t.deepEqual(linesOf(ran.stderr).slice(-4), [
    '“A / near” has no readable episode number: counted, but in no season. Name files like S01E05.',
    `Ignored ${watched}/folder.mkv: not a regular file.`,
    `Ignored ${watched}/far.mkv and 1 more: leads outside the library.`,
    `Ignored ${watched}/lost.mkv: broken link.`,
  ]);
  t.true(ran.stderr.includes('Deleted 2 files'));
  t.deepEqual(person.files(), [
    'shows/A/2.mkv',
    'shows/A/watched/far.mkv',
    'shows/A/watched/lost.mkv',
    'shows/Far',
    'shows/Far/watched/far.mkv',
  ]);
});

test('files with bad names stay, are named without harm, and the others are recorded', async (t) => {
  const person = createPerson(t);
  const long = `#${'長'.repeat(80)}`;
  person.fill('A/good.mkv', 'A/bell\u0007\u001B[31m.mkv', 'line\nbreak/1.mkv', `${long}/${long}.mkv`, `${long}/1.mkv`);
  const unreadable = Buffer.concat([
    Buffer.from(`${person.library}/shows/A/watched/`),
    Buffer.from([0xff, 0x2e, 0x6d, 0x6b, 0x76]),
  ]);
  writeFileSync(unreadable, '');
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.is(ran.status, 5);
  const shows = path.join(person.library, 'shows');
  const lines = linesOf(ran.stderr);
  t.deepEqual(lines.slice(0, 2), ['Found 3 watched episodes of 2 shows.', 'Recorded 2 new episodes.']);
  t.deepEqual(
    lines.slice(-3).map((line) => line.replace(shows, '')),
    [
      'Skipped /A/watched/bell [31m.mkv and 1 more: its name contains a control character.',
      'Skipped /A/watched/\uFFFD.mkv: its name isn’t UTF-8 text: rename it.',
      `Skipped /${long}/watched/${long}.mkv: the API refused it: The names of “${long}” and “${long}” are together too long to store (at most 1024 bytes).`,
    ],
  );
  t.deepEqual(person.files().length, 4);
  t.deepEqual(json(await person.run(['progress', '--json']))['total_episodes_watched'], 2);
});

test('a file that changes or vanishes between recording and cleaning is not removed', async (t) => {
  const files: string[] = [];
  const { environment } = await withTvdb(t, (request) => {
    // The search comes after recording and before cleaning up.
    if (request.path === '/search' && files.length > 0) {
      writeFileSync(files[0] ?? '', 'another film');
      rmSync(files[1] ?? '');
      files.length = 0;
    }
    return undefined;
  });
  const person = createPerson(t, environment);
  files.push(...person.fill('A/changed.mkv', 'A/vanished.mkv', 'A/same.mkv'));
  const ran = await person.run(['sync', '--yes', '--clean', 'delete']);
  t.is(ran.status, 5);
  t.deepEqual(linesOf(ran.stderr).slice(-3), [
    'Deleted 1 file (100 B).',
    '3 episodes, such as “A / changed”, have no readable episode number: counted, but in no season. Name files like S01E05.',
    `Skipped ${person.library}/shows/A/watched/changed.mkv: changed since it was recorded. If it’s still the same video: immersion sync --same.`,
  ]);
  t.deepEqual(person.files(), ['shows/A/watched/changed.mkv']);
  const clean = await person.run(['clean', '--yes', '--clean', 'delete']);
  t.is(clean.status, 5);
  t.deepEqual(person.files(), ['shows/A/watched/changed.mkv']);
  t.is((await person.run(['sync', '--yes', '--clean', 'delete'])).status, 5);
  t.deepEqual(person.files(), ['shows/A/watched/changed.mkv'], 'it may be another episode by now');
  const again = await person.run(['sync', '--yes', '--same', '--clean', 'delete']);
  t.is(again.status, 0, 'the same, it may go');
  t.deepEqual(person.files(), []);
});

test('two files with one stem are one episode, and both go', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv', 'A/1.mp4');
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.deepEqual(linesOf(ran.stderr).slice(0, 2), ['Found 2 watched episodes of 1 show.', 'Recorded 1 new episode.']);
  t.deepEqual(person.files(), []);
});

test('a show keeps its folder while a video or anything but junk is in it', async (t) => {
  const person = createPerson(t);
  person.fill('Done/1.mkv', 'Done//1.srt', 'Hidden/1.mkv', 'Hidden//.2.mkv', 'Notes/1.mkv', 'Notes//notes.txt');
  await person.run(['sync', '--clean', 'delete']);
  t.deepEqual(person.files(), ['shows/Hidden/.2.mkv', 'shows/Notes/notes.txt']);
  t.false(readdirSync(path.join(person.library, 'shows')).includes('Done'));
  const again = await person.run(['clean', '--yes', '--clean', 'delete']);
  t.is(again.stderr, 'Nothing to clean up.\n');
});

const JOURNAL_FAULTS: { claim: string; break: (journal: string) => void; message: RegExp }[] = [
  {
    claim: 'a state folder that cannot be made',
    break: (journal) => writeFileSync(path.dirname(journal), ''),
    message: /The journal .*journal\.sqlite cannot be used \(EEXIST.*\)\.$/,
  },
  {
    claim: 'a journal that is no database',
    break: (journal) => {
      mkdirSync(path.dirname(journal));
      writeFileSync(journal, 'no database at all, but text that is long enough to be looked at'.repeat(20));
    },
    message: /The journal .*journal\.sqlite cannot be used \(file is not a database\)\.$/,
  },
];

for (const { claim, break: breakJournal, message } of JOURNAL_FAULTS) {
  test(`with ${claim} episodes are recorded and no file goes`, async (t) => {
    const state = path.join('.local', 'state');
    const person = createPerson(t);
    person.fill('A/1.mkv', 'A/2.mkv');
    mkdirSync(path.join(person.home, state), { recursive: true });
    breakJournal(path.join(person.home, state, 'immersion', 'journal.sqlite'));
    for (const added of ['2 new episodes', '0 new episodes']) {
      const ran = await person.run(['sync', '--clean', 'delete']);
      t.is(ran.status, 5);
      t.true(ran.stderr.includes(`Recorded ${added}.`));
      t.regex(linesOf(ran.stderr).at(-1) ?? '', message);
      t.is(person.files().length, 2);
    }
    rmSync(path.join(person.home, state), { recursive: true });
    t.is((await person.run(['sync', '--clean', 'delete'])).status, 5);
    t.is(person.files().length, 2, 'nobody knows whether these files were recorded, or others with their names');
    t.is((await person.run(['sync', '--same', '--clean', 'delete'])).status, 0);
    t.deepEqual(person.files(), []);
  });
}

test('when the disk is full for the journal, episodes are recorded and no file goes', async (t) => {
  const server = await startServer(t, createPerson(t));
  const person = createPerson(t, server.environment);
  person.fill(...Array.from({ length: 300 }, (_, index) => `A/${index}.mkv`));
  // The journal grows beyond this file size limit.
  const ran = await person.run(['sync', '--clean', 'delete'], { largestFileKilobytes: 32 });
  t.is(ran.status, 5);
  t.true(ran.stderr.includes('Recorded 300 new episodes.'));
  t.regex(linesOf(ran.stderr).at(-1) ?? '', /its files were kept this time\. The journal .* cannot be used \(.*\)\.$/);
  t.is(person.files().length, 300);
  t.is((await person.run(['sync', '--same', '--clean', 'delete'])).status, 0);
  t.deepEqual(person.files(), []);
});

test('a library that may not be read, and a watched folder that may not be written', async (t) => {
  const person = createPerson(t);
  person.fill('Locked/1.mkv', 'Open/2.mkv', 'Secret/3.mkv');
  const shows = path.join(person.library, 'shows');
  chmodSync(path.join(shows, 'Locked', 'watched'), 0o555);
  chmodSync(path.join(shows, 'Secret', 'watched'), 0o000);
  const ran = await runAsNobody(t, person, ['sync', '--clean', 'delete']);
  t.is(ran.status, 5);
  t.deepEqual(linesOf(ran.stderr).slice(-3), [
    'Deleted 1 file (100 B) and 1 finished show folder.',
    `Skipped ${shows}/Secret/watched: can’t be read (EACCES).`,
    `Skipped ${shows}/Locked/watched/1.mkv: can’t be removed (EACCES).`,
  ]);
  chmodSync(path.join(shows, 'Secret', 'watched'), 0o755);
  t.deepEqual(person.files(), ['shows/Locked/watched/1.mkv', 'shows/Secret/watched/3.mkv']);

  chmodSync(person.library, 0o000);
  const refused = await runAsNobody(t, person, ['sync', '--json']);
  chmodSync(person.library, 0o755);
  t.is(refused.status, 1);
  t.is(errorOf(refused).code, 'library_unreadable');
});

test('without a TVDB key an evening goes on, with 20 minutes an episode, and says how to get a key', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv', 'A/2.mkv', 'B/1.mkv');
  const ran = await person.run(['sync']);
  t.is(ran.status, 0);
  t.deepEqual(ran.stderr.split('\n').slice(0, 3), [
    'Works now: your own files, series (TVmaze).',
    'With a key: films and more series (TVDB_API_KEY), next episodes (TMDB_API_KEY), YouTube links (YOUTUBE_API_KEY, or install yt-dlp), Spotify links (SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET), Trakt login (TRAKT_CLIENT_ID, TRAKT_CLIENT_SECRET). See immersion doctor.',
    'Found 3 watched episodes of 2 shows.',
  ]);
  t.true(ran.stdout.includes('1 total hour watched.'));
  const tried = await person.run(['sync', '--yes']);
  t.is(tried.status, 0);
  t.notRegex(tried.stderr, /^(?:Works now|With a key): /m, 'said at the first sync only');
  t.regex(linesOf(tried.stderr)[2] ?? '', /^TVmaze failed for the search for “A”: /);
  t.true(linesOf(tried.stderr).includes('  Continuing: unmatched shows count 20 minutes per episode.'));
  const alone = await person.run(['set-tvdb', '--yes', '--json']);
  t.is(alone.status, 1);
  t.is(errorOf(alone).code, 'tvmaze_unavailable');
});

test('a TVDB key that is refused is shown nowhere, and the evening goes on', async (t) => {
  const refusal = { status: 'failure', message: 'InvalidAPIKey: apikey invalid', data: null };
  const { environment } = await withTvdb(t, ({ path: asked }) =>
    asked === '/login' ? { status: 401, body: refusal } : undefined,
  );
  const person = createPerson(t, environment);
  person.fill('A/1.mkv');
  const ran = await person.run(['sync', '--yes', '--debug', '--clean', 'delete'], { environment: { DEBUG: '*' } });
  t.is(ran.status, 0);
  t.true(linesOf(ran.stderr).includes('  Continuing: unmatched shows count 20 minutes per episode.'));
  t.deepEqual(person.files(), []);
  const alone = await person.run(['set-tvdb', '--yes', '--debug']);
  t.is(alone.status, 1);
  t.regex(alone.stderr, /^Error: TVDB .*key.*\.$/m);
  t.regex(alone.stderr, /^ {2}→ Check TVDB_API_KEY/m);
});

test('folders get TVDB ids by hand or by a clear match, and may share one', async (t) => {
  const { environment } = await withTvdb(t);
  const person = createPerson(t, environment);
  person.fill('Cafe of Falling Stars/1.mkv', 'Kissaten S2/1.mkv', 'Tram Tales/1.mkv');
  await person.run(['sync']);
  const all = await person.run(['set-tvdb', '--yes']);
  t.is(all.status, 0);
  t.deepEqual(linesOf(all.stderr), [
    '“Cafe of Falling Stars” is TVDB series 900101, Cafe of Falling Stars.',
    '“Kissaten S2” has no single clear match for “Kissaten”.',
    'No series found for “Tram Tales”.',
  ]);
  const shared = await person.run(['set-tvdb', 'Kissaten S2', '900101']);
  t.is(shared.stderr, '“Kissaten S2” is TVDB series 900101, 星降る喫茶店.\n');
  const { shows } = progressSchema.parse(json(await person.run(['progress', '--json'])));
  t.deepEqual(shows, [
    { show_id: '900101', name: '星降る喫茶店', artwork_url: null, episodes_watched: 2, minutes_watched: 48 },
    { show_id: null, name: null, artwork_url: null, episodes_watched: 1, folder_name: 'Tram Tales' },
  ]);
  const unknown: [args: string[], status: number, code: string][] = [
    [['Tram Tales', '12345'], 1, 'tvdb_series_not_found'],
    [['Tram Tales', '0'], 2, 'invalid_argument'],
    [['Tram Tales', 'tram'], 2, 'invalid_argument'],
    [['Nowhere', '900201'], 1, 'show_not_found'],
    [['Nowhere', '--yes'], 1, 'show_not_found'],
    [['Tram Tales'], 2, 'input_needed'],
  ];
  for (const [args, status, code] of unknown) {
    const ran = await person.run(['set-tvdb', ...args, '--json']);
    t.deepEqual([ran.status, errorOf(ran).code], [status, code], args.join(' '));
  }
  const rest = await person.run(['set-tvdb', 'Tram Tales', '900201']);
  t.is(rest.status, 0);
  t.is((await person.run(['set-tvdb', '--yes'])).stderr, 'Every show has a TVDB id.\n');
  t.is((await person.run(['shows', '--missing'])).stderr, 'Every show has a TVDB id.\n');
});

test('a server elsewhere records as the own one does, and refuses strangers', async (t) => {
  const server = await startServer(t, createPerson(t));
  const person = createPerson(t, server.environment);
  person.fill('A/1.mkv', 'B/2.mkv');
  const wrong = { IMMERSION_TRACKER_PASSWORD: 'wrong' };
  const stranger = await person.run(['sync', '--clean', 'delete'], { environment: wrong });
  t.is(stranger.status, 4);
  t.deepEqual(linesOf(stranger.stderr), [
    'Found 2 watched episodes of 2 shows.',
    'Error: Wrong or missing user name or password.',
    '  → Check IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD.',
  ]);
  t.is(person.files().length, 2);
  const ran = await person.run(['sync', '--clean', 'delete', '--debug']);
  t.is(ran.status, 0);
  t.true(ran.stderr.includes('Deleted 2 files (200 B) and 2 finished show folders.'));
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 2);
  t.deepEqual(readdirSync(path.join(person.home, '.local')), ['state'], 'only the journal is kept here');
});

test('an API that cannot be reached loses nothing', async (t) => {
  const server = await startServer(t, createPerson(t));
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  const person = createPerson(t, server.environment);
  person.fill('A/1.mkv');
  const ran = await person.run(['sync', '--clean', 'delete', '--debug']);
  t.is(ran.status, 6);
  t.deepEqual(linesOf(ran.stderr).slice(0, 4), [
    'Found 1 watched episode of 1 show.',
    `Error: Can’t reach the API at ${server.url} (ECONNREFUSED).`,
    '  → Check the network, and IMMERSION_TRACKER_API_URL.',
    '  → Nothing is lost: run the same command again once it’s back.',
  ]);
  t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
  const doctor = json(await person.run(['doctor', '--json'])) as { checks: { name: string; state: string }[] };
  t.is(doctor.checks.find(({ name }) => name === 'API')?.state, 'broken');
});

for (const [claim, body] of [
  ['another service', {}],
  ['the page of a proxy', '<h1>Welcome</h1>'],
  ['null', null],
] as const) {
  test(`an answer of ${claim} confirms nothing, even with status 200`, async (t) => {
    const other = await startFakeProvider(() => ({ status: 200, body }));
    t.teardown(() => other.close());
    const credentials = { IMMERSION_TRACKER_USER: 'me', IMMERSION_TRACKER_PASSWORD: PASSWORD };
    const person = createPerson(t, { IMMERSION_TRACKER_API_URL: other.url, ...credentials });
    person.fill('A/1.mkv');
    const ran = await person.run(['sync', '--clean', 'delete', '--json']);
    t.is(ran.status, 1);
    t.is(errorOf(ran).code, 'api_answer_unreadable');
    const clean = await person.run(['clean', '--clean', 'delete', '--yes']);
    t.is(clean.stderr, 'Nothing to clean up.\n');
    t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
  });
}

test('what one server confirmed is not cleaned up for another', async (t) => {
  const server = await startServer(t, createPerson(t));
  const person = createPerson(t);
  person.fill('A/1.mkv');
  t.is((await person.run(['sync'])).status, 0);
  const elsewhere = await person.run(['clean', '--yes', '--clean', 'delete'], { environment: server.environment });
  t.is(elsewhere.stderr, 'Nothing to clean up.\n');
  t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
  const here = await person.run(['clean', '--yes', '--clean', 'delete']);
  t.is(here.stderr, 'Deleted 1 file (100 B) and 1 finished show folder.\n');
});

test('three evenings of one library at once record and remove each file once', async (t) => {
  const person = createPerson(t);
  person.fill(...Array.from({ length: 60 }, (_, index) => `Show ${index % 4}/${index}.mkv`));
  const args = ['sync', '--clean', 'delete', '--json'];
  const run = () => person.run(args, { asProcess: true });
  const runs = await Promise.all([run(), run(), run()]);
  t.deepEqual(
    runs.map((ran) => ({ status: ran.status, left_out: json(ran)['left_out'] })),
    Array.from({ length: 3 }, () => ({ status: 0, left_out: [] })),
  );
  const sum = (name: string) => runs.reduce((total, ran) => total + Number(json(ran)[name]), 0);
  t.is(sum('episodes_added'), 60);
  t.is(sum('files_removed'), 60);
  t.is(sum('folders_removed'), 4);
  t.deepEqual(person.files(), []);
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 60);
});

test('Ctrl-C while waiting for a server ends with 130 and loses nothing', async (t) => {
  const slow = await startFakeProvider(() => ({ status: 200, body: {} }), { faults: () => ({ delayMs: 20_000 }) });
  t.teardown(() => slow.close());
  const credentials = { IMMERSION_TRACKER_USER: 'me', IMMERSION_TRACKER_PASSWORD: PASSWORD };
  const person = createPerson(t, { IMMERSION_TRACKER_API_URL: slow.url, ...credentials });
  person.fill('A/1.mkv');
  const ran = await person.run(['sync', '--clean', 'delete'], {
    meanwhile: async (child) => {
      while (slow.requests.length === 0) await delay(20);
      child.kill('SIGINT');
    },
  });
  t.is(ran.status, 130);
  t.is(linesOf(ran.stderr).at(-1), 'Stopped. Nothing is lost: run the same command again to continue.');
  t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
});

test('a reader that stops reading is no error', async (t) => {
  const person = createPerson(t);
  const child = person.start(['progress', '--json']);
  child.stdout.destroy();
  t.is(await readText(child.stderr), '');
});

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}` });

test('a server shows its first password once, and keeps only the hash where nobody else can read it', async (t) => {
  const person = createPerson(t);
  const first = await listening(t, person.start(['serve', '--port', '0', '--json']));
  const secretFile = path.join(person.home, '.local', 'share', 'immersion', 'secret.json');
  const [, password = ''] = /^User “me” with the password (\S+)$/.exec(first.said[0] ?? '') ?? [];
  t.deepEqual(first.said, [
    `User “me” with the password ${password}`,
    `This is shown once; ${secretFile} keeps only its hash.`,
    `Listening on ${first.url}. API docs: ${first.url}/docs`,
  ]);
  t.true(password.length >= 20);
  t.is(statSync(secretFile).mode & 0o777, 0o600);
  t.false(readFileSync(secretFile, 'utf8').includes(password));
  t.is((await fetch(`${first.url}/shows`, { headers: basic(password) })).status, 200);
  t.is((await fetch(`${first.url}/shows`, { headers: basic('wrong') })).status, 401);
  first.child.kill('SIGINT');
  t.deepEqual(await once(first.child, 'exit'), [130, null]);

  const second = await listening(t, person.start(['serve', '--port', '0', '--json']));
  t.is(second.said.length, 1);
  t.is((await fetch(`${second.url}/shows`, { headers: basic(password) })).status, 200);
  second.child.kill('SIGTERM');
  t.deepEqual(await once(second.child, 'exit'), [0, null]);
});

test('a server logs JSON alone, and each request once', async (t) => {
  const person = createPerson(t);
  const child = person.start(['serve', '--port', '0', '--open']);
  t.teardown(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stderr, 'data')) as [Buffer];
  const [, url = ''] = /^Listening on (\S+), open to everyone on this computer\./.exec(String(said)) ?? [];
  const answer = await fetch(`${url}/shows`);
  t.is(answer.status, 200);
  const logged = readText(child.stdout);
  child.kill('SIGTERM');
  const lines = linesOf(await logged).map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = lines.filter(({ message }) => message === 'request');
  t.is(requests.length, 1);
  t.like(requests[0], { method: 'GET', endpoint: '/shows', status: 200, user: 'me' });
});

test('a server stays on this computer unless TLS is in front of it', async (t) => {
  const person = createPerson(t);
  for (const args of [
    ['--host', '0.0.0.0'],
    ['--host', '::'],
    ['--host', '192.0.2.1', '--open'],
  ]) {
    const ran = await person.run(['serve', '--port', '0', '--json', ...args]);
    t.is(ran.status, 2, args.join(' '));
    t.is(errorOf(ran).code, 'invalid_argument');
  }
  t.is((await person.run(['serve', '--port', '0', '--open', '--behind-proxy'])).status, 2);
  t.is((await person.run(['serve', '--port', '70000'])).status, 2);
  t.deepEqual(readdirSync(person.home), [], 'no password was made');
  const proxied = await listening(
    t,
    person.start(['serve', '--port', '0', '--json', '--host', '0.0.0.0', '--behind-proxy']),
  );
  t.is((await fetch(`http://127.0.0.1:${new URL(proxied.url).port}/health`)).status, 200);
  const taken = await person.run([
    'serve',
    '--host',
    '0.0.0.0',
    '--behind-proxy',
    '--port',
    new URL(proxied.url).port,
    '--json',
  ]);
  t.is(taken.status, 1);
  t.is(errorOf(taken).code, 'address_unavailable');
});

test('a server that is told to stop finishes the requests in flight', async (t) => {
  const { environment, tvdb } = await withTvdb(t, ({ path: asked }) =>
    asked.startsWith('/series') ? { delayMs: 600 } : undefined,
  );
  const keeper = createPerson(t, environment);
  const server = await startServer(t, keeper);
  const headers = { ...basic(PASSWORD), 'content-type': 'application/json' };
  const send = (method: string, place: string, body: object) =>
    fetch(server.url + place, { method, headers, body: JSON.stringify(body) });
  await send('POST', '/sync', { episodes: [{ folder_name: TRAM, file_name: '1' }] });
  const inFlight = send('PUT', '/show', { folder_name: TRAM, tvdb_id: 900_201 });
  while (!tvdb.requests.some((request) => request.path.startsWith('/series'))) await delay(10);
  const ended = once(server.child, 'exit');
  const stopped = Date.now();
  server.child.kill('SIGTERM');
  t.is((await inFlight).status, 200);
  t.deepEqual(await ended, [0, null]);
  t.true(Date.now() - stopped < 5000, 'and does not wait for connections that nobody uses');
});

test('the doctor names what is wrong and what to do', async (t) => {
  const person = createPerson(t);
  const fine = await person.run(['doctor']);
  t.is(fine.status, 0);
  t.regex(fine.stdout, /^✓ immersion {6}\d+\.\d+\.\d+ on Node\.js \d+/);
  t.true(fine.stdout.includes('✓ API            embedded, data on this computer'));
  t.true(
    fine.stdout.includes(
      '✓ works now      your own files, series (TVmaze)\n! with a key     films and more series (TVDB_API_KEY)',
    ),
  );
  const broken = path.join(person.folder, 'broken');
  writeFileSync(broken, '');
  const ran = await person.run(['doctor', '--json'], {
    environment: { IMMERSION_DATA_DIR: broken },
    from: person.home,
  });
  t.is(ran.status, 1);
  const { checks } = json(ran) as { checks: { name: string; state: string; said: string; todo?: string }[] };
  t.deepEqual(
    checks.map(({ name, state }) => `${name}: ${state}`),
    [
      'immersion: ok',
      'data folder: broken',
      'state folder: broken',
      'config folder: broken',
      'library: note',
      'API: broken',
      'works now: ok',
      'with a key: note',
      'time zone: ok',
      'terminal: ok',
    ],
  );
  t.true(checks.filter(({ state }) => state !== 'ok').every(({ todo }) => todo));
});

test('the doctor names misspelt settings and files that others can read, and the zone that the next command uses', async (t) => {
  const person = createPerson(t, { TZ: 'Europe/Berlin', IMMERSION_LIBARY: '/videos' });
  const secretFile = path.join(person.folder, 'secret.json');
  writeFileSync(secretFile, '{}', { mode: 0o644 });
  const ran = await person.run(['doctor'], { environment: { IMMERSION_SECRET_FILE: secretFile } });
  t.regex(
    ran.stdout,
    /^! settings {7}IMMERSION_LIBARY is not a setting, so it has no effect\n {17}→ Check its spelling/m,
  );
  t.true(ran.stdout.includes(`→ Keep it to yourself: chmod 600 ${secretFile}`));
  t.regex(ran.stdout, /^✓ time zone {6}Europe\/Berlin: /m);
  t.regex((await person.run(['doctor'])).stdout, /^✓ time zone {6}Europe\/Berlin: /m);
});

test('the doctor names each file of secrets that others can read, and none that only its owner can', async (t) => {
  const person = createPerson(t);
  const configFile = path.join(person.home, '.config/immersion/config.json');
  const secretFile = path.join(person.folder, 'secret.json');
  mkdirSync(path.dirname(configFile), { recursive: true });
  for (const file of [configFile, secretFile]) writeFileSync(file, '{}');
  for (const [configMode, secretMode, named] of [
    [0o644, 0o600, [configFile]],
    [0o600, 0o640, [secretFile]],
    [0o644, 0o644, [configFile, secretFile]],
    [0o600, 0o600, []],
  ] as const) {
    chmodSync(configFile, configMode);
    chmodSync(secretFile, secretMode);
    const { stdout } = await person.run(['doctor'], { environment: { IMMERSION_SECRET_FILE: secretFile } });
    t.deepEqual(
      linesOf(stdout).filter((line) => /others on this|chmod/.test(line)),
      named.flatMap((file) => [
        `! secrets        others on this computer may read or write ${file}`,
        `                 → Keep it to yourself: chmod 600 ${file}`,
      ]),
    );
  }
});

test('a data folder that is a file is said in our words alone', async (t) => {
  const person = createPerson(t);
  const file = path.join(person.folder, 'file');
  writeFileSync(file, '');
  const { status, stderr } = await person.run(['upcoming'], { environment: { IMMERSION_DATA_DIR: file } });
  t.is(status, 1);
  t.deepEqual(linesOf(stderr), [
    `Error: The config file ${file}/config.json cannot be written (EEXIST).`,
    '  → Check the permissions of its folder, or choose another one with IMMERSION_DATA_DIR.',
  ]);
});

test('the root help lists the commands and every exit status', async (t) => {
  const { stdout, status } = await createPerson(t).run(['--help']);
  t.is(status, 0);
  for (const command of ['clean', 'demo', 'doctor', 'progress', 'serve', 'set-tvdb', 'shows', 'sync']) {
    t.regex(stdout, new RegExp(`^  ${command} `, 'm'));
  }
  // Without its own description, a topic has that of its first command.
  for (const topic of readdirSync(new URL('../commands', import.meta.url), { withFileTypes: true })) {
    if (topic.isDirectory()) t.true(topic.name in packageJson.oclif.topics, topic.name);
  }
  t.regex(stdout, /^ {2}trakt +Import your history, ratings and watchlist from Trakt$/m);
  for (const exit of [0, 1, 2, 4, 5, 6, 130]) t.regex(stdout, new RegExp(`^ +${exit}  \\w`, 'm'));
});

test('the demo plays two evenings over a year of history and leaves nothing behind', async (t) => {
  const person = createPerson(t, { IMMERSION_TRACKER_USER: 'someone' });
  const ran = await person.run(['demo']);
  t.is(ran.status, 0);
  for (const line of [
    'Imported 762 items; 0 items were already there.',
    'Recorded 5 new episodes.',
    '? Which series is “Hoshifuru Kissaten (2019)”? Cafe of Falling Stars (2019) 星降る喫茶店 [900101].',
    'Matched 2 shows, skipped 0.',
    'Recorded 1 new film.',
    'Recorded 2 new videos and 1 new podcast episode.',
    '? 6 watched files (393 kB) and 3 links recorded. What should happen to them? Keep them.',
    'Kept 6 watched files (393 kB) and 3 links. Clean up with immersion clean, or immersion sync --clean trash.',
    '▸ immersion dashboard: all of it as a page in the browser.',
    '▸ Everything has been removed again. To use your own library: immersion sync --library FOLDER',
  ]) {
    t.true(linesOf(ran.stderr).includes(line), line);
  }
  t.is(ran.stdout.split('331 total hours watched.').length - 1, 3);
  t.is(ran.stdout.split('1 year and 0 months since immersion started.').length - 1, 3);
  t.regex(ran.stdout, /^Goal: 600h Japanese: 295h 36m so far, \w{3} \d+, \d{4}\.$/m);
  t.regex(ran.stdout, /^Mon [·░▒▓█]{53}/m);
  t.regex(ran.stdout, /^All time {2}331h 57m, \d+ viewings$/m);
  t.true(ran.stdout.includes('25% of aired episodes seen'));
  t.deepEqual(readdirSync(person.folder), ['home', 'library']);
  t.deepEqual(readdirSync(person.home), []);

  const stopped = await person.run(['demo'], {
    meanwhile: async (child) => {
      while (!String(((await once(child.stderr, 'data')) as [Buffer])[0]).includes('Recorded'));
      child.kill('SIGINT');
    },
  });
  t.is(stopped.status, 130);
  t.deepEqual(readdirSync(person.folder), ['home', 'library']);
});
