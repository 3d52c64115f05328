import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from './config.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from './http/http.ts';
import { cached, secretFile, secretsManager, withFallback } from './secret.ts';
import { createTmdbPacer } from '../tmdb/request-client.ts';
import { createAccounts, type Accounts } from '../users/accounts-service.ts';
import { removeUserData } from '../users/user-data-service.ts';
import { createLoginGuard } from '../users/login-guard-service.ts';
import { createBatches } from '../viewings/batch-service.ts';
import { createCompletion } from '../shows/completion-service.ts';
import { ImmersionError } from './errors.ts';
import { deferred, once } from './deferred.ts';
import { createEpisodes } from '../recording/episodes-service.ts';
import { createExchange } from '../viewings/exchange-service.ts';
import { createHealth } from './health-service.ts';
import { createHistory } from '../viewings/history-service.ts';
import { createImages } from '../tmdb/images-service.ts';
import type { Clock, Log, SecretSource, TmdbImages } from './ports.ts';
import { createPositions } from '../positions/positions-service.ts';
import { createProgressService } from '../progress/progress-service.ts';
import type { RunsOptions } from '../imports/jobs-service.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import type { Services } from './services.ts';
import { createTick, type Tick } from './tick.ts';
import { positionsSchema, trackerSchema } from '../viewings/record-items.ts';
import { answering, type AnsweringStore } from './store/answering.ts';
import type { Store, TableSchema } from './store/store.ts';

export { hashPassword, isHashed } from '../users/password-service.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** Microseconds since the epoch; the digits below the millisecond tell moments of one process apart. */
const systemMicroseconds = (): number => Date.now() * 1000 + Math.floor((performance.now() % 1) * 1000);

/** How often the seasons that are due are looked for, and how long that may take. */
const SYNC_TIMES = { intervalMs: 1000, timeoutMs: 120_000 };

/** The same for imports that nobody advances. */
const IMPORT_TIMES = { intervalMs: 5000, timeoutMs: 120_000, stretchMs: 20_000 };

/** The services over real edges, and how to let those go. */
export interface Wiring {
  services: Services;
  /** What a schedule runs. */
  tick: Tick;
  /** The same for a process that stays: not started yet, and to be stopped before the rest is let go. */
  background: Scheduler;
  store: Store;
  /** Imports leave a checkpoint, and go on no more. */
  pause(): Promise<void>;
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
  const store = answering(open(trackerSchema(config.table)));
  let positionsStore: AnsweringStore | undefined;
  const openPositions = () => (positionsStore ??= answering(open(positionsSchema(config.positionsTable))));
  // On this computer one file holds both.
  const health = createHealth({ stores: () => (config.store === 'sqlite' ? [store] : [store, openPositions()]) });
  const images = createImages({ images: imagesOnDisk(config, clock), baseUrl: config.providerUrls.tmdbImage });
  const pacer = createTmdbPacer({ clock, sleep, intervalMs: config.tmdbIntervalMs });
  const tmdbHttp = { clock, pacer, ...(sleep && { sleep }) };
  const lookups = once(async () => {
    const { wireLookups } = await import('./wiring-lookups.ts');
    return wireLookups(config, { store, secret, clock, log, http, tmdbHttp });
  });
  let interchanges = false;
  const interchange = once(async () => {
    interchanges = true;
    const { wireInterchange } = await import('./wiring-interchange.ts');
    return wireInterchange(config, { store, secret, clock, log, sleep, tmdbHttp, runs: runOptions });
  });
  const runs = deferred(async () => (await interchange()).runs);
  const episodeSync = deferred(async () => (await interchange()).episodeSync);
  const followedShows = deferred(async () => (await interchange()).followedShows);
  const pause = async () => {
    if (interchanges) await runs.stop();
  };
  return {
    store,
    tick: createTick({
      jobs: {
        store: () => store.ping(),
        secret: () => readable(secret),
        imports: async (milliseconds) => void (await runs.advanceOpen(milliseconds)),
        episodes: async (milliseconds) => void (await episodeSync.tick(AbortSignal.timeout(milliseconds))),
      },
      log,
      clock,
    }),
    background: createScheduler({
      tasks: [
        { name: 'episodes', run: (signal) => episodeSync.tick(signal), ...SYNC_TIMES },
        { name: 'imports', run: () => runs.advanceOpen(IMPORT_TIMES.stretchMs), ...IMPORT_TIMES },
      ],
      sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
      log,
    }),
    services: {
      accounts: createAccounts({ secret, clock, log, guard: createLoginGuard({ clock }) }),
      batches: createBatches({ store }),
      completion: createCompletion({ followedShows }),
      episodes: createEpisodes({ store, clock }),
      episodeSync,
      exchange: createExchange({ store }),
      followedShows,
      health,
      history: createHistory({ store, zone: config.timeZone }),
      images,
      library: deferred(async () => (await interchange()).library),
      log,
      movies: deferred(async () => (await lookups()).movies),
      positions: createPositions({
        openStore: openPositions,
        microseconds,
      }),
      progress: createProgressService({
        store,
        clock,
        zone: config.timeZone,
        posterUrl: (file) => images.posterUrl(file),
      }),
      runs,
      showFolders: deferred(async () => (await interchange()).showFolders),
      shows: deferred(async () => (await lookups()).shows),
      spotify: deferred(async () => (await lookups()).spotify),
      tmdb: deferred(async () => (await interchange()).tmdb),
      tmdbCache: deferred(async () => (await interchange()).tmdbCache),
      traktConnection: deferred<Services['traktConnection']>(async () => (await interchange()).traktConnection),
      tvdb: deferred(async () => (await lookups()).tvdb),
      youtube: deferred(async () => (await lookups()).youtube),
    },
    pause,
    async close() {
      await pause();
      await store.close();
      await positionsStore?.close();
    },
  };
}

/** The images that were fetched once; undefined where there is no lasting disk to keep them on. */
function imagesOnDisk(config: Config, clock: Clock): TmdbImages | undefined {
  if (config.images !== 'disk') return undefined;
  const directory = path.join(config.dataDirectory, 'images');
  return deferred(
    once(async () => {
      const { createTmdbImages } = await import('../tmdb/images-client.ts');
      return createTmdbImages({ directory, baseUrl: config.providerUrls.tmdbImage, clock });
    }),
  );
}

/** The accounts alone, for what decides in front of the API and needs no store. */
export const wireAccounts = (config: Config, clock: Clock = systemClock): Accounts =>
  createAccounts({ secret: secretSource(config, clock), clock });

/** The file of the embedded store. */
export const databaseFile = (config: Pick<Config, 'dataDirectory'>): string =>
  path.join(config.dataDirectory, 'immersion.sqlite');

/** The secret's place: a file, else Secrets Manager where DynamoDB is used, else the environment alone. */
export function secretSource(config: Config, clock: Clock): SecretSource {
  const environment: SecretSource = { read: async () => ({ users: [] }) };
  if (config.secretFile) return withFallback(secretFile(config.secretFile), config.providerKeys);
  const source = config.store === 'dynamodb' ? awsSecret(config) : environment;
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

/** Whether Secrets Manager has the secret, and lets this process read it. Whatever else fails there may pass. */
export async function hasAwsSecret(config: Config): Promise<boolean> {
  try {
    await awsSecret(config).read();
    return true;
  } catch (error) {
    return !(error instanceof ImmersionError && error.code === 'secret_missing');
  }
}

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

/** Removes everything that a user recorded. Answers how many items that were. */
export async function removeDataOf(user: string, config: Config): Promise<number> {
  const open = await storeOpener(config);
  const tracker = open(trackerSchema(config.table));
  const positions = open(positionsSchema(config.positionsTable));
  try {
    return await removeUserData(user, { tracker, positions });
  } finally {
    await Promise.all([tracker.close(), positions.close()]);
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
