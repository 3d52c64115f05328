import { existsSync } from 'node:fs';
import { databaseFile, type Config, type Environment } from '../config.ts';
import { InvalidInputError } from '../errors.ts';

/**
 * A server uses DynamoDB if the environment names a table, unless a store is set. Throws `InvalidInputError` if local
 * data exists.
 */
export function withServerStore(
  config: Config,
  { environment, tell }: { environment: Environment; tell: (line: string) => void },
): Config {
  const table = environment['DYNAMODB_TABLE']?.trim();
  if (config.isStoreSet || !table) return config;
  const file = databaseFile(config);
  if (existsSync(file)) {
    throw new InvalidInputError(`DYNAMODB_TABLE names a table in DynamoDB, and ${file} holds data already.`, {
      code: 'invalid_setting',
      suggestions: [
        'Keep using that file with IMMERSION_STORE=sqlite.',
        'Or use the table with IMMERSION_STORE=dynamodb.',
      ],
    });
  }
  tell(`DYNAMODB_TABLE is set: the tables are in DynamoDB. IMMERSION_STORE=sqlite keeps them on this computer.`);
  return { ...config, store: 'dynamodb' };
}
