const MINUTE = 60_000;
/** Failures within a minute before logins are delayed. */
const FAILURES_WITHOUT_DELAY = 5;
const LONGEST_DELAY = 30_000;

/** Failed logins of a user or from an address. Epoch milliseconds. */
export interface FailedLogins {
  instants: readonly number[];
  /** Number of delays; each is twice the previous one. */
  delays: number;
  delayedUntil: number;
}

const NONE: FailedLogins = { instants: [], delays: 0, delayedUntil: 0 };

/** Adds a failure: from the fifth within a minute on, each causes a delay of up to 30 s. */
export function withFailure(before: FailedLogins = NONE, now: number): FailedLogins {
  const known = isForgotten(before, now) ? NONE : before;
  const instants = [...known.instants, now].filter((at) => at > now - MINUTE).slice(-FAILURES_WITHOUT_DELAY);
  const delays = instants.length >= FAILURES_WITHOUT_DELAY || known.delays > 0 ? known.delays + 1 : 0;
  const delay = delays === 0 ? 0 : Math.min(LONGEST_DELAY, 1000 * 2 ** (delays - 1));
  return { instants, delays, delayedUntil: now + delay };
}

/** After a minute without failure since the last delay. */
export const isForgotten = ({ delayedUntil }: FailedLogins, now: number): boolean => delayedUntil <= now - MINUTE;

/** Milliseconds. */
export const remainingDelay = (record: FailedLogins | undefined, now: number): number =>
  Math.max(0, (record?.delayedUntil ?? 0) - now);
