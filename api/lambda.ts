import { AsyncLocalStorage } from 'node:async_hooks';
import { configure } from '@codegenie/serverless-express';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { onLambda, processEnvironment, readConfig, VERSION } from '../lib/core/config.ts';
import type { Account } from '../lib/users/accounts-service.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { systemClock, wire } from '../lib/core/wiring.ts';
import { createApp, type AppSettings } from './app.ts';
import { openFeatures, type Rooms } from './features.ts';

export type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Answers REST API events of API Gateway with the same app that listens elsewhere. It trusts the gateway's authorizer. */
export function createLambdaHandler(rooms: Rooms, settings: Omit<AppSettings, 'authentication'>): LambdaHandler {
  const asking = new AsyncLocalStorage<Account | undefined>();
  const app = createApp(rooms, {
    ...settings,
    authentication: { kind: 'gateway', accountOf: () => asking.getStore() },
  }).callback();
  const answer = configure<APIGatewayProxyEvent, APIGatewayProxyResult>({
    app: (request, response) => void app(request, response),
    framework: { sendRequest: ({ request, response }) => void app(request, response) },
    eventSourceName: 'AWS_API_GATEWAY_V1',
    log: SILENT,
  });
  return (event, context) =>
    // Its type allows for answers by callback, which it never gives.
    asking.run(accountOf(event), async () => (await answer(asSent(event), context, nothing)) as APIGatewayProxyResult);
}

/** Whom the authorizer let in. */
function accountOf({ requestContext }: APIGatewayProxyEvent): Account | undefined {
  const { principalId, admin } = requestContext.authorizer ?? {};
  if (typeof principalId !== 'string' || principalId === '') return undefined;
  return { user: principalId, admin: String(admin) === 'true' };
}

/** The event as the request was on the wire: gateways decode paths, leave out lengths and keep cookie headers apart. */
function asSent(event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  const headers = Object.entries(event.multiValueHeaders ?? {}).map(([name, values = []]): [string, string[]] => [
    name.toLowerCase(),
    name.toLowerCase() === 'cookie' ? [values.join('; ')] : values,
  ]);
  const isEmptyWrite = event.body === null && ['POST', 'PUT', 'PATCH'].includes(event.httpMethod);
  return {
    ...event,
    path: encodedPath(event.path),
    pathParameters: null,
    multiValueHeaders: { ...(isEmptyWrite ? { 'content-length': ['0'] } : {}), ...Object.fromEntries(headers) },
  };
}

/** Encodes what cannot stand in a path, and leaves alone what is encoded already. */
const encodedPath = (path: string): string =>
  path
    .replaceAll(/%(?![\dA-Fa-f]{2})/g, '%25')
    .replaceAll(/[^\w\-.~!$&'()*+,;=:@/%]+/g, (text) => encodeURIComponent(text.toWellFormed()));

const nothing = (): void => {};
const SILENT = { verbose: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

async function start(): Promise<LambdaHandler> {
  const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const { log, metrics } = createTelemetry({ write: (line) => process.stdout.write(`${line}\n`) });
  const { rooms } = await wire(config, openFeatures, { log });
  return createLambdaHandler(rooms, {
    log,
    version: VERSION,
    corsOrigin: config.corsOrigin,
    clock: systemClock,
    metrics,
  });
}

/** What Lambda calls. It is made while the function starts, which has more computing time than its requests. */
export const handler = onLambda(processEnvironment()) ? await start() : undefined;
