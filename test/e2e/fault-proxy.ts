import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** A request passing through the proxy. */
export interface PassingRequest {
  method: string;
  path: string;
  /** DynamoDB's operation, such as `Query`; empty for other requests. */
  operation: string;
  body: Buffer;
}

/** The request or response is lost, delayed, held forever, or replaced. */
export type Fault =
  | { kind: 'drop' }
  | { kind: 'lose answer' }
  | { kind: 'delay'; milliseconds: number }
  | { kind: 'hold' }
  | { kind: 'answer'; status: number; body: object };

export interface FaultProxy {
  url: string;
  /** Called for each request; undefined for no fault. */
  fault: (request: PassingRequest) => Fault | undefined;
  requests: PassingRequest[];
  close(): Promise<void>;
}

/** An error in DynamoDB's format. */
export const dynamodbFault = (
  type: string,
  { status = 400, ...rest }: Record<string, unknown> & { status?: number } = {},
): Fault => ({
  kind: 'answer',
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'A fault of the test', ...rest },
});

/** A proxy on loopback that injects faults. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: () => undefined,
    requests: [],
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      operation: String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
      body: await buffer(incoming),
    };
    proxy.requests.push(request);
    const fault = proxy.fault(request);
    if (fault?.kind === 'hold') return;
    if (fault?.kind === 'drop') return void outgoing.destroy();
    if (fault?.kind === 'answer') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' });
      return void outgoing.end(JSON.stringify(fault.body));
    }
    if (fault?.kind === 'delay') await wait(fault.milliseconds);
    const forwarded = httpRequest(`${target}${request.path}`, {
      method: request.method,
      headers: incoming.headers,
      agent,
    });
    forwarded.end(request.body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const body = await buffer(answer);
    if (fault?.kind === 'lose answer') return void outgoing.destroy();
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    outgoing.end(body);
  }

  return proxy;
}
