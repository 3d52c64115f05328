import { TooManyRequestsError } from './errors.ts';

/** Limits the concurrency of heavy work, with a short queue. */
export interface WorkQueue {
  /**
   * Throws `TooManyRequestsError` if the queue is full, or has too many with the same `key`. `first` jumps the queue,
   * and displaces the last if full.
   */
  run<T>(work: () => Promise<T>, options?: { first?: boolean; key?: string }): Promise<T>;
  isFull(): boolean;
}

export function createWorkQueue({
  concurrency,
  reserved = 0,
  maximumWaiting,
  maximumPerKey = Infinity,
}: {
  concurrency: number;
  /** Slots reserved for `first`. */
  reserved?: number;
  maximumWaiting: number;
  maximumPerKey?: number;
}): WorkQueue {
  const waiting: { first: boolean; key: string; turn: PromiseWithResolvers<void> }[] = [];
  let running = 0;

  const mayRun = (first: boolean) => running < concurrency - (first ? 0 : reserved);

  const queue = (first: boolean, key: string): Promise<void> => {
    if (waiting.filter((one) => one.key === key).length >= maximumPerKey) throw tooBusy();
    if (waiting.length >= maximumWaiting) {
      const displaced = first && waiting.at(-1)?.first === false ? waiting.pop() : undefined;
      if (!displaced) throw tooBusy();
      displaced.turn.reject(tooBusy());
    }
    const turn = Promise.withResolvers<void>();
    const place = first ? waiting.findIndex((one) => !one.first) : -1;
    waiting.splice(place === -1 ? waiting.length : place, 0, { first, key, turn });
    return turn.promise;
  };

  const startNext = (): void => {
    const [next] = waiting;
    if (!next || !mayRun(next.first)) return;
    waiting.shift();
    running += 1;
    next.turn.resolve();
  };

  return {
    async run(work, { first = false, key = '' } = {}) {
      if (mayRun(first)) running += 1;
      else await queue(first, key);
      try {
        return await work();
      } finally {
        running -= 1;
        startNext();
      }
    },
    isFull: () => waiting.length >= maximumWaiting,
  };
}

export const tooBusy = (): TooManyRequestsError =>
  new TooManyRequestsError('The server is too busy for this right now.', {
    code: 'too_busy',
    suggestions: ['Try again in a moment.'],
    retryAfterSeconds: 1,
  });
