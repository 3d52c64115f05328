import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../core/files.ts';

/** Created by a server without a configured secret file. */
export const ownSecretFile = (dataDirectory: string): string => path.join(dataDirectory, 'secret.json');

/** Atomically creates a secret file only its owner can read, unless it exists. Returns whether it did. */
export async function createOwnSecret(file: string, secret: () => Promise<object>): Promise<boolean> {
  const exists = await access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  return writeWhole(file, async (draft) => draft.writeFile(`${JSON.stringify(await secret(), null, 2)}\n`), {
    existing: 'keep',
  });
}
