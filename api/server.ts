import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidInputError } from '../lib/domain/errors.ts';
import type { Services } from '../lib/services/services.ts';
import { createApp, type AppSettings } from './app.ts';

const STOP_MILLISECONDS = 10_000;

/** An API that listens. */
export interface RunningServer {
  url: string;
  /** Takes no new requests, lets those in flight finish (10 s at most), and closes. */
  stop(): Promise<void>;
}

/** Starts the API at `host` and `port` (0: any free one). Throws `InvalidInputError` when that address cannot be had. */
export async function startServer(
  services: Services,
  settings: AppSettings & { host: string; port: number },
): Promise<RunningServer> {
  const handle = createApp(services, settings).callback();
  const server = createServer((request, response) => {
    // While it stops, a connection whose last answer is out would hold it up until its keep-alive ends.
    response.once('close', () => !server.listening && server.closeIdleConnections());
    void handle(request, response);
  });
  await listen(server, settings);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () => stop(server),
  };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).once('listening', resolve).listen({ host, port });
  try {
    await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidInputError(`The server cannot listen at ${host}:${port} (${code}).`, {
      code: 'address_unavailable',
      suggestions: ['Choose another port with --port, or stop what uses this one.'],
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
