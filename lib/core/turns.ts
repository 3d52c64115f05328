import { TooManyRequestsError } from './errors.ts';

/** Heavy work of which a few run at a time; others wait in a short queue. */
export interface Turns {
  /**
   * Throws `TooManyRequestsError` where the queue is full, or has much `of` the same already.
   * What comes `first` passes the others, and takes their place.
   */
  run<T>(work: () => Promise<T>, options?: { first?: boolean; of?: string }): Promise<T>;
  isFull(): boolean;
}

export function createTurns({
  atOnce,
  keptForFirst = 0,
  waiting: room,
  waitingOfOne = Infinity,
}: {
  atOnce: number;
  /** Of those at once, how many are left free by what is not `first`. */
  keptForFirst?: number;
  waiting: number;
  waitingOfOne?: number;
}): Turns {
  const waiting: { first: boolean; of: string; turn: PromiseWithResolvers<void> }[] = [];
  let running = 0;

  const mayRun = (first: boolean) => running < atOnce - (first ? 0 : keptForFirst);

  const queue = (first: boolean, of: string): Promise<void> => {
    if (waiting.filter((one) => one.of === of).length >= waitingOfOne) throw tooBusy();
    if (waiting.length >= room) {
      const displaced = first && waiting.at(-1)?.first === false ? waiting.pop() : undefined;
      if (!displaced) throw tooBusy();
      displaced.turn.reject(tooBusy());
    }
    const turn = Promise.withResolvers<void>();
    const place = first ? waiting.findIndex((one) => !one.first) : -1;
    waiting.splice(place === -1 ? waiting.length : place, 0, { first, of, turn });
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
    async run(work, { first = false, of = '' } = {}) {
      if (mayRun(first)) running += 1;
      else await queue(first, of);
      try {
        return await work();
      } finally {
        running -= 1;
        startNext();
      }
    },
    isFull: () => waiting.length >= room,
  };
}

/** What is said where the queue is full. */
export const tooBusy = (): TooManyRequestsError =>
  new TooManyRequestsError('The server is too busy with such requests.', {
    code: 'too_busy',
    suggestions: ['Try again in a moment.'],
    retryAfterSeconds: 1,
  });
