import test, { type ExecutionContext } from 'ava';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb } from '../lib/demo/fake-tvdb.ts';
import type { FakeProvider } from '../lib/demo/fake-server.ts';
import { createPerson, linesOf, TVDB_KEY, type Person } from './cli-process.ts';
import { createFakeTvmaze } from './fakes/fake-tvmaze.ts';

const SHORT = { id: 12, year: '2004', seasons: { 0: 3, 1: 12 } };
const LONG = { id: 24, year: '2019', seasons: { 1: 12, 2: 12 } };
const GONE = { id: 9, year: '1980', seasons: { 1: 9 } };
const days = (count: number) =>
  Array.from({ length: count }, (_, index) => `2019-04-${String(index + 1).padStart(2, '0')}`);

interface Provider {
  provider: FakeProvider;
  environment: Record<string, string>;
  /** Matches the unmatched folders, or one. */
  match: (person: Person) => ReturnType<Person['run']>;
  /** Requests for episodes. */
  asked: () => string[];
  matched: string;
  left: string;
}

const PROVIDERS: Record<string, (shows: (typeof LONG | typeof SHORT | typeof GONE)[]) => Promise<Provider>> = {
  async TVDB(shows) {
    const provider = await createFakeTvdb({ series: shows.map((one) => ({ ...one, name: 'Harbour' })) });
    return {
      provider,
      environment: { TVDB_API_KEY: TVDB_KEY, IMMERSION_TRACKER_TVDB_BASE_URL: provider.url },
      match: (person) => person.run(['sync', '--yes']),
      asked: () => provider.requests.flatMap(({ path }) => (path.endsWith('/extended') ? path : [])),
      matched: '“Harbour” is TVDB series 24, Harbour.',
      left: '“Harbour” may be ',
    };
  },
  async TVmaze(shows) {
    const provider = await createFakeTvmaze({
      shows: shows.map(({ id, year, seasons }) => {
        return { id: id + 1000, thetvdb: id, name: 'Harbour', premiered: `${year}-01-01`, seasons };
      }),
    });
    return {
      provider,
      environment: { IMMERSION_TRACKER_TVMAZE_BASE_URL: provider.url },
      match: (person) => person.run(['sync', '--yes']),
      asked: () => provider.requests.flatMap(({ path }) => (path.endsWith('/episodes') ? path : [])),
      matched: '“Harbour” is TVDB series 24, Harbour.',
      left: '“Harbour” may be ',
    };
  },
  async TMDB(shows) {
    const provider = await createFakeTmdb({
      series: shows.map(({ id, seasons }) => ({
        id,
        name: 'Harbour',
        seasons: Object.fromEntries(Object.entries(seasons).map(([season, count]) => [season, days(count)])),
      })),
    });
    return {
      provider,
      environment: {
        TMDB_API_KEY: 'key',
        IMMERSION_TRACKER_TMDB_BASE_URL: provider.url,
        IMMERSION_TMDB_INTERVAL_MS: '25',
      },
      async match(person) {
        await person.run(['sync']);
        const asked = provider.requests.length;
        const ran = await person.run(['show', 'link', 'Harbour']);
        provider.requests.splice(0, asked);
        return ran;
      },
      asked: () => provider.requests.flatMap(({ path }) => (/\/tv\/\d+$/.test(path) ? path : [])),
      matched: '“Harbour” is now linked to TMDB series 24.',
      left: 'Error: Several TMDB series match “Harbour”. Use the id of one:',
    };
  },
};

async function open(t: ExecutionContext, name: string, shows: Parameters<(typeof PROVIDERS)[string]>[0]) {
  const found = await PROVIDERS[name]?.(shows);
  if (!found) throw new Error(name);
  t.teardown(() => found.provider.close());
  return { ...found, person: createPerson(t, found.environment) };
}

const files = (folder: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${folder}/Harbour - ${String(index + 1).padStart(2, '0')}.mkv`);

for (const name of Object.keys(PROVIDERS)) {
  test(`of two series of one name at ${name}, 24 files are of the one with 24 episodes`, async (t) => {
    const { person, match, asked, matched } = await open(t, name, [SHORT, LONG]);
    person.fill(...files('Harbour', 24));
    const { stderr } = await match(person);
    t.true(linesOf(stderr).includes(matched), stderr);
    t.true(asked().length >= 2);
  });

  test(`at ${name}, 12 files that may be of either are left to the user`, async (t) => {
    const { person, match, left } = await open(t, name, [SHORT, LONG]);
    person.fill(...files('Harbour', 12));
    const { stderr } = await match(person);
    t.true(
      linesOf(stderr).some((line) => line.startsWith(left)),
      stderr,
    );
  });

  test(`at ${name}, episodes are only looked up for a few series of one name`, async (t) => {
    const one = await open(t, name, [LONG]);
    one.person.fill(...files('Harbour', 24));
    t.true(linesOf((await one.match(one.person)).stderr).includes(one.matched));
    const many = await open(t, name, [SHORT, LONG, GONE, { ...GONE, id: 8 }]);
    many.person.fill(...files('Harbour', 24));
    const said = linesOf((await many.match(many.person)).stderr);
    t.true(
      said.some((line) => line.startsWith(many.left)),
      said.join('\n'),
    );
    // Linking opens the chosen series.
    t.deepEqual([one.asked().filter((path) => !path.endsWith('/tv/24')), many.asked()], [[], []]);
  });
}

for (const name of ['TVDB', 'TVmaze']) {
  test(`at ${name}, the year in a folder’s name goes before its number of files`, async (t) => {
    const { person, asked } = await open(t, name, [SHORT, LONG]);
    person.fill(...files('Harbour (2004)', 24));
    const { stderr } = await person.run(['sync', '--yes']);
    t.true(linesOf(stderr).includes('“Harbour (2004)” is TVDB series 12, Harbour.'), stderr);
    t.deepEqual(asked(), []);
  });
}

test('series that may be meant are named with their ids, and what leads to the rest', async (t) => {
  const { person, match } = await open(t, 'TVDB', [SHORT, LONG]);
  person.fill(...files('Harbour', 12), 'Unknown/01.mkv');
  const said = linesOf((await match(person)).stderr);
  t.deepEqual(
    said.filter((line) => /“|Matched/.test(line)),
    [
      '“Harbour” may be Harbour (2004), 12 episodes [12] or Harbour (2019), 24 episodes [24].',
      'No series found for “Unknown”.',
      'Matched 0 shows, skipped 2. Match the rest: immersion set-tvdb',
    ],
  );
});

test('set-tvdb reads the recorded files, also of an evening before; a provider that fails decides nothing', async (t) => {
  let fails = true;
  const tvdb = await createFakeTvdb({
    series: [SHORT, LONG].map((one) => ({ ...one, name: 'Harbour' })),
    faults: ({ path }) => (fails && path.endsWith('/extended') ? { status: 404, body: {} } : undefined),
  });
  t.teardown(() => tvdb.close());
  const person = createPerson(t, { TVDB_API_KEY: TVDB_KEY, IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url });
  person.fill(...files('Harbour', 24));
  await person.run(['sync', '--clean', 'delete']);
  t.deepEqual(person.files(), []);
  t.is(
    (await person.run(['set-tvdb', '--yes'])).stderr,
    '“Harbour” may be Harbour (2004) [12] or Harbour (2019) [24].\n',
  );
  fails = false;
  t.is((await person.run(['set-tvdb', '--yes'])).stderr, '“Harbour” is TVDB series 24, Harbour.\n');
});
