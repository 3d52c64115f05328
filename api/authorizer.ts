import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { onLambda, processEnvironment, readConfig } from '../lib/core/config.ts';
import type { Accounts } from '../lib/users/accounts-service.ts';
import type { Log } from '../lib/core/ports.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { wireAccounts } from '../lib/core/wiring.ts';

export type Authorizer = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

/** Authorizes requests for API Gateway: HTTP Basic against the secret. */
export function createAuthorizer(accounts: Accounts, { log }: { log: Log }): Authorizer {
  return async ({ headers, methodArn }) => {
    const [, authorization] =
      Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
    const account = await accounts.verify(authorization).catch((error: unknown) => {
      log.error('the authorizer cannot decide', {}, error);
      throw new Error('The authorizer cannot decide.');
    });
    // API Gateway turns exactly this message into a 401; a deny policy would be a 403.
    if (!account) throw new Error('Unauthorized');
    return {
      principalId: account.user,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: wholeStage(methodArn) }],
      },
      context: { admin: account.admin },
    };
  };
}

/** All methods of the stage: a cached policy for one would break the next request. */
const wholeStage = (methodArn: string): string => `${methodArn.split('/', 2).join('/')}/*`;

function start(): Authorizer {
  const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const { log } = createTelemetry({ write: (line) => process.stdout.write(`${line}\n`) });
  return createAuthorizer(wireAccounts(config), { log });
}

export const handler = onLambda(processEnvironment()) ? start() : undefined;
