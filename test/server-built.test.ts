import { once } from 'node:events';
import { globSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import test from 'ava';
import { createPerson, linesOf, listening } from './cli-process.ts';
import { basic, call } from './running-api.ts';

const DIST = path.resolve(import.meta.dirname, '../dist');

test('every name that a package exports is there where the built files take it from', async (t) => {
  const load = createRequire(import.meta.url);
  const missing: string[] = [];
  let taken = 0;
  for (const file of globSync('packages/*.cjs', { cwd: DIST })) {
    for (const [name, bundled] of Object.entries(load(path.join(DIST, file)) as Record<string, object>)) {
      const names = Object.keys((await import(name)) as object);
      for (const one of names.filter((exported) => !['default', 'module.exports', '__esModule'].includes(exported))) {
        taken += 1;
        if (!(one in bundled)) missing.push(`${one} of ${name}`);
      }
    }
  }
  t.deepEqual(missing, []);
  t.true(taken > 100, `the built files are read: ${taken} names`);
});

test('a built server that is given the seed’s two variables alone uses its own secret and what it may use', async (t) => {
  const aws = createServer((request, response) => {
    request.resume();
    const target = String(request.headers['x-amz-target']);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const isAllowed = target.startsWith('DynamoDB') && Buffer.concat(chunks).includes('"tv_show_tracker"');
      response.writeHead(isAllowed ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify(isAllowed ? { Items: [], Count: 0, Table: {} } : { __type: 'AccessDeniedException' }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
  t.teardown(() => aws.close());
  const person = createPerson(t, {
    DYNAMODB_TABLE: 'tv_show_tracker',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  });
  const { url, said } = await listening(t, person.start(['serve', '--port', '0', '--json']));
  t.regex(
    said.join('\n'),
    /^DYNAMODB_TABLE is set: .*\nSecrets Manager has no secret immersion_tracker_api for this server/,
  );
  const authorization = basic('me', /password (\S+)/.exec(said.join('\n'))?.[1] ?? '');
  t.is((await call(`${url}/health`)).status, 200);
  t.is((await call(`${url}/api/show_user?username=me`, { authorization })).status, 200);
  t.is((await call(`${url}/shows`, { authorization })).status, 503);
  t.is((await call(`${url}/health`)).status, 200, 'what was never to be used says nothing');
});

test('the built server on DynamoDB lets in whom the secret in Secrets Manager names', async (t) => {
  const asked: string[] = [];
  const aws = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    asked.push(target);
    const isSecret = target === 'secretsmanager.GetSecretValue';
    response.writeHead(isSecret ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.1' });
    const secret = JSON.stringify({ users: [{ user: 'aiko', password: 'right' }] });
    response.end(JSON.stringify(isSecret ? { SecretString: secret } : { __type: 'ResourceNotFoundException' }));
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
  t.teardown(() => aws.close());
  const person = createPerson(t, {
    IMMERSION_STORE: 'dynamodb',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  });
  const { url } = await listening(t, person.start(['serve', '--port', '0', '--json']));
  const shows = async (password: string) => {
    const { status, body } = await call(`${url}/shows`, { authorization: basic('aiko', password) });
    return [status, (body as { code: string }).code];
  };
  t.deepEqual(await shows('wrong'), [401, 'unauthorized']);
  t.deepEqual(await shows('right'), [503, 'store_missing']);
  t.true(asked.some((target) => target.startsWith('DynamoDB')));
});

test('the variables of a server change nothing for other commands, and a server does not leave the data that is here', async (t) => {
  const person = createPerson(t, {
    DYNAMODB_TABLE: 'tv_show_tracker',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    // Nothing listens there.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  });
  person.fill('Show/1.mkv');
  for (const args of [
    ['sync'],
    ['progress'],
    ['history'],
    ['stats'],
    ['export'],
    ['position', 'list'],
    ['titles', 'list'],
    ['clean', '--dry-run'],
  ]) {
    const { status, stderr } = await person.run(args);
    t.deepEqual([status, /DynamoDB|DYNAMODB/.test(stderr)], [0, false], `${args.join(' ')}: ${stderr}`);
  }
  const { stdout } = await person.run(['doctor', '--offline']);
  t.regex(stdout, /embedded, data on this computer/);
  const there = await person.run(['doctor', '--offline'], { environment: { IMMERSION_STORE: 'dynamodb' } });
  t.regex(there.stdout, /embedded, data in the DynamoDB table immersion_tracker: /);

  const ended = await person.run(['serve', '--port', '0'], { asProcess: true });
  t.is(ended.status, 2);
  const database = path.join(person.home, '.local', 'share', 'immersion', 'immersion.sqlite');
  t.deepEqual(linesOf(ended.stderr), [
    `Error: DYNAMODB_TABLE names a table in DynamoDB, and ${database} holds data already.`,
    '  → Keep using that file with IMMERSION_STORE=sqlite.',
    '  → Or use the table with IMMERSION_STORE=dynamodb.',
  ]);
  const environment = { IMMERSION_STORE: 'sqlite' };
  const { url } = await listening(t, person.start(['serve', '--port', '0', '--json'], { environment }));
  t.is((await call(`${url}/health`)).status, 200);
});
