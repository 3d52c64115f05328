import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** A request that a fake provider received. */
export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** Undefined if the connection was cut. */
  answer?: FakeAnswer;
  /** An injected fault. */
  fault?: Fault;
}

export interface FakeAnswer {
  status: number;
  /** Buffers are sent unchanged, strings as HTML, undefined as an empty body, anything else as JSON. */
  body: unknown;
  headers?: Record<string, string>;
}

/** An injected fault: a status or body, a delay, or a cut connection. */
export interface Fault {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as HTML. */
  body?: unknown;
  delayMs?: number;
  /** Delays the response until this resolves. */
  until?: Promise<unknown>;
  cut?: boolean;
}

/** Called before each request; undefined for no fault. */
export type Faults = (request: FakeRequest, count: number) => Fault | undefined;

export interface FakeProvider {
  url: string;
  /** Oldest first. */
  requests: FakeRequest[];
  close(): Promise<void>;
}

/** A fake provider on a free loopback port. `prefix` is the path of its `url`. */
export async function startFakeProvider(
  answer: (request: FakeRequest) => FakeAnswer,
  { prefix = '', faults = () => undefined }: { prefix?: string; faults?: Faults | undefined } = {},
): Promise<FakeProvider> {
  const requests: FakeRequest[] = [];

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake');
    const body = await text(incoming);
    const request: FakeRequest = {
      method: incoming.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body,
    };
    requests.push(request);
    const fault = faults(request, requests.length);
    if (fault !== undefined) request.fault = fault;
    if (fault?.delayMs) await delay(fault.delayMs, undefined, { ref: false });
    await fault?.until;
    if (fault?.cut) {
      outgoing.destroy();
      return;
    }
    const real = fault?.status === undefined && fault?.body === undefined ? answer(request) : undefined;
    request.answer = real ?? { status: fault?.status ?? 200, body: fault?.body };
    const content = request.answer.body;
    outgoing.writeHead(request.answer.status, {
      'content-type': typeof content === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      ...request.answer.headers,
      ...fault?.headers,
    });
    outgoing.end(typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
