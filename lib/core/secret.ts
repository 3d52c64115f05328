import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NotConfiguredError } from './errors.ts';
import type { Clock, Secret, SecretSource } from './ports.ts';
import { secretSchema } from './secret-schema.ts';

const CACHED_MILLISECONDS = 3 * 60 * 1000;
/** How long a reading is waited for where an older secret can serve. */
const PATIENCE_MILLISECONDS = 50;
/** Two changes of a file that are nearer than this may carry the same time. */
const FILE_TIME_MILLISECONDS = 100;

/**
 * The secret from a JSON file of the contract's shape, read again when the file has changed.
 * Throws `NotConfiguredError` that names the file, never its content.
 */
export function secretFile(file: string): SecretSource {
  let known: { version: string; reading: Promise<Secret> } | undefined;
  const read = async (): Promise<Secret> => parseSecret(await readFile(file, 'utf8'), `The secret file ${file}`);
  return {
    async read() {
      try {
        // The thread pool may be busy with passwords, and this takes microseconds.
        const { ino, size, mtimeMs } = statSync(file);
        const version = `${ino} ${size} ${mtimeMs}`;
        if (known?.version !== version || mtimeMs > Date.now() - FILE_TIME_MILLISECONDS) {
          known = { version, reading: read() };
        }
        return await known.reading;
      } catch (error) {
        known = undefined;
        if (error instanceof NotConfiguredError) throw error;
        throw new NotConfiguredError(
          `The secret file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
          {
            code: 'secret_unreadable',
            suggestions: ['Check IMMERSION_SECRET_FILE and the permissions of the file.'],
            publicMessage: 'The secret file cannot be read.',
          },
        );
      }
    },
  };
}

/** What Secrets Manager says of a secret that is not there, or not for who asks. */
const ABSENT: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'AccessDeniedException']);

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
          code: ABSENT.has((error as Error).name) ? 'secret_missing' : 'secret_unreadable',
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

/**
 * Reads at most once in three minutes, and once for any number of simultaneous callers; a failure is not kept.
 * Where the reading takes long, the secret of the time before serves.
 */
export function cached(source: SecretSource, clock: Clock): SecretSource {
  let latest: Promise<Secret> | undefined;
  let until = 0;
  let served: Secret | undefined;
  let isReading = false;

  const begin = (): Promise<Secret> => {
    until = clock.now() + CACHED_MILLISECONDS;
    const reading = source.read();
    latest = reading;
    isReading = true;
    const end = (secret: Secret | undefined) => {
      if (latest !== reading) return;
      isReading = false;
      if (secret) served = secret;
      else latest = undefined;
    };
    reading.then(end, () => end(undefined));
    return reading;
  };
  return {
    read() {
      const reading = latest && clock.now() < until ? latest : begin();
      return isReading && served ? Promise.race([reading, delay(PATIENCE_MILLISECONDS, served)]) : reading;
    },
  };
}

function parseSecret(text: string, what: string): Secret {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed(`${what} is not valid JSON.`);
  }
  const { success, data, error } = secretSchema.safeParse(json);
  if (success) return data;
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw malformed(`${what} is invalid: ${faults.join('; ')}.`);
}

const malformed = (message: string) =>
  new NotConfiguredError(message, { code: 'secret_malformed', publicMessage: 'The secret is malformed.' });
