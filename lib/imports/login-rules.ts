/** Instants are epoch seconds. */
export interface TokenLife {
  expiresAt: number;
  lifetimeSeconds: number;
}

const CLOCKS_AGREE_SECONDS = 5 * 60;
const SHORTEST_REST_SECONDS = 60;

/** When tokens expire: by Trakt's clock if it agrees with ours, else from now. */
export function tokenLife(
  { createdAt, expiresInSeconds }: { createdAt: number | null; expiresInSeconds: number },
  now: number,
): TokenLife {
  const agrees = createdAt !== null && Math.abs(createdAt - now) <= CLOCKS_AGREE_SECONDS;
  return { expiresAt: (agrees ? createdAt : now) + expiresInSeconds, lifetimeSeconds: expiresInSeconds };
}

/** Whether less than a minute or a tenth of the lifetime is left. */
export const isDueForRenewal = ({ expiresAt, lifetimeSeconds }: TokenLife, now: number): boolean =>
  expiresAt - now < Math.max(SHORTEST_REST_SECONDS, lifetimeSeconds / 10);

/** Added to the polling interval when Trakt asks to slow down. */
export const SLOW_DOWN_SECONDS = 5;
/** How long a login may take on Trakt's page. */
export const STATE_SECONDS = 10 * 60;
