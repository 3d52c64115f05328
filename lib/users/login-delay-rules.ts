const MINUTE = 60_000;
/** Failures within a minute from which on a login is delayed. */
const FAILURES_WITHOUT_DELAY = 5;
const LONGEST_DELAY = 30_000;

/** What is known of the failed logins of a user, or from an address. Instants in milliseconds. */
export interface FailedLogins {
  instants: readonly number[];
  /** Delays so far; each is twice the one before. */
  delays: number;
  delayedUntil: number;
}

const NONE: FailedLogins = { instants: [], delays: 0, delayedUntil: 0 };

/** The record with one more failure: from the fifth in a minute on, each brings a delay, of 30 s at most. */
export function withFailure(before: FailedLogins = NONE, now: number): FailedLogins {
  const known = isForgotten(before, now) ? NONE : before;
  const instants = [...known.instants, now].filter((at) => at > now - MINUTE).slice(-FAILURES_WITHOUT_DELAY);
  const delays = instants.length >= FAILURES_WITHOUT_DELAY || known.delays > 0 ? known.delays + 1 : 0;
  const delay = delays === 0 ? 0 : Math.min(LONGEST_DELAY, 1000 * 2 ** (delays - 1));
  return { instants, delays, delayedUntil: now + delay };
}

/** A minute without a failure, counted from the end of the last delay, makes good. */
export const isForgotten = ({ delayedUntil }: FailedLogins, now: number): boolean => delayedUntil <= now - MINUTE;

/** How long a login has to wait, in milliseconds. */
export const remainingDelay = (record: FailedLogins | undefined, now: number): number =>
  Math.max(0, (record?.delayedUntil ?? 0) - now);
