import path from 'node:path';
import test from 'ava';
import {
  AUTHORIZER,
  ENVIRONMENT,
  EXPIRY_ATTRIBUTE,
  FUNCTIONS,
  GATEWAY_RESPONSE_TEMPLATE,
  GATEWAY_RESPONSES,
  INTEGRATION_TIMEOUT_MILLISECONDS,
  NODE_RUNTIME,
  OPEN_ROUTES,
  PREFLIGHT_HEADERS,
  ROUTES,
  SECRET_ID,
  STAGE,
  TABLES,
} from '../localstack/definition.ts';
import { readTerraform, type HclBlock } from './terraform-text.ts';

const { resources, locals } = await readTerraform(path.join(import.meta.dirname, '..', 'terraform'));
const resource = (type: string, name: string): HclBlock => resources[type]?.[name] ?? {};
const keysOf = (value: object | null | undefined) => Object.keys(value ?? {}).sort();

test('Terraform and the stack script make the same tables', (t) => {
  t.deepEqual(keysOf(resources['aws_dynamodb_table']), keysOf(TABLES));
  for (const [name, { table, partitionKey, sortKey }] of Object.entries(TABLES)) {
    t.like(resource('aws_dynamodb_table', name), {
      name: table,
      hash_key: partitionKey,
      range_key: sortKey,
      billing_mode: 'PAY_PER_REQUEST',
      attribute: [
        { name: partitionKey, type: 'S' },
        { name: sortKey, type: 'S' },
      ],
      ttl: [{ attribute_name: EXPIRY_ATTRIBUTE, enabled: true }],
      point_in_time_recovery: [{ enabled: true }],
      deletion_protection_enabled: true,
    });
  }
  t.is(resource('aws_secretsmanager_secret', 'api')['name'], SECRET_ID);
});

test('Terraform and the stack script make the same functions, with the same environment and rights', (t) => {
  const functions = Object.entries(FUNCTIONS).map(([name, { memoryMegabytes, timeoutSeconds, rights }]) => [
    name,
    { memory_megabytes: memoryMegabytes, timeout_seconds: timeoutSeconds, rights },
  ]);
  t.deepEqual(locals['functions'], Object.fromEntries(functions));
  t.deepEqual(locals['environment'], ENVIRONMENT);
  t.like(resource('aws_lambda_function', 'function'), {
    for_each: locals['functions'],
    function_name: '${var.name}_${each.key}',
    runtime: NODE_RUNTIME,
    architectures: ['arm64'],
    handler: 'index.handler',
  });
  t.deepEqual(locals['resources'], {
    tracker: '${aws_dynamodb_table.tracker.arn}',
    positions: '${aws_dynamodb_table.positions.arn}',
    secret: '${aws_secretsmanager_secret.api.arn}',
  });
});

test('Terraform and the stack script make the same routes, all but OPTIONS and the open pages behind the authorizer', (t) => {
  t.deepEqual(keysOf(locals['routes'] as object), [...ROUTES].sort());
  t.deepEqual(keysOf(resources['aws_api_gateway_method']), ['any', 'open', 'preflight']);
  t.like(resource('aws_api_gateway_method', 'any'), {
    for_each: locals['routes'],
    http_method: 'ANY',
    authorization: 'CUSTOM',
    authorizer_id: '${aws_api_gateway_authorizer.basic.id}',
  });
  t.deepEqual([...OPEN_ROUTES], ['/'], 'nothing else is open to everyone');
  t.deepEqual(keysOf(locals['open_routes'] as object), [...OPEN_ROUTES]);
  t.like(resource('aws_api_gateway_method', 'open'), {
    for_each: locals['open_routes'],
    http_method: 'GET',
    authorization: 'NONE',
  });
  t.like(resource('aws_api_gateway_method', 'preflight'), {
    for_each: locals['routes'],
    http_method: 'OPTIONS',
    authorization: 'NONE',
  });
  for (const name of ['any', 'open']) {
    t.like(resource('aws_api_gateway_integration', name), {
      type: 'AWS_PROXY',
      integration_http_method: 'POST',
      timeout_milliseconds: INTEGRATION_TIMEOUT_MILLISECONDS,
    });
  }
  t.like(resource('aws_api_gateway_integration', 'preflight'), {
    type: 'MOCK',
    request_templates: { 'application/json': '{"statusCode": 204}' },
  });
  t.is(resource('aws_api_gateway_method_response', 'preflight')['status_code'], '204');
  t.deepEqual(locals['preflight_headers'], PREFLIGHT_HEADERS);
  t.is(resource('aws_api_gateway_stage', 'api')['stage_name'], STAGE);
});

test('Terraform and the stack script make the same authorizer', (t) => {
  t.deepEqual(keysOf(resources['aws_api_gateway_authorizer']), ['basic']);
  t.like(resource('aws_api_gateway_authorizer', 'basic'), {
    type: AUTHORIZER.type,
    identity_source: AUTHORIZER.identitySource,
    authorizer_result_ttl_in_seconds: AUTHORIZER.ttlSeconds,
    authorizer_uri: '${aws_lambda_function.function["authorizer"].invoke_arn}',
  });
});

test('Terraform and the stack script make the same answers of the gateway itself', (t) => {
  const responses = Object.entries((locals['gateway_responses'] ?? {}) as Record<string, HclBlock>).map(
    ([type, { status, headers }]) => [
      type,
      {
        ...(status === null ? {} : { status }),
        headers: { ...(locals['error_headers'] as object), ...(headers as object) },
      },
    ],
  );
  t.deepEqual(Object.fromEntries(responses), GATEWAY_RESPONSES);
  t.deepEqual(resource('aws_api_gateway_gateway_response', 'error')['response_templates'], {
    'application/json': GATEWAY_RESPONSE_TEMPLATE,
  });
});
