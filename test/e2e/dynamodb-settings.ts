import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SECRET_ID, TABLES } from '../../localstack/definition.ts';
import type { Emulator } from '../../localstack/ministack.ts';

export const AIKO = { user: 'aiko', password: 'right' };

/** Settings for a store in the emulator, and a user in its Secrets Manager. */
export async function dynamoDbSettings(emulator: Emulator): Promise<Record<string, string>> {
  const secrets = new SecretsManagerClient(emulator);
  await secrets.send(new CreateSecretCommand({ Name: SECRET_ID, SecretString: JSON.stringify({ users: [AIKO] }) }));
  secrets.destroy();
  return {
    IMMERSION_STORE: 'dynamodb',
    AWS_REGION: emulator.region,
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: emulator.endpoint,
  };
}

/** What `immersion tables create --json` makes. */
export const TABLES_CREATED = [
  { table: TABLES.tracker.table, created: true },
  { table: TABLES.positions.table, created: true },
];
