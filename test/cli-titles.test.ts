import test from 'ava';
import { linesOf, type Ran } from './cli-process.ts';
import { atTerminal, ENTER } from './terminal.ts';
import { createTraktPerson, FILMS } from './trakt-person.ts';

const json = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;
const OVERVIEW = 'ある夏の日、少女は海辺の町で不思議な少年と出会う。';

test('films, series, people, collections and trends of TMDB fit the terminal', async (t) => {
  const me = await createTraktPerson(t);
  const shown = async (args: string[], columns = 80) =>
    linesOf((await me.run(args, { environment: { COLUMNS: String(columns) } })).stdout);
  const found = ['tmdb', 'search', 'カフェ'];
  t.deepEqual(await shown(found), [
    'Title                                                    Year  Kind  TMDB id',
    'となりのカフェ 〜やさしい雨の日の物語、そして遠い街へ〜  1991  film     1001',
  ]);
  t.deepEqual(await shown(found, 60), [
    'Title                                   Year  Kind  TMDB id',
    'となりのカフェ 〜やさしい雨の日の物語…  1991  film     1001',
  ]);
  t.like(json(await me.run([...found, '--json'])), { page: 1, results: [{ tmdb_id: 1001 }], stale: false });
  t.is((await me.run(['tmdb', 'search', 'nothing'])).stderr, 'Nothing found on TMDB for “nothing”.\n');

  const facts = [
    '夜の海',
    '',
    'Released: 1990-05-05',
    'Runtime: 100 min',
    'Genres: Drama',
    'Collection: 海シリーズ [10]',
    '',
  ];
  const cast = ['', 'Cast     As      TMDB id', '海野 花  主人公        7'];
  t.deepEqual(await shown(['tmdb', 'movie', '1000']), [
    ...facts,
    `${OVERVIEW}ある夏の日、少女は海辺の町で`,
    '不思議な少年と出会う。ある夏の日、少女は海辺の町で不思議な少年と出会う。',
    ...cast,
  ]);
  t.deepEqual(await shown(['tmdb', 'movie', '1000'], 120), [
    ...facts,
    `${OVERVIEW}${OVERVIEW}ある夏の日、少女は`,
    '海辺の町で不思議な少年と出会う。',
    ...cast,
  ]);
  t.deepEqual((await shown(['tmdb', 'tv', '2000'])).slice(0, 8), [
    '葬送の魔法使い',
    '',
    'On air: 2020-01-01 to 2020-01-08',
    'Status: Returning Series',
    'Episodes: 3',
    'Genres: Drama',
    'TVDB id: 72000',
    '',
  ]);
  t.deepEqual((await shown(['tmdb', 'person', '7'])).slice(0, 7), [
    '海野 花',
    '',
    'Known for: Acting',
    '',
    '俳優。',
    '',
    'Title                                               As      Year  Kind  TMDB id',
  ]);
  t.is((await shown(['tmdb', 'collection', '10'])).length, 3 + FILMS.length);
  t.is((await shown(['tmdb', 'trending', 'movie'])).length, 1 + FILMS.length);
  t.is((await shown(['tmdb', 'trending', 'tv'])).length, 2);

  const asked = me.tmdb.requests.length;
  await shown(['tmdb', 'movie', '1000']);
  t.is(me.tmdb.requests.length, asked);
  t.deepEqual((await shown(['tmdb', 'cache'])).at(0), 'Kind        Entries  Expired    Size');
  const wouldRemove = (await me.run(['tmdb', 'cache', '--clear', '--dry-run'])).stderr;
  t.regex(wouldRemove, /^Would remove \d+ answers\.\n$/);
  t.is((await me.run(['tmdb', 'cache', '--clear', '--dry-run', '--expired'])).stderr, 'Would remove 0 answers.\n');
  t.is((await me.run(['tmdb', 'cache', '--clear'])).stderr, wouldRemove.replace('Would remove', 'Removed'));
  t.like(json(await me.run(['tmdb', 'cache', '--json'])), { entries: 0, removed: 0 });
});

test('titles of the library are listed, shown, rated, planned and removed', async (t) => {
  const me = await createTraktPerson(t);
  const file = me.exported();
  t.is((await me.run(['trakt', 'import', file])).status, 0);
  const shown = async (args: string[], columns = 80) =>
    linesOf((await me.run(args, { environment: { COLUMNS: String(columns) } })).stdout);
  const dated = (lines: string[]) => lines.map((line) => line.replaceAll(/\d{4}-\d\d-\d\d/g, 'YYYY-MM-DD'));
  t.deepEqual(dated(await shown(['titles', 'list'])), [
    'Title               Year  Kind    Status     Rating       Last watched  TMDB id',
    '夜の海              1990  film    completed  Outstanding  YYYY-MM-DD       1000',
    'となりのカフェ 〜…  1991  film    completed               YYYY-MM-DD       1001',
    'A Silent Day        1992  film    completed               YYYY-MM-DD       1002',
    '七人の侍            1993  film    planned                                  1003',
    '葬送の魔法使い      2020  series  completed  Decent       YYYY-MM-DD       2000',
  ]);
  t.deepEqual(dated(await shown(['titles', 'list', '--type', 'movie', '--rating', 'outstanding'], 120)), [
    'Title   Year  Kind  Status     Rating       Last watched  TMDB id',
    '夜の海  1990  film  completed  Outstanding  YYYY-MM-DD       1000',
  ]);
  const ids = ({ titles }: Record<string, unknown>) => (titles as { tmdb_id: number }[]).map(({ tmdb_id: id }) => id);
  t.deepEqual(ids(json(await me.run(['titles', 'list', '--rating', 'none', '--json']))), [1001, 1002, 1003]);
  t.deepEqual(dated(await shown(['titles', 'show', 'tv/2000'])), [
    '葬送の魔法使い (2020)',
    'series, completed, rated Decent, 6 on Trakt',
    '',
    'Episode  Watched',
    'S01E01   YYYY-MM-DD  Episode 1',
    'S01E02   YYYY-MM-DD  Episode 2',
  ]);
  t.deepEqual(dated(await shown(['titles', 'show', 'movie/1000'])), [
    '夜の海 (1990)',
    'film, completed, rated Outstanding, 9 on Trakt',
    '',
    'Watched',
    'YYYY-MM-DD',
  ]);
  t.deepEqual(await shown(['titles', 'show', '葬送']), await shown(['titles', 'show', 'tv/2000']));
  const unclear = await me.run(['titles', 'show', 'の']);
  t.is(unclear.status, 1);
  t.deepEqual(linesOf(unclear.stderr).slice(0, 2), [
    'Error: Several titles match “の”. Use the id of one:',
    '  → movie/1000  夜の海 (1990)',
  ]);
  const said = async (...args: string[]) => (await me.run(['titles', ...args])).stderr;
  const before = await shown(['titles', 'list']);
  t.is(await said('rate', 'movie/1000', 'meh', '--dry-run'), 'Would rate movie/1000 Meh.\n');
  t.is(await said('rate', '夜の海', 'none', '--dry-run'), 'Would clear your rating of movie/1000.\n');
  t.is(await said('plan', '七人', '--status', 'in_progress', '--dry-run'), 'Would set movie/1003 to in progress.\n');
  t.deepEqual(await shown(['titles', 'list']), before);
  t.is(await said('rate', 'movie/1000', 'meh'), '夜の海: Meh.\n');
  t.is(await said('rate', 'movie/1000', '2'), '夜の海: Meh.\n');
  t.is(await said('rate', 'movie/1000', 'none'), '夜の海: Outstanding.\n');
  t.is(await said('plan', 'tv/2000', '--status', 'abandoned'), '葬送の魔法使い is abandoned.\n');
  t.like(json(await me.run(['titles', 'plan', 'movie/1003', '--json'])), { status: 'planned', title: '七人の侍' });
  t.is(
    await said('list', '--year', '1801'),
    'No titles match. Add some with immersion trakt import or immersion titles plan.\n',
  );

  t.is(await said('remove', 'movie/1003', '--dry-run'), 'Would remove 七人の侍.\n');
  const unasked = await me.run(['titles', 'remove', 'movie/1003', '--no-input', '--json']);
  t.is(unasked.status, 2);
  t.like(json(unasked), { error: { code: 'input_needed' } });
  const asked = atTerminal(t, me, ['titles', 'remove', 'movie/1003']);
  await asked.sees('Remove 七人の侍 with all its viewings?');
  asked.types('n', ENTER);
  t.is(await asked.ended, 2);
  t.is(await said('remove', 'movie/1003', '--yes'), 'Removed 七人の侍.\n');
  const gone = await me.run(['titles', 'remove', 'movie/1003', '--yes']);
  t.deepEqual(
    [gone.status, linesOf(gone.stderr)],
    [1, ['Error: Film 1003 is not among your titles.', '  → List your titles: immersion titles list']],
  );
});

const UNREACHABLE = { IMMERSION_TRACKER_TMDB_BASE_URL: 'http://127.0.0.1:1/3' };
const REFUSALS: [args: string[], status: number, code: string, said: RegExp, environment?: Record<string, string>][] = [
  [['tmdb', 'movie', 'abc'], 2, 'invalid_argument', /“abc” is not a TMDB id, which is a number\./],
  [['tmdb', 'movie', '999'], 1, 'tmdb_not_found', /TMDB has no film with the id 999\./],
  [['tmdb', 'search', 'x', '--page', '0'], 2, 'invalid_argument', /greater than or equal to 1/],
  [['tmdb', 'search', 'x', '--language', 'japanese'], 2, 'invalid_argument', /“japanese” is not a TMDB language/],
  [['tmdb', 'trending', 'films'], 2, 'invalid_argument', /“films”\. Use one of: movie, tv\./],
  [['tmdb', 'cache', '--expired'], 2, 'invalid_argument', /--clear/],
  [['tmdb', 'tv', '1'], 1, 'tmdb_not_configured', /TMDB_API_KEY is not set/, { TMDB_API_KEY: '' }],
  [['tmdb', 'tv', '1'], 1, 'tmdb_unavailable', /the connection was refused/, UNREACHABLE],
  [['titles', 'show', 'nothing'], 1, 'title_not_found', /None of your titles matches “nothing”\./],
  [['titles', 'show', ''], 1, 'title_not_found', /None of your titles matches “”\./],
  [['titles', 'show', 'tv/1'], 1, 'title_not_found', /Series 1 is not among your titles\./],
  [['titles', 'rate', 'movie/1000', '9'], 2, 'invalid_argument', /“9” is not a rating\./],
  [['titles', 'plan', 'movie/999'], 1, 'tmdb_not_found', /TMDB has no film with the id 999\./],
  [['titles', 'list', '--status', 'seen'], 2, 'invalid_argument', /“seen” for --status\. Use one of: planned,/],
  [['titles', 'list', '--rating', '6'], 2, 'invalid_argument', /“6” is not a rating\./],
];
test('what is wrong is named, with a code and a status of its own', async (t) => {
  const me = await createTraktPerson(t);
  for (const [args, status, code, said, environment = {}] of REFUSALS) {
    const name = args.join(' ');
    const told = await me.run([...args, '--json'], { environment });
    t.is(told.status, status, `${name}: ${told.stderr}`);
    t.regex((json(told)['error'] as { message: string }).message, said, name);
    t.like(json(told), { error: { code } }, `${name}: ${told.stdout}`);
  }
});
