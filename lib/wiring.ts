import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readSyncMode, type Config } from './config.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from './providers/http.ts';
import { createSpotify } from './providers/spotify.ts';
import { createTmdb } from './providers/tmdb.ts';
import { createTmdbImages } from './providers/tmdb-images.ts';
import { createTmdbMovies } from './providers/tmdb-movies.ts';
import { createTmdbHttp, createTmdbPacer, createTmdbRequest } from './providers/tmdb-request.ts';
import { withOwnTokenKey } from './providers/token-key.ts';
import { createTrakt } from './providers/trakt.ts';
import { createTraktOauth } from './providers/trakt-oauth.ts';
import { createTraktHttp } from './providers/trakt-request.ts';
import { createTvdb } from './providers/tvdb.ts';
import { createYouTube } from './providers/youtube.ts';
import { cached, secretFile, secretsManager, withFallback } from './providers/secret.ts';
import { createAccounts, type Accounts } from './services/accounts.ts';
import { createBatches } from './services/batches.ts';
import { createCatalog } from './services/catalog.ts';
import { createEpisodes } from './services/episodes.ts';
import { createEpisodeSync } from './services/episode-sync.ts';
import { createExchange } from './services/exchange.ts';
import { createFollowedShows } from './services/followed-shows.ts';
import { createHealth } from './services/health.ts';
import { createHistory } from './services/history.ts';
import { createImages } from './services/images.ts';
import { createLibrary } from './services/library.ts';
import { createMovies } from './services/movies.ts';
import type { Clock, Log, SecretSource } from './services/ports.ts';
import { createPositions } from './services/positions.ts';
import { createProgressService } from './services/progress.ts';
import { createRuns, type RunsOptions } from './services/runs.ts';
import { createScheduler, type Scheduler } from './services/scheduler.ts';
import { createSeasonSync } from './services/season-sync.ts';
import type { Services } from './services/services.ts';
import { createShowCatalog } from './services/show-catalog.ts';
import { createShowFolders } from './services/show-folders.ts';
import { createShows } from './services/shows.ts';
import { createSpotifyEpisodes } from './services/spotify.ts';
import { createTick, type Tick } from './services/tick.ts';
import { createTitleImport } from './services/title-import.ts';
import { createTmdbCache } from './services/tmdb-cache.ts';
import { createTmdbCatalog, type TmdbCatalog } from './services/tmdb-catalog.ts';
import { createTokenCipher } from './services/token-cipher.ts';
import { createTraktConnection } from './services/trakt-connection.ts';
import { createImportedWatches, createLocalWatches, watchesOf } from './services/watched-episodes.ts';
import { createWatching } from './services/watching.ts';
import { createYouTubeVideos } from './services/youtube.ts';
import { positionsSchema, trackerSchema } from './store/items.ts';
import type { Store, TableSchema } from './store/store.ts';

export { hashPassword, isHashed } from './services/passwords.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** Microseconds since the epoch; the digits below the millisecond tell moments of one process apart. */
const systemMicroseconds = (): number => Date.now() * 1000 + Math.floor((performance.now() % 1) * 1000);

/** How often the seasons that are due are looked for, and how long that may take: in the background, and on a schedule. */
const SYNC_TIMES = { intervalMs: 1000, timeoutMs: 120_000, tickMs: 15_000 };

/** The same for imports that nobody advances. A stretch on a schedule is below the time that its function has. */
const IMPORT_TIMES = { intervalMs: 5000, timeoutMs: 120_000, stretchMs: 20_000, tickMs: 40_000 };

/** The services over real edges, and how to let those go. */
export interface Wiring {
  services: Services;
  /** What a schedule runs. */
  tick: Tick;
  /** The same for a process that stays: not started yet, and to be stopped before the rest is let go. */
  background: Scheduler;
  store: Store;
  close(): Promise<void>;
}

/** Config → edges → services: the composition root. `secret` replaces where the config says it is, `http` the way to providers. */
export async function wire(
  config: Config,
  {
    log,
    clock = systemClock,
    microseconds = systemMicroseconds,
    secret = secretSource(config, clock),
    http = createProviderHttp({ clock }),
    sleep,
    runs: runOptions = {},
  }: {
    log: Log;
    clock?: Clock;
    microseconds?: () => number;
    secret?: SecretSource;
    http?: ProviderHttp;
    /** How clients of Trakt and TMDB wait; for clocks that are set. */
    sleep?: ProviderHttpOptions['sleep'];
    runs?: Pick<RunsOptions, 'times' | 'pollMilliseconds'>;
  },
): Promise<Wiring> {
  const open = await storeOpener(config);
  const store = open(trackerSchema(config.table));
  let positionsStore: Store | undefined;
  const { tvdb, youtube, spotify } = createProviders(config, { secret, clock, http });
  const tmdb = createTmdbClients(config, { secret, clock, sleep });
  const health = createHealth({ store });
  const served = createImages({
    images:
      config.images === 'disk'
        ? createTmdbImages({
            directory: path.join(config.dataDirectory, 'images'),
            baseUrl: config.providerUrls.tmdbImage,
            clock,
          })
        : undefined,
    baseUrl: config.providerUrls.tmdbImage,
  });
  const tmdbCache = createTmdbCache({ store, clock });
  const tmdbCatalog = createTmdbCatalog({ tmdb: tmdb.source, cache: tmdbCache });
  const catalog = wireCatalog(config, {
    store,
    tmdbCatalog,
    syncCatalog: createTmdbCatalog({ tmdb: tmdb.impatientSource, cache: tmdbCache }),
    log,
    clock,
  });
  const { trakt, oauth } = createTraktClients(config, { secret, clock, sleep });
  const keys =
    config.images === 'disk' ? withOwnTokenKey(secret, path.join(config.dataDirectory, 'token.key')) : secret;
  const cipher = createTokenCipher({ readKey: async () => (await keys.read()).tokenKey });
  const traktConnection = createTraktConnection({ store, oauth, trakt, cipher, clock, ...(sleep && { sleep }) });
  const titles = createTitleImport({ store, catalog: tmdbCatalog, clock, zone: config.timeZone });
  const runs = createRuns({
    store,
    clock,
    log,
    titles,
    trakt,
    withTokenOf: (user) => traktConnection.withTokenOf(user),
    cache: tmdbCache,
    ...runOptions,
  });
  return {
    store,
    tick: createTick({
      jobs: {
        store: () => health.check(),
        secret: () => readable(secret),
        imports: async () => void (await runs.advanceOpen(IMPORT_TIMES.tickMs)),
        episodes: async () => void (await catalog.episodeSync.tick(AbortSignal.timeout(SYNC_TIMES.tickMs))),
      },
      log,
      clock,
    }),
    background: createScheduler({
      tasks: [
        { name: 'episodes', run: (signal) => catalog.episodeSync.tick(signal), ...SYNC_TIMES },
        { name: 'imports', run: () => runs.advanceOpen(IMPORT_TIMES.stretchMs), ...IMPORT_TIMES },
      ],
      sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
      log,
    }),
    services: {
      accounts: createAccounts({ secret, clock }),
      batches: createBatches({ store }),
      episodes: createEpisodes({ store, clock }),
      ...catalog,
      exchange: createExchange({ store }),
      health,
      history: createHistory({ store, zone: config.timeZone }),
      images: served,
      library: createLibrary({ store, titles, clock }),
      log,
      movies: createMovies({ store, tvdb, tmdb: tmdb.movies, clock }),
      positions: createPositions({
        openStore: () => (positionsStore ??= open(positionsSchema(config.positionsTable))),
        microseconds,
      }),
      progress: createProgressService({
        store,
        clock,
        zone: config.timeZone,
        posterUrl: (file) => served.posterUrl(file),
      }),
      runs,
      shows: createShows({ store, tvdb }),
      spotify: createSpotifyEpisodes({ store, spotify, clock }),
      tmdb: tmdbCatalog,
      tmdbCache,
      traktConnection,
      tvdb,
      youtube: createYouTubeVideos({ store, youtube, clock, log }),
    },
    async close() {
      await runs.stop();
      await store.close();
      await positionsStore?.close();
    },
  };
}

/** The accounts alone, for what decides in front of the API and needs no store. */
export const wireAccounts = (config: Config, clock: Clock = systemClock): Accounts =>
  createAccounts({ secret: secretSource(config, clock), clock });

function createProviders(
  config: Config,
  { secret, clock, http }: { secret: SecretSource; clock: Clock; http: ProviderHttp },
) {
  const urls = config.providerUrls;
  return {
    tvdb: createTvdb({
      secret: async () => {
        const { tvdbApiKey, tvdbPin } = await secret.read();
        return { apiKey: tvdbApiKey, pin: tvdbPin };
      },
      baseUrl: urls.tvdb,
      clock,
      http,
    }),
    youtube: createYouTube({
      secret: async () => ({ apiKey: (await secret.read()).youtubeApiKey }),
      baseUrl: urls.youtube,
      clock,
      http,
    }),
    spotify: createSpotify({
      secret: async () => {
        const { spotifyClientId, spotifyClientSecret } = await secret.read();
        return { clientId: spotifyClientId, clientSecret: spotifyClientSecret };
      },
      accountsBaseUrl: urls.spotifyAccounts,
      apiBaseUrl: urls.spotifyApi,
      market: config.spotifyMarket,
      clock,
      http,
    }),
  };
}

/**
 * The clients of TMDB, whose requests are spaced together: for its catalogue, where a 429 is waited for; the same for
 * the episode sync, which ends its pass instead; and for films, where a person waits at a prompt.
 */
function createTmdbClients(
  config: Config,
  { secret, clock, sleep }: { secret: SecretSource; clock: Clock; sleep: ProviderHttpOptions['sleep'] },
) {
  const urls = config.providerUrls;
  const intervalMs = config.tmdbIntervalMs;
  const waiting = { clock, pacer: createTmdbPacer({ clock, sleep, intervalMs }), ...(sleep && { sleep }) };
  const requestOver = (http: ProviderHttp) =>
    createTmdbRequest({
      secret: async () => ({ apiKey: (await secret.read()).tmdbApiKey }),
      baseUrl: urls.tmdb,
      clock,
      http,
    });
  return {
    source: createTmdb({ request: requestOver(createTmdbHttp({ ...waiting, intervalMs })) }),
    impatientSource: createTmdb({ request: requestOver(createTmdbHttp({ ...waiting, intervalMs, retries: 0 })) }),
    movies: createTmdbMovies({ request: requestOver(createProviderHttp(waiting)), imageBaseUrl: urls.tmdbImage }),
  };
}

/** The clients of Trakt, with the manners that it asks for. */
function createTraktClients(
  config: Config,
  { secret, clock, sleep }: { secret: SecretSource; clock: Clock; sleep: ProviderHttpOptions['sleep'] },
) {
  const urls = config.providerUrls;
  const readSecret = async () => {
    const { traktClientId, traktClientSecret } = await secret.read();
    return { clientId: traktClientId, clientSecret: traktClientSecret };
  };
  return {
    trakt: createTrakt({
      secret: readSecret,
      baseUrl: urls.traktApi,
      clock,
      http: createTraktHttp({ clock, ...(sleep && { sleep }) }),
    }),
    oauth: createTraktOauth({
      secret: readSecret,
      baseUrl: urls.traktAuth,
      redirectUri: config.traktRedirectUri,
      clock,
    }),
  };
}

/** The catalogue of shows, what people watch of it, and the sync of its seasons. */
function wireCatalog(
  config: Config,
  {
    store,
    tmdbCatalog,
    syncCatalog,
    log,
    clock,
  }: { store: Store; tmdbCatalog: TmdbCatalog; syncCatalog: TmdbCatalog; log: Log; clock: Clock },
): Pick<Services, 'episodeSync' | 'followedShows' | 'showFolders'> {
  const { batch, parallel, watchingDays: days } = config.episodeSync;
  const catalog = createCatalog({ store });
  const watching = createWatching({ store, catalog, clock, days });
  const shows = createShowCatalog({ catalog, tmdb: tmdbCatalog, clock });
  const showFolders = createShowFolders({ store, shows, tmdb: tmdbCatalog });
  const watched = watchesOf([createLocalWatches({ store, folders: showFolders }), createImportedWatches({ store })]);
  return {
    showFolders,
    followedShows: createFollowedShows({
      catalog,
      shows,
      watching,
      watched,
      folders: showFolders,
      clock,
      zone: config.timeZone,
      log,
    }),
    episodeSync: createEpisodeSync({
      store,
      catalog,
      shows: createShowCatalog({ catalog, tmdb: syncCatalog, clock }),
      seasons: createSeasonSync({ catalog, tmdb: syncCatalog, clock, log, chance: Math.random }),
      watching,
      mode: () => readSyncMode(config),
      clock,
      log,
      batch,
      parallel,
    }),
  };
}

/** The file of the embedded store. */
export const databaseFile = (config: Pick<Config, 'dataDirectory'>): string =>
  path.join(config.dataDirectory, 'immersion.sqlite');

/** The secret's place: a file, else Secrets Manager where DynamoDB is used, else the environment alone. */
export function secretSource(config: Config, clock: Clock): SecretSource {
  const environment: SecretSource = { read: async () => ({ users: [] }) };
  const source = config.secretFile
    ? secretFile(config.secretFile)
    : config.store === 'dynamodb'
      ? awsSecret(config)
      : environment;
  return cached(withFallback(source, config.providerKeys), clock);
}

/** Throws where the secret cannot be read, and tells nothing of what it holds. */
async function readable(secret: SecretSource): Promise<void> {
  await secret.read();
}

const awsSecret = (config: Config): SecretSource => ({
  async read() {
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    return secretsManager({ client: new SecretsManagerClient(awsSettings(config)), secretId: config.secretId }).read();
  },
});

/** Makes both tables where the settings point; those that are there stay as they are. */
export async function createTables(
  config: Config,
  { dryRun }: { dryRun: boolean },
): Promise<{ place: string; tables: { table: string; created: boolean }[] }> {
  const place =
    config.store === 'sqlite' ? databaseFile(config) : `DynamoDB${config.aws.region ? `, ${config.aws.region}` : ''}`;
  const schemas = [trackerSchema(config.table), positionsSchema(config.positionsTable)];
  if (dryRun) return { place, tables: schemas.map(({ table }) => ({ table, created: false })) };
  const open = await storeOpener(config);
  const stores: Store[] = [];
  try {
    const tables = [];
    for (const schema of schemas) {
      const store = open(schema);
      stores.push(store);
      tables.push({ table: schema.table, created: (await store.create()).created });
    }
    return { place, tables };
  } finally {
    for (const store of stores) await store.close();
  }
}

/** How a table is opened where the settings point. */
async function storeOpener(config: Config): Promise<(schema: TableSchema) => Store> {
  if (config.store === 'sqlite') {
    const { createSqliteStore } = await import('./store/sqlite.ts');
    return (schema) => createSqliteStore({ file: databaseFile(config), schema });
  }
  const { createDynamodbClient, createDynamodbStore } = await import('./store/dynamodb.ts');
  const client = createDynamodbClient(awsSettings(config));
  return (schema) => createDynamodbStore({ client, schema });
}

const awsSettings = ({ aws }: Config): { region?: string; endpoint?: string } => ({
  ...(aws.region ? { region: aws.region } : {}),
  ...(aws.endpoint ? { endpoint: aws.endpoint } : {}),
});
