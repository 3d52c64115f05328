import path from 'node:path';
import {
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteMethodCommand,
  GetAuthorizersCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  NotFoundException,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateAuthorizerCommand,
  type APIGatewayClient,
  type GatewayResponseType,
} from '@aws-sdk/client-api-gateway';
import {
  AUTHORIZER,
  GATEWAY_RESPONSES,
  GATEWAY_RESPONSE_TEMPLATE,
  INTEGRATION_TIMEOUT_MILLISECONDS,
  OPEN_ROUTES,
  PREFLIGHT_HEADERS,
  ROUTES,
  STAGE,
} from './definition.ts';

const API_NAME = 'immersion_tracker';

/** Creates or updates the functions' REST API and deploys it. Returns its id. */
export async function ensureRestApi(
  gateway: APIGatewayClient,
  functions: { region: string; api: string; authorizer: string },
): Promise<string> {
  const restApiId = await ensureApi(gateway);
  const uriOf = (arn: string) =>
    `arn:aws:apigateway:${functions.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  const authorizerId = await ensureAuthorizer(gateway, restApiId, uriOf(functions.authorizer));
  for (const route of ROUTES) {
    const target = { restApiId, resourceId: await ensureResource(gateway, restApiId, route) };
    const method = { ...target, httpMethod: 'ANY' };
    await putProxy(gateway, method, uriOf(functions.api), { authorizationType: 'CUSTOM', authorizerId });
    await putPreflight(gateway, target);
  }
  for (const route of OPEN_ROUTES) {
    const method = { restApiId, resourceId: await ensureResource(gateway, restApiId, route), httpMethod: 'GET' };
    await putProxy(gateway, method, uriOf(functions.api), { authorizationType: 'NONE' });
  }
  for (const [type, response] of Object.entries(GATEWAY_RESPONSES)) {
    await gateway.send(
      new PutGatewayResponseCommand({
        restApiId,
        responseType: type as GatewayResponseType,
        ...('status' in response ? { statusCode: response.status } : {}),
        responseParameters: parameters('gatewayresponse', response.headers),
        responseTemplates: { 'application/json': GATEWAY_RESPONSE_TEMPLATE },
      }),
    );
  }
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: STAGE }));
  return restApiId;
}

async function ensureApi(gateway: APIGatewayClient): Promise<string> {
  const { items = [] } = await gateway.send(new GetRestApisCommand({ limit: 500 }));
  const known = items.find(({ name }) => name === API_NAME);
  return (known ?? (await gateway.send(new CreateRestApiCommand({ name: API_NAME })))).id ?? '';
}

async function ensureAuthorizer(gateway: APIGatewayClient, restApiId: string, uri: string): Promise<string> {
  const { items = [] } = await gateway.send(new GetAuthorizersCommand({ restApiId, limit: 500 }));
  const known = items.find(({ name }) => name === API_NAME);
  if (known?.id) {
    const patchOperations = [{ op: 'replace' as const, path: '/authorizerUri', value: uri }];
    await gateway.send(new UpdateAuthorizerCommand({ restApiId, authorizerId: known.id, patchOperations }));
    return known.id;
  }
  const made = await gateway.send(
    new CreateAuthorizerCommand({
      restApiId,
      name: API_NAME,
      type: AUTHORIZER.type,
      authorizerUri: uri,
      identitySource: AUTHORIZER.identitySource,
      authorizerResultTtlInSeconds: AUTHORIZER.ttlSeconds,
    }),
  );
  return made.id ?? '';
}

async function ensureResource(gateway: APIGatewayClient, restApiId: string, route: string): Promise<string> {
  const { items = [] } = await gateway.send(new GetResourcesCommand({ restApiId, limit: 500 }));
  const known = items.find((item) => item.path === route);
  if (known?.id) return known.id;
  const { dir, base } = path.posix.parse(route);
  const parentId = items.find((item) => item.path === dir)?.id ?? (await ensureResource(gateway, restApiId, dir));
  const made = await gateway.send(new CreateResourceCommand({ restApiId, parentId, pathPart: base }));
  return made.id ?? '';
}

interface Target {
  restApiId: string;
  resourceId: string;
}

/** A method handled by the function, behind the authorizer. */
async function putProxy(
  gateway: APIGatewayClient,
  method: Target & { httpMethod: string },
  uri: string,
  authorization: { authorizationType: string; authorizerId?: string },
): Promise<void> {
  await removeMethod(gateway, method);
  await gateway.send(new PutMethodCommand({ ...method, ...authorization }));
  await gateway.send(
    new PutIntegrationCommand({
      ...method,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri,
      timeoutInMillis: INTEGRATION_TIMEOUT_MILLISECONDS,
    }),
  );
}

/** CORS preflight needs no function and no password. */
async function putPreflight(gateway: APIGatewayClient, target: Target): Promise<void> {
  const method = { ...target, httpMethod: 'OPTIONS' };
  const response = { ...method, statusCode: '204' };
  await removeMethod(gateway, method);
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await gateway.send(
    new PutMethodResponseCommand({
      ...response,
      responseParameters: Object.fromEntries(
        Object.keys(parameters('method.response', PREFLIGHT_HEADERS)).map((name) => [name, true]),
      ),
    }),
  );
  await gateway.send(
    new PutIntegrationCommand({
      ...method,
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 204}' },
    }),
  );
  await gateway.send(
    new PutIntegrationResponseCommand({
      ...response,
      responseParameters: parameters('method.response', PREFLIGHT_HEADERS),
    }),
  );
}

async function removeMethod(gateway: APIGatewayClient, method: Target & { httpMethod: string }): Promise<void> {
  try {
    await gateway.send(new DeleteMethodCommand(method));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  }
}

/** Header names as API Gateway writes them; constant values are quoted. */
const parameters = (place: 'gatewayresponse' | 'method.response', headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${place}.header.${name}`, `'${value}'`]));
