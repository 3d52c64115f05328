import { mkdir, open, realpath, rename, rm, stat, lstat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Config } from '../core/config.ts';
import { ImmersionError, InvalidInputError, NotConfiguredError } from '../core/errors.ts';
import { readSettingsFile } from '../core/settings-file.ts';
import { ownSecretFile } from './own-secret.ts';

const ABANDONED_MILLISECONDS = 10_000;
const TURN_MILLISECONDS = 50;

const userSchema = z.looseObject({ user: z.string(), password: z.string(), admin: z.boolean().optional() });
const secretSchema = z.looseObject({ users: z.array(userSchema).default([]) });

/** The password is plain (contract) or hashed. */
export type StoredUser = z.output<typeof userSchema>;
type SecretFile = z.output<typeof secretSchema>;

/** The users of a secret file; other contents are preserved. */
export interface SecretUsers {
  readonly file: string;
  list(): Promise<StoredUser[]>;
  /** Throws `InvalidInputError` if missing. */
  find(name: string): Promise<StoredUser>;
  /** Throws `InvalidInputError` for a taken or invalid name. */
  checkNew(name: string): Promise<void>;
  /** Throws if the user doesn't exist. */
  add(user: StoredUser): Promise<void>;
  setPassword(name: string, password: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** The users of a server with this config. */
export function createSecretUsers(
  config: Pick<Config, 'secretFile' | 'store' | 'dataDirectory' | 'secretId'>,
): SecretUsers {
  if (!config.secretFile && config.store === 'dynamodb') {
    throw new InvalidInputError('With DynamoDB, users are kept in AWS Secrets Manager, and no secret file is set.', {
      code: 'input_needed',
      suggestions: [
        'Set a file with --secret-file or IMMERSION_SECRET_FILE.',
        `Then upload it: aws secretsmanager put-secret-value --secret-id ${config.secretId} --secret-string file://FILE`,
      ],
    });
  }
  const file = config.secretFile ?? ownSecretFile(config.dataDirectory);
  const list = async () => readSecret(file).users;

  return {
    file,
    list,
    async find(name) {
      const user = (await list()).find((one) => one.user === name);
      if (!user) throw unknownUser(name, file);
      return user;
    },
    checkNew: async (name) => refuseKnown(name, { users: await list(), file }),
    async add(user) {
      await change(file, (users) => {
        refuseKnown(user.user, { users, file });
        return [...users, user];
      });
    },
    async setPassword(name, password) {
      await change(file, (users) => {
        if (!users.some((one) => one.user === name)) throw unknownUser(name, file);
        return users.map((one) => (one.user === name ? { ...one, password } : one));
      });
    },
    async remove(name) {
      await change(file, (users) => {
        if (!users.some((one) => one.user === name)) throw unknownUser(name, file);
        return users.filter((one) => one.user !== name);
      });
    },
  };
}

const unknownUser = (name: string, file: string) =>
  new InvalidInputError(`No user “${name}” in ${file}.`, {
    code: 'user_unknown',
  });

function refuseKnown(name: string, { users, file }: { users: readonly StoredUser[]; file: string }): void {
  const fault = nameFault(name);
  if (fault) throw new InvalidInputError(`“${name}” ${fault}.`, { code: 'invalid_argument' });
  if (users.every(({ user }) => user !== name)) return;
  throw new InvalidInputError(`User “${name}” already exists in ${file}.`, { code: 'user_exists' });
}

function nameFault(name: string): string | undefined {
  if (name.trim() === '' || name.trim() !== name)
    return 'is not a user name: it is blank, or begins or ends with a space';
  if (name.includes(':')) return 'is not a user name: HTTP Basic authentication can’t send a colon';
  return /\p{Cc}/u.test(name) || !name.isWellFormed() ? 'is not a user name: it has invalid characters' : undefined;
}

function readSecret(file: string): SecretFile {
  let text: string;
  try {
    text = readSettingsFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { users: [] };
    throw fileError(file, 'read', code);
  }
  try {
    return secretSchema.parse(JSON.parse(text));
  } catch {
    // The error would contain the file's content.
    throw new NotConfiguredError(`${file} is not a secret file: it must be a JSON object with a list “users”.`, {
      code: 'secret_malformed',
    });
  }
}

/** Rewrites the users atomically, one process at a time, keeping the file's owner and permissions. */
async function change(file: string, work: (users: StoredUser[]) => StoredUser[]): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    // Replace a link's target, not the link.
    const target = await realpath(file).catch(() => file);
    const draft = `${target}.draft`;
    const handle = await openDraft(draft);
    try {
      const secret = readSecret(target);
      const changed = { ...secret, users: work(secret.users) };
      const before = await stat(target).catch(() => undefined);
      if (before) {
        await handle.chmod(before.mode & 0o777);
        // Only root can change the owner, and only root needs to.
        await handle.chown(before.uid, before.gid).catch(() => {});
      }
      await handle.writeFile(`${JSON.stringify(changed, null, 2)}\n`);
      await handle.sync();
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ImmersionError || !code) throw error;
    throw fileError(file, 'written', code);
  }
}

/** Opens the draft exclusively; takes over one untouched for seconds. */
async function openDraft(draft: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(draft, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const since = await lstat(draft).catch(() => undefined);
      if (since && Math.abs(Date.now() - since.mtimeMs) > ABANDONED_MILLISECONDS) await rm(draft, { force: true });
      else await wait(TURN_MILLISECONDS);
    }
  }
}

const fileError = (file: string, what: string, code: string | undefined) =>
  new ImmersionError(`The secret file ${file} cannot be ${what} (${code}).`, {
    code: 'secret_unwritable',
    suggestions: ['Check IMMERSION_SECRET_FILE and the permissions of the file.'],
  });
