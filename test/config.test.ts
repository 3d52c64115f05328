import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { inspect, promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createConfigFile, readConfig, VERSION, type Config, type Environment } from '../lib/core/config.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';
import { cached, secretFile, withFallback } from '../lib/core/secret.ts';
import type { Secret } from '../lib/core/ports.ts';
import { withOwnTokenKey } from '../lib/core/token-key.ts';
import { createSecretUsers } from '../lib/users/secret-users.ts';

const WORK = '/work/folder';
const HOME = { HOME: '/home/me' };
const NOWHERE = { IMMERSION_DATA_DIR: '/nowhere/at/all' };

async function folder(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'immersion-config-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  return made;
}

const read = (environment: Environment, overrides: Record<string, string | number | undefined> = {}): Config =>
  readConfig({ environment: { ...NOWHERE, ...environment }, overrides, workingDirectory: WORK });

/** The config with a config file of this content. */
async function readWithFile(t: ExecutionContext, content: unknown, environment: Environment = {}): Promise<Config> {
  const home = await folder(t);
  await writeFile(path.join(home, 'config.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return readConfig({ environment: { IMMERSION_DATA_DIR: home, ...environment }, workingDirectory: WORK });
}

const refusal = (t: ExecutionContext, work: () => unknown): ImmersionError => {
  const error = t.throws(work, { instanceOf: ImmersionError });
  if (!(error instanceof ImmersionError)) throw new TypeError('No such error');
  return error;
};
const told = (error: ImmersionError): string => [error.message, ...error.suggestions].join(' ');

const SETTINGS: [
  name: string,
  pick: (config: Config) => unknown,
  fallback: unknown,
  values: [string, string, string],
][] = [
  ['IMMERSION_LIBRARY', (config) => config.library, WORK, ['/flag', '/environment', '/file']],
  ['IMMERSION_STORE', (config) => config.store, 'sqlite', ['dynamodb', 'sqlite', 'dynamodb']],
  ['EPISODE_SYNC_MODE', (config) => config.episodeSync.mode, 'ON_DEMAND', ['GREEDY', 'ON_DEMAND', 'GREEDY']],
  ['IMMERSION_TMDB_INTERVAL_MS', (config) => String(config.tmdbIntervalMs), '250', ['25', '100', '1000']],
  ['IMMERSION_SYNC_BATCH', (config) => String(config.episodeSync.batch), '20', ['1', '10', '1000']],
  ['IMMERSION_SYNC_PARALLEL', (config) => String(config.episodeSync.parallel), '4', ['1', '2', '50']],
  ['IMMERSION_WATCHING_DAYS', (config) => String(config.episodeSync.watchingDays), '90', ['1', '30', '365']],
  ['IMMERSION_TABLE', (config) => config.table, 'immersion_tracker', ['flag', 'environment', 'file']],
  ['DYNAMODB_TABLE', (config) => config.positionsTable, 'tv_show_tracker', ['flag', 'environment', 'file']],
  ['IMMERSION_SECRET_FILE', (config) => config.secretFile, undefined, ['/flag', '/environment', '/file']],
  ['IMMERSION_SECRET_ID', (config) => config.secretId, 'immersion_tracker_api', ['flag', 'environment', 'file']],
  ['TVDB_API_KEY', (config) => config.providerKeys.tvdbApiKey, undefined, ['flag', 'environment', 'file']],
  ['TVDB_PIN', (config) => config.providerKeys.tvdbPin, undefined, ['flag', 'environment', 'file']],
  ['YOUTUBE_API_KEY', (config) => config.providerKeys.youtubeApiKey, undefined, ['flag', 'environment', 'file']],
  ['SPOTIFY_CLIENT_ID', (config) => config.providerKeys.spotifyClientId, undefined, ['flag', 'environment', 'file']],
  [
    'SPOTIFY_CLIENT_SECRET',
    (config) => config.providerKeys.spotifyClientSecret,
    undefined,
    ['flag', 'environment', 'file'],
  ],
  ['TRAKT_REDIRECT_URI', (config) => config.traktRedirectUri, undefined, ['flag', 'environment', 'file']],
  ['TMDB_API_KEY', (config) => config.providerKeys.tmdbApiKey, undefined, ['flag', 'environment', 'file']],
  ['TRAKT_CLIENT_ID', (config) => config.providerKeys.traktClientId, undefined, ['flag', 'environment', 'file']],
  [
    'TRAKT_CLIENT_SECRET',
    (config) => config.providerKeys.traktClientSecret,
    undefined,
    ['flag', 'environment', 'file'],
  ],
  [
    'IMMERSION_TRACKER_TVDB_BASE_URL',
    (config) => config.providerUrls.tvdb,
    'https://api4.thetvdb.com/v4',
    ['http://flag', 'http://environment:1', 'http://file/v4'],
  ],
  [
    'IMMERSION_TRACKER_TVMAZE_BASE_URL',
    (config) => config.providerUrls.tvmaze,
    'https://api.tvmaze.com',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_TMDB_BASE_URL',
    (config) => config.providerUrls.tmdb,
    'https://api.themoviedb.org/3',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL',
    (config) => config.providerUrls.tmdbImage,
    'https://image.tmdb.org/t/p',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_YOUTUBE_BASE_URL',
    (config) => config.providerUrls.youtube,
    'https://www.googleapis.com/youtube/v3',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL',
    (config) => config.providerUrls.spotifyAccounts,
    'https://accounts.spotify.com',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_SPOTIFY_API_BASE_URL',
    (config) => config.providerUrls.spotifyApi,
    'https://api.spotify.com/v1',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_TRAKT_API_BASE_URL',
    (config) => config.providerUrls.traktApi,
    'https://api.trakt.tv',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  [
    'IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL',
    (config) => config.providerUrls.traktAuth,
    'https://auth.trakt.tv',
    ['http://flag', 'http://environment', 'http://file'],
  ],
  ['SPOTIFY_MARKET', (config) => config.spotifyMarket, 'US', ['NZ', 'DE', 'JP']],
  ['IMMERSION_TIME_ZONE', (config) => config.timeZone, 'Pacific/Auckland', ['Europe/Berlin', 'Asia/Tokyo', 'UTC']],
  [
    'IMMERSION_CORS_ORIGIN',
    (config) => config.corsOrigin,
    'https://immersion-tracker.jordansimsmith.com',
    ['*', 'http://environment:8080', 'https://file.example'],
  ],
  ['HOST', (config) => config.host, '127.0.0.1', ['::1', '0.0.0.0', 'localhost']],
  ['PORT', (config) => config.port, 5000, ['0', '65535', '8080']],
  [
    'AWS_ENDPOINT_URL',
    (config) => config.aws.endpoint,
    undefined,
    ['http://flag:4566', 'http://environment', 'http://file'],
  ],
  ['AWS_REGION', (config) => config.aws.region, undefined, ['ap-southeast-2', 'eu-central-1', 'us-east-1']],
];
for (const [name, pick, fallback, [flag, variable, filed]] of SETTINGS) {
  test(`${name}: the flag wins over the environment, that over the file, that over the default`, async (t) => {
    const value = (text: string) => (typeof fallback === 'number' ? Number(text) : text);
    const file = await folder(t);
    await writeFile(path.join(file, 'config.json'), JSON.stringify({ [name]: filed }));
    const config = (overrides: Record<string, string>, environment: Environment) =>
      readConfig({ environment: { IMMERSION_DATA_DIR: file, ...environment }, overrides, workingDirectory: WORK });

    t.is(pick(config({ [name]: flag }, { [name]: variable })), value(flag));
    t.is(pick(config({}, { [name]: variable })), value(variable));
    t.is(pick(config({}, {})), value(filed));
    t.is(pick(read({})), fallback);
    for (const blank of ['', ' ', '\t\n']) {
      t.is(pick(config({ [name]: blank }, { [name]: blank })), value(filed), 'blank counts as unset');
      t.is(pick(read({ [name]: blank })), fallback);
    }
  });
}

test('numbers in the file and in flags are as good as text, and null is unset', async (t) => {
  t.is((await readWithFile(t, { PORT: 8080, HOST: null })).port, 8080);
  t.is(read({}, { PORT: 8081 }).port, 8081);
});

test('a slash at the end of an address is left out', (t) => {
  t.is(read({ IMMERSION_TRACKER_TVDB_BASE_URL: 'http://localhost:1/v4//' }).providerUrls.tvdb, 'http://localhost:1/v4');
});

test('paths are taken from the working directory', (t) => {
  t.is(read({ IMMERSION_LIBRARY: 'videos' }).library, '/work/folder/videos');
  t.is(read({ IMMERSION_LIBRARY: '..' }).library, '/work');
  t.is(read({ IMMERSION_SECRET_FILE: 'secret.json' }).secretFile, '/work/folder/secret.json');
});

const DIRECTORIES: [claim: string, environment: Environment, data: string, state: string, config: string][] = [
  [
    'by the XDG defaults',
    HOME,
    '/home/me/.local/share/immersion',
    '/home/me/.local/state/immersion',
    '/home/me/.config/immersion',
  ],
  [
    'where XDG variables say',
    { ...HOME, XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' },
    '/d/immersion',
    '/s/immersion',
    '/c/immersion',
  ],
  [
    'not at relative XDG variables, which XDG forbids',
    { ...HOME, XDG_DATA_HOME: 'd', XDG_STATE_HOME: './s', XDG_CONFIG_HOME: '' },
    '/home/me/.local/share/immersion',
    '/home/me/.local/state/immersion',
    '/home/me/.config/immersion',
  ],
  [
    'under IMMERSION_DATA_DIR when it is set',
    { ...HOME, IMMERSION_DATA_DIR: '/own', XDG_DATA_HOME: '/d' },
    '/own',
    '/own',
    '/own',
  ],
  [
    'under a relative IMMERSION_DATA_DIR',
    { ...HOME, IMMERSION_DATA_DIR: 'own' },
    '/work/folder/own',
    '/work/folder/own',
    '/work/folder/own',
  ],
  [
    'by the computer’s home without HOME',
    {},
    `${homedir()}/.local/share/immersion`,
    `${homedir()}/.local/state/immersion`,
    `${homedir()}/.config/immersion`,
  ],
];
for (const [claim, environment, data, state, config] of DIRECTORIES) {
  test(`data, state and config are ${claim}`, (t) => {
    const read = readConfig({ environment, workingDirectory: WORK });
    t.deepEqual([read.dataDirectory, read.stateDirectory, read.configFile], [data, state, `${config}/config.json`]);
  });
}

test('a data folder named by flag or in the config file holds data and state', async (t) => {
  const byFlag = readConfig({
    environment: { ...HOME, IMMERSION_DATA_DIR: '/own' },
    overrides: { IMMERSION_DATA_DIR: '/flag' },
    workingDirectory: WORK,
  });
  t.deepEqual(
    [byFlag.dataDirectory, byFlag.stateDirectory, byFlag.configFile],
    ['/flag', '/flag', '/flag/config.json'],
  );

  const home = await folder(t);
  await mkdir(path.join(home, 'immersion'));
  await writeFile(path.join(home, 'immersion', 'config.json'), JSON.stringify({ IMMERSION_DATA_DIR: '/filed' }));
  const byFile = readConfig({ environment: { ...HOME, XDG_CONFIG_HOME: home }, workingDirectory: WORK });
  t.deepEqual(
    [byFile.dataDirectory, byFile.stateDirectory, byFile.configFile],
    ['/filed', '/filed', path.join(home, 'immersion', 'config.json')],
  );
});

test('on Lambda the store is DynamoDB unless a setting says otherwise', (t) => {
  t.is(read({ AWS_LAMBDA_FUNCTION_NAME: 'api' }).store, 'dynamodb');
  t.is(read({ AWS_LAMBDA_FUNCTION_NAME: 'api', IMMERSION_STORE: 'sqlite' }).store, 'sqlite');
  t.is(read({ AWS_LAMBDA_FUNCTION_NAME: ' ' }).store, 'sqlite');
});

const API = 'IMMERSION_TRACKER_API_URL';
const USER = 'IMMERSION_TRACKER_USER';
const PASS = 'IMMERSION_TRACKER_PASSWORD';
const PUBLIC = 'https://api.immersion-tracker.jordansimsmith.com';
const TARGETS: [claim: string, environment: Environment, expected: Config['api']][] = [
  ['nothing set: the API inside this process', {}, { kind: 'embedded' }],
  ['all blank: the API inside this process', { [API]: '', [USER]: ' ', [PASS]: '' }, { kind: 'embedded' }],
  [
    'user and password: the public API',
    { [USER]: 'me', [PASS]: 'p' },
    { kind: 'remote', url: PUBLIC, user: 'me', password: 'p' },
  ],
  [
    'all three: that API',
    { [API]: 'http://localhost:5000/', [USER]: 'me', [PASS]: 'p' },
    { kind: 'remote', url: 'http://localhost:5000', user: 'me', password: 'p' },
  ],
  [
    'a password is kept as it is',
    { [USER]: 'me', [PASS]: ' p:ä ' },
    { kind: 'remote', url: PUBLIC, user: 'me', password: ' p:ä ' },
  ],
];
for (const [claim, environment, expected] of TARGETS) {
  test(claim, (t) => t.deepEqual(read(environment).api, expected));
}

const MISSING: [claim: string, environment: Environment, message: string][] = [
  ['a user without password', { [USER]: 'me' }, `${PASS} is missing.`],
  ['a user with a blank password', { [USER]: 'me', [PASS]: ' ' }, `${PASS} is missing.`],
  ['a password without user', { [PASS]: 'hunter2' }, `${USER} is missing.`],
  ['an address without both', { [API]: 'http://localhost:5000' }, `${USER} and ${PASS} are missing.`],
  ['an address without password', { [API]: 'http://localhost:5000', [USER]: 'me' }, `${PASS} is missing.`],
];
for (const [claim, environment, message] of MISSING) {
  test(`${claim} is an error that names what is missing`, (t) => {
    const error = refusal(t, () => read(environment));
    t.deepEqual([error.message, error.code], [message, 'credentials_missing']);
    t.true(error.suggestions.length > 0);
    t.false(inspect(error).includes('hunter2'));
  });
}

const BAD: [name: string, value: string][] = [
  ['IMMERSION_TIME_ZONE', 'Middle/Earth'],
  ['IMMERSION_TIME_ZONE', 'Etc/Unknown'],
  ['IMMERSION_TIME_ZONE', 'local'],
  ['IMMERSION_STORE', 'postgres'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PORT', '5000x'],
  ['IMMERSION_CORS_ORIGIN', 'mine.example'],
  ['IMMERSION_CORS_ORIGIN', 'https://mine.example/'],
  ['SPOTIFY_MARKET', 'New Zealand'],
  ['AWS_ENDPOINT_URL', 'localhost:4566'],
  ...[
    'IMMERSION_TRACKER_TVDB_BASE_URL',
    'IMMERSION_TRACKER_TVMAZE_BASE_URL',
    'IMMERSION_TRACKER_TMDB_BASE_URL',
    'IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL',
    'IMMERSION_TRACKER_YOUTUBE_BASE_URL',
    'IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL',
    'IMMERSION_TRACKER_SPOTIFY_API_BASE_URL',
    'IMMERSION_TRACKER_TRAKT_API_BASE_URL',
    'IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL',
  ].flatMap((name): [string, string][] => [
    [name, 'localhost'],
    [name, 'ftp://localhost'],
  ]),
];
for (const [name, value] of BAD) {
  test(`${name} of “${value}” is an error that names it and its place`, async (t) => {
    const file = await folder(t);
    const places: [string, () => Config][] = [
      ['by a flag', () => read({}, { [name]: value })],
      ['in the environment', () => read({ [name]: value })],
      [
        `in ${file}/config.json`,
        () => readConfig({ environment: { IMMERSION_DATA_DIR: file }, workingDirectory: WORK }),
      ],
    ];
    await writeFile(path.join(file, 'config.json'), JSON.stringify({ [name]: value }));
    for (const [place, work] of places) {
      const error = refusal(t, work);
      t.is(error.code, 'invalid_setting');
      t.true(error.message.startsWith(`${name} `) && error.message.includes(value), error.message);
      t.true(told(error).includes(place), told(error));
    }
  });
}

const WITH_SECRETS: [claim: string, environment: Environment][] = [
  ['an address with user and password in it', { [API]: 'https://me:hunter2@host', [USER]: 'me', [PASS]: 'p' }],
  ['an address with a user in it', { [API]: 'https://hunter2@host', [USER]: 'me', [PASS]: 'p' }],
  ['an address without scheme, with user and password', { [API]: 'me:hunter2@host', [USER]: 'me', [PASS]: 'p' }],
  ['a provider’s address with credentials', { IMMERSION_TRACKER_TVDB_BASE_URL: 'https://me:hunter2@host' }],
  ['an address with a key in its query', { IMMERSION_TRACKER_TVDB_BASE_URL: 'https://host/v4?key=hunter2' }],
];
for (const [claim, environment] of WITH_SECRETS) {
  test(`${claim} is refused and not repeated`, (t) => {
    const error = refusal(t, () => read(environment));
    t.is(error.code, 'invalid_setting');
    t.true(error.message.startsWith(Object.keys(environment)[0] ?? ''));
    t.false(inspect(error, { depth: 9 }).includes('hunter2'));
  });
}

test('a user with a colon, which Basic authentication cannot send, is refused', (t) => {
  const error = refusal(t, () => read({ [USER]: 'a:b', [PASS]: 'p' }));
  t.deepEqual([error.code, error.message.startsWith(USER)], ['invalid_setting', true]);
});

const MALFORMED: [claim: string, content: string][] = [
  ['no JSON', '{ "PORT": 80'],
  ['an empty file', ''],
  ['a list', '[]'],
  ['a text', '"PORT"'],
  ['null', 'null'],
];
for (const [claim, content] of MALFORMED) {
  test(`a config file of ${claim} is an error that names the file`, async (t) => {
    const file = await folder(t);
    await writeFile(path.join(file, 'config.json'), content);
    const error = refusal(t, () => readConfig({ environment: { IMMERSION_DATA_DIR: file }, workingDirectory: WORK }));
    t.true(error instanceof InvalidInputError);
    t.is(error.code, 'config_malformed');
    t.true(error.message.includes(path.join(file, 'config.json')));
  });
}

for (const value of [true, ['Europe/Berlin'], { zone: 'Europe/Berlin' }]) {
  test(`a setting of ${JSON.stringify(value)} in the config file is refused, not passed over`, async (t) => {
    const error = await t.throwsAsync(readWithFile(t, { IMMERSION_TIME_ZONE: value }), {
      instanceOf: InvalidInputError,
    });
    t.regex(error?.message ?? '', /^IMMERSION_TIME_ZONE /);
    t.notThrows(() => read({}));
  });
}

test('a config file that cannot be read is an error that names it', async (t) => {
  const file = await folder(t);
  await mkdir(path.join(file, 'config.json'));
  const error = refusal(t, () => readConfig({ environment: { IMMERSION_DATA_DIR: file }, workingDirectory: WORK }));
  t.is(error.code, 'config_unreadable');
  t.true(error.message.includes(path.join(file, 'config.json')));
});

const ENCODED: [claim: string, encode: (text: string) => Buffer][] = [
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, big end first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
];
for (const [claim, encode] of ENCODED) {
  test(`settings and secrets in ${claim} are read`, async (t) => {
    const made = await folder(t);
    await writeFile(path.join(made, 'config.json'), encode('{ "IMMERSION_LIBRARY": "/日本語" }\r\n'));
    const config = readConfig({ environment: { IMMERSION_DATA_DIR: made }, workingDirectory: WORK });
    t.is(config.library, '/日本語');
    const secret = path.join(made, 'secret.json');
    await writeFile(secret, encode('{ "users": [{ "user": "爱子", "password": "pässwörd" }] }'));
    t.like((await secretFile(secret).read()).users, [{ user: '爱子', password: 'pässwörd' }]);
    const users = createSecretUsers({ secretFile: secret, store: 'sqlite', dataDirectory: made, secretId: 'id' });
    t.is((await users.find('爱子')).password, 'pässwörd');
  });
}

const UNREADABLE: [claim: string, make: (file: string) => unknown, reason: string][] = [
  ['Latin-1', (file) => writeFile(file, Buffer.from('{ "IMMERSION_LIBRARY": "/höhle" }', 'latin1')), 'not UTF-8 text'],
  ['a pipe without a writer', (file) => execFileSync('sh', ['-c', 'mkfifo "$0"', file]), 'not a regular file'],
  ['a device without an end', (file) => symlink('/dev/zero', file), 'not a regular file'],
  ['a file of 3 TB', (file) => writeFile(file, '').then(() => truncate(file, 3e12)), 'larger than 1 MB'],
];
for (const [claim, make, reason] of UNREADABLE) {
  test(`settings, secrets and keys in ${claim} are refused at once, by name`, async (t) => {
    const made = await folder(t);
    const file = path.join(made, 'config.json');
    await make(file);
    const error = refusal(t, () => readConfig({ environment: { IMMERSION_DATA_DIR: made }, workingDirectory: WORK }));
    t.deepEqual(
      [error.code, error.message],
      ['config_unreadable', `The config file ${file} cannot be read (${reason}).`],
    );
    await t.throwsAsync(secretFile(file).read(), { message: `The secret file ${file} cannot be read (${reason}).` });
    const users = createSecretUsers({ secretFile: file, store: 'sqlite', dataDirectory: made, secretId: 'id' });
    await t.throwsAsync(users.list(), { message: `The secret file ${file} cannot be read (${reason}).` });
    const withKey = withOwnTokenKey({ read: async () => ({ users: [] }) }, file);
    await t.throwsAsync(withKey.read(), { message: `The key file ${file} cannot be read (${reason}).` });
  });
}

test('without a config file the config says so', async (t) => {
  t.false(read({}).configFileExists);
  t.true((await readWithFile(t, {})).configFileExists);
});

test('the config file is made once, with a valid zone and for its owner alone', async (t) => {
  const home = await folder(t);
  const file = path.join(home, 'deep', 'folder', 'config.json');
  await createConfigFile(file);
  const first = await readFile(file, 'utf8');
  const zone = (JSON.parse(first) as Record<string, string>)['IMMERSION_TIME_ZONE'];
  t.is(read({ IMMERSION_TIME_ZONE: zone }).timeZone, zone ?? '');
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.is((await stat(path.dirname(file))).mode & 0o777, 0o700);

  await writeFile(file, '{"IMMERSION_TIME_ZONE":"Asia/Tokyo"}');
  await createConfigFile(file);
  t.is(await readFile(file, 'utf8'), '{"IMMERSION_TIME_ZONE":"Asia/Tokyo"}', 'an existing one stays');
  t.deepEqual(await readdir(path.dirname(file)), ['config.json'], 'and no draft is left');
});

test('twenty who make the config file at once make one, and all succeed', async (t) => {
  const home = await folder(t);
  const file = path.join(home, 'config.json');
  await t.notThrowsAsync(Promise.all(Array.from({ length: 20 }, () => createConfigFile(file))));
  t.deepEqual(await readdir(home), ['config.json']);
  t.notThrows(() => JSON.parse(JSON.stringify(read({ IMMERSION_DATA_DIR: home }))) as unknown);
});

for (const zone of ['', ':nonsense', 'Middle/Earth']) {
  test(`the config file of a computer whose TZ is “${zone}” can be read again`, async (t) => {
    const home = await folder(t);
    const script = `import { createConfigFile } from './lib/core/config.ts'; await createConfigFile(${JSON.stringify(path.join(home, 'config.json'))});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: path.join(import.meta.dirname, '..'),
      env: { TZ: zone },
    });
    t.is(readConfig({ environment: { IMMERSION_DATA_DIR: home }, workingDirectory: WORK }).timeZone, 'UTC');
  });
}

test('the version is that of the package', async (t) => {
  const file = path.join(import.meta.dirname, '..', 'package.json');
  t.is(VERSION, (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version);
});

const NO_KEYS = {
  tvdbApiKey: undefined,
  tvdbPin: undefined,
  youtubeApiKey: undefined,
  spotifyClientId: undefined,
  spotifyClientSecret: undefined,
  tmdbApiKey: undefined,
  traktClientId: undefined,
  traktClientSecret: undefined,
  tokenKey: undefined,
};
const user = (name: string, password: string, admin?: boolean) => ({ user: name, password, admin });
const SECRETS: [claim: string, content: unknown, expected: Secret][] = [
  [
    'the contract’s shape',
    {
      users: [{ user: 'alice', password: 'strong-password' }],
      tvdb_api_key: 't',
      youtube_api_key: 'y',
      spotify_client_id: 'i',
      spotify_client_secret: 's',
    },
    {
      ...NO_KEYS,
      users: [user('alice', 'strong-password')],
      tvdbApiKey: 't',
      youtubeApiKey: 'y',
      spotifyClientId: 'i',
      spotifyClientSecret: 's',
    },
  ],
  [
    'what we keep beside it',
    {
      users: [{ user: 'a', password: 'p', admin: true }],
      tvdb_pin: 'n',
      tmdb_api_key: 'm',
      trakt_client_id: 'c',
      trakt_client_secret: 'd',
      token_key: 'k',
    },
    {
      ...NO_KEYS,
      users: [user('a', 'p', true)],
      tvdbPin: 'n',
      tmdbApiKey: 'm',
      traktClientId: 'c',
      traktClientSecret: 'd',
      tokenKey: 'k',
    },
  ],
  [
    'blank and null keys are missing',
    { users: [], tvdb_api_key: '', youtube_api_key: ' ', tmdb_api_key: null },
    { ...NO_KEYS, users: [] },
  ],
  ['no users', { tvdb_api_key: 't' }, { ...NO_KEYS, users: [], tvdbApiKey: 't' }],
  [
    'what nobody knows is passed over',
    { users: [{ user: 'a', password: 'p', note: 'x' }], other: 1 },
    { ...NO_KEYS, users: [user('a', 'p')] },
  ],
];
for (const [claim, content, expected] of SECRETS) {
  test(`a secret: ${claim}`, async (t) => {
    const file = path.join(await folder(t), 'secret.json');
    await writeFile(file, JSON.stringify(content));
    t.deepEqual(await secretFile(file).read(), expected);
  });
}

const BAD_SECRETS: [claim: string, content: string, place: string][] = [
  ['no JSON', '{"users": [{"user": "alice", "password": "hunter2"', 'JSON'],
  ['an empty file', '', 'JSON'],
  ['a text', '"hunter2"', 'it'],
  ['a list', '["hunter2"]', 'it'],
  ['users that are no list', '{"users": {"alice": "hunter2"}}', 'users'],
  ['a user without password', '{"users": [{"user": "hunter2"}]}', 'users.0.password'],
  ['a user with an empty password', '{"users": [{"user": "hunter2", "password": ""}]}', 'users.0.password'],
  ['a user with an empty name', '{"users": [{"user": "", "password": "hunter2"}]}', 'users.0.user'],
  ['a password that is a number', '{"users": [{"user": "hunter2", "password": 7777777}]}', 'users.0.password'],
  ['an admin that is a text', '{"users": [{"user": "a", "password": "b", "admin": "hunter2"}]}', 'users.0.admin'],
  ['a key that is a list', '{"users": [], "tvdb_api_key": ["hunter2"]}', 'tvdb_api_key'],
];
for (const [claim, content, place] of BAD_SECRETS) {
  test(`a secret of ${claim} is refused by its place, and nothing of it is repeated`, async (t) => {
    const file = path.join(await folder(t), 'secret.json');
    await writeFile(file, content);
    const error = await t.throwsAsync(secretFile(file).read(), {
      instanceOf: ImmersionError,
      code: 'secret_malformed',
    });
    t.true(error?.message.includes(file) && error.message.includes(place), error?.message);
    t.notRegex(inspect(error, { depth: 9 }), /hunter2|7777777/);
  });
}

test('a secret file that is missing or no file is an error that names it and the setting', async (t) => {
  const made = await folder(t);
  for (const file of [path.join(made, 'missing.json'), made]) {
    const error = await t.throwsAsync(secretFile(file).read(), {
      instanceOf: ImmersionError,
      code: 'secret_unreadable',
    });
    t.true(
      error instanceof ImmersionError && error.message.includes(file) && told(error).includes('IMMERSION_SECRET_FILE'),
    );
  }
});

test('the environment fills what the secret lacks, and no more', async (t) => {
  const source = { read: async () => ({ users: [user('a', 'p')], tvdbApiKey: 'secret', youtubeApiKey: undefined }) };
  const filled = withFallback(source, {
    tvdbApiKey: 'environment',
    youtubeApiKey: 'environment',
    tmdbApiKey: undefined,
  });
  t.deepEqual(await filled.read(), {
    users: [user('a', 'p')],
    tvdbApiKey: 'secret',
    youtubeApiKey: 'environment',
    tmdbApiKey: undefined,
  });
});

test('a secret is read once in three minutes, however many ask', async (t) => {
  const clock = { milliseconds: 1000 };
  let reads = 0;
  const source = { read: async () => ({ users: [user(`reader ${++reads}`, 'p')] }) };
  const secret = cached(source, { now: () => clock.milliseconds });
  const names = async () => (await Promise.all([secret.read(), secret.read()])).map(({ users }) => users[0]?.user);
  t.deepEqual(await names(), ['reader 1', 'reader 1']);
  clock.milliseconds += 3 * 60_000 - 1;
  t.deepEqual(await names(), ['reader 1', 'reader 1']);
  clock.milliseconds += 1;
  t.deepEqual(await names(), ['reader 2', 'reader 2']);
});

test('while a new reading of the secret takes its time, the one before serves', async (t) => {
  const clock = { milliseconds: 0 };
  const slow = Promise.withResolvers<Secret>();
  const readings = [Promise.resolve({ users: [user('old', 'p')] }), slow.promise];
  const secret = cached(
    { read: () => readings.shift() ?? Promise.reject(new Error('a third reading')) },
    { now: () => clock.milliseconds },
  );
  await secret.read();
  clock.milliseconds += 3 * 60_000;
  t.is((await secret.read()).users[0]?.user, 'old');
  slow.resolve({ users: [user('new', 'p')] });
  await slow.promise;
  t.is((await secret.read()).users[0]?.user, 'new');
});

test('a failed reading of the secret is not kept, nor does a late one push out a newer', async (t) => {
  const clock = { milliseconds: 0 };
  const readings: PromiseWithResolvers<Secret>[] = [];
  const source = {
    read: () => {
      const reading = Promise.withResolvers<Secret>();
      readings.push(reading);
      return reading.promise;
    },
  };
  const secret = cached(source, { now: () => clock.milliseconds });
  const first = secret.read();
  clock.milliseconds += 3 * 60_000;
  const second = secret.read();
  readings[1]?.resolve({ users: [] });
  await second;
  readings[0]?.reject(new Error('late'));
  await t.throwsAsync(first, { message: 'late' });
  t.deepEqual(await secret.read(), { users: [] });
  t.is(readings.length, 2);

  clock.milliseconds += 3 * 60_000;
  const third = secret.read();
  readings[2]?.reject(new Error('failed'));
  await t.throwsAsync(third);
  const fourth = secret.read();
  readings[3]?.resolve({ users: [user('a', 'p')] });
  t.deepEqual(await fourth, { users: [user('a', 'p')] });
});
