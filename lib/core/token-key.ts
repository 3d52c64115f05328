import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeWhole } from './files.ts';
import type { SecretSource } from './ports.ts';

/** Creates a missing `tokenKey` once, in a file that only its owner can read. */
export const withOwnTokenKey = (source: SecretSource, file: string): SecretSource => ({
  async read() {
    const secret = await source.read();
    return secret.tokenKey === undefined ? { ...secret, tokenKey: await ownKey(file) } : secret;
  },
});

async function ownKey(file: string): Promise<string> {
  const known = await readKey(file);
  if (known !== undefined) return known;
  await writeWhole(file, `${randomBytes(32).toString('base64')}\n`, { existing: 'keep' });
  return (await readKey(file)) ?? '';
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
