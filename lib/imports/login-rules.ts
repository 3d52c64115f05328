/** How long a pair of tokens is good for. Instants are epoch seconds. */
export interface TokenLife {
  expiresAt: number;
  lifetimeSeconds: number;
}

const CLOCKS_AGREE_SECONDS = 5 * 60;
const SHORTEST_REST_SECONDS = 60;

/** When tokens expire: by Trakt's clock where it agrees with ours, else from now. */
export function tokenLife(
  { createdAt, expiresInSeconds }: { createdAt: number | null; expiresInSeconds: number },
  now: number,
): TokenLife {
  const agrees = createdAt !== null && Math.abs(createdAt - now) <= CLOCKS_AGREE_SECONDS;
  return { expiresAt: (agrees ? createdAt : now) + expiresInSeconds, lifetimeSeconds: expiresInSeconds };
}

/** Tokens are renewed when less than a minute or a tenth of their life is left, whichever is longer. */
export const isDueForRenewal = ({ expiresAt, lifetimeSeconds }: TokenLife, now: number): boolean =>
  expiresAt - now < Math.max(SHORTEST_REST_SECONDS, lifetimeSeconds / 10);

/** Seconds that a device login waits longer between polls after Trakt asked it to slow down. */
export const SLOW_DOWN_SECONDS = 5;
/** How long the page of Trakt may take to come back with a state. */
export const STATE_SECONDS = 10 * 60;
