import test from 'ava';
import { startFakeProvider } from '../lib/demo/fake-server.ts';
import { createEveningPerson } from './evening-person.ts';

const isOfKey = (line: string) => /^. \S+ key /u.test(line);

test.serial('the doctor tries each key once, and with --offline none', async (t) => {
  const person = await createEveningPerson(t);
  const trakt = await startFakeProvider(({ path, headers }) => {
    if (path !== '/genres/movies') return { status: 404, body: {} };
    return headers['trakt-api-key'] === 'good-id' ? { status: 200, body: [] } : { status: 403, body: {} };
  });
  t.teardown(() => trakt.close());
  person.environment['IMMERSION_TRACKER_TRAKT_API_BASE_URL'] = trakt.url;
  Object.assign(person.environment, { TRAKT_CLIENT_ID: 'good-id', TRAKT_CLIENT_SECRET: 'secret' });
  const providers = [person.tvdb, person.tmdb, person.youtube, person.spotify, trakt];

  const offline = await person.run(['doctor', '--offline']);
  t.is(offline.status, 0);
  t.false(
    offline.out.some((line) => / key /.test(line)),
    offline.out.join('\n'),
  );
  t.deepEqual(
    providers.map(({ requests }) => requests.length),
    [0, 0, 0, 0, 0],
  );

  const fine = await person.run(['doctor']);
  t.is(fine.status, 0);
  t.deepEqual(
    fine.out.filter(isOfKey),
    ['TVDB', 'TMDB', 'YouTube', 'Spotify', 'Trakt'].map((name) => `✓ ${`${name} key`.padEnd(14)} works`),
  );
  t.deepEqual(
    providers.map(({ requests }) => requests.filter(({ path }) => !/login|token/.test(path)).length),
    [1, 1, 1, 1, 1],
  );

  Object.assign(person.environment, { TVDB_API_KEY: 'wrong', TMDB_API_KEY: '', TRAKT_CLIENT_ID: 'wrong' });
  const wrong = await person.run(['doctor', '--json']);
  t.is(wrong.status, 1);
  const { checks } = wrong.json as { checks: { name: string; state: string; said: string; todo?: string }[] };
  const keys = checks.filter(({ name }) => /^\S+ key$/.test(name));
  t.deepEqual(
    keys.map(({ name, state }) => [name, state]),
    [
      ['TVDB key', 'broken'],
      ['YouTube key', 'ok'],
      ['Spotify key', 'ok'],
      ['Trakt key', 'broken'],
    ],
  );
  t.regex(keys[0]?.said ?? '', /^TVDB .*rejected the API key\.$/);
  t.regex(keys[0]?.todo ?? '', /^Replace the key\./);
});

test.serial('a provider that is down leaves its key unproven, which is no fault of the setup', async (t) => {
  const person = await createEveningPerson(t, { tmdb: { faults: () => ({ status: 500, body: {} }) } });
  const { status, out } = await person.run(['doctor']);
  t.is(status, 0);
  t.true(
    out.some((line) => /^! TMDB key {7}TMDB .*500/.test(line)),
    out.join('\n'),
  );
});
