import type { TableSchema } from '../lib/core/store/store.ts';
import type { FunctionName } from '../scripts/build-lambda.ts';

/** `terraform/` creates the same; a test compares them. */

export const STAGE = 'prod';
export const NODE_RUNTIME = 'nodejs22.x';
export const EXPIRY_ATTRIBUTE = 'expires_at';
export const SECRET_ID = 'immersion_tracker_api';
export const CORS_ORIGIN = 'https://immersion-tracker.jordansimsmith.com';
/** API Gateway's maximum. */
export const INTEGRATION_TIMEOUT_MILLISECONDS = 29_000;

export const TABLES = {
  tracker: { table: 'immersion_tracker', partitionKey: 'pk', sortKey: 'sk' },
  positions: { table: 'tv_show_tracker', partitionKey: 'username', sortKey: 'tv_show' },
} as const satisfies Record<string, TableSchema>;

/** A function's settings, and its permissions besides writing its log. */
export interface FunctionDefinition {
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Actions by resource. */
  rights: Readonly<Partial<Record<keyof typeof TABLES | 'secret', readonly string[]>>>;
}

/** For the tracker's store; a transaction needs the permissions of its parts. */
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
    // Shared by its jobs. The next run may overlap: leases separate them.
    timeoutSeconds: 90,
    rights: { tracker: TRACKER_RIGHTS, secret: ['secretsmanager:GetSecretValue'] },
  },
};

export const functionNameOf = (name: FunctionName): string => `immersion_tracker_${name}`;

/** Environment variables of all functions. */
export const ENVIRONMENT = {
  DYNAMODB_TABLE: TABLES.positions.table,
  EPISODE_SYNC_MODE: 'ON_DEMAND',
  IMMERSION_CORS_ORIGIN: CORS_ORIGIN,
  IMMERSION_SECRET_ID: SECRET_ID,
  IMMERSION_TABLE: TABLES.tracker.table,
  IMMERSION_TIME_ZONE: 'Pacific/Auckland',
  NODE_OPTIONS: '--enable-source-maps',
};

/** REST API paths, each with all methods behind the authorizer and OPTIONS handled by the gateway. */
export const ROUTES = ['/', '/{proxy+}'] as const;

/** Paths whose GET needs no password, since they contain no data. */
export const OPEN_ROUTES = ['/', '/page/{proxy+}'] as const;

/** The gateway's headers for OPTIONS, with status 204. */
export const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Headers': 'Authorization,Content-Type',
  'Access-Control-Allow-Methods': 'GET,POST,PUT,OPTIONS',
  'Access-Control-Allow-Origin': CORS_ORIGIN,
  'Access-Control-Max-Age': '600',
  Vary: 'Origin',
};

const ERROR_HEADERS = { 'Access-Control-Allow-Origin': CORS_ORIGIN, Vary: 'Origin' };

/** The gateway's own errors: headers, and statuses that differ from the defaults. */
export const GATEWAY_RESPONSES = {
  DEFAULT_4XX: { headers: ERROR_HEADERS },
  // All of the gateway's 5XX are temporary: the function was too slow, overloaded, or didn't start.
  DEFAULT_5XX: { headers: { ...ERROR_HEADERS, 'Retry-After': '5' } },
  THROTTLED: { status: '429', headers: { ...ERROR_HEADERS, 'Retry-After': '1' } },
  UNAUTHORIZED: { status: '401', headers: { ...ERROR_HEADERS, 'WWW-Authenticate': 'Basic' } },
} as const satisfies Record<string, { status?: string; headers: Record<string, string> }>;

export const GATEWAY_RESPONSE_TEMPLATE = '{"message":$context.error.messageString}';

/** Not cached, since it decides by the password. */
export const AUTHORIZER = {
  type: 'REQUEST',
  identitySource: 'method.request.header.Authorization',
  ttlSeconds: 0,
} as const;
