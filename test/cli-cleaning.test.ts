import {
  appendFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { atTerminal, DOWN, ENTER } from './terminal.ts';
import { createPerson, linesOf, startServer, type Person, type Ran } from './cli-process.ts';
import { createFakeSpotify } from '../lib/demo/fake-spotify.ts';
import { createFakeYouTube } from '../lib/demo/fake-youtube.ts';

const json = (ran: Ran) => JSON.parse(ran.stdout) as Record<string, unknown>;
const CLEAN = ['clean', '--clean', 'delete', '--yes'];
const SYNC = ['sync', '--clean', 'delete', '--json'];
const dataOf = (person: Person) => path.join(person.home, '.local', 'share', 'immersion');

const [FIRST, SECOND] = ['abcdefghij1', 'abcdefghij2'];
const PODCAST = '0123456789abcdefghijkl';

/** Settings for links of both providers. */
async function withProviders(t: ExecutionContext): Promise<Record<string, string>> {
  const youtube = await createFakeYouTube({
    videos: [FIRST, SECOND].map((id) => ({ id, title: id, channelId: 'UC', duration: 'PT1M' })),
    channels: [{ id: 'UC', title: 'Channel' }],
  });
  const spotify = await createFakeSpotify({
    shows: [{ id: 'show', name: 'Show' }],
    episodes: [{ id: PODCAST, name: 'Episode', showId: 'show', durationMs: 60_000, releaseDate: '2026-01-01' }],
  });
  t.teardown(() => Promise.all([youtube.close(), spotify.close()]));
  return {
    YOUTUBE_API_KEY: 'key',
    SPOTIFY_CLIENT_ID: 'id',
    SPOTIFY_CLIENT_SECRET: 'secret',
    IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
    IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
    IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
  };
}

/** Adds an episode, a film and links. */
function fillAll(person: Person, name: string, links: string[]): void {
  person.fill(`A/${name}.mkv`);
  mkdirSync(path.join(person.library, 'movies', 'watched'), { recursive: true });
  writeFileSync(path.join(person.library, 'movies', 'watched', `${name}.mkv`), 'film');
  for (const link of links) appendFileSync(path.join(person.library, 'watched.txt'), `${link}\n`);
}

const fillFirst = (person: Person) => fillAll(person, '1', [`https://youtu.be/${FIRST}`]);
const fillSecond = (person: Person) =>
  fillAll(person, '2', [`https://youtu.be/${SECOND}`, `https://open.spotify.com/episode/${PODCAST}`]);
const listed = ({ library }: Person) =>
  readFileSync(path.join(library, 'watched.txt'), 'utf8').split('\n').slice(0, -1);
const FIRST_RUN = { episodes_added: 1, films_added: 1, videos_added: 1 };
const BOTH_RUNS = { episodes_added: 2, films_added: 2, videos_added: 2, podcast_episodes_added: 1 };
const ALL_FILES = ['1', '2']
  .map((name) => `movies/watched/${name}.mkv`)
  .concat('shows/A/watched/1.mkv', 'shows/A/watched/2.mkv');

const LOSSES: { claim: string; lose: (person: Person, backup: string) => Promise<unknown>; isAllLost: boolean }[] = [
  {
    claim: 'the damaged store was moved away',
    lose: async (person) => renameSync(dataOf(person), path.join(person.folder, 'damaged')),
    isAllLost: true,
  },
  {
    claim: 'an older backup was restored',
    lose: (person, backup) => person.run(['restore', backup, '--yes']),
    isAllLost: false,
  },
  {
    claim: 'an older copy of the data folder was put back',
    async lose(person, backup) {
      rmSync(dataOf(person), { recursive: true });
      cpSync(`${backup}.folder`, dataOf(person), { recursive: true });
    },
    isAllLost: false,
  },
];

for (const { claim, lose, isAllLost } of LOSSES) {
  test(`after ${claim}, cleaning removes only what is still recorded, and the next sync records the rest again`, async (t) => {
    const person = createPerson(t, await withProviders(t));
    fillFirst(person);
    t.like(json(await person.run(['sync', '--json'])), FIRST_RUN);
    const backup = path.join(person.folder, 'backup');
    t.is((await person.run(['backup', backup])).status, 0);
    cpSync(dataOf(person), `${backup}.folder`, { recursive: true });
    fillSecond(person);
    t.like(json(await person.run(['sync', '--json'])), { ...FIRST_RUN, podcast_episodes_added: 1 });
    await lose(person, backup);
    const kept = ALL_FILES.filter((file) => isAllLost || file.endsWith('2.mkv'));
    const links = listed(person).slice(isAllLost ? 0 : 1);
    const ran = await person.run(CLEAN);
    t.is(ran.status, 5);
    for (const [file, what] of [...kept.map((file) => [file, '']), ['watched.txt', `${links.length} links are `]]) {
      const line = `Skipped ${path.join(person.library, file ?? '')}: ${what}no longer recorded. The next sync records it again.`;
      t.true(linesOf(ran.stderr).includes(line), `${line} in ${ran.stderr}`);
    }
    t.deepEqual(person.files(), [...kept, 'watched.txt']);
    t.deepEqual(listed(person), links);
    t.like(json(await person.run(SYNC)), {
      ...(isAllLost ? BOTH_RUNS : { ...FIRST_RUN, podcast_episodes_added: 1 }),
      files_removed: kept.length,
      lines_removed: links.length,
    });
    t.deepEqual([person.files(), listed(person)], [['watched.txt'], []]);
  });
}

test('what was undone from another computer is not cleaned up here, nor after the server was made anew', async (t) => {
  const keeper = createPerson(t, await withProviders(t));
  const server = await startServer(t, keeper);
  const [here, elsewhere] = [createPerson(t, server.environment), createPerson(t, server.environment)];
  const keptAll = async () => {
    t.is((await here.run(CLEAN)).status, 5);
    t.deepEqual(here.files(), [...ALL_FILES, 'watched.txt']);
    t.is(listed(here).length, 3);
  };
  fillFirst(here);
  fillSecond(here);
  t.like(json(await here.run(['sync', '--json'])), BOTH_RUNS);
  t.is((await elsewhere.run(['undo', '--yes'])).status, 0);
  await keptAll();

  t.like(json(await here.run(['sync', '--json'])), { ...BOTH_RUNS, left_out: [] });
  server.child.kill('SIGKILL');
  rmSync(path.join(keeper.home, '.local'), { recursive: true });
  await startServer(t, keeper, new URL(server.url).port);
  await keptAll();
  t.like(json(await here.run(SYNC)), { ...BOTH_RUNS, files_removed: 4, lines_removed: 3 });
  t.deepEqual([here.files(), listed(here)], [['watched.txt'], []]);
});

async function withFirstSeason(t: ExecutionContext): Promise<Person> {
  const person = createPerson(t);
  person.fill('Show/01.mkv', 'Show/02.mkv');
  t.like(json(await person.run(SYNC)), { episodes_added: 2, files_removed: 2 });
  return person;
}

test('a second season with the names of the first is neither recorded nor removed unasked, and the ways out are named', async (t) => {
  const person = await withFirstSeason(t);
  person.fill('Show/01.mkv', 'Show/02.mkv', 'Show/03.mkv');
  for (const args of [['sync', '--clean', 'delete'], ['sync', '--clean', 'delete'], CLEAN]) {
    const ran = await person.run(args);
    if (args !== CLEAN) {
      t.is(ran.status, 5);
      const lines = linesOf(ran.stderr);
      const at = lines.findIndex((line) => line.includes('recorded before'));
      t.deepEqual(lines.slice(at, at + 4), [
        '2 files have names that were recorded before from other files, such as “Show / 01”. Nothing was added, and they stay.',
        '  → If they’re the same as before, let them be cleaned up: immersion sync --same',
        '  → If you watched them again, count the time: immersion sync --rewatch',
        '  → If they’re different episodes, rename them, for example with their season (S02E01), and sync again.',
      ]);
    }
    t.deepEqual(person.files(), ['shows/Show/watched/01.mkv', 'shows/Show/watched/02.mkv']);
  }
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 3);
  t.like(json(await person.run([...SYNC, '--same'])), { episodes_added: 0, files_removed: 2 });
  t.deepEqual(person.files(), []);
});

test('--rewatch adds the time of a second viewing and no episode, once, and its files can go then', async (t) => {
  const person = await withFirstSeason(t);
  person.fill('Show/01.mkv', 'Show/02.mkv');
  const before = json(await person.run(['progress', '--json']));
  const ran = await person.run(['sync', '--rewatch', '--on', '2026-01-05', '--json']);
  t.is(ran.status, 0, ran.stderr);
  t.like(json(ran), { episodes_added: 0, rewatches_added: 2, left_out: [] });
  t.like(json(await person.run(['sync', '--rewatch', '--json'])), { rewatches_added: 0, left_out: [] });
  const after = json(await person.run(['progress', '--json']));
  t.is(after['total_episodes_watched'], before['total_episodes_watched']);
  const { viewings } = json(await person.run(['history', '--json'])) as { viewings: { at: string; title: string }[] };
  t.deepEqual(
    viewings
      .slice(-2)
      .map(({ at, title }) => `${title} ${at}`)
      .sort(),
    ['01 2026-01-05T12:00:00Z', '02 2026-01-05T12:00:00Z'],
  );
  const { rows } = json(await person.run(['stats', 'all', '--by', 'show', '--json']));
  t.like(rows, [{ seconds: 4 * 20 * 60 }]);
  t.like(json(await person.run([...CLEAN, '--json'])), { files_removed: 2 });
  t.is((await person.run(['sync', '--rewatch', '--same'])).status, 2);
});

test('a better version and a renamed folder are the episodes that they were: nothing is added or removed unasked', async (t) => {
  const person = createPerson(t);
  person.fill('Show/01.mkv', 'Show/02.mkv', 'Other/S01E01.mkv');
  t.like(json(await person.run(['sync', '--json'])), { episodes_added: 3 });
  const shows = path.join(person.library, 'shows');
  rmSync(path.join(shows, 'Show', 'watched', '01.mkv'));
  person.fill('Show/01v2.mkv', 'Show/03.mkv');
  renameSync(path.join(shows, 'Other'), path.join(shows, 'Quite another'));
  const ran = await person.run(['sync', '--clean', 'delete', '--dry-run']);
  t.is(ran.status, 0);
  const kept = ['shows/Quite another/watched/S01E01.mkv', 'shows/Show/watched/01v2.mkv'];
  const first = await person.run(['sync', '--clean', 'delete']);
  t.is(first.status, 5);
  const lines = linesOf(first.stderr);
  t.true(
    lines.includes(
      '2 files were recorded before, such as “Quite another / S01E01” as “Other / S01E01”. Nothing was added, and they stay.',
    ),
    first.stderr,
  );
  t.true(
    lines.some((line) => line.includes('immersion sync --same')) && lines.some((line) => line.includes('--rewatch')),
  );
  t.deepEqual(person.files(), kept);
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 4);

  t.like(json(await person.run(['sync', '--rewatch', '--json'])), { rewatches_added: 2, left_out: [] });
  t.like(json(await person.run(['sync', '--json'])), { episodes_added: 0, rewatches_added: 0, left_out: [] });
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 4);
  t.like(json(await person.run(['sync', '--clean', 'delete', '--json'])), { files_removed: 2 });
  t.deepEqual(person.files(), []);
});

test('files that come back as they were, or lie elsewhere by now, are not taken for others', async (t) => {
  const person = createPerson(t);
  const [file = ''] = person.fill('Show/01.mkv', 'Show/02.mkv');
  const trash = path.join(person.folder, 'copy.mkv');
  linkSync(file, trash);
  t.like(json(await person.run(SYNC)), { files_removed: 2 });
  mkdirSync(path.dirname(file), { recursive: true });
  renameSync(trash, file);
  t.like(json(await person.run(['sync', '--json'])), { episodes_added: 0, left_out: [] });

  const moved = path.join(person.folder, 'moved');
  renameSync(person.library, moved);
  mkdirSync(person.library);
  t.like(json(await person.run([...SYNC, '--library', moved])), { files_removed: 1, left_out: [] });
});

test('sync --only movies cleans up no show', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv');
  mkdirSync(path.join(person.library, 'movies', 'watched'), { recursive: true });
  t.is((await person.run(['sync'])).status, 0);
  t.like(json(await person.run([...SYNC, '--only', 'movies'])), { files_removed: 0, folders_removed: 0 });
  t.deepEqual(person.files(), ['shows/A/watched/1.mkv']);
});

test('the trash library’s “no such folder” is not taken for a file that is gone', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv');
  t.is((await person.run(['sync'])).status, 0);
  symlinkSync('/nowhere', path.join(person.home, '.local', 'share', 'Trash'));
  const ran = await person.run(['clean', '--yes']);
  t.is(ran.status, 5);
  t.regex(ran.stderr, /Nothing was removed\.\nSkipped .*\/1\.mkv: can’t be removed \(ENOTDIR\)\.\n$/);
  t.true(existsSync(path.join(person.library, 'shows/A/watched/1.mkv')));
  rmSync(path.join(person.home, '.local', 'share', 'Trash'));
  t.is((await person.run(['clean', '--yes'])).status, 0);
  t.is(readdirSync(path.join(person.home, '.local', 'share', 'Trash', 'files')).length, 2);
});

test('at a terminal one question says what recorded files are; Enter adds and removes nothing', async (t) => {
  const person = await withFirstSeason(t);
  person.fill('Show/01.mkv');
  const question = '“Show / 01” was recorded before from another file. Nothing was added. What are they?';
  const kept = atTerminal(t, person, ['sync']);
  await kept.sees(question);
  kept.types(ENTER);
  t.is(await kept.ended, 5);
  t.deepEqual(person.files(), ['shows/Show/watched/01.mkv']);
  const again = atTerminal(t, person, ['sync', '--at', 'today']);
  await again.sees(question);
  again.types(DOWN, DOWN, ENTER);
  await again.sees('Counted 1 rewatch.');
  await again.sees('What should happen to');
  again.types(ENTER);
  t.is(await again.ended, 0);
  t.is(json(await person.run(['progress', '--json']))['total_episodes_watched'], 2);
  t.is((json(await person.run(['history', '--json']))['viewings'] as object[]).length, 3);
});
