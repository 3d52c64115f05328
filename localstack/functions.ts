import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateRoleCommand,
  GetRoleCommand,
  NoSuchEntityException,
  PutRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import type { FunctionName } from '../scripts/build-lambda.ts';
import { ENVIRONMENT, functionNameOf, FUNCTIONS, NODE_RUNTIME } from './definition.ts';

const WAIT_SECONDS = 60;

/** ARNs by the names in `FunctionDefinition.rights`. */
export type Resources = Readonly<Record<'tracker' | 'positions' | 'secret', string>>;

/** Creates or updates a function with its role. Returns its ARN. */
export async function ensureFunction(
  name: FunctionName,
  {
    lambda,
    iam,
    resources,
    environment,
    zips,
  }: { lambda: LambdaClient; iam: IAMClient; resources: Resources; environment: Record<string, string>; zips: string },
): Promise<string> {
  const FunctionName = functionNameOf(name);
  const { memoryMegabytes, timeoutSeconds } = FUNCTIONS[name];
  const ZipFile = await readFile(path.join(zips, `${name}.zip`));
  const Architectures: ['arm64'] = ['arm64'];
  const configuration = {
    FunctionName,
    Runtime: NODE_RUNTIME,
    Handler: 'index.handler',
    Role: await ensureRole(name, iam, resources),
    MemorySize: memoryMegabytes,
    Timeout: timeoutSeconds,
    Environment: { Variables: { ...ENVIRONMENT, ...environment } },
  } as const;
  if (await exists(() => lambda.send(new GetFunctionCommand({ FunctionName })), ResourceNotFoundException)) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: WAIT_SECONDS }, { FunctionName });
    await lambda.send(new UpdateFunctionConfigurationCommand(configuration));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: WAIT_SECONDS }, { FunctionName });
  } else {
    await lambda.send(new CreateFunctionCommand({ ...configuration, Architectures, Code: { ZipFile } }));
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: WAIT_SECONDS }, { FunctionName });
  }
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  return Configuration?.FunctionArn ?? '';
}

async function ensureRole(name: FunctionName, iam: IAMClient, resources: Resources): Promise<string> {
  const RoleName = functionNameOf(name);
  const trust = policy([{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }]);
  if (!(await exists(() => iam.send(new GetRoleCommand({ RoleName })), NoSuchEntityException))) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  }
  const rights = Object.entries(FUNCTIONS[name].rights).map(([on, actions]) => ({
    Action: actions,
    Resource: resources[on as keyof Resources],
  }));
  const log = {
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `arn:aws:logs:*:*:log-group:/aws/lambda/${RoleName}:*`,
  };
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy([...rights, log]) }));
  return (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn ?? '';
}

const policy = (statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

async function exists(find: () => Promise<unknown>, missing: new (...args: never[]) => Error): Promise<boolean> {
  try {
    await find();
    return true;
  } catch (error) {
    if (error instanceof missing) return false;
    throw error;
  }
}
