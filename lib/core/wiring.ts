import { setTimeout as delay } from 'node:timers/promises';
import { createTmdbPacer } from '../tmdb/request-client.ts';
import { createAccounts, type Accounts } from '../users/accounts-service.ts';
import { removeUserData } from '../exchange/user-data-service.ts';
import { createLoginGuard } from '../users/login-guard-service.ts';
import { positionsSchema } from '../positions/position-items.ts';
import { trackerSchema } from '../viewings/record-items.ts';
import { databaseFile, type Config } from './config.ts';
import type { Context, OpenFeatures } from './context.ts';
import { createProviderHttp } from './http/http.ts';
import type { Clock, Log, SecretSource } from './ports.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { cached, secretFile, secretsManager, withFallback } from './secret.ts';
import { ImmersionError } from './errors.ts';
import { answering, type AnsweringStore } from './store/answering.ts';
import type { Store, TableSchema } from './store/store.ts';
import { createTick, type Tick } from './tick.ts';

export { hashPassword, isHashed } from '../users/password-service.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** Microseconds since the epoch; the lower digits distinguish instants within the process. */
const systemMicroseconds = (): number => Date.now() * 1000 + Math.floor((performance.now() % 1) * 1000);

/** Limits for background runs: timeout, and work before yielding. */
const BACKGROUND = { timeoutMs: 120_000, milliseconds: 20_000 };

export interface Wiring<Features> {
  features: Features;
  log: Log;
  accounts: Accounts;
  store: Store;
  /** For a scheduler outside the process. */
  tick: Tick;
  /** For a server; not started yet, and to be stopped before `close`. */
  background: Scheduler;
  /** Stops running work with a checkpoint. */
  pause: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * The composition root: config, edges, services. `open` creates the features' services; other options override the
 * config's.
 */
export async function wire<Features>(
  config: Config,
  open: (context: Context) => OpenFeatures<Features>,
  {
    log,
    clock = systemClock,
    microseconds = systemMicroseconds,
    secret = secretSource(config, clock),
    http = createProviderHttp({ clock }),
    sleep,
    leases = {},
    isBrief = false,
  }: { log: Log; /** For one command. */ isBrief?: boolean } & Partial<
    Omit<Context, 'config' | 'store' | 'openStore' | 'everyStore' | 'log' | 'tmdbHttp'>
  >,
): Promise<Wiring<Features>> {
  const openTable = await storeOpener(config, { isBrief });
  const stores = new Map<string, AnsweringStore>();
  const openStore = (schema: TableSchema): AnsweringStore => {
    const store = stores.get(schema.table) ?? answering(openTable(schema));
    stores.set(schema.table, store);
    return store;
  };
  const store = openStore(trackerSchema(config.table));
  // SQLite has both tables in one file.
  const everyStore = () =>
    config.store === 'sqlite' ? [store] : [store, openStore(positionsSchema(config.positionsTable))];
  const pacer = createTmdbPacer({ clock, sleep, intervalMs: config.tmdbIntervalMs });
  const tmdbHttp = { clock, pacer, ...(sleep && { sleep }) };
  const context = {
    config,
    store,
    openStore,
    everyStore,
    secret,
    clock,
    microseconds,
    log,
    http,
    tmdbHttp,
    sleep,
    leases,
  };
  const { features, tasks, stop } = open(context);
  return {
    features,
    log,
    accounts: createAccounts({ secret, clock, log, guard: createLoginGuard({ clock }) }),
    store,
    tick: createTick({
      jobs: {
        store: () => store.ping(),
        secret: () => checkSecret(secret),
        ...Object.fromEntries(
          tasks.map(({ name, run }) => [
            name,
            async (milliseconds: number) =>
              void (await run({ milliseconds, signal: AbortSignal.timeout(milliseconds) })),
          ]),
        ),
      },
      log,
      clock,
    }),
    background: createScheduler({
      tasks: tasks.map(({ name, intervalMs, run }) => ({
        name,
        intervalMs,
        timeoutMs: BACKGROUND.timeoutMs,
        run: (signal) => run({ milliseconds: BACKGROUND.milliseconds, signal }),
      })),
      sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
      log,
    }),
    pause: stop,
    async close() {
      await stop();
      for (const one of stores.values()) await one.close();
    },
  };
}

/** Accounts without a store, for the authorizer. */
export const wireAccounts = (config: Config, clock: Clock = systemClock): Accounts =>
  createAccounts({ secret: secretSource(config, clock), clock });

/** A file, else Secrets Manager if DynamoDB is used, else the environment. */
export function secretSource(config: Config, clock: Clock): SecretSource {
  const environment: SecretSource = { read: async () => ({ users: [] }) };
  if (config.secretFile) return withFallback(secretFile(config.secretFile), config.providerKeys);
  const source = config.store === 'dynamodb' ? awsSecret(config) : environment;
  return cached(withFallback(source, config.providerKeys), clock);
}

/** Throws if the secret can't be read. */
async function checkSecret(secret: SecretSource): Promise<void> {
  await secret.read();
}

const awsSecret = (config: Config): SecretSource => ({
  async read() {
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    return secretsManager({ client: new SecretsManagerClient(awsSettings(config)), secretId: config.secretId }).read();
  },
});

/** False if the secret is missing or access denied; other failures may be temporary. */
export async function hasAwsSecret(config: Config): Promise<boolean> {
  try {
    await awsSecret(config).read();
    return true;
  } catch (error) {
    return !(error instanceof ImmersionError && error.code === 'secret_missing');
  }
}

/** Creates missing tables. */
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

/** Removes all of a user's data. Returns the number of items. */
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

async function storeOpener(config: Config, { isBrief = false } = {}): Promise<(schema: TableSchema) => Store> {
  if (config.store === 'sqlite') {
    const { createSqliteStore } = await import('./store/sqlite.ts');
    return (schema) => createSqliteStore({ file: databaseFile(config), schema, isBrief });
  }
  const { createDynamodbClient, createDynamodbStore } = await import('./store/dynamodb.ts');
  const client = createDynamodbClient(awsSettings(config));
  return (schema) => createDynamodbStore({ client, schema });
}

const awsSettings = ({ aws }: Config): { region?: string; endpoint?: string } => ({
  ...(aws.region ? { region: aws.region } : {}),
  ...(aws.endpoint ? { endpoint: aws.endpoint } : {}),
});
