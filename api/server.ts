import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VERSION, type Config } from '../lib/core/config.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { createLog } from '../lib/core/log.ts';
import type { Log, RequestMetrics, SecretUser } from '../lib/core/ports.ts';
import { openFeatures, type Rooms } from './features.ts';
import { secretSource, systemClock, wire, type Wiring } from '../lib/core/wiring.ts';
import { createApp, type AppSettings } from './app.ts';
import { askInProcess, type Answered, type Asked } from './in-process.ts';
import type { HandOver } from './middleware/page.ts';

export { hasAwsSecret, hashPassword } from '../lib/core/wiring.ts';

const STOP_MILLISECONDS = 10_000;

/** Longer than the 60 seconds of load balancers and reverse proxies, which would send into a connection just closed. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** An API that listens. */
export interface RunningServer {
  url: string;
  /** Takes no new requests, lets those in flight finish (10 s at most), and closes. */
  stop(): Promise<void>;
}

/** Starts the API at `host` and `port` (0: any free one). Throws `InvalidInputError` when that address cannot be had. */
export async function startServer(
  rooms: Rooms,
  settings: AppSettings & { host: string; port: number },
): Promise<RunningServer> {
  const handle = createApp(rooms, settings).callback();
  const server = createServer((request, response) => {
    // While it stops, a connection whose last answer is out would hold it up until its keep-alive ends.
    response.once('close', () => !server.listening && server.closeIdleConnections());
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
  /** Lines for machines, with metrics; lines for a person; or none. */
  format: 'json' | 'human' | 'none';
  write: (line: string) => void;
  /** Also does what is to be done again and again, until it is stopped. */
  background?: boolean;
  /** Who asks is told by the proxy in front. */
  behindProxy?: boolean;
  /** The user whom everyone is, where no one is asked. */
  openFor?: string | undefined;
  /** Who may use it, instead of the secret's users; no secret is then fetched from elsewhere. */
  users?: SecretUser[];
  /** What the page's first visitor logs in with. */
  handOver?: HandOver;
}

/** Wires the services by the config and serves them. Stopping them closes their store. */
export async function startService(config: Config, options: ServiceOptions): Promise<RunningServer> {
  const { wiring, settings } = await openService(config, options);
  try {
    const server = await startServer(wiring.rooms, { ...settings, host: config.host, port: config.port });
    if (options.background) wiring.background.start();
    return {
      url: server.url,
      async stop() {
        // Imports leave a checkpoint; what answers requests and what runs in the background may finish.
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

/** The API for one user inside this process: it listens nowhere, and whoever has it may do everything. */
export interface OwnService {
  ask: (asked: Asked) => Promise<Answered>;
  stop: () => Promise<void>;
}

/** Wires the services by the config for the person at this computer. Stopping them closes their store. */
export async function openOwnService(
  config: Config,
  { user, format, write }: Pick<ServiceOptions, 'format' | 'write'> & { user: string },
): Promise<OwnService> {
  const { wiring, settings } = await openService(config, { format, write, users: [] });
  // Whoever runs the command has the whole file in hand.
  const authentication = { kind: 'open', account: { user, admin: true } } as const;
  const handle = createApp(wiring.rooms, { ...settings, authentication }).callback();
  return {
    ask: (asked) => askInProcess(handle, asked),
    stop: () => wiring.close(),
  };
}

/** What an API stands on, and what it needs to know. */
async function openService(
  config: Config,
  { openFor, users, handOver, format, write, behindProxy = false }: ServiceOptions,
): Promise<{ wiring: Wiring<Rooms>; settings: AppSettings }> {
  const keys = secretSource(users ? { ...config, store: 'sqlite' } : config, systemClock);
  const isLocal = users !== undefined || openFor !== undefined;
  const { log, metrics } = await telemetryOf({ format, write });
  const wiring = await wire(config, openFeatures, {
    log,
    secret: users ? { read: async () => ({ ...(await keys.read()), users }) } : keys,
  });
  return {
    wiring,
    settings: {
      log,
      version: VERSION,
      corsOrigin: isLocal && !config.isCorsOriginSet ? undefined : config.corsOrigin,
      isLocal,
      clock: systemClock,
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
  // The CLI starts faster without it.
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
