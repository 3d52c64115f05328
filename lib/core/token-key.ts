import { randomBytes } from 'node:crypto';
import { writeWhole } from './files.ts';
import { NotConfiguredError } from './errors.ts';
import type { SecretSource } from './ports.ts';
import { readSettingsFile } from './settings-file.ts';
import { asWriteError } from './unwritable.ts';

/** Creates a missing `tokenKey` once, in a file that only its owner can read. */
export const withOwnTokenKey = (source: SecretSource, file: string): SecretSource => ({
  async read() {
    const secret = await source.read();
    return secret.tokenKey === undefined ? { ...secret, tokenKey: await ownKey(file) } : secret;
  },
});

async function ownKey(file: string): Promise<string> {
  const known = readKey(file);
  if (known !== undefined) return known;
  await writeWhole(file, `${randomBytes(32).toString('base64')}\n`, { existing: 'keep' }).catch((error: unknown) => {
    throw asWriteError(error, file, { what: 'The key file', code: 'token_key_unwritable' });
  });
  return readKey(file) ?? '';
}

function readKey(file: string): string | undefined {
  try {
    return readSettingsFile(file).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new NotConfiguredError(`The key file ${file} cannot be read (${code}).`, {
      code: 'token_key_unreadable',
      suggestions: ['Check its permissions.'],
      publicMessage: 'The key file cannot be read.',
    });
  }
}
