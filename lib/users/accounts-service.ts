import { isHashed, sha256, verifyPassword } from './password-service.ts';
import type { Clock, SecretSource, SecretUser } from '../core/ports.ts';

/** A verified header is remembered this long, since a hashed password takes so long to check. */
const REMEMBERED_MILLISECONDS = 5 * 60 * 1000;
const MAXIMUM_REMEMBERED = 1000;
/** What an unknown user's password is compared with where no password is hashed. */
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

export function createAccounts({
  secret,
  clock,
  verify = verifyPassword,
}: {
  secret: SecretSource;
  clock: Clock;
  verify?: typeof verifyPassword;
}): Accounts {
  const remembered = new Map<string, { stored: string; until: number }>();

  return {
    async verify(authorization) {
      const credentials = parseBasic(authorization);
      if (!credentials) return undefined;
      const { users } = await secret.read();
      const known = users.find(({ user }) => user === credentials.user);
      const fingerprint = sha256(authorization ?? '').toString('base64');
      const earlier = remembered.get(fingerprint);
      // A changed or removed password ends the memory at once.
      if (known && earlier && earlier.until > clock.now() && known.password === earlier.stored) return accountOf(known);
      remembered.delete(fingerprint);

      const fits = await verify(credentials.password, known?.password ?? NOBODYS_PASSWORD);
      // A derivation takes its time: without one for everybody that would tell which users there are.
      const hashed = users.find(({ password }) => isHashed(password));
      if (hashed && !isHashed(known?.password ?? '')) await verify(credentials.password, hashed.password);
      if (!known || !fits || known.password === '') return undefined;
      if (remembered.size >= MAXIMUM_REMEMBERED) remembered.clear();
      remembered.set(fingerprint, { stored: known.password, until: clock.now() + REMEMBERED_MILLISECONDS });
      return accountOf(known);
    },
  };
}

const accountOf = ({ user, admin }: SecretUser): Account => ({ user, admin: admin === true });

/** User and password of a Basic header: UTF-8, padding optional, everything behind the first `:` is the password. */
export function parseBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '') ?? [];
  if (!encoded) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
