import type { AnsweringStore } from './store/answering.ts';

export interface Health {
  /** Throws `StoreError` if a table in use doesn't respond. */
  check(): Promise<void>;
}

/** Tables that never responded may not be in use; until one has, a single response is enough. */
export function createHealth({ stores }: { stores: () => readonly AnsweringStore[] }): Health {
  return {
    async check() {
      const all = stores();
      const used = all.filter((store) => store.hasAnswered());
      if (used.length > 0) return void (await Promise.all(used.map((store) => store.ping())));
      const outcomes = await Promise.allSettled(all.map((store) => store.ping()));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed && outcomes.every(({ status }) => status === 'rejected')) throw failed.reason;
    },
  };
}
