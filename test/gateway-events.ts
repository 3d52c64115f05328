import type { APIGatewayProxyEvent, Context } from 'aws-lambda';

/** A raw HTTP request: headers as name and value, possibly repeated. */
export interface WireRequest {
  method: string;
  /** Path and query, percent-encoded. */
  target: string;
  headers?: [name: string, value: string][];
  body?: Buffer | string | undefined;
}

export interface EventOptions {
  /** The user that the authorizer accepted. */
  principal?: { user: string; admin?: boolean } | undefined;
  /** Whether the gateway decodes the path, and sends bodies as base64: gateways differ. */
  decodedPath?: boolean;
  base64?: boolean;
}

/** API Gateway's REST API proxy event for a request to `{proxy+}`. */
export function gatewayEvent(
  { method, target, headers = [], body }: WireRequest,
  { principal, decodedPath = false, base64 = false }: EventOptions = {},
): APIGatewayProxyEvent {
  const [encoded = '/', query = ''] = target.split(/\?(.*)/s);
  const path = decodedPath ? decoded(encoded) : encoded;
  const multiValueHeaders = multi(headers);
  const parameters = multi(new URLSearchParams(query));
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: single(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: Object.keys(parameters).length > 0 ? single(parameters) : null,
    multiValueQueryStringParameters: Object.keys(parameters).length > 0 ? parameters : null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    body: bytes === undefined ? null : bytes.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: bytes !== undefined && base64,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: principal ? { principalId: principal.user, admin: String(principal.admin === true) } : undefined,
      httpMethod: method,
      identity: IDENTITY,
      path: `/prod${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'request',
      requestTimeEpoch: 0,
      resourceId: 'resource',
      resourcePath: '/{proxy+}',
      stage: 'prod',
    },
  };
}

/** A function's second argument. */
export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'api',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:api',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  logGroupName: '/aws/lambda/api',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

const IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: '127.0.0.1',
  user: null,
  userAgent: null,
  userArn: null,
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

function multi(pairs: Iterable<[string, string]>): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of pairs) (values[name] ??= []).push(value);
  return values;
}

const single = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']));
