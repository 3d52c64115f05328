/** Work of which one run at a time is under way per key; who asks meanwhile shares its outcome. */
export interface SingleFlight<T> {
  /** The work is cancelled when every caller that waits for it has given up. */
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, { outcome: Promise<T>; controller: AbortController; waiting: number }>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>) {
    const controller = new AbortController();
    const flight = {
      controller,
      waiting: 0,
      outcome: work(controller.signal).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flights.set(key, flight);
    return flight;
  }

  return {
    run(key, work, signal) {
      // Nobody would be there for its outcome.
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      const flight = flights.get(key) ?? start(key, work);
      flight.waiting += 1;
      if (!signal) return flight.outcome;
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          flight.waiting -= 1;
          // Callers must not join work that is being cancelled.
          if (flight.waiting === 0) {
            flights.delete(key);
            flight.controller.abort();
          }
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        void flight.outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
      });
    },
  };
}
