import { databaseFile, type Config } from '../config.ts';
import { InvalidInputError } from '../errors.ts';

/** The local database file. Throws `InvalidInputError` if the data is elsewhere. */
export function ownDatabase(config: Config): string {
  if (config.api.kind === 'remote') {
    throw new InvalidInputError(`What you recorded is at ${config.api.url}, not on this computer.`, {
      code: 'invalid_argument',
      suggestions: ['Run the command on that computer.', 'Or copy your own items with immersion export.'],
    });
  }
  if (config.store === 'dynamodb') {
    throw new InvalidInputError('With DynamoDB, nothing is stored on this computer.', {
      code: 'invalid_argument',
      suggestions: ['Use DynamoDB’s point-in-time recovery, or copy your own items with immersion export.'],
    });
  }
  return databaseFile(config);
}
