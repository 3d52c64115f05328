import path from 'node:path';
import { readSyncMode, type Config } from './config.ts';
import type { ProviderHttpOptions } from './http/http.ts';
import { createTmdb } from '../tmdb/tmdb-client.ts';
import { createTmdbHttp, createTmdbRequest } from '../tmdb/request-client.ts';
import { createTrakt } from '../imports/sources/trakt-account.ts';
import { createTraktOauth } from '../imports/sources/trakt-oauth.ts';
import { createTraktHttp } from '../imports/sources/trakt-request.ts';
import type { Catalog } from '../shows/catalog-service.ts';
import { createEpisodeSync } from '../shows/episode-sync-service.ts';
import { createFollowedShows } from '../shows/followed-shows-service.ts';
import { createLibrary } from '../titles/titles-service.ts';
import type { Clock, Log, SecretSource } from './ports.ts';
import { createRuns, type RunsOptions } from '../imports/jobs-service.ts';
import { createSeasonSync } from '../shows/season-sync-service.ts';
import type { Services } from './services.ts';
import { createShowCatalog } from '../shows/show-catalog-service.ts';
import { createShowFolders } from '../shows/show-folders-service.ts';
import { createTitleImport } from '../titles/title-import-service.ts';
import { createTmdbCache } from '../tmdb/cache-service.ts';
import { createTmdbCatalog, type TmdbCatalog } from '../tmdb/catalog-service.ts';
import { createTokenCipher } from '../imports/token-cipher-service.ts';
import { createTraktConnection, type TraktConnection } from '../imports/trakt-connection-service.ts';
import { createWatching } from '../shows/watching-service.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import type { Store } from './store/store.ts';

export interface InterchangeEdges {
  store: Store;
  catalog: Catalog;
  viewings: Viewings;
  secret: SecretSource;
  clock: Clock;
  log: Log;
  sleep: ProviderHttpOptions['sleep'];
  /** TMDB's requests are spaced together, whoever sends them. */
  tmdbHttp: ProviderHttpOptions & { clock: Clock };
  runs: Pick<RunsOptions, 'times' | 'pollMilliseconds'>;
}

/** What is exchanged with Trakt and TMDB, the library that comes of it, and the catalogue of shows. */
export async function wireInterchange(
  config: Config,
  { store, catalog, viewings, secret, clock, log, sleep, tmdbHttp, runs: runOptions }: InterchangeEdges,
): Promise<
  Pick<Services, 'episodeSync' | 'followedShows' | 'library' | 'runs' | 'showFolders' | 'tmdb' | 'tmdbCache'> & {
    traktConnection: TraktConnection;
  }
> {
  const tmdb = createTmdbClients(config, { secret, tmdbHttp });
  const tmdbCache = createTmdbCache({ store, clock });
  const tmdbCatalog = createTmdbCatalog({ tmdb: tmdb.source, cache: tmdbCache });
  const syncCatalog = createTmdbCatalog({ tmdb: tmdb.impatientSource, cache: tmdbCache });
  const { trakt, oauth } = createTraktClients(config, { secret, clock, sleep });
  const keys = await tokenKeys(config, secret);
  const cipher = createTokenCipher({ readKey: async () => (await keys.read()).tokenKey });
  const traktConnection = createTraktConnection({ store, oauth, trakt, cipher, clock, ...(sleep && { sleep }) });
  const titles = createTitleImport({ store, catalog: tmdbCatalog, clock, daysOf: viewings.daysOf });
  const shows = wireCatalog(config, { store, catalog, viewings, tmdbCatalog, syncCatalog, log, clock });
  return {
    ...shows,
    library: createLibrary({ store, titles, viewings, series: shows.followedShows, clock }),
    runs: createRuns({
      store,
      clock,
      log,
      titles,
      trakt,
      withTokenOf: (user) => traktConnection.withTokenOf(user),
      cache: tmdbCache,
      ...runOptions,
    }),
    tmdb: tmdbCatalog,
    tmdbCache,
    traktConnection,
  };
}

/** The secret, with a key of its own for Trakt's tokens where there is a disk to keep one. */
async function tokenKeys(config: Config, secret: SecretSource): Promise<SecretSource> {
  if (config.images !== 'disk') return secret;
  const { withOwnTokenKey } = await import('./token-key.ts');
  return withOwnTokenKey(secret, path.join(config.dataDirectory, 'token.key'));
}

/** The clients of TMDB: for its catalogue, where a 429 is waited for, and for the episode sync, which ends its pass instead. */
function createTmdbClients(
  config: Config,
  { secret, tmdbHttp }: { secret: SecretSource; tmdbHttp: ProviderHttpOptions & { clock: Clock } },
) {
  const sourceOver = (options: ProviderHttpOptions) =>
    createTmdb({
      request: createTmdbRequest({
        secret: async () => ({ apiKey: (await secret.read()).tmdbApiKey }),
        baseUrl: config.providerUrls.tmdb,
        clock: tmdbHttp.clock,
        http: createTmdbHttp({ ...tmdbHttp, ...options, intervalMs: config.tmdbIntervalMs }),
      }),
    });
  return { source: sourceOver({}), impatientSource: sourceOver({ retries: 0 }) };
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
    catalog,
    viewings,
    tmdbCatalog,
    syncCatalog,
    log,
    clock,
  }: {
    store: Store;
    catalog: Catalog;
    viewings: Viewings;
    tmdbCatalog: TmdbCatalog;
    syncCatalog: TmdbCatalog;
    log: Log;
    clock: Clock;
  },
): Pick<Services, 'episodeSync' | 'followedShows' | 'showFolders'> {
  const { batch, parallel, watchingDays: days } = config.episodeSync;
  const watching = createWatching({ store, catalog, clock, days });
  const shows = createShowCatalog({ catalog, tmdb: tmdbCatalog, clock });
  const showFolders = createShowFolders({ store, shows, tmdb: tmdbCatalog });
  return {
    showFolders,
    followedShows: createFollowedShows({
      catalog,
      shows,
      watching,
      viewings,
      folders: showFolders,
      clock,
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
