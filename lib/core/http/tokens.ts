import type { Clock } from '../ports.ts';

export interface Token {
  value: string;
  /** Milliseconds since the epoch from which it is not used any more. */
  renewAt: number;
}

/** A token that is kept until it is due or refused. However many ask at once, one login runs. */
export function createTokens<Credentials>({
  clock,
  login,
}: {
  clock: Clock;
  login: (credentials: Credentials) => Promise<Token>;
}) {
  let current: { owner: string; pending: Promise<Token>; token?: Token } | undefined;

  function start(owner: string, credentials: Credentials) {
    const entry: NonNullable<typeof current> = {
      owner,
      pending: login(credentials).then(
        (token) => (entry.token = token),
        (error: unknown) => {
          if (current === entry) current = undefined;
          throw error;
        },
      ),
    };
    current = entry;
    return entry;
  }

  /** Other credentials than last time mean a new login. */
  async function get(credentials: Credentials): Promise<string> {
    const owner = JSON.stringify(credentials);
    const usable =
      current?.owner === owner && (current.token === undefined || clock.now() < current.token.renewAt)
        ? current
        : start(owner, credentials);
    return (await usable.pending).value;
  }

  /** Forgets a token that was refused, unless a newer one has taken its place. */
  function drop(value: string): void {
    if (current?.token?.value === value) current = undefined;
  }

  return { get, drop };
}
