import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { startFakeProvider } from '../lib/demo/fake-server.ts';
import { createPerson } from './cli-process.ts';
import { createEveningPerson } from './evening-person.ts';

/** In one process, since each needs its own zone. */
const SEVERAL_COMMANDS = path.join(import.meta.dirname, 'several-commands.ts');
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

for (const [claim, environment, content, zone] of [
  ['Berlin', { TZ: 'Europe/Berlin' }, undefined, 'Europe/Berlin'],
  ['Honolulu', { TZ: 'Pacific/Honolulu' }, undefined, 'Pacific/Honolulu'],
  ['St. John’s', { TZ: 'America/St_Johns' }, undefined, 'America/St_Johns'],
  ['a zone that does not exist', { TZ: 'Mars/Olympus' }, undefined, 'UTC'],
  ['Berlin with another zone set', { TZ: 'Europe/Berlin', IMMERSION_TIME_ZONE: 'Asia/Tokyo' }, undefined, 'Asia/Tokyo'],
  [
    'Berlin with another zone in its file',
    { TZ: 'Europe/Berlin' },
    { IMMERSION_TIME_ZONE: 'Asia/Seoul' },
    'Asia/Seoul',
  ],
  ['Berlin with a file that names no zone', { TZ: 'Europe/Berlin' }, {}, 'Pacific/Auckland'],
] as [string, Record<string, string>, object | undefined, string][]) {
  test(`in a fresh folder in ${claim}, the doctor names the zone that the next commands use`, async (t) => {
    const person = createPerson(t, environment, SEVERAL_COMMANDS);
    if (content) {
      mkdirSync(path.join(person.home, '.config/immersion'), { recursive: true });
      writeFileSync(path.join(person.home, '.config/immersion/config.json'), JSON.stringify(content));
    }
    const run = async (...commands: string[][]) => {
      const args = JSON.stringify(commands.map((command) => [...command, '--json']));
      const { stdout, stderr } = await person.run([args], { asProcess: true });
      t.notThrows(() => JSON.parse(stdout) as unknown, stderr);
      return (JSON.parse(stdout) as string[]).map((said) => JSON.parse(said) as unknown);
    };
    const zoneIn = (doctor: unknown) =>
      (doctor as { checks: { name: string; said: string }[] }).checks
        .find(({ name }) => name === 'time zone')
        ?.said.split(':')[0];
    const [before] = await run(['doctor', '--offline'], ['log', '20m', 'Radio']);
    t.is(zoneIn(before), zone);
    const [history, today, settings, after] = await run(['history'], ['today'], ['settings'], ['doctor', '--offline']);
    const { viewings } = history as { viewings: { at: string; day: string }[] };
    const [{ at, day } = { at: '', day: '' }] = viewings;
    t.is(day, new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(at)));
    t.is((today as { stats: { time_zone: string } }).stats.time_zone, zone);
    t.is((settings as { time_zone: string }).time_zone, zone);
    t.is(zoneIn(after), zone);
  });
}

for (const [mode, isNamed] of [
  [0o600, false],
  [0o400, false],
  [0o700, false],
  [0o602, true],
  [0o620, true],
  [0o604, true],
  [0o640, true],
  [0o622, true],
] as const) {
  test(`files with secrets of mode ${mode.toString(8)} are ${isNamed ? '' : 'not '}named by the doctor`, async (t) => {
    const person = createPerson(t);
    const files = [path.join(person.folder, 'secret.json'), path.join(person.home, '.config/immersion/config.json')];
    mkdirSync(path.join(person.home, '.config/immersion'), { recursive: true });
    for (const file of files) {
      writeFileSync(file, '{}');
      chmodSync(file, mode);
    }
    const environment = { IMMERSION_SECRET_FILE: files[0] ?? '' };
    const { stdout } = await person.run(['doctor', '--offline', '--json'], { environment });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; said: string; todo?: string }[] };
    const named = checks.filter(({ name }) => name === 'secrets').map(({ said, todo }) => `${said}; ${todo}`);
    const expected = (file: string) =>
      `others on this computer may read or write ${file}; Keep it to yourself: chmod 600 ${file}`;
    t.deepEqual(named.toSorted(), isNamed ? files.map(expected).toSorted() : []);
  });
}
