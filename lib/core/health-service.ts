import { StoreError } from './errors.ts';
import type { AnsweringStore } from './store/answering.ts';

export interface Health {
  /** Throws `StoreError` if a table in use doesn't respond. */
  check(): Promise<void>;
}

/** Less than containers and load balancers wait. */
const DEADLINE_MILLISECONDS = 3000;

/** Tables that never responded may not be in use; until one has, a single response is enough. */
export function createHealth({
  stores,
  deadlineMilliseconds = DEADLINE_MILLISECONDS,
}: {
  stores: () => readonly AnsweringStore[];
  deadlineMilliseconds?: number;
}): Health {
  const ping = async (): Promise<void> => {
    const all = stores();
    const used = all.filter((store) => store.hasAnswered());
    if (used.length > 0) return void (await Promise.all(used.map((store) => store.ping())));
    const outcomes = await Promise.allSettled(all.map((store) => store.ping()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed && outcomes.every(({ status }) => status === 'rejected')) throw failed.reason;
  };

  return {
    async check() {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const deadline = setTimeout(() => reject(tooSlow(deadlineMilliseconds)), deadlineMilliseconds);
      await Promise.race([ping(), late]).finally(() => clearTimeout(deadline));
    },
  };
}

const tooSlow = (milliseconds: number) =>
  new StoreError(`The store didn’t respond within ${milliseconds / 1000} seconds.`, {
    code: 'store_unavailable',
    publicMessage: 'The store didn’t respond in time.',
  });
