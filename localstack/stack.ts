import { randomBytes } from 'node:crypto';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { AddPermissionCommand, LambdaClient, ResourceConflictException } from '@aws-sdk/client-lambda';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Environment } from '../lib/core/config.ts';
import { NAMES_IN_SECRET } from '../lib/core/providers-rules.ts';
import { createDynamodbClient, createDynamodbStore } from '../lib/core/store/dynamodb.ts';
import type { TableSchema } from '../lib/core/store/store.ts';
import { functionNameOf, SECRET_ID, STAGE, TABLES } from './definition.ts';
import { ensureFunction } from './functions.ts';
import type { Emulator } from './ministack.ts';
import { ensureRestApi } from './rest-api.ts';

/** The stack's location and first user. */
export interface Stack {
  url: string;
  user: string;
}

/**
 * Creates or updates tables, secret, functions and the REST API on an emulator; idempotent. The secret's user and
 * provider keys come from `environment` by the contract's names; `zips` is the folder of built functions, `settings`
 * are theirs.
 */
export async function ensureStack(
  aws: Pick<Emulator, 'endpoint' | 'region' | 'credentials'>,
  { environment, zips, settings = {} }: { environment: Environment; zips: string; settings?: Record<string, string> },
): Promise<Stack> {
  const connection = { endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials };
  const [lambda, iam] = [new LambdaClient(connection), new IAMClient(connection)];
  const [gateway, secrets] = [new APIGatewayClient(connection), new SecretsManagerClient(connection)];
  try {
    const content = { ...secretOf(environment), token_key: await tokenKey(secrets) };
    const resources = {
      tracker: await ensureTable(connection, TABLES.tracker),
      positions: await ensureTable(connection, TABLES.positions),
      secret: await ensureSecret(secrets, JSON.stringify(content)),
    };
    const using = { lambda, iam, resources, environment: settings, zips };
    const api = await ensureFunction('api', using);
    const authorizer = await ensureFunction('authorizer', using);
    await ensureFunction('tick', using);
    for (const name of ['api', 'authorizer'] as const) await letGatewayCall(lambda, functionNameOf(name));
    const restApiId = await ensureRestApi(gateway, { region: aws.region, api, authorizer });
    return {
      url: `${aws.endpoint}/restapis/${restApiId}/${STAGE}/_user_request_`,
      user: content.users[0]?.user ?? '',
    };
  } finally {
    for (const client of [lambda, iam, gateway, secrets]) client.destroy();
  }
}

const secretOf = (environment: Environment) => ({
  users: [
    {
      user: environment['IMMERSION_TRACKER_USER'] || 'me',
      password: environment['IMMERSION_TRACKER_PASSWORD'] || 'immersion',
    },
  ],
  ...Object.fromEntries(NAMES_IN_SECRET.map((name) => [name, environment[name.toUpperCase()] ?? ''])),
});

/** The existing key for Trakt logins, so that they stay valid. */
async function tokenKey(secrets: SecretsManagerClient): Promise<string> {
  const fresh = () => randomBytes(32).toString('base64');
  try {
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: SECRET_ID }));
    const { token_key: known } = JSON.parse(SecretString) as { token_key?: string };
    return known ?? fresh();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return fresh();
    throw error;
  }
}

async function ensureTable(aws: Parameters<typeof createDynamodbClient>[0], schema: TableSchema): Promise<string> {
  const client = createDynamodbClient(aws);
  const store = createDynamodbStore({ client, schema });
  try {
    await store.create();
    const { Table } = await client.send(new DescribeTableCommand({ TableName: schema.table }));
    return Table?.TableArn ?? '';
  } finally {
    await store.close();
  }
}

async function ensureSecret(secrets: SecretsManagerClient, SecretString: string): Promise<string> {
  try {
    const { ARN = '' } = await secrets.send(new DescribeSecretCommand({ SecretId: SECRET_ID }));
    await secrets.send(new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString }));
    return ARN;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return (await secrets.send(new CreateSecretCommand({ Name: SECRET_ID, SecretString }))).ARN ?? '';
  }
}

async function letGatewayCall(lambda: LambdaClient, FunctionName: string): Promise<void> {
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 'gateway',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceConflictException)) throw error;
  }
}
