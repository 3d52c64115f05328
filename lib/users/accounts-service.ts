import { parseBasic } from './basic-credentials-rules.ts';
import { isHashed, sha256, verifyPassword } from './password-service.ts';
import type { LoginGuard } from './login-guard-service.ts';
import type { Clock, Log, SecretSource, SecretUser } from '../core/ports.ts';
import { createSingleFlight } from '../core/single-flight.ts';

/** A verified header is remembered this long, since a hashed password takes so long to check. */
const REMEMBERED_MILLISECONDS = 5 * 60 * 1000;
const MAXIMUM_REMEMBERED = 1000;
/** What an unknown user's password is compared with where no password is hashed. */
const NOBODYS_PASSWORD = sha256('nobody').toString('hex');

/** Who is asking. */
export interface Account {
  user: string;
  admin: boolean;
  /** Nobody was asked: it stands for everyone on this computer. */
  isAnyone?: boolean;
}

export interface Accounts {
  /**
   * The account of an `Authorization: Basic` header (RFC 7617), or undefined when it is missing, malformed or wrong.
   * Throws `TooManyRequestsError` where too many were wrong lately.
   */
  verify(authorization: string | undefined, address?: string): Promise<Account | undefined>;
}

/** Changes of the users are logged, where there is a log. Without a guard every header is looked at. */
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
  const remembered = new Map<string, { stored: string; until: number }>();
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
    const fits = await verify(password, known?.password ?? NOBODYS_PASSWORD);
    // A derivation takes its time: without one for everybody that would tell which users there are.
    const hashed = users.find((one) => isHashed(one.password));
    if (hashed && !isHashed(known?.password ?? '')) await verify(password, hashed.password);
    if (!known || !fits || known.password === '') return undefined;
    if (remembered.size >= MAXIMUM_REMEMBERED) remembered.clear();
    remembered.set(fingerprint, { stored: known.password, until: clock.now() + REMEMBERED_MILLISECONDS });
    return accountOf(known);
  };

  return {
    async verify(authorization, address = '') {
      const credentials = parseBasic(authorization);
      if (!credentials) return undefined;
      const users = await readUsers();
      const known = users.find(({ user }) => user === credentials.user);
      const fingerprint = sha256(authorization ?? '').toString('base64');
      const earlier = remembered.get(fingerprint);
      // A changed or removed password ends the memory at once.
      if (known && earlier && earlier.until > clock.now() && known.password === earlier.stored) return accountOf(known);
      remembered.delete(fingerprint);
      // A browser opens several connections at once, all with the same header.
      return logins.run(`${fingerprint} ${address}`, () =>
        guard.attempt({ user: credentials.user, address, isKnown: known !== undefined }, () =>
          logIn(credentials, fingerprint),
        ),
      );
    },
  };
}

const accountOf = ({ user, admin }: SecretUser): Account => ({ user, admin: admin === true });

/** What to log of the difference between two lists of users. */
function changesOf(before: readonly SecretUser[], after: readonly SecretUser[]): [message: string, { user: string }][] {
  const earlier = new Map(before.map((one) => [one.user, one]));
  const now = new Set(after.map(({ user }) => user));
  const changed = (one: SecretUser, known: SecretUser): string[] => [
    ...(one.password === known.password ? [] : ['A user has another password']),
    ...((one.admin === true) === (known.admin === true) ? [] : ['A user has other rights']),
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
