import type { Config } from './config.ts';
import type { ProviderHttp, ProviderHttpOptions } from './http/http.ts';
import type { Clock, Log, SecretSource } from './ports.ts';
import type { AnsweringStore } from './store/answering.ts';
import type { Store, TableSchema } from './store/store.ts';

/** What every feature's services stand on. */
export interface Context {
  config: Config;
  /** The tracker's table. */
  store: Store;
  /** Opens another table; all of them are closed together. */
  openStore: (schema: TableSchema) => Store;
  /** All tables that this service may use, and which of them have answered so far. */
  everyStore: () => AnsweringStore[];
  secret: SecretSource;
  clock: Clock;
  /** Microseconds since the epoch; may stand still or be set back. */
  microseconds: () => number;
  log: Log;
  http: ProviderHttp;
  /** Paces TMDB's requests of all services together. */
  tmdbHttp: ProviderHttpOptions & { clock: Clock };
  /** How clients of Trakt and TMDB wait; for clocks that are set. */
  sleep: ProviderHttpOptions['sleep'];
  /** Times of leases, where a test wants others. */
  leases: { times?: LeaseTimes; pollMilliseconds?: number };
}

/** How long a lease lasts, and how often it is renewed. */
export interface LeaseTimes {
  leaseSeconds: number;
  renewSeconds: number;
}

/** Work that a feature's services do again and again, in the background of a server or by a schedule. */
export interface FeatureTask<Services> {
  name: string;
  /** From the end of one run to the start of the next. */
  intervalMs: number;
  /** Works for about so long, and ends early when `signal` aborts. */
  run: (services: Services, limits: { milliseconds: number; signal: AbortSignal }) => Promise<unknown>;
}

/** The services of all features, each made when it is first asked for, and what they do in the background. */
export interface OpenFeatures<Rooms> {
  rooms: Rooms;
  tasks: {
    name: string;
    intervalMs: number;
    run: (limits: { milliseconds: number; signal: AbortSignal }) => Promise<unknown>;
  }[];
  /** Lets go of what is under way; what was never made is not made for that. */
  stop: () => Promise<void>;
}
