import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VERSION, type Config } from '../lib/core/config.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { createLog } from '../lib/core/log.ts';
import type { Clock, Log, RequestMetrics, SecretUser } from '../lib/core/ports.ts';
import { once } from '../lib/core/once.ts';
import { createDirect } from './direct.ts';
import { allEndpoints, isKeptAt, openFeatures, type Features } from './features.ts';
import { secretSource, systemClock, wire, type Wiring } from '../lib/core/wiring.ts';
import type { AppSettings } from './app.ts';
import type { AppResponse, AppRequest } from './in-process.ts';
import type { HandOver } from './middleware/page.ts';

export { hasAwsSecret, hashPassword } from '../lib/core/wiring.ts';

const STOP_MILLISECONDS = 10_000;

/**
 * Longer than the 60 seconds of load balancers and reverse proxies, which would otherwise use a connection just closed.
 */
const KEEP_ALIVE_MILLISECONDS = 65_000;

export interface RunningServer {
  url: string;
  /** Finishes requests in flight (10 s at most), then closes. */
  stop(): Promise<void>;
}

/** Listens on `host` and `port` (0: any free one). Throws `InvalidInputError` if the address is unavailable. */
export async function startServer(
  features: Features,
  settings: AppSettings & { host: string; port: number },
): Promise<RunningServer> {
  const { createApp } = await import('./app.ts');
  const handle = createApp(features, settings).callback();
  const server = createServer((request, response) => {
    // Otherwise idle connections would delay stopping until their keep-alive ends.
    response.once('close', () => !server.listening && server.closeIdleConnections());
    // The rest of a refused body would block the connection's next request.
    response.once('finish', () => request.unpipe().resume());
    void handle(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  await listen(server, settings);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () => stop(server),
  };
}

export interface ServiceOptions {
  /** JSON lines with metrics, readable lines, or none. */
  format: 'json' | 'human' | 'none';
  write: (line: string) => void;
  /** Also runs background tasks. */
  background?: boolean;
  /** The proxy in front provides the client's address. */
  behindProxy?: boolean;
  /** The user of all requests, without authentication. */
  openFor?: string | undefined;
  clock?: Clock | undefined;
  /** For one command. */
  isBrief?: boolean;
  /** Replaces the secret's users; no remote secret is fetched then. */
  users?: SecretUser[];
  /** The login for the page's first visitor. */
  handOver?: HandOver;
}

/** Starts the API with the services of a config. Stopping it closes the store. */
export async function startService(config: Config, options: ServiceOptions): Promise<RunningServer> {
  const { wiring, settings } = await openService(config, options);
  try {
    const server = await startServer(wiring.features, { ...settings, host: config.host, port: config.port });
    if (options.background) wiring.background.start();
    return {
      url: server.url,
      async stop() {
        // Imports save a checkpoint; requests and background tasks may finish.
        const background = wiring.background.stop();
        await wiring.pause();
        await server.stop();
        await background;
        await wiring.close();
      },
    };
  } catch (error) {
    await wiring.close();
    throw error;
  }
}

/** The API for one user in this process, without listening or authentication. */
export interface OwnService {
  ask: (asked: AppRequest) => Promise<AppResponse>;
  /** Until when the answer to a request stays the same without any write (epoch seconds); undefined if it may not. */
  until: (asked: AppRequest, answer: AppResponse) => Promise<number | undefined>;
  stop: () => Promise<void>;
}

/** Opens the API in this process for the local user. Stopping it closes the store. */
export async function openOwnService(
  config: Config,
  { user, format, write, clock }: Pick<ServiceOptions, 'format' | 'write' | 'clock'> & { user: string },
): Promise<OwnService> {
  const { wiring, settings } = await openService(config, { format, write, clock, users: [], isBrief: true });
  // The user has access to the whole file anyway.
  const account = { user, admin: true };
  const open = once(async () => {
    const [{ createApp }, { requestInProcess }] = await Promise.all([import('./app.ts'), import('./in-process.ts')]);
    const handle = createApp(wiring.features, { ...settings, authentication: { kind: 'open', account } }).callback();
    return (asked: AppRequest) => requestInProcess(handle, asked);
  });
  const direct = createDirect(wiring.features, { account, settings: { ...settings, endpoints: allEndpoints } });
  return {
    // Only the app writes log lines.
    ask: async (asked) => (format === 'none' && (await direct(asked))) || (await open())(asked),
    async until({ method, path }, { status }) {
      const isKept = method === 'GET' && status === 200 && isKeptAt(path.split('?')[0] ?? '');
      return isKept ? (await wiring.features.viewings()).kept.until() : undefined;
    },
    stop: () => wiring.close(),
  };
}

/** Services and settings of an API. */
async function openService(
  config: Config,
  {
    openFor,
    users,
    handOver,
    format,
    write,
    behindProxy = false,
    isBrief = false,
    clock = systemClock,
  }: ServiceOptions,
): Promise<{ wiring: Wiring<Features>; settings: AppSettings }> {
  const keys = secretSource(users ? { ...config, store: 'sqlite' } : config, clock);
  const isLocal = users !== undefined || openFor !== undefined;
  const { log, metrics } = await telemetryOf({ format, write });
  const wiring = await wire(config, openFeatures, {
    log,
    clock,
    isBrief,
    secret: users ? { read: async () => ({ ...(await keys.read()), users }) } : keys,
  });
  return {
    wiring,
    settings: {
      log,
      version: VERSION,
      corsOrigin: isLocal && !config.isCorsOriginSet ? undefined : config.corsOrigin,
      isLocal,
      clock,
      metrics,
      handOver,
      authentication: openFor
        ? { kind: 'open', account: { user: openFor, admin: true, isAnyone: true } }
        : { kind: 'basic', accounts: wiring.accounts, behindProxy },
    },
  };
}

async function telemetryOf({
  format,
  write,
}: Pick<ServiceOptions, 'format' | 'write'>): Promise<{ log: Log; metrics?: RequestMetrics }> {
  if (format !== 'json') return { log: createLog({ write: format === 'human' ? write : () => {} }) };
  // Loaded lazily for a faster start of the CLI.
  const { createTelemetry } = await import('../lib/core/telemetry.ts');
  return createTelemetry({ write });
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).once('listening', resolve).listen({ host, port });
  try {
    await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidInputError(`The server can’t listen on ${host}:${port} (${code}).`, {
      code: 'address_unavailable',
      suggestions: ['Choose another port with --port, or stop whatever is using this one.'],
    });
  }
}

async function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_MILLISECONDS);
  server.close(() => resolve());
  server.closeIdleConnections();
  await promise;
  clearTimeout(deadline);
}
