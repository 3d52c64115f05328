import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

type Scrypt = (
  password: string,
  salt: Buffer,
  bytes: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

/** OWASP's recommendation: 32 MiB, and a tenth to a quarter of a second. */
const COST = { log2N: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A salted scrypt string in PHC format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `$scrypt$ln=${COST.log2N},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Compares with a PHC string, or with plain text as in the contract's secret. Constant-time. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, log2N, r, p, salt, key] = PHC.exec(stored) ?? [];
  if (!salt || !key) return timingSafeEqual(sha256(password), sha256(stored));
  const expected = Buffer.from(key, 'base64');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), expected.length, cost), expected);
}

export const isHashed = (stored: string): boolean => PHC.test(stored);

/** Of equal length for any text, so that comparisons don't reveal lengths. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const derive = async (password: string, salt: Buffer, bytes: number, { log2N, r, p }: typeof COST): Promise<Buffer> =>
  (promisify(scrypt) as Scrypt)(password, salt, bytes, { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r });

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
