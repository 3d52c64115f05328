import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';

/** Created by a server without a configured secret file. */
export const ownSecretFile = (dataDirectory: string): string => path.join(dataDirectory, 'secret.json');

/** Atomically creates a secret file only its owner can read, unless it exists. Returns whether it did. */
export async function createOwnSecret(file: string, secret: () => Promise<object>): Promise<boolean> {
  const exists = await access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.draft`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(await secret(), null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
