import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NotConfiguredError } from './errors.ts';
import type { Clock, Secret, SecretSource } from './ports.ts';
import { readSettingsFile } from './settings-file.ts';
import { secretSchema } from './secret-schema.ts';

const CACHED_MILLISECONDS = 3 * 60 * 1000;
/** How long to wait for a refresh while an older secret is available. */
const PATIENCE_MILLISECONDS = 50;
/** Changes within this time may have the same mtime. */
const FILE_TIME_MILLISECONDS = 100;

/**
 * Reads a JSON file, again whenever it has changed. Throws `NotConfiguredError` that names the file, never its content.
 */
export function secretFile(file: string): SecretSource {
  let known: { version: string; reading: Promise<Secret> } | undefined;
  const read = async (): Promise<Secret> => parseSecret(readSettingsFile(file), `The secret file ${file}`);
  return {
    async read() {
      try {
        // Synchronous: it takes microseconds, while the thread pool may be busy hashing passwords.
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

/** Errors of Secrets Manager for a missing or inaccessible secret. */
const ABSENT: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'AccessDeniedException']);

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

/** Fills in missing values from `fallback`. */
export const withFallback = (source: SecretSource, fallback: Omit<Secret, 'users'>): SecretSource => ({
  async read() {
    const secret = await source.read();
    const lacking = Object.entries(fallback).filter(([name]) => secret[name as keyof Secret] === undefined);
    return { ...secret, ...Object.fromEntries(lacking) };
  },
});

/**
 * Caches for three minutes; concurrent callers share a read, and failures aren't cached. While a refresh is slow, the
 * previous secret is used.
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
