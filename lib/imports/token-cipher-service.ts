import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { NotConfiguredError } from '../core/errors.ts';

/** Encrypts secrets in the store. Text can only be decrypted for the same `owner`. */
export interface TokenCipher {
  encrypt(text: string, owner: string): Promise<string>;
  /** Undefined if the text was changed, or the owner or key is wrong. */
  decrypt(encrypted: string, owner: string): Promise<string | undefined>;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1.';

/** AES-256-GCM. `readKey` returns 32 bytes in base64; without a key, calls throw `NotConfiguredError`. */
export function createTokenCipher({ readKey }: { readKey: () => Promise<string | undefined> }): TokenCipher {
  return {
    async encrypt(text, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, await keyOf(readKey), nonce);
      cipher.setAAD(Buffer.from(owner));
      const encrypted = [cipher.update(text, 'utf8'), cipher.final()];
      return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), ...encrypted]).toString('base64');
    },

    async decrypt(encrypted, owner) {
      const key = await keyOf(readKey);
      const bytes = Buffer.from(encrypted.slice(FORMAT.length), 'base64');
      if (!encrypted.startsWith(FORMAT) || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

async function keyOf(readKey: () => Promise<string | undefined>): Promise<Buffer> {
  const text = (await readKey())?.trim();
  const key = Buffer.from(text ?? '', 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new NotConfiguredError(
    text ? 'token_key in the secret is not 32 bytes in base64.' : 'token_key is missing from the secret.',
    {
      code: 'token_key_missing',
      suggestions: ['It encrypts the Trakt login. Generate one with: openssl rand -base64 32'],
    },
  );
}
