import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { linesOf, startServer, type Ran } from './cli-process.ts';
import { atTerminal, CTRL_C } from './terminal.ts';
import { episodeWatched, movieWatched } from './trakt-entries.ts';
import { decide, createTraktPerson, FILMS } from './trakt-person.ts';
import { zip } from './zip.ts';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const json = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

const REPORT = [
  'List       Entries  New titles  Existing titles  Viewings  Ratings',
  'Films            5           3                0         3        0',
  'Episodes         2           1                0         2        0',
  'Watchlist        1           1                0         0        0',
  'Ratings          2           0                2         0        2',
  '',
  'Skipped: 2 entries',
  '  名前のない映画: no TMDB id on Trakt',
  '  Film 1999: not found on TMDB',
];

test('log in, preview, import, sync and log out, and nothing is new the second time', async (t) => {
  const me = await createTraktPerson(t);
  const login = await me.login();
  t.is(login.status, 0, login.stderr);
  t.regex(
    login.stderr,
    /^Open https:\/\/trakt\.test\/activate and enter the code [0-9A-F]{8}\nLogged in as hana\. See what an import would do: immersion trakt preview\n$/,
  );
  t.is(login.stdout, '');

  const preview = await me.run(['trakt', 'preview']);
  t.deepEqual(linesOf(preview.stdout), REPORT);
  t.is(preview.stderr, 'An import would add 5 new titles, 5 viewings and 2 ratings.\n');
  t.deepEqual(json(await me.run(['titles', 'list', '--json'])), { titles: [] });
  const imported = await me.run(['trakt', 'import']);
  t.deepEqual([imported.status, imported.stdout], [0, preview.stdout]);
  t.is(imported.stderr, 'Imported 5 new titles, 5 viewings and 2 ratings.\n');
  const again = await me.run(['trakt', 'import', '--json']);
  t.like(json(again), {
    status: 'completed',
    lists: { movies: { total: 5, new: 0, existing: 3, sessions: 0 }, ratings: { ratings: 0 } },
  });
  t.is(again.stderr, 'Nothing new.\n');
  t.deepEqual(
    [(await me.run(['trakt', 'sync'])).stderr, (await me.run(['trakt', 'sync'])).stdout],
    ['Nothing new.\n', ''],
  );

  const status = await me.run(['trakt', 'status']);
  t.regex(
    status.stdout,
    /^Logged in to Trakt as hana\.\nLast sync: \d{4}-\d\d-\d\d \d\d:\d\d\nLast import: trakt sync of .*: completed\n$/,
  );
  t.like(json(await me.run(['trakt', 'status', '--json'])), { connected: true, last_run: { kind: 'trakt_sync' } });
  const progress = json(await me.run(['progress', '--json']));
  t.like(progress, { total_movies_watched: 3, total_episodes_watched: 2 });
  const shown = (await me.run(['progress'])).stdout;
  t.true(shown.includes('葬送の魔法使い') && shown.includes(FILMS[0] ?? ''), shown);

  t.is((await me.run(['trakt', 'logout', '--dry-run'])).stderr, 'Would log out of Trakt.\n');
  t.is((await me.run(['trakt', 'logout'])).stderr, 'Logged out.\n');
  t.is((await me.run(['trakt', 'logout'])).stderr, 'Not logged in to Trakt.\n');
  t.is(me.trakt.revoked(), 1);
  t.deepEqual(json(await me.run(['trakt', 'logout', '--json'])), { revoked: false });
  t.regex((await me.run(['trakt', 'status'])).stdout, /^Not logged in to Trakt\./);
  t.like(json(await me.run(['progress', '--json'])), { total_movies_watched: 3 });
});

test('an export needs neither a login nor an app at Trakt', async (t) => {
  const me = await createTraktPerson(t, { environment: { TRAKT_CLIENT_ID: '', TRAKT_CLIENT_SECRET: '' } });
  const file = me.exported();
  const preview = await me.run(['trakt', 'preview', file]);
  t.deepEqual(linesOf(preview.stdout), REPORT);
  const imported = await me.run(['trakt', 'import', file]);
  t.deepEqual([imported.status, imported.stdout], [0, preview.stdout]);
  t.is((await me.run(['trakt', 'import', file])).stderr, 'Nothing new.\n');
  t.is(me.trakt.requests.length, 0);
  const films = await me.run(['trakt', 'import', file, '--only', 'movies', '--json']);
  t.deepEqual(Object.keys(json(films)['lists'] as object), ['movies']);
});

test('an imported viewing that was removed stays away at the next import, unless it is asked back', async (t) => {
  const me = await createTraktPerson(t, { environment: { TRAKT_CLIENT_ID: '', TRAKT_CLIENT_SECRET: '' } });
  const file = me.exported();
  await me.run(['trakt', 'import', file]);
  const ids = async () => {
    const { viewings } = json(await me.run(['history', '--all', '--json'])) as { viewings: { id: string }[] };
    return viewings.map(({ id }) => id).sort();
  };
  const all = await ids();
  const [first = '', ...others] = all;
  t.is((await me.run(['remove', first, '--yes'])).status, 0);
  t.deepEqual(await ids(), others);
  for (const [args, expected] of [
    [[], others],
    [['--restore', '--dry-run'], others],
    [['--restore'], all],
    [[], all],
  ] as const) {
    t.is((await me.run(['trakt', 'import', file, ...args])).status, 0);
    t.deepEqual(await ids(), expected, args.join(' '));
  }
});

test('an imported title that was removed stays away at the next import, unless it is asked back', async (t) => {
  const me = await createTraktPerson(t, { environment: { TRAKT_CLIENT_ID: '', TRAKT_CLIENT_SECRET: '' } });
  const file = me.exported();
  await me.run(['trakt', 'import', file]);
  const titles = async () => json(await me.run(['titles', 'list', '--json']))['titles'] as Record<string, unknown>[];
  const all = await titles();
  const { type, tmdb_id: id } = all[0] ?? {};
  t.is((await me.run(['titles', 'remove', `${String(type)}/${String(id)}`, '--yes'])).status, 0);
  const rest = await titles();
  t.is(rest.length, all.length - 1);
  t.is((await me.run(['trakt', 'import', file])).status, 0);
  t.deepEqual(await titles(), rest);
  t.is((await me.run(['trakt', 'import', file, '--restore'])).status, 0);
  t.is((await titles()).length, all.length);
});

interface Refusal {
  claim: string;
  args: string[];
  environment?: Record<string, string>;
  status: number;
  code: string;
  lines: string[];
}

const NOWHERE = 'http://127.0.0.1:1';
const REFUSALS: Refusal[] = [
  {
    claim: 'without a login',
    args: ['trakt', 'preview'],
    status: 4,
    code: 'trakt_not_connected',
    lines: [
      'Error: No Trakt account is connected.',
      '  → Log in: immersion trakt login',
      '  → Then run the same command again.',
    ],
  },
  {
    claim: 'without an app at Trakt',
    args: ['trakt', 'login'],
    environment: { TRAKT_CLIENT_ID: ' ' },
    status: 1,
    code: 'trakt_not_configured',
    lines: [
      'Error: TRAKT_CLIENT_ID is not set, so Trakt is unavailable.',
      '  → Create an app at https://app.trakt.tv/settings/apps and set TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET.',
      '  → Or import your data export without an app: immersion trakt import FILE.zip',
    ],
  },
  {
    claim: 'without a network',
    args: ['trakt', 'login'],
    environment: { IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: NOWHERE },
    status: 1,
    code: 'trakt_unavailable',
    lines: [
      'Error: Trakt failed for the login: the connection was refused (POST http://127.0.0.1:1/oauth/device/code).',
      '  → Check that you can reach 127.0.0.1, then try again.',
    ],
  },
  {
    claim: 'with a list that there is not',
    args: ['trakt', 'sync', '--only', 'movies,films'],
    status: 2,
    code: 'invalid_argument',
    lines: ['Error: Unknown list “films”.', '  → Use movies, series, ratings, watchlist, separated by commas.'],
  },
  {
    claim: 'with a file that is not there',
    args: ['trakt', 'import', 'nowhere.zip'],
    status: 1,
    code: 'archive_unreadable',
    lines: ['Error: No such file: nowhere.zip', '  → Check the path and its permissions.'],
  },
  {
    claim: 'before any import',
    args: ['trakt', 'resume'],
    status: 1,
    code: 'run_not_found',
    lines: ['Error: Nothing has been imported yet.', '  → Start with immersion trakt preview.'],
  },
  {
    claim: 'of an import that there is not',
    args: ['trakt', 'cancel', 'nothing'],
    status: 1,
    code: 'run_not_found',
    lines: ['Error: No such import.', '  → See the last import: immersion trakt status'],
  },
];
for (const { claim, args, environment = {}, status, code, lines } of REFUSALS) {
  test(`immersion ${args.slice(0, 2).join(' ')} ${claim} says what to do`, async (t) => {
    const me = await createTraktPerson(t, { environment });
    const ran = await me.run(args);
    t.deepEqual({ status: ran.status, stdout: ran.stdout, lines: linesOf(ran.stderr) }, { status, stdout: '', lines });
    const told = await me.run([...args, '--json']);
    t.is(told.status, status);
    t.like(json(told), { error: { code, message: lines[0]?.replace('Error: ', '') } });
  });
}

const FILM = JSON.stringify([movieWatched(1000, '2026-01-01T10:00:00.000Z')]);
const LACKING: { what: string; files: Record<string, string>; lines: string[] }[] = [
  {
    what: 'page 2 of the history',
    files: { 'watched-history-1.json': FILM, 'watched-history-3.json': '[]' },
    lines: ['Films: incomplete (missing pages)', 'Episodes: incomplete (missing pages)'],
  },
  {
    what: 'pages that its error file names',
    files: {
      'watched-history-1.json': FILM,
      '_errors.json': '[{"file":"watched-history","fetchedPages":1,"totalPages":3}]',
    },
    lines: ['Films: incomplete (partial export)', 'Episodes: incomplete (partial export)'],
  },
  {
    what: 'something that its broken error file tells',
    files: { 'watched-history-1.json': FILM, '_errors.json': '[{"file":"watched-hist' },
    lines: ['Films: incomplete (partial export)', 'Episodes: incomplete (partial export)'],
  },
  {
    what: 'any history',
    files: { 'ratings-movies.json': '[]' },
    lines: ['Films: incomplete (no history)', 'Episodes: incomplete (no history)'],
  },
  {
    what: 'episodes that its statistics count',
    files: { 'watched-history-1.json': FILM, 'user-stats.json': '{"movies":{"plays":1},"episodes":{"plays":4}}' },
    lines: ['Episodes: incomplete (missing plays)'],
  },
  {
    what: 'plays that it sums up',
    files: {
      'watched-history-1.json': FILM,
      'watched-movies.json': FILM.replace('{', '{"plays":2,'),
    },
    lines: ['Films: incomplete (missing plays)'],
  },
];
for (const { what, files, lines } of LACKING) {
  test(`an export in a folder that lacks ${what} is imported and reported, and the command is only partly done`, async (t) => {
    const person = await createTraktPerson(t);
    const folder = path.join(person.folder, 'export');
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    const ran = await person.run(['trakt', 'import', folder]);
    t.is(ran.status, 5);
    const said = linesOf(ran.stdout);
    t.deepEqual(
      said.filter((line) => line.includes(': incomplete (')),
      lines,
    );
    const [first = ''] = lines;
    t.true(said.includes(`  ${first.replace('incomplete', 'The export has an incomplete list')}.`), ran.stdout);
    const { titles } = json(await person.run(['titles', 'list', '--json'])) as { titles: object[] };
    t.is(titles.length, files['watched-history-1.json'] ? 1 : 0);
  });
}

test('after an export, then a login, a sync reads from the newest play of the export, and says so', async (t) => {
  const [film, series, older] = [movieWatched(1000, daysAgo(9)), episodeWatched([2000, 1, 1], daysAgo(8)), daysAgo(5)];
  const me = await createTraktPerson(t, {
    trakt: {
      movieHistory: [movieWatched(1001, older), film],
      episodeHistory: [series],
      ratings: [],
      watchlist: [],
    },
  });
  const file = path.join(me.folder, 'export.zip');
  writeFileSync(file, zip([{ name: 'watched-history-1.json', content: JSON.stringify([film, series]) }]));
  t.is((await me.run(['trakt', 'import', file])).status, 0);
  t.is((await me.login()).status, 0);
  const ran = await me.run(['trakt', 'sync']);
  t.deepEqual([ran.status, ran.stderr], [0, 'Imported 1 new title, 1 viewing and 0 ratings.\n']);
  const newest = ({ watched_at: at }: Record<string, unknown>) => `${String(at).slice(0, 19)}Z`;
  const said = linesOf(ran.stdout);
  t.true(said.includes(`Films: read from ${newest(film)}`), ran.stdout);
  t.true(said.includes(`Episodes: read from ${newest(series)}`), ran.stdout);
  t.is((await me.run(['trakt', 'sync'])).stderr, 'Nothing new.\n');
});

test('once the pause is over, trakt resume goes on from where it stood', async (t) => {
  const isPaused = { now: true };
  const me = await createTraktPerson(t, {
    trakt: {
      faults: ({ path: where }) =>
        isPaused.now && where === '/sync/history/shows'
          ? { status: 429, body: '', headers: { 'retry-after': '2852' } }
          : undefined,
    },
  });
  await me.login();
  const first = await me.run(['trakt', 'import']);
  t.is(first.status, 5);
  const until = /From (20\S+Z) on, resume with immersion trakt resume\./.exec(first.stderr)?.[1] ?? '';
  const asked = () => me.trakt.requests.map(({ path: where }) => where).filter((where) => where.startsWith('/sync/h'));
  const before = asked();
  const early = await me.run(['trakt', 'resume']);
  t.is(early.status, 5);
  t.true(early.stderr.includes(`From ${until} on, resume`), early.stderr);
  t.deepEqual(asked(), before);

  isPaused.now = false;
  const later = 'const now = Date.now; Date.now = () => now() + 3_600_000;';
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(later)}` };
  const resumed = await me.run(['trakt', 'resume'], { environment });
  t.is(resumed.status, 0, resumed.stderr);
  t.is(resumed.stderr, 'Imported 5 new titles, 5 viewings and 2 ratings.\n');
  t.deepEqual(asked().slice(before.length), ['/sync/history/shows']);
  t.is((await me.run(['trakt', 'resume'], { environment })).status, 1);
});

test('an import that Trakt pauses says until when, and the next command says so at once', async (t) => {
  const person = await createTraktPerson(t, {
    trakt: {
      faults: ({ path }) =>
        path.startsWith('/sync/') ? { status: 429, body: '', headers: { 'retry-after': '2852' } } : undefined,
    },
  });
  await person.login();
  const startedAt = Date.now();
  const first = await person.run(['trakt', 'import']);
  t.is(first.status, 5);
  t.regex(first.stderr, /Interrupted after 0 of 0\. From 20\S+Z on, resume with immersion trakt resume\./);
  const asked = person.trakt.requests.length;
  const second = await person.run(['trakt', 'sync']);
  t.regex(second.stderr, /Trakt is limiting requests; retry after 20\S+Z\./);
  t.is(person.trakt.requests.length, asked);
  t.true(Date.now() - startedAt < 120_000, 'nobody waits');
});

test('a login outlives an outage of Trakt while somebody is in the browser', async (t) => {
  let polls = 0;
  const me = await createTraktPerson(t, {
    trakt: {
      faults({ path: where }) {
        if (where !== '/oauth/device/token') return undefined;
        polls += 1;
        return polls === 1 ? { status: 503, body: '' } : undefined;
      },
    },
  });
  t.is((await me.login()).status, 0);
  t.is(polls, 2);
});

test('a login that is denied in the browser says so', async (t) => {
  const me = await createTraktPerson(t);
  const [ran] = await Promise.all([me.run(['trakt', 'login']), decide(me.trakt, 'denied')]);
  t.is(ran.status, 4);
  t.regex(ran.stderr, /\nError: .*denied.*\n {2}→ /i);
});

test('an import with a film that fails reports it, and a second one brings it', async (t) => {
  let isDown = true;
  const me = await createTraktPerson(t, {
    tmdb: { faults: ({ path: where }) => (isDown && where === '/3/movie/1001' ? { status: 500 } : undefined) },
  });
  const file = me.exported();
  const ran = await me.run(['trakt', 'import', file]);
  t.is(ran.status, 5);
  t.regex(
    ran.stdout,
    /\n\n1 error\n {2}となりのカフェ.*: TMDB failed for film 1001: .*\n {2}→ Run immersion trakt import FILE\.zip again to retry these\.\n$/,
  );
  isDown = false;
  t.is((await me.run(['trakt', 'import', file])).stderr, 'Imported 1 new title, 1 viewing and 0 ratings.\n');
});

test('where no list of Trakt can be read, the reasons are said, also later', async (t) => {
  const me = await createTraktPerson(t);
  await me.login();
  const ran = await me.run(['trakt', 'sync'], { environment: { IMMERSION_TRACKER_TRAKT_API_BASE_URL: NOWHERE } });
  t.deepEqual([ran.status, ran.stderr], [5, 'Nothing was imported.\n']);
  const [first, , , last, ...errors] = linesOf(ran.stdout);
  t.deepEqual([first, last], ['Films: incomplete (trakt unavailable)', 'Ratings: incomplete (trakt unavailable)']);
  t.deepEqual(errors.slice(0, 2), ['', '4 errors']);
  t.regex(errors[2] ?? '', /^ {2}Films: Trakt failed for the history of films: the connection was refused /);
  t.true((await me.run(['trakt', 'status'])).stdout.endsWith(`: completed with errors\n\n${ran.stdout}`));
});

test('at a terminal a bar shows how far it is; Ctrl-C leaves the import, and resume ends it without doubles', async (t) => {
  const me = await createTraktPerson(t, { environment: { IMMERSION_TMDB_INTERVAL_MS: '500' } });
  await me.login();
  const left = atTerminal(t, me, ['trakt', 'import'], { columns: 80, asProcess: true });
  await left.sees('█░');
  await left.sees(' of 6  ');
  t.regex(left.said(), /█+░+ \d of 6 {2}/);
  left.types(CTRL_C);
  await left.sees('Detached. Resume with immersion trakt resume, or cancel with immersion trakt cancel.');
  t.is(await left.ended, 130);
  const status = (await me.run(['trakt', 'status'])).stdout;
  t.regex(status, /Last import: trakt import of .*: running\n█+░+ \d of 6 {2}/);

  const resumed = atTerminal(t, me, ['trakt', 'resume'], { columns: 80 });
  await resumed.sees('List       Entries  New titles');
  await resumed.sees('Imported 5 new titles, 5 viewings and 2 ratings.');
  t.is(await resumed.ended, 0);
  t.is((await me.run(['trakt', 'import'])).stderr, 'Nothing new.\n');
  t.is((json(await me.run(['titles', 'list', '--json']))['titles'] as unknown[]).length, 5);
});

test('an import that was left can be cancelled, and another one begins', async (t) => {
  const me = await createTraktPerson(t, { environment: { IMMERSION_TMDB_INTERVAL_MS: '250' } });
  const file = me.exported();
  const left = atTerminal(t, me, ['trakt', 'import', file], { columns: 120, asProcess: true });
  await left.sees(' of 6  ');
  left.types(CTRL_C);
  t.is(await left.ended, 130);
  const refused = await me.run(['trakt', 'import', file]);
  t.is(refused.status, 1);
  t.deepEqual(linesOf(refused.stderr), [
    'Error: An import is already in progress.',
    '  → Check its progress: immersion trakt status',
    '  → Resume it: immersion trakt resume',
    '  → Or cancel it: immersion trakt cancel',
  ]);
  const about = /the archive import, \d of 6 titles\.\n$/;
  for (const [command, told] of [
    ['cancel', /^Would cancel the/],
    ['resume', /^Would resume the/],
  ] as const) {
    const { stderr } = await me.run(['trakt', command, '--dry-run']);
    t.regex(stderr, told);
    t.regex(stderr, about);
  }
  t.regex(
    (await me.run(['trakt', 'cancel'])).stderr,
    /^Cancelled after \d of 6\. Resume with immersion trakt resume\.\n$/,
  );
  const again = await me.run(['trakt', 'cancel']);
  t.deepEqual([again.status, again.stderr], [1, 'Error: This import can’t be cancelled: it was cancelled.\n']);
  t.is((await me.run(['trakt', 'import', file])).status, 0);
  t.regex((await me.run(['trakt', 'cancel', '--dry-run'])).stderr, /^Already ended: the archive import, 6 of 6/);
  t.regex((await me.run(['trakt', 'resume', '--dry-run'])).stderr, /^Already complete: the archive import, 6 of 6/);
});

test('Ctrl-C while an export is read leaves no import behind', async (t) => {
  const me = await createTraktPerson(t);
  const file = path.join(me.folder, 'large.zip');
  const entries = Array.from({ length: 60_000 }, () => movieWatched(1000, '2026-01-01T10:00:00.000Z'));
  writeFileSync(file, zip([{ name: 'watched-history-1.json', content: JSON.stringify(entries) }]));
  const reading = atTerminal(t, me, ['trakt', 'import', file], { asProcess: true });
  await reading.sees(',000 entries');
  reading.types(CTRL_C);
  await reading.sees('Stopped. Nothing has been imported yet: run the same command again.');
  t.is(await reading.ended, 130);
  t.like(json(await me.run(['trakt', 'status', '--json'])), { last_run: { status: 'cancelled' } });
  t.is((await me.run(['trakt', 'import', me.exported()])).status, 0);
});

test('a login at a terminal waits for the browser, and Ctrl-C ends it', async (t) => {
  const me = await createTraktPerson(t);
  const waiting = atTerminal(t, me, ['trakt', 'login'], { columns: 80, asProcess: true });
  await waiting.sees('Open https://trakt.test/activate and enter the code ');
  await waiting.sees('Waiting for the code…');
  waiting.types(CTRL_C);
  t.is(await waiting.ended, 130);
  t.like(json(await me.run(['trakt', 'status', '--json'])), { connected: false });

  const login = atTerminal(t, me, ['trakt', 'login'], { columns: 80 });
  await login.sees('Waiting for the code…');
  await decide(me.trakt);
  await login.sees('Logged in as hana.');
  t.is(await login.ended, 0);
});

test('with a server the import goes on by itself when it is left', async (t) => {
  const me = await createTraktPerson(t, { environment: { IMMERSION_TMDB_INTERVAL_MS: '250' } });
  const server = await startServer(t, me);
  const there = { ...me, environment: { ...me.environment, ...server.environment } };
  const left = atTerminal(t, there, ['trakt', 'import', me.exported()], { columns: 80, asProcess: true });
  await left.sees(' of 6  ');
  left.types(CTRL_C);
  t.is(await left.ended, 130);
  const looked = async () => (await me.run(['trakt', 'status'], { environment: server.environment })).stdout;
  let status = await looked();
  for (let looks = 0; !status.includes(': completed') && looks < 60; looks += 1) status = await looked();
  t.regex(status, /Last import: archive import of .*: completed\n/);
});
