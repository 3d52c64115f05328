import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config, Environment } from '../config.ts';
import { InvalidInputError } from '../errors.ts';

/**
 * The store of a server: the table that the environment names is in DynamoDB, unless a store is named.
 * Throws `InvalidInputError` where there is data on this computer already.
 */
export function withServerStore(
  config: Config,
  { environment, tell }: { environment: Environment; tell: (line: string) => void },
): Config {
  const table = environment['DYNAMODB_TABLE']?.trim();
  if (config.isStoreSet || !table) return config;
  const file = path.join(config.dataDirectory, 'immersion.sqlite');
  if (existsSync(file)) {
    throw new InvalidInputError(`DYNAMODB_TABLE names a table in DynamoDB, and ${file} holds data already.`, {
      code: 'invalid_setting',
      suggestions: [
        'Keep to that file with IMMERSION_STORE=sqlite.',
        'Or use the table with IMMERSION_STORE=dynamodb.',
      ],
    });
  }
  tell(`DYNAMODB_TABLE is set: the tables are in DynamoDB. IMMERSION_STORE=sqlite keeps them on this computer.`);
  return { ...config, store: 'dynamodb' };
}
