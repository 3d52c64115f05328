import { setTimeout as delay } from 'node:timers/promises';
import { TooManyRequestsError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { createWorkQueue, tooBusy } from '../core/work-queue.ts';
import { isForgotten, remainingDelay, withFailure, type FailedLogins } from './login-delay-rules.ts';

/** A derivation takes a core, 32 MiB, and one of four threads that also read files. */
const DERIVATIONS = { concurrency: 2, reserved: 1, maximumWaiting: 16, maximumPerKey: 4 };
/** Delays rejections, so that clients that retry immediately don't block others. */
const HELD_MILLISECONDS = 1000;
const MAXIMUM_HELD = 1000;
const MAXIMUM_RECORDS = 10_000;

export interface Attempt {
  user: string;
  address: string;
  /** Whether the user exists; responses must not reveal it. */
  isKnown: boolean;
}

/** Protects against slow-downs and guessing by wrong passwords. */
export interface LoginGuard {
  /**
   * Checks a password in turn; undefined is a failure. After several failures of a user, the next attempts wait; after
   * several from an address, its failures are delayed. Throws `TooManyRequestsError` if the wait was in vain or the
   * queue is full.
   */
  attempt<T>(attempt: Attempt, verify: () => Promise<T | undefined>): Promise<T | undefined>;
}

export function createLoginGuard({
  clock,
  sleep = (milliseconds) => delay(milliseconds, undefined, { ref: false }),
}: {
  clock: Clock;
  sleep?: (milliseconds: number) => Promise<unknown>;
}): LoginGuard {
  const queue = createWorkQueue(DERIVATIONS);
  const ofUsers = new Map<string, FailedLogins>();
  const ofAddresses = new Map<string, FailedLogins>();
  let held = 0;

  const hold = async (milliseconds: number): Promise<void> => {
    if (milliseconds <= 0 || held >= MAXIMUM_HELD) return;
    held += 1;
    await sleep(milliseconds).finally(() => (held -= 1));
  };
  const remainingOf = (user: string) => remainingDelay(ofUsers.get(user), clock.now());

  const inTurn = <T>({ user, isKnown }: Attempt, verify: () => Promise<T | undefined>) => {
    const failed = ofUsers.get(user);
    return queue.run(
      async () => {
        const milliseconds = remainingOf(user);
        if (milliseconds > 0) throw tooManyFailures(milliseconds);
        return verify();
      },
      { first: isKnown && (!failed || isForgotten(failed, clock.now())), key: user },
    );
  };

  return {
    async attempt(attempt, verify) {
      const { user, address, isKnown } = attempt;
      await hold(remainingOf(user));
      const isCrowded = queue.isFull();
      const answerAt = clock.now() + remainingDelay(ofAddresses.get(address), clock.now());
      const isLate = answerAt > clock.now();
      try {
        // With a delayed response, unknown users don't need to be checked.
        const verified = (isCrowded || isLate) && !isKnown ? undefined : await inTurn(attempt, verify);
        if (verified !== undefined) return verified;
        recordFailure(ofUsers, user, clock.now());
        recordFailure(ofAddresses, address, clock.now());
        if (isCrowded) throw tooBusy();
      } catch (error) {
        if (error instanceof TooManyRequestsError) await hold(HELD_MILLISECONDS);
        throw error;
      }
      await hold(answerAt - clock.now());
      return undefined;
    },
  };
}

function recordFailure(records: Map<string, FailedLogins>, key: string, now: number): void {
  const record = withFailure(records.get(key), now);
  records.delete(key);
  if (records.size >= MAXIMUM_RECORDS) {
    for (const [other, known] of records) if (isForgotten(known, now)) records.delete(other);
    const [oldest] = records.keys();
    if (records.size >= MAXIMUM_RECORDS && oldest !== undefined) records.delete(oldest);
  }
  records.set(key, record);
}

const tooManyFailures = (milliseconds: number) =>
  new TooManyRequestsError('Too many failed logins.', {
    code: 'too_many_failures',
    suggestions: ['Wait for the time in Retry-After, then log in with the right password.'],
    retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)),
  });
