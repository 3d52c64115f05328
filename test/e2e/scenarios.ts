import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import test from 'ava';
import { allEndpoints } from '../../api/features.ts';
import { CORS_ORIGIN, SECRET_ID } from '../../localstack/definition.ts';
import { startEmulator, type Emulator } from '../../localstack/ministack.ts';
import { ENDPOINT_CALLS } from './endpoint-calls.ts';
import { PROVIDER_KEYS, startProviders } from './providers.ts';
import { testRights } from './rights.ts';
import { DOWN, ENTER, runInTerminal, type TerminalAnswer } from './terminal.ts';

const endpoints = await allEndpoints();

const PASSWORD = 'pass:wörd 日本';
/** The origin of the browser's page. */
const BROWSER = { origin: CORS_ORIGIN };

/** Deploys the API to the emulator. Returns its URL. */
export type Deploy = (emulator: Emulator, settings: Record<string, string>) => Promise<string>;

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/**
 * The contract's scenarios and every endpoint, against a deployed API with enforced permissions. `title` makes test
 * titles unique.
 */
export function testScenarios({ title, deploy }: { title: (claim: string) => string; deploy: Deploy }): void {
  const ends: (() => Promise<unknown>)[] = [];
  const called = new Set<string>();
  let emulator: Emulator;
  let providers: Awaited<ReturnType<typeof startProviders>>;
  let url = '';

  test.before(title('the API is there'), async () => {
    emulator = await startEmulator({ enforcePolicies: true });
    ends.push(() => emulator.stop());
    providers = await startProviders();
    ends.push(() => providers.close());
    url = await deploy(emulator, providers.settings);
    const people = ['alice', 'bob', 'ゆう子', 'dora', 'erik', 'fumi'].map((user) => ({ user, password: PASSWORD }));
    const users = [...people, { user: 'admin', password: PASSWORD, admin: true }];
    const secrets = new SecretsManagerClient(emulator);
    await secrets.send(
      new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString: JSON.stringify({ users, ...PROVIDER_KEYS }) }),
    );
    secrets.destroy();
  });
  test.after.always(title('the API goes'), async () => {
    for (const end of ends.toReversed()) await end();
  });

  const call = async (
    method: string,
    target: string,
    { user, body, headers = {} }: { user?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(url + target, {
      method,
      redirect: 'manual',
      headers: {
        ...(user ? { authorization: basic(user, PASSWORD) } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status < 400 && user) called.add(`${method} ${patternOf(method, target)}`);
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : undefined,
    };
  };
  const ask = async (method: string, target: string, options: Parameters<typeof call>[2]): Promise<unknown> => {
    const { status, body } = await call(method, target, options);
    if (status !== 200) throw new Error(`${method} ${target}: ${status} ${JSON.stringify(body)}`);
    return body;
  };

  const atTerminal = (home: string, user: string, args: string[], answers: TerminalAnswer[] = []) =>
    runInTerminal(args, {
      env: {
        HOME: home,
        IMMERSION_DATA_DIR: path.join(home, 'data'),
        IMMERSION_LIBRARY: path.join(home, 'library'),
        IMMERSION_TRACKER_API_URL: url,
        IMMERSION_TRACKER_USER: user,
        IMMERSION_TRACKER_PASSWORD: PASSWORD,
      },
      answers,
    });

  test.serial(title('watched files are recorded, shows get their series, progress shows, files go'), async (t) => {
    const home = await homeWith(t, [
      'shows/しろくまカフェ/watched/第1話.mkv',
      'shows/しろくまカフェ/watched/第2話.mp4',
      'shows/Bleach/watched/Bleach - 001.mkv',
      'shows/Bleach/Bleach - 002.mkv',
      'movies/watched/となりのトトロ.mkv',
    ]);
    const first = await atTerminal(
      home,
      'alice',
      ['sync'],
      [
        ['Which series is “Bleach”?', ENTER],
        ['Which series is “しろくまカフェ”?', ENTER],
        ['Which film is “となりのトトロ”?', ENTER],
        ['What should happen to them?', DOWN, DOWN, ENTER],
        ['for good?', 'y', ENTER],
      ],
    );
    t.is(first.exitCode, 0, first.screen);
    t.regex(first.screen, /Recorded 3 new episodes\./);
    t.regex(first.screen, /Recorded 1 new film\./);
    t.regex(first.screen, /Deleted 4 files .* and 1 finished show folder\./);
    t.false(existsSync(path.join(home, 'library/shows/しろくまカフェ')));
    t.false(existsSync(path.join(home, 'library/shows/Bleach/watched/Bleach - 001.mkv')));
    t.true(existsSync(path.join(home, 'library/shows/Bleach/Bleach - 002.mkv')));
    t.deepEqual(await ask('GET', '/shows', { user: 'alice' }), {
      shows: [
        { folder_name: 'Bleach', tvdb_id: 74_796, tvdb_name: 'Bleach', tvdb_image: null },
        {
          folder_name: 'しろくまカフェ',
          tvdb_id: 257_571,
          tvdb_name: 'しろくまカフェ',
          tvdb_image: 'https://art.example/1.jpg',
        },
      ],
    });
    const progress = (await ask('GET', '/progress', { user: 'alice' })) as Record<string, unknown>;
    t.like(progress, {
      total_episodes_watched: 3,
      episodes_watched_today: 3,
      total_movies_watched: 1,
      // 24 + 24 minutes, 20 without a runtime, 86 for the film.
      total_hours_watched: 2,
      weekly_trend_percentage: null,
    });
    t.like((progress['daily_activity'] as unknown[]).at(-1), { days_ago: 0, minutes_watched: 154 });
    t.like((progress['shows'] as unknown[])[0], { show_id: '257571', name: 'しろくまカフェ', episodes_watched: 2 });
    t.like((progress['movies'] as unknown[])[0], { movie_id: 'となりのトトロ', name: 'となりのトトロ' });

    const again = await atTerminal(home, 'alice', ['sync']);
    t.is(again.exitCode, 0, again.screen);
    t.regex(again.screen, /No watched episodes/);
    t.deepEqual(await ask('GET', '/progress', { user: 'alice' }), progress);
  });

  test.serial(title('watched links are recorded, progress shows them, the list is cleared'), async (t) => {
    const home = await homeWith(
      t,
      [],
      [
        'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=12',
        'https://youtu.be/abcdefghijk',
        '# a comment',
        'https://open.spotify.com/episode/512ojhOuo1ktJprKbVcKyQ?si=x',
      ],
    );
    const first = await atTerminal(home, 'ゆう子', ['sync'], [['What should happen to them?', DOWN, ENTER]]);
    t.is(first.exitCode, 0, first.screen);
    t.regex(first.screen, /Recorded 2 new videos and 1 new podcast episode\./);
    t.is(await readFile(path.join(home, 'library/watched.txt'), 'utf8'), '# a comment\n');
    const progress = (await ask('GET', '/progress', { user: 'ゆう子' })) as Record<string, unknown>;
    t.like(progress, { youtube_videos_watched: 2, spotify_episodes_watched: 1, total_episodes_watched: 0 });
    t.deepEqual(progress['youtube_channels'], [
      {
        channel_id: 'UCkitchen',
        channel_name: 'Yuko’s kitchen',
        artwork_url: 'https://art.example/k.jpg',
        videos_watched: 2,
      },
    ]);
    t.deepEqual(progress['spotify_shows'], [
      {
        show_id: '4rOoJ6Egrf8K2IrywzwOMk',
        show_name: 'Nihongo con Teppei',
        artwork_url: 'https://art.example/t.jpg',
        episodes_watched: 1,
      },
    ]);

    await writeFile(path.join(home, 'library/watched.txt'), 'https://youtu.be/abcdefghijk\n');
    const same: TerminalAnswer = ['What are they?', DOWN, ENTER];
    const again = await atTerminal(home, 'ゆう子', ['sync', '--clean', 'delete'], [same]);
    t.is(again.exitCode, 0, again.screen);
    t.regex(again.screen, /Recorded 0 new videos and 0 new podcast episodes\./);
    t.is(await readFile(path.join(home, 'library/watched.txt'), 'utf8'), '');
    t.deepEqual(await ask('GET', '/progress', { user: 'ゆう子' }), progress);
  });

  test.serial(title('missing and wrong credentials are refused with 401 and Basic'), async (t) => {
    const cases: [string, Record<string, string>][] = [
      ['none', {}],
      ['a wrong password', { authorization: basic('alice', 'wrong') }],
      ['an unknown user', { authorization: basic('nobody', PASSWORD) }],
      ['another scheme', { authorization: 'Bearer token' }],
    ];
    for (const [name, headers] of cases) {
      for (const target of ['/progress', '/health', '/docs']) {
        const answer = await call('GET', target, { headers: { ...BROWSER, ...headers } });
        t.is(answer.status, 401, `${name} at ${target}`);
        t.is(answer.headers.get('www-authenticate'), 'Basic', name);
        t.is(answer.headers.get('access-control-allow-origin'), CORS_ORIGIN, name);
        t.is(typeof (answer.body as { message: unknown }).message, 'string', name);
        t.deepEqual(Object.keys(answer.body as object), ['message'], name);
      }
    }
    const { exitCode, screen } = await runInTerminal(['progress'], {
      env: {
        HOME: await homeWith(t, []),
        IMMERSION_TRACKER_API_URL: url,
        IMMERSION_TRACKER_USER: 'alice',
        IMMERSION_TRACKER_PASSWORD: 'wrong',
      },
    });
    t.is(exitCode, 4, screen);
  });

  test.serial(title('the front page alone is open to everyone'), async (t) => {
    const page = await call('GET', '/', { headers: BROWSER });
    t.is(page.status, 200);
    t.regex(page.headers.get('content-type') ?? '', /^text\/html/);
    t.is(page.headers.get('access-control-allow-origin'), CORS_ORIGIN);
    for (const [method, target] of [
      ['POST', '/'],
      ['DELETE', '/'],
      ['GET', '/shows'],
      ['GET', '/openapi.json'],
    ] as const) {
      t.is((await call(method, target)).status, 401, `${method} ${target}`);
    }
  });

  test.serial(title('a browser of the web page may ask, and reads errors too'), async (t) => {
    for (const target of ['/sync', '/progress', '/']) {
      const preflight = await call('OPTIONS', target, {
        headers: { ...BROWSER, 'access-control-request-method': 'POST' },
      });
      t.is(preflight.status, 204, target);
      t.is(preflight.headers.get('access-control-allow-origin'), CORS_ORIGIN);
      t.is(preflight.headers.get('access-control-allow-methods'), 'GET,POST,PUT,OPTIONS');
      t.is(preflight.headers.get('access-control-allow-headers'), 'Authorization,Content-Type');
    }
    const errors: [string, string, unknown, number, string][] = [
      ['GET', '/nothing', undefined, 404, 'no_such_route'],
      ['DELETE', '/progress', undefined, 405, 'method_not_allowed'],
      ['POST', '/sync', { episodes: 7 }, 400, 'invalid_request'],
      ['PUT', '/show', { folder_name: 'Nobody knows', tvdb_id: 1 }, 404, 'show_not_found'],
    ];
    for (const [method, target, body, status, code] of errors) {
      const answer = await call(method, target, { user: 'bob', body, headers: BROWSER });
      t.is(answer.status, status, `${method} ${target}`);
      t.is((answer.body as { code: string }).code, code);
      t.is(answer.headers.get('access-control-allow-origin'), CORS_ORIGIN);
    }
  });

  test.serial(title('what Trakt and TMDB know comes into the library, and shows are followed'), async (t) => {
    const user = 'fumi';
    const accepted = async (target: string, body?: unknown): Promise<Record<string, unknown>> => {
      const answer = await call('POST', target, { user, body });
      if (answer.status !== 202) throw new Error(`POST ${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as Record<string, unknown>;
    };
    const { trakt } = providers;
    const { url: page, state } = (await ask('POST', '/trakt/authorize', { user })) as { url: string; state: string };
    t.deepEqual(await ask('POST', '/trakt/exchange', { user, body: { code: trakt.allow(page), state } }), {
      connected: true,
    });
    t.like(await ask('GET', '/trakt/status', { user }), { connected: true, username: 'hana' });
    t.deepEqual(await ask('DELETE', '/trakt/connection', { user }), { revoked: true });
    const device = (await ask('POST', '/trakt/device', { user })) as { device_id: string; user_code: string };
    trakt.decide(device.user_code, 'approved');
    t.like(await ask('POST', `/trakt/device/${device.device_id}/poll`, { user }), { status: 'connected' });

    const { run_id: runId } = await accepted('/runs', { kind: 'archive_import' });
    const totoro = { type: 'movie', tmdb_id: 8392, title: 'My Neighbor Totoro' };
    const events = [{ kind: 'movie_watched', title: totoro, event_id: '1', watched_at: '2026-10-01T10:00:00Z' }];
    t.like(await ask('POST', `/runs/${String(runId)}/events`, { user, body: { number: 0, events } }), { events: 1 });
    t.like(await accepted(`/runs/${String(runId)}/cancel`), { status: 'cancelled' });
    t.like(await accepted(`/runs/${String(runId)}/resume`), { status: 'running' });
    t.like(await accepted(`/runs/${String(runId)}/start`), { phase: 'importing', total: 1 });
    t.like(await ask('POST', `/runs/${String(runId)}/advance`, { user }), { status: 'completed', succeeded: 1 });
    t.like(await ask('GET', `/runs/${String(runId)}`, { user }), { status: 'completed' });
    t.like(await ask('GET', '/runs', { user }), { runs: { length: 1 } });
    t.like(await ask('GET', '/titles', { user }), { titles: { length: 1 } });
    t.like(await ask('GET', '/titles/movie/8392', { user }), { status: 'completed', sessions: { length: 1 } });
    t.like(await ask('PUT', '/titles/movie/8392', { user, body: { rating: 5 } }), { rating_name: 'Outstanding' });
    t.like(await ask('GET', '/progress', { user }), { total_movies_watched: 1, total_hours_watched: 1 });
    await ask('DELETE', '/titles/movie/8392', { user });

    const found = (await ask('GET', '/tmdb/search?query=totoro', { user })) as { results: object[] };
    t.like(found.results[0], { tmdb_id: 8392 });
    const image = await call('GET', '/images/posters/w342/totoro.jpg', { user });
    t.is(image.status, 302);
    t.regex(image.headers.get('location') ?? '', /\/t\/p\/w342\/totoro\.jpg$/);

    t.like(await ask('GET', '/api/shows/45790', { user }), { name: 'Polar Bear Cafe', watching: true });
    t.like(await ask('GET', '/api/shows', { user }), { shows: { length: 1 } });
    t.like(await ask('POST', '/api/sync', { user }), { mode: 'ON_DEMAND', due: 1, synced: 1 });
    t.like(await ask('GET', '/api/sync/status', { user }), { synced: 1 });
    t.like(await ask('GET', '/api/shows/45790/seasons/1', { user }), { synced: true, episodes: { length: 2 } });
    t.like(await ask('GET', '/api/upcoming', { user }), { episodes: [] });
    await ask('POST', '/sync', { user, body: { episodes: [{ folder_name: 'Shirokuma', file_name: 'S01E01' }] } });
    t.like(await ask('GET', '/api/folders', { user }), { folders: [{ folder_name: 'Shirokuma', tmdb_id: null }] });
    t.like(await ask('PUT', '/api/folders', { user, body: { folder_name: 'Shirokuma', tmdb_id: 45_790 } }), {
      tmdb_id: 45_790,
      source: 'link',
    });
    t.deepEqual(await ask('DELETE', '/api/shows/45790/watching', { user }), { tmdb_id: 45_790, watching: false });
    t.deepEqual(await ask('PUT', '/api/shows/45790/watching', { user }), { tmdb_id: 45_790, watching: true });
  });

  test.serial(title('every endpoint answers'), async (t) => {
    const user = 'dora';
    const batch = { 'immersion-batch': 'evening-of-dora' };
    const post = (target: string, body: unknown) => ask('POST', target, { user, body, headers: batch });
    t.deepEqual(await post('/sync', { episodes: [{ folder_name: 'a#b', file_name: 'c%2F é' }] }), {
      episodes_added: 1,
    });
    t.deepEqual(await post('/sync', { episodes: [{ folder_name: 'a#b', file_name: 'c%2F é' }] }), {
      episodes_added: 0,
    });
    t.deepEqual(await ask('PUT', '/show', { user, body: { folder_name: 'a#b', tvdb_id: 74_796 } }), {});
    t.deepEqual(await post('/syncyoutube', { video_ids: ['abcdefghijk'] }), { videos_added: 1 });
    t.deepEqual(await post('/syncspotify', { episode_ids: ['512ojhOuo1ktJprKbVcKyQ'], backfill: true }), {
      episodes_added: 1,
    });
    t.deepEqual(await post('/syncmovies', { movies: [{ file_name: 'Totoro', tmdb_id: 8392 }] }), { movies_added: 1 });
    const shows = (await ask('GET', `/search/shows?query=${encodeURIComponent('しろくま')}`, { user })) as {
      results: object[];
    };
    t.like(shows.results[0], { tvdb_id: 257_571 });
    const movies = (await ask('GET', '/search/movies?query=My+Neighbor%20Totoro', { user })) as { results: object[] };
    t.true(movies.results.length > 0);
    const exported = (await ask('GET', '/export', { user })) as { items: object[] };
    const history = (await ask('GET', '/history?limit=50&since=2020-01-01', { user })) as {
      items: object[];
      last_batch: object;
    };
    t.is(history.items.length, 4);
    t.like(history.last_batch, { batch_id: 'evening-of-dora', items: 4 });
    t.like(await ask('DELETE', '/batches/evening-of-dora', { user }), { items_removed: 4 });
    t.like(await ask('GET', '/progress', { user }), { total_episodes_watched: 0, youtube_videos_watched: 0 });
    t.like(await post('/import', { items: exported.items }), { items_existing: 0 });
    t.deepEqual(await ask('GET', '/export', { user }), exported);
    for (const { method, target, body, user: asking = user, status = 200, like } of ENDPOINT_CALLS) {
      const answer = await call(method, target, { user: asking, body });
      t.is(answer.status, status, `${method} ${target}`);
      if (like) t.like(answer.body ?? {}, like, `${method} ${target}`);
    }

    const missing = endpoints.filter(({ method, path }) => !called.has(`${method} ${path}`));
    t.deepEqual(
      missing.map(({ method, path }) => `${method} ${path}`),
      [],
      'endpoints that no test calls on AWS',
    );
  });

  test.serial(title('what was recorded on one’s own computer moves there by a file'), async (t) => {
    const home = await homeWith(t, ['shows/Bleach/watched/Bleach - 001.mkv', 'shows/Bleach/watched/Bleach - 002.mkv']);
    const file = path.join(home, 'immersion.jsonl');
    const embedded = { HOME: home, IMMERSION_DATA_DIR: path.join(home, 'data') };
    const library = path.join(home, 'library');
    const recorded = await runInTerminal(['sync', '--no-input', '--library', library], { env: embedded });
    t.is(recorded.exitCode, 0, recorded.screen);
    const exported = await runInTerminal(['export', '--output', file], { env: embedded });
    t.is(exported.exitCode, 0, exported.screen);
    for (const added of [3, 0]) {
      const imported = await atTerminal(home, 'erik', ['import', file]);
      t.is(imported.exitCode, 0, imported.screen);
      t.regex(imported.screen, new RegExp(`Imported ${added} `));
    }
    t.like(await ask('GET', '/progress', { user: 'erik' }), { total_episodes_watched: 2, episodes_watched_today: 2 });
  });

  test.serial(title('each function may do what it needs and nothing else'), async (t) => {
    await testRights(t, emulator);
  });
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

/** The contract's path of a request. */
function patternOf(method: string, target: string): string | undefined {
  const [path = ''] = target.split('?', 1);
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
  return endpoints.find((endpoint) => endpoint.method === method && fits(endpoint.path))?.path;
}

async function homeWith(
  t: { teardown: (end: () => unknown) => void },
  files: string[],
  links?: string[],
): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'immersion-home-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const library = path.join(home, 'library');
  await mkdir(library);
  for (const file of files) {
    await mkdir(path.dirname(path.join(library, file)), { recursive: true });
    await writeFile(path.join(library, file), 'video');
  }
  if (links) await writeFile(path.join(library, 'watched.txt'), `${links.join('\n')}\n`);
  return home;
}
