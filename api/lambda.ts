import { AsyncLocalStorage } from 'node:async_hooks';
import { configure } from '@codegenie/serverless-express';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { onLambda, processEnvironment, readConfig, VERSION } from '../lib/core/config.ts';
import type { Account } from '../lib/users/accounts-service.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { systemClock, wire } from '../lib/core/wiring.ts';
import { createApp, type AppSettings } from './app.ts';
import { openFeatures, type Features } from './features.ts';

export type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Handles API Gateway's REST API events with the same app as the server. Trusts the gateway's authorizer. */
export function createLambdaHandler(features: Features, settings: Omit<AppSettings, 'authentication'>): LambdaHandler {
  const asking = new AsyncLocalStorage<Account | undefined>();
  const app = createApp(features, {
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
    // Its type allows for callbacks, which it never uses.
    asking.run(accountOf(event), async () => (await answer(asSent(event), context, nothing)) as APIGatewayProxyResult);
}

/** The user that the authorizer accepted. */
function accountOf({ requestContext }: APIGatewayProxyEvent): Account | undefined {
  const { principalId, admin } = requestContext.authorizer ?? {};
  if (typeof principalId !== 'string' || principalId === '') return undefined;
  return { user: principalId, admin: String(admin) === 'true' };
}

/** Restores the original request: gateways decode paths, omit lengths and split cookie headers. */
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

/** Encodes invalid characters of a path, without encoding twice. */
const encodedPath = (path: string): string =>
  path
    .replaceAll(/%(?![\dA-Fa-f]{2})/g, '%25')
    .replaceAll(/[^\w\-.~!$&'()*+,;=:@/%]+/g, (text) => encodeURIComponent(text.toWellFormed()));

const nothing = (): void => {};
const SILENT = { verbose: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

async function start(): Promise<LambdaHandler> {
  const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const { log, metrics } = createTelemetry({ write: (line) => process.stdout.write(`${line}\n`) });
  const { features } = await wire(config, openFeatures, { log });
  return createLambdaHandler(features, {
    log,
    version: VERSION,
    corsOrigin: config.corsOrigin,
    clock: systemClock,
    metrics,
  });
}

/** Created at startup, when the function has more CPU time than for requests. */
export const handler = onLambda(processEnvironment()) ? await start() : undefined;
