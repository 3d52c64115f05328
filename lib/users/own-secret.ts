import { constants } from 'node:fs';
import { access, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../core/files.ts';
import { asWriteError } from '../core/unwritable.ts';

/** Created by a server without a configured secret file. */
export const ownSecretFile = (dataDirectory: string): string => path.join(dataDirectory, 'secret.json');

/** Atomically creates a secret file only its owner can read, unless it exists. Returns whether it did. */
export async function createOwnSecret(file: string, secret: () => Promise<object>): Promise<boolean> {
  const exists = await access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  const write = async (draft: FileHandle) => draft.writeFile(`${JSON.stringify(await secret(), null, 2)}\n`);
  return writeWhole(file, write, { existing: 'keep' }).catch((error: unknown) => {
    throw asWriteError(error, file, { what: 'The secret file', code: 'secret_unwritable' });
  });
}
