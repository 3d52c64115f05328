import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** Names in lower case. */
export type ProviderHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Spaces out the starts of requests as a provider requires. */
export interface Pacer {
  /** Resolves when a request may start; rejects with `PacerFullError`, or when `signal` aborts. */
  wait(signal?: AbortSignal): Promise<void>;
  /** Blocks starts before this instant (epoch milliseconds). */
  hold(until: number): void;
  /** Adapts to rate limits in response headers. */
  observe(headers: ProviderHeaders): void;
}

/** The queue is too long to wait. */
export class PacerFullError extends Error {
  override name = 'PacerFullError';
  /** Epoch milliseconds. */
  readonly freeAt: number;

  constructor(freeAt: number) {
    super('Too many requests are waiting for their turn.');
    this.freeAt = freeAt;
  }
}

export interface PacerOptions {
  clock: Clock;
  sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Milliseconds between starts. */
  intervalMs: number;
  /** At most this many starts in any window of this length. */
  window?: { starts: number; milliseconds: number };
  /** Reads a limit from headers, which can only lower `window.starts`. */
  limitOf?: (headers: ProviderHeaders) => number | undefined;
}

export function createPacer(options: PacerOptions): Pacer {
  const { clock, intervalMs, window, limitOf = () => undefined } = options;
  const sleep = options.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal }));
  let allowed = window?.starts ?? 0;
  let heldUntil = -Infinity;
  let lastStart = -Infinity;
  /** Recent starts, oldest first. */
  const starts: number[] = [];
  let turn: Promise<void> = Promise.resolve();

  function nextStart(): number {
    const oldest = window && starts.length >= allowed ? starts[starts.length - allowed] : undefined;
    const afterWindow = window && oldest !== undefined ? oldest + window.milliseconds : -Infinity;
    return Math.max(lastStart + intervalMs, afterWindow, heldUntil);
  }

  async function takeTurn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // Timers may fire early, and a hold may begin meanwhile.
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
      const result = turn.then(() => takeTurn(signal));
      turn = result.catch(() => undefined);
      return signal ? orAbort(result, signal) : result;
    },
    hold(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    observe(headers) {
      const limit = window && limitOf(headers);
      if (limit !== undefined && limit >= 1 && limit < allowed) allowed = Math.floor(limit);
    },
  };
}

/** Rejects on abort without waiting for the queue. */
function orAbort(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
