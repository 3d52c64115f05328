import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createPerson, linesOf, type Person, type Ran } from './cli-process.ts';
import { startFakeContractApi, type FakeContractApi } from './fakes/fake-contract-api.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { atTerminal, DOWN, ENTER } from './terminal.ts';

const VIDEO = 'https://youtu.be/abcdefghijk\n';
const PODCAST = 'https://open.spotify.com/episode/0123456789abcdefghijkl\n';
const json = (ran: Ran) => JSON.parse(ran.stdout) as Record<string, unknown>;

async function withContractApi(
  t: ExecutionContext,
  options?: Parameters<typeof startFakeContractApi>[0],
): Promise<{ api: FakeContractApi; person: Person }> {
  const api = await startFakeContractApi(options);
  t.teardown(() => api.close());
  return { api, person: createPerson(t, api.environment) };
}

const placeFilm = ({ library }: Person, name: string) => {
  mkdirSync(path.join(library, 'movies', 'watched'), { recursive: true });
  writeFileSync(path.join(library, 'movies', 'watched', name), 'film');
};

test('at an API that cannot search, ids are asked for, and a sync records everything and cleans up', async (t) => {
  const { api, person } = await withContractApi(t);
  person.fill('Cafe/1.mkv');
  placeFilm(person, 'Night.mkv');
  writeFileSync(path.join(person.library, 'watched.txt'), VIDEO);
  const terminal = atTerminal(t, person, ['sync']);
  await terminal.sees('No series found for “Cafe”. What is “Cafe”?');
  terminal.types(DOWN, ENTER);
  await terminal.sees('? TVDB id');
  terminal.types('12', ENTER);
  await terminal.sees('No film found for “Night”. What is “Night”?');
  terminal.types(DOWN, ENTER);
  await terminal.sees('? TVDB id');
  terminal.types('34', ENTER);
  await terminal.sees('2 watched files (104 B) and 1 link recorded. What should happen to them?');
  terminal.types(DOWN, DOWN, ENTER);
  await terminal.sees('for good?');
  terminal.types('y', ENTER);
  t.is(await terminal.ended, 0);
  t.deepEqual(person.files(), ['watched.txt']);
  t.like(api.items.get('SHOW#Cafe'), { tvdb_id: 12 });
  t.like(api.items.get('MOVIE#Night'), { tvdb_id: 34 });
  t.true(api.items.has('EPISODE#Cafe#1'));
  t.true(api.items.has('YOUTUBEVIDEO#abcdefghijk'));
  const rounds = api.requests.filter(({ path: place }) => place === '/sync').length;
  t.is(rounds, 2, 'the episodes are sent once more just before their files go');
});

test('where progress fails while a show has no id, everything else is done, and the way out is named', async (t) => {
  const { api, person } = await withContractApi(t);
  person.fill('Cafe/1.mkv');
  writeFileSync(path.join(person.library, 'watched.txt'), VIDEO);
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.is(ran.status, 5);
  t.true(api.items.has('YOUTUBEVIDEO#abcdefghijk'));
  t.deepEqual(person.files(), ['watched.txt']);
  for (const line of [
    'Recorded 1 new video and 0 new podcast episodes.',
    `The API at ${api.url} returned status 502: Internal server error.`,
    '  → It may fail because a show isn’t matched yet. Match them: immersion set-tvdb',
    '  Continuing: what was recorded is safe.',
    'Deleted 1 file (100 B) and 1 finished show folder. Removed 1 link from watched.txt.',
  ]) {
    t.true(linesOf(ran.stderr).includes(line), `${line} in ${ran.stderr}`);
  }
  t.is((await person.run(['set-tvdb', 'Cafe', '12'])).status, 0);
  t.like(json(await person.run(['sync', '--json'])), { left_out: [], episodes_added: 0 });
});

test('where one call for links fails, the other is made, and a missing match is not said to be why', async (t) => {
  const { api, person } = await withContractApi(t, {
    faults: ({ path: place }) =>
      place === '/syncyoutube' ? { status: 500, body: { message: 'Internal server error' } } : undefined,
  });
  person.fill('Cafe/1.mkv');
  writeFileSync(path.join(person.library, 'watched.txt'), `${VIDEO}${PODCAST}`);
  const ran = await person.run(['sync', '--clean', 'delete']);
  t.is(ran.status, 5);
  t.deepEqual(
    [...api.items.keys()].filter((key) => !/^SHOW|^EPISODE/.test(key)),
    ['SPOTIFYEPISODE#0123456789abcdefghijkl'],
  );
  t.is(readFileSync(path.join(person.library, 'watched.txt'), 'utf8'), VIDEO);
  t.is(ran.stderr.split('set-tvdb').length - 1, 2, 'once for the show, once for the progress');
  const list = path.join(person.library, 'watched.txt');
  t.true(
    linesOf(ran.stderr).includes(
      `Skipped ${list}: 1 link not recorded. The API at ${api.url} returned status 500: Internal server error.`,
    ),
    ran.stderr,
  );
});

test('an API that answers other addresses with a page is one without features, too', async (t) => {
  const { api, person } = await withContractApi(t, { noRoute: { status: 404, body: '<pre>Cannot GET</pre>' } });
  person.fill('Cafe/1.mkv');
  writeFileSync(path.join(person.library, 'watched.txt'), VIDEO);
  await person.run(['sync']);
  t.is((await person.run(['set-tvdb', 'Cafe', '12'])).status, 0);
  const ran = await person.run(['sync', '--clean', 'delete', '--json']);
  t.is(ran.status, 0, ran.stderr);
  t.like(json(ran), { files_removed: 1, lines_removed: 1, left_out: [] });
  t.deepEqual([...api.items.keys()].length, 3);
  const { stderr } = await person.run(['history']);
  t.regex(stderr, /has no history\./);
  const nowhere = await person.run(['shows'], {
    environment: { IMMERSION_TRACKER_API_URL: `${api.url}/elsewhere` },
  });
  t.regex(nowhere.stderr, /Check IMMERSION_TRACKER_API_URL/);
});

test('a film that nobody matched is not sent to such an API, and stays', async (t) => {
  const { api, person } = await withContractApi(t);
  placeFilm(person, 'Night.mkv');
  const ran = await person.run(['sync', '--clean', 'delete', '--json']);
  t.is(ran.status, 0);
  t.like(json(ran), { films_added: 0, films_without_id: ['Night'] });
  t.true(
    linesOf(ran.stderr).includes(
      '1 film not recorded: this API doesn’t accept films without an id. Sync in a terminal, or with --yes.',
    ),
  );
  t.deepEqual([[...api.items.keys()], person.files()], [[], ['movies/watched/Night.mkv']]);
});

for (const syncs of [1, 2]) {
  test(`what such an API has lost is recorded again before it goes, after ${counted(syncs, 'sync')}`, async (t) => {
    const { api, person } = await withContractApi(t);
    person.fill('Cafe/1.mkv', 'Cafe/2.mkv');
    placeFilm(person, 'Night {tvdb-34}.mkv');
    writeFileSync(path.join(person.library, 'watched.txt'), `${VIDEO}${PODCAST}`);
    await person.run(['sync']);
    t.is((await person.run(['set-tvdb', 'Cafe', '12'])).status, 0);
    const recorded = [...api.items.keys()].filter((key) => !key.startsWith('SHOW#'));
    t.is(recorded.length, 5);
    for (let sync = 1; sync < syncs; sync++) t.is((await person.run(['sync'])).status, 0);
    api.items.clear();
    const ran = await person.run(['clean', '--clean', 'delete', '--yes']);
    t.is(ran.status, 0, ran.stderr);
    t.deepEqual(
      [person.files(), readFileSync(path.join(person.library, 'watched.txt'), 'utf8')],
      [['watched.txt'], ''],
    );
    t.deepEqual(
      [...api.items.keys()].filter((key) => !key.startsWith('SHOW#')),
      recorded,
    );
  });
}

test('a second season with the names of the first stays at such an API, too', async (t) => {
  const { person } = await withContractApi(t);
  person.fill('Cafe/1.mkv');
  await person.run(['sync', '--clean', 'delete']);
  t.deepEqual(person.files(), []);
  person.fill('Cafe/1.mkv');
  for (let evening = 1; evening <= 2; evening++) {
    const ran = await person.run(['sync', '--clean', 'delete']);
    t.regex(ran.stderr, /“Cafe \/ 1” was recorded before from another file\. Nothing was added, and they stay\./);
    t.deepEqual(person.files(), ['shows/Cafe/watched/1.mkv']);
  }
});

const LACKING: [args: string[], what: string][] = [
  [['history'], 'history'],
  [['undo', '--yes'], 'undo'],
  [['export'], 'export'],
  [['titles', 'list'], 'titles'],
  [['upcoming'], 'followed shows'],
  [['position', 'list'], 'positions'],
  [['tmdb', 'search', 'x'], 'TMDB lookups'],
  [['trakt', 'status'], 'Trakt import'],
];

for (const [args, what] of LACKING) {
  test(`immersion ${args.join(' ')} says of such an API that it has no ${what}`, async (t) => {
    const { api, person } = await withContractApi(t);
    const ran = await person.run(args);
    t.is(ran.status, 1);
    t.deepEqual(linesOf(ran.stderr), [
      `Error: The API at ${api.url} has no ${what}.`,
      '  → Use a full immersion server, or unset IMMERSION_TRACKER_API_URL to keep everything on this computer.',
    ]);
  });
}

test('the doctor tells such an API from a full one', async (t) => {
  const { api, person } = await withContractApi(t);
  const { checks } = json(await person.run(['doctor', '--json'])) as {
    checks: Record<string, string>[];
  };
  t.deepEqual(
    checks.filter(({ name }) => name === 'API' || name === 'store'),
    [
      {
        name: 'API',
        state: 'ok',
        said: `${api.url} as me, the original tracker API: it records and shows progress, but has no history, search, titles or imports`,
      },
      { name: 'store', state: 'ok', said: 'responding; 0 shows' },
    ],
  );
});

test('a command that tests run inside their process says and ends as in its own', async (t) => {
  const lines = [
    ['sync', '--clean', 'keep'],
    ['sync', '--clean', 'delete', '--yes', '--json'],
    ['progress'],
    ['history', '--limit', '1'],
    ['progress', '--nonsense'],
    ['set-tvdb', '--json', 'Show'],
    ['clean', '--clean', 'delete', '--yes'],
    ['goal', 'set', '--daily', '30m'],
    ['goal', 'list', '--json'],
    ['goal', 'remove', 'nothing'],
  ];
  const [inside, own] = [createPerson(t), createPerson(t)];
  for (const person of [inside, own]) person.fill('Show/e1.mkv', 'Show//e2.mkv');
  // Ids are random, times differ, and each person has a folder.
  const alike = ({ status, stdout, stderr }: Ran, { folder }: Person) => ({
    status,
    text: [stdout, stderr].map((text) =>
      text.replaceAll(folder, '').replaceAll(/"(?:batch_)?id": "[^"]+"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d/g, ''),
    ),
  });
  for (const args of lines) {
    t.deepEqual(
      alike(await inside.run(args), inside),
      alike(await own.run(args, { asProcess: true }), own),
      args.join(' '),
    );
  }
});
