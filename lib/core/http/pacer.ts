import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** An answer's headers, by lower-case name. */
export type ProviderHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Lets requests start one after another, as far apart as a provider wants. */
export interface Pacer {
  /** Resolves when a request may start; rejects when `signal` aborts, and with a `PacerFullError`. */
  wait(signal?: AbortSignal): Promise<void>;
  /** No request starts before this instant (milliseconds since the epoch). */
  hold(until: number): void;
  /** Takes notice of what an answer's headers say of the provider's limits. */
  heed(headers: ProviderHeaders): void;
}

/** The turn would come too late to wait for it. */
export class PacerFullError extends Error {
  override name = 'PacerFullError';
  /** Milliseconds since the epoch. */
  readonly freeAt: number;

  constructor(freeAt: number) {
    super('Too many requests are waiting for their turn.');
    this.freeAt = freeAt;
  }
}

export interface PacerOptions {
  clock: Clock;
  sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Milliseconds between two starts. */
  intervalMs: number;
  /** At most so many starts in any span of so many milliseconds. */
  window?: { starts: number; milliseconds: number };
  /** A limit for the window that headers tell. It can only lower the one above. */
  limitOf?: (headers: ProviderHeaders) => number | undefined;
}

export function createPacer(options: PacerOptions): Pacer {
  const { clock, intervalMs, window, limitOf = () => undefined } = options;
  const sleep = options.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal }));
  let allowed = window?.starts ?? 0;
  let heldUntil = -Infinity;
  let lastStart = -Infinity;
  /** The latest starts, oldest first, as many as the window holds. */
  const starts: number[] = [];
  let turn: Promise<void> = Promise.resolve();

  function nextStart(): number {
    const oldest = window && starts.length >= allowed ? starts[starts.length - allowed] : undefined;
    const afterWindow = window && oldest !== undefined ? oldest + window.milliseconds : -Infinity;
    return Math.max(lastStart + intervalMs, afterWindow, heldUntil);
  }

  async function takeTurn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // A timer may fire early, and a hold may come while it runs.
    for (let pause = nextStart() - clock.now(); pause > 0; pause = nextStart() - clock.now()) {
      await sleep(pause, signal);
    }
    lastStart = clock.now();
    if (!window) return;
    starts.push(lastStart);
    if (starts.length > window.starts) starts.shift();
  }

  return {
    wait(signal) {
      const mine = turn.then(() => takeTurn(signal));
      turn = mine.catch(() => undefined);
      return signal ? orAbort(mine, signal) : mine;
    },
    hold(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    heed(headers) {
      const limit = window && limitOf(headers);
      if (limit !== undefined && limit >= 1 && limit < allowed) allowed = Math.floor(limit);
    },
  };
}

/** Who waits for a turn far back in the queue hears of an abort at once. */
function orAbort(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
