import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import test from 'ava';
import { SECRET_ID, TABLES } from '../../localstack/definition.ts';
import { startEmulator } from '../../localstack/ministack.ts';
import { createPerson, listening } from '../cli-process.ts';
import { basic, call } from '../running-api.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

test('the built server keeps what a built command records in DynamoDB, for whom Secrets Manager names', async (t) => {
  const secrets = new SecretsManagerClient(emulator);
  t.teardown(() => secrets.destroy());
  const users = [{ user: 'aiko', password: 'right' }];
  await secrets.send(new CreateSecretCommand({ Name: SECRET_ID, SecretString: JSON.stringify({ users }) }));
  const person = createPerson(t, {
    IMMERSION_STORE: 'dynamodb',
    AWS_REGION: emulator.region,
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: emulator.endpoint,
  });
  const created = await person.run(['tables', 'create', '--json'], { asProcess: true });
  t.deepEqual((JSON.parse(created.stdout) as { tables: object[] }).tables, [
    { table: TABLES.tracker.table, created: true },
    { table: TABLES.positions.table, created: true },
  ]);

  const { url } = await listening(t, person.start(['serve', '--port', '0', '--json']));
  t.like((await call(`${url}/health`)).body, { status: 'ok', store: 'ok' });
  t.is((await call(`${url}/shows`, { authorization: basic('aiko', 'wrong') })).status, 401);

  const files = person.fill('Bleach/Bleach - 001.mkv', 'Bleach/Bleach - 002.mkv');
  const environment = {
    IMMERSION_STORE: 'sqlite',
    IMMERSION_TRACKER_API_URL: url,
    IMMERSION_TRACKER_USER: 'aiko',
    IMMERSION_TRACKER_PASSWORD: 'right',
  };
  const synced = await person.run(['sync', '--clean', 'delete', '--json'], { environment, asProcess: true });
  t.like(JSON.parse(synced.stdout), { episodes_added: files.length, files_removed: files.length });

  const restarted = await listening(t, person.start(['serve', '--port', '0', '--json']));
  const { body } = await call(`${restarted.url}/progress`, { authorization: basic('aiko', 'right') });
  t.like(body, { total_episodes_watched: files.length });
});
