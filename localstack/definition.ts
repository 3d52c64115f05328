import type { TableSchema } from '../lib/core/store/store.ts';
import type { FunctionName } from '../scripts/build-lambda.ts';

/** What `terraform/` makes as well: a test holds the two together. */

export const STAGE = 'prod';
export const NODE_RUNTIME = 'nodejs22.x';
export const EXPIRY_ATTRIBUTE = 'expires_at';
export const SECRET_ID = 'immersion_tracker_api';
export const CORS_ORIGIN = 'https://immersion-tracker.jordansimsmith.com';
/** API Gateway waits no longer. */
export const INTEGRATION_TIMEOUT_MILLISECONDS = 29_000;

export const TABLES = {
  tracker: { table: 'immersion_tracker', partitionKey: 'pk', sortKey: 'sk' },
  positions: { table: 'tv_show_tracker', partitionKey: 'username', sortKey: 'tv_show' },
} as const satisfies Record<string, TableSchema>;

/** One function: what it is given, and which rights it has beside writing its own log. */
export interface FunctionDefinition {
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Actions by what they are for. */
  rights: Readonly<Partial<Record<keyof typeof TABLES | 'secret', readonly string[]>>>;
}

/** What reads and writes of the tracker's store need: a transaction needs the rights of its parts. */
const TRACKER_RIGHTS = [
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
];

export const FUNCTIONS: Readonly<Record<FunctionName, FunctionDefinition>> = {
  api: {
    memoryMegabytes: 1024,
    timeoutSeconds: 29,
    rights: {
      tracker: TRACKER_RIGHTS,
      positions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'],
      secret: ['secretsmanager:GetSecretValue'],
    },
  },
  authorizer: {
    memoryMegabytes: 512,
    timeoutSeconds: 10,
    rights: { secret: ['secretsmanager:GetSecretValue'] },
  },
  tick: {
    memoryMegabytes: 512,
    // Its jobs share what it has. The next one may begin before: leases keep them apart.
    timeoutSeconds: 90,
    rights: { tracker: TRACKER_RIGHTS, secret: ['secretsmanager:GetSecretValue'] },
  },
};

/** The functions' names on AWS. */
export const functionNameOf = (name: FunctionName): string => `immersion_tracker_${name}`;

/** What every function is told. */
export const ENVIRONMENT = {
  DYNAMODB_TABLE: TABLES.positions.table,
  EPISODE_SYNC_MODE: 'ON_DEMAND',
  IMMERSION_CORS_ORIGIN: CORS_ORIGIN,
  IMMERSION_SECRET_ID: SECRET_ID,
  IMMERSION_TABLE: TABLES.tracker.table,
  IMMERSION_TIME_ZONE: 'Pacific/Auckland',
  NODE_OPTIONS: '--enable-source-maps',
};

/** Paths of the REST API, each with every method behind the authorizer and OPTIONS answered by the gateway. */
export const ROUTES = ['/', '/{proxy+}'] as const;

/** What a GET of needs no password: pages without anybody's data. */
export const OPEN_ROUTES = ['/', '/page/{proxy+}'] as const;

/** What the gateway itself answers to OPTIONS, with status 204. */
export const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Headers': 'Authorization,Content-Type',
  'Access-Control-Allow-Methods': 'GET,POST,PUT,OPTIONS',
  'Access-Control-Allow-Origin': CORS_ORIGIN,
  'Access-Control-Max-Age': '600',
  Vary: 'Origin',
};

const ERROR_HEADERS = { 'Access-Control-Allow-Origin': CORS_ORIGIN, Vary: 'Origin' };

/** The gateway's own errors: a status where it is not the usual one, and headers. */
export const GATEWAY_RESPONSES = {
  DEFAULT_4XX: { headers: ERROR_HEADERS },
  // Of the gateway's own 5XX each may pass: the function was too slow, too many, or did not start.
  DEFAULT_5XX: { headers: { ...ERROR_HEADERS, 'Retry-After': '5' } },
  THROTTLED: { status: '429', headers: { ...ERROR_HEADERS, 'Retry-After': '1' } },
  UNAUTHORIZED: { status: '401', headers: { ...ERROR_HEADERS, 'WWW-Authenticate': 'Basic' } },
} as const satisfies Record<string, { status?: string; headers: Record<string, string> }>;

export const GATEWAY_RESPONSE_TEMPLATE = '{"message":$context.error.messageString}';

/** The authorizer sees each request: it may not be remembered, as it decides by the password. */
export const AUTHORIZER = {
  type: 'REQUEST',
  identitySource: 'method.request.header.Authorization',
  ttlSeconds: 0,
} as const;
