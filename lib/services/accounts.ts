import { sha256, verifyPassword } from './passwords.ts';
import type { Clock, SecretSource } from './ports.ts';

/** A verified header is remembered this long, since a hashed password costs about 40 ms to check. */
const REMEMBERED_MILLISECONDS = 5 * 60 * 1000;
const MAXIMUM_REMEMBERED = 1000;
/** What an unknown user's password is compared with, so that the answer takes as long as for a known one. */
const NOBODYS_PASSWORD = sha256('nobody').toString('hex');

/** Who is asking. */
export interface Account {
  user: string;
  admin: boolean;
}

export interface Accounts {
  /** The account of an `Authorization: Basic` header (RFC 7617), or undefined when it is missing, malformed or wrong. */
  verify(authorization: string | undefined): Promise<Account | undefined>;
}

export function createAccounts({ secret, clock }: { secret: SecretSource; clock: Clock }): Accounts {
  const remembered = new Map<string, { account: Account; stored: string; until: number }>();

  return {
    async verify(authorization) {
      const credentials = parseBasic(authorization);
      if (!credentials) return undefined;
      const { users } = await secret.read();
      const known = users.find(({ user }) => user === credentials.user);
      const fingerprint = sha256(authorization ?? '').toString('base64');
      const earlier = remembered.get(fingerprint);
      // A changed or removed password ends the memory at once.
      if (earlier && earlier.until > clock.now() && known?.password === earlier.stored) return earlier.account;
      remembered.delete(fingerprint);

      const fits = await verifyPassword(credentials.password, known?.password ?? NOBODYS_PASSWORD);
      if (!known || !fits || known.password === '') return undefined;
      const account = { user: known.user, admin: known.admin === true };
      if (remembered.size >= MAXIMUM_REMEMBERED) remembered.clear();
      remembered.set(fingerprint, { account, stored: known.password, until: clock.now() + REMEMBERED_MILLISECONDS });
      return account;
    },
  };
}

/** User and password of a Basic header: UTF-8, padding optional, everything behind the first `:` is the password. */
export function parseBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '') ?? [];
  if (!encoded) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
