import type { Config } from './config.ts';
import type { ProviderHttp, ProviderHttpOptions } from './http/http.ts';
import type { Clock, Log, SecretSource } from './ports.ts';
import type { AnsweringStore } from './store/answering.ts';
import type { Store, TableSchema } from './store/store.ts';

/** What all features' services depend on. */
export interface Context {
  config: Config;
  store: Store;
  /** Opens another table; all are closed together. */
  openStore: (schema: TableSchema) => Store;
  everyStore: () => AnsweringStore[];
  secret: SecretSource;
  clock: Clock;
  /** Microseconds since the epoch; not necessarily increasing. */
  microseconds: () => number;
  log: Log;
  http: ProviderHttp;
  /** Shares one rate limit for TMDB. */
  tmdbHttp: ProviderHttpOptions & { clock: Clock };
  /** Replaces real waiting in tests. */
  sleep: ProviderHttpOptions['sleep'];
  /** Overrides lease times in tests. */
  leases: { times?: LeaseTimes; pollMilliseconds?: number };
}

export interface LeaseTimes {
  leaseSeconds: number;
  renewSeconds: number;
}

export interface FeatureTask<Services> {
  name: string;
  /** Between the end of a run and the next start. */
  intervalMs: number;
  /** Works for about this long; stops when `signal` aborts. */
  run: (services: Services, limits: { milliseconds: number; signal: AbortSignal }) => Promise<unknown>;
}

/** Services are created on first use. */
export interface OpenFeatures<Features> {
  features: Features;
  tasks: {
    name: string;
    intervalMs: number;
    run: (limits: { milliseconds: number; signal: AbortSignal }) => Promise<unknown>;
  }[];
  /** Stops running work; services not yet created stay uncreated. */
  stop: () => Promise<void>;
}
