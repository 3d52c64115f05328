import type { AnsweringStore } from './store/answering.ts';

export interface Health {
  /** Resolves when the stores in use respond; throws `StoreError` when one does not. */
  check(): Promise<void>;
}

/** Tables that have never answered may be none of this service's: where none has, it is enough that one does. */
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
