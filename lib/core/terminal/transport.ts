import { request as askHttp, type IncomingMessage } from 'node:http';

/** `path` includes the query. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Received {
  status: number;
  header: (name: string) => string | undefined;
  text: string;
  /** Computed by an earlier process. */
  isKept?: boolean;
}

/** Sends a request to the API. Throws network errors with the system's `code`. */
export type Send = (sent: Sent) => Promise<Received>;

const TIMEOUT_MILLISECONDS = 120_000;

/** Over the network, with a login. */
export function createHttpSend({ url, user, password }: { url: string; user: string; password: string }): Send {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return async ({ method, path, headers, body }) => {
    const place = new URL(url + path);
    const ask = place.protocol === 'https:' ? (await import('node:https')).request : askHttp;
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const sent = Buffer.from(body ?? '');
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    ask(place, {
      method,
      signal,
      headers: {
        ...headers,
        authorization,
        'accept-encoding': 'gzip',
        ...(body === undefined ? {} : { 'content-length': sent.byteLength }),
      },
    })
      .once('response', resolve)
      .once('error', reject)
      .end(sent);
    const response = await promise;
    return {
      status: response.statusCode ?? 0,
      header: (name) => [response.headers[name]].flat()[0],
      text: await textOf(response),
    };
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk as Uint8Array);
  const whole = Buffer.concat(chunks);
  if (response.headers['content-encoding'] !== 'gzip') return whole.toString();
  const { gunzipSync } = await import('node:zlib');
  return gunzipSync(whole).toString();
}
