import type { Clock } from '../ports.ts';

export interface Token {
  value: string;
  /** Epoch milliseconds from which on the token isn't used. */
  renewAt: number;
}

/** Caches a token until it is due or rejected. Concurrent callers share one login. */
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

  /** New credentials cause a new login. */
  async function get(credentials: Credentials): Promise<string> {
    const owner = JSON.stringify(credentials);
    const usable =
      current?.owner === owner && (current.token === undefined || clock.now() < current.token.renewAt)
        ? current
        : start(owner, credentials);
    return (await usable.pending).value;
  }

  /** Discards a rejected token, unless already replaced. */
  function drop(value: string): void {
    if (current?.token?.value === value) current = undefined;
  }

  return { get, drop };
}
