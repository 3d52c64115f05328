import { parseBasic } from './basic-credentials-rules.ts';
import { isHashed, sha256, verifyPassword } from './password-service.ts';
import type { LoginGuard } from './login-guard-service.ts';
import type { Clock, Log, SecretSource, SecretUser } from '../core/ports.ts';
import { createSingleFlight } from '../core/single-flight.ts';

/** How long a verified header is cached, since checking a hashed password is slow. */
const CACHED_MILLISECONDS = 5 * 60 * 1000;
const MAXIMUM_CACHED = 1000;
/** Compared with unknown users' passwords if no password is hashed. */
const UNKNOWN_USER_PASSWORD = '0'.repeat(64);

export interface Account {
  user: string;
  admin: boolean;
  /** No authentication: represents everyone on this computer. */
  isAnyone?: boolean;
}

export interface Accounts {
  /**
   * Verifies an `Authorization: Basic` header (RFC 7617); undefined if missing, malformed or wrong. Throws
   * `TooManyRequestsError` after too many failures.
   */
  verify(authorization: string | undefined, address?: string): Promise<Account | undefined>;
}

/** Logs changes of users if there is a log. Without a guard, all headers are checked. */
export function createAccounts({
  secret,
  clock,
  verify = verifyPassword,
  guard = { attempt: (_, work) => work() },
  log,
}: {
  secret: SecretSource;
  clock: Clock;
  verify?: typeof verifyPassword;
  guard?: LoginGuard;
  log?: Log;
}): Accounts {
  const cached = new Map<string, { stored: string; until: number }>();
  const logins = createSingleFlight<Account | undefined>();
  let latest: readonly SecretUser[] | undefined;

  const readUsers = async (): Promise<readonly SecretUser[]> => {
    const { users } = await secret.read();
    if (latest && users !== latest) for (const change of changesOf(latest, users)) log?.info(...change);
    latest = users;
    return users;
  };

  const logIn = async (
    { user, password }: { user: string; password: string },
    fingerprint: string,
  ): Promise<Account | undefined> => {
    const users = await readUsers();
    const known = users.find((one) => one.user === user);
    const fits = await verify(password, known?.password ?? UNKNOWN_USER_PASSWORD);
    // Hash for unknown users, too: otherwise the time would reveal which users exist.
    const hashed = users.find((one) => isHashed(one.password));
    if (hashed && !isHashed(known?.password ?? '')) await verify(password, hashed.password);
    if (!known || !fits || known.password === '') return undefined;
    if (cached.size >= MAXIMUM_CACHED) cached.clear();
    cached.set(fingerprint, { stored: known.password, until: clock.now() + CACHED_MILLISECONDS });
    return accountOf(known);
  };

  return {
    async verify(authorization, address = '') {
      const credentials = parseBasic(authorization);
      if (!credentials) return undefined;
      const users = await readUsers();
      const known = users.find(({ user }) => user === credentials.user);
      const fingerprint = sha256(authorization ?? '').toString('base64');
      const earlier = cached.get(fingerprint);
      // A changed or removed password invalidates the cache.
      if (known && earlier && earlier.until > clock.now() && known.password === earlier.stored) return accountOf(known);
      cached.delete(fingerprint);
      // Browsers open several connections with the same header.
      return logins.run(`${fingerprint} ${address}`, () =>
        guard.attempt({ user: credentials.user, address, isKnown: known !== undefined }, () =>
          logIn(credentials, fingerprint),
        ),
      );
    },
  };
}

const accountOf = ({ user, admin }: SecretUser): Account => ({ user, admin: admin === true });

/** Differences between two lists of users, for the log. */
function changesOf(before: readonly SecretUser[], after: readonly SecretUser[]): [message: string, { user: string }][] {
  const earlier = new Map(before.map((one) => [one.user, one]));
  const now = new Set(after.map(({ user }) => user));
  const changed = (one: SecretUser, known: SecretUser): string[] => [
    ...(one.password === known.password ? [] : ['A user’s password was changed']),
    ...((one.admin === true) === (known.admin === true) ? [] : ['A user’s permissions were changed']),
  ];
  return [
    ...after.flatMap((one) => {
      const known = earlier.get(one.user);
      const messages = known ? changed(one, known) : ['A user was added'];
      return messages.map((message): [string, { user: string }] => [message, { user: one.user }]);
    }),
    ...before
      .filter(({ user }) => !now.has(user))
      .map(({ user }): [string, { user: string }] => ['A user was removed', { user }]),
  ];
}
