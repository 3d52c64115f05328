import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import type { ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import path from 'node:path';
import { functionNameOf, NODE_RUNTIME } from '../../localstack/definition.ts';
import type { Emulator } from '../../localstack/ministack.ts';
import type { FunctionName } from '../../scripts/build-lambda.ts';
import type { Attempt } from './probe.ts';

/** What each function may do; everything else must be rejected. */
const RIGHTS: Record<FunctionName, Attempt[]> = {
  api: [
    'read an item',
    'query the tracker',
    'write an item',
    'delete an item',
    'write a transaction',
    'write a position',
    'scan the positions',
    'read the secret',
  ],
  authorizer: ['read the secret'],
  tick: [
    'read an item',
    'query the tracker',
    'write an item',
    'delete an item',
    'write a transaction',
    'read the secret',
  ],
};

/** Runs the probe with each function's role, and then the scheduled function unchanged. */
export async function testRights(t: ExecutionContext, emulator: Emulator): Promise<void> {
  const lambda = new LambdaClient(emulator);
  const secrets = new SecretsManagerClient(emulator);
  t.teardown(() => {
    lambda.destroy();
    secrets.destroy();
  });
  const invoke = async (FunctionName: string) => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    return {
      failed: FunctionError !== undefined,
      answer: JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown,
    };
  };
  t.deepEqual(await invoke(functionNameOf('tick')), {
    failed: false,
    answer: { done: ['store', 'secret', 'imports', 'episodes'] },
  });
  if (!emulator.enforcesPolicies) {
    t.log('What functions may not do is not tried: the emulator at AWS_ENDPOINT_URL may not enforce policies.');
    return;
  }
  await secrets.send(new CreateSecretCommand({ Name: 'another_secret', SecretString: '{}' }));
  const ZipFile = await probeZip();
  for (const [name, allowed] of Object.entries(RIGHTS) as [FunctionName, Attempt[]][]) {
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: functionNameOf(name) }));
    const FunctionName = `probe_${name}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: Configuration?.Role,
        Runtime: NODE_RUNTIME,
        Handler: 'index.handler',
        Timeout: 30,
        Code: { ZipFile },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
    const { answer } = await invoke(FunctionName);
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const results = Object.entries(answer as Record<Attempt, string>);
    t.deepEqual(
      results.filter(([, result]) => result === 'done').map(([attempt]) => attempt),
      allowed,
      `${name}: ${JSON.stringify(answer)}`,
    );
    for (const [attempt, result] of results) {
      t.true(result === 'done' || /AccessDenied/.test(result), `${name} must be refused to ${attempt}: ${result}`);
    }
  }
}

async function probeZip(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'probe.ts')],
    write: false,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    outfile: 'index.js',
    logLevel: 'warning',
  });
  return zipSync({ 'index.js': outputFiles[0]?.contents ?? new Uint8Array() });
}
