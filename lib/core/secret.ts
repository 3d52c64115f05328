import { readFile } from 'node:fs/promises';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NotConfiguredError } from './errors.ts';
import type { Clock, Secret, SecretSource } from './ports.ts';
import { secretSchema } from './secret-schema.ts';

const CACHED_MILLISECONDS = 3 * 60 * 1000;

/** The secret from a JSON file of the contract's shape. Throws `NotConfiguredError` that names the file, never its content. */
export const secretFile = (file: string): SecretSource => ({
  async read() {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      throw new NotConfiguredError(
        `The secret file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
        { code: 'secret_unreadable', suggestions: ['Check IMMERSION_SECRET_FILE and the permissions of the file.'] },
      );
    }
    return parseSecret(text, `The secret file ${file}`);
  },
});

/** The secret from AWS Secrets Manager. */
export const secretsManager = ({
  client,
  secretId,
}: {
  client: SecretsManagerClient;
  secretId: string;
}): SecretSource => ({
  async read() {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    let text: string | undefined;
    try {
      ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId })));
    } catch (error) {
      throw new NotConfiguredError(
        `The secret ${secretId} cannot be read from Secrets Manager (${(error as Error).name}).`,
        {
          code: 'secret_unreadable',
          suggestions: ['Check that the secret IMMERSION_SECRET_ID exists and that you may read it.'],
        },
      );
    }
    return parseSecret(text ?? '', `The secret ${secretId}`);
  },
});

/** What `source` lacks comes from `fallback`; where neither has users there are none. */
export const withFallback = (source: SecretSource, fallback: Omit<Secret, 'users'>): SecretSource => ({
  async read() {
    const secret = await source.read();
    const lacking = Object.entries(fallback).filter(([name]) => secret[name as keyof Secret] === undefined);
    return { ...secret, ...Object.fromEntries(lacking) };
  },
});

/** Reads at most once in three minutes, and once for any number of simultaneous callers; a failure is not kept. */
export function cached(source: SecretSource, clock: Clock): SecretSource {
  let value: Promise<Secret> | undefined;
  let until = 0;
  return {
    read() {
      if (value && clock.now() < until) return value;
      until = clock.now() + CACHED_MILLISECONDS;
      const reading = source.read();
      value = reading;
      reading.catch(() => {
        if (value === reading) value = undefined;
      });
      return reading;
    },
  };
}

function parseSecret(text: string, what: string): Secret {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NotConfiguredError(`${what} is not valid JSON.`, { code: 'secret_malformed' });
  }
  const { success, data, error } = secretSchema.safeParse(json);
  if (success) return data;
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new NotConfiguredError(`${what} is invalid: ${faults.join('; ')}.`, { code: 'secret_malformed' });
}
