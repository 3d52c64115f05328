import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** `path` includes the query. */
export interface AppRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface AppResponse {
  status: number;
  header: (name: string) => string | undefined;
  text: string;
}

/** An app's callback, or a listener of `node:http`. */
type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Sends a request to an app in this process, as if over HTTP. */
export function requestInProcess(handle: Handle, { method, path, headers, body }: AppRequest): Promise<AppResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<AppResponse>();
  const sent = Buffer.from(body ?? '');
  const hasLength = body !== undefined || ['POST', 'PUT', 'PATCH'].includes(method);
  const request = Object.assign(Readable.from(sent.byteLength > 0 ? [sent] : []), {
    method,
    url: path,
    headers: {
      host: 'localhost',
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      ...(hasLength ? { 'content-length': String(sent.byteLength) } : {}),
    },
    httpVersion: '1.1',
    complete: true,
    socket: { remoteAddress: '127.0.0.1' } as Socket,
  }) as unknown as IncomingMessage;
  const response = new WholeResponse(request);
  response.once('error', reject);
  response.once('finish', () =>
    resolve({
      status: response.statusCode,
      header: (name) => response.getHeader(name)?.toString(),
      text: Buffer.concat(response.written).toString(),
    }),
  );
  void handle(request, response);
  return promise;
}

/** Collects what is written to it. */
class WholeResponse extends ServerResponse {
  readonly written: Uint8Array[] = [];

  override write(chunk: string | Uint8Array): boolean {
    this.written.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return true;
  }

  override end(chunk?: unknown): this {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.write(chunk);
    this.finished = true;
    this.emit('finish');
    this.emit('close');
    return this;
  }
}
