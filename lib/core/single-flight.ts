/** Runs one job at a time per key; concurrent callers share its outcome. */
export interface SingleFlight<T> {
  /** The job is cancelled when all its callers have given up. */
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
      // There is no caller for the outcome.
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      const flight = flights.get(key) ?? start(key, work);
      flight.waiting += 1;
      if (!signal) return flight.outcome;
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          flight.waiting -= 1;
          // New callers must not join a cancelled job.
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
