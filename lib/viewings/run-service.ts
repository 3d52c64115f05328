import type { Clock } from '../core/ports.ts';
import { absent, type Store } from '../core/store/store.ts';
import { runKey, runNameKey, runOf, toRunItems } from './run-items.ts';

export interface Runs {
  /** Records the start of a run; the first call wins. */
  begin(run: { user: string; batchId: string; kind: string }): Promise<void>;
  /** Removes the record when nothing of the run is left. */
  forget(run: { user: string; batchId: string }): Promise<void>;
}

export function createRuns({ store, clock }: { store: Store; clock: Clock }): Runs {
  return {
    async begin({ user, batchId, kind }) {
      if (await store.get(runNameKey(user, batchId), { consistent: true })) return;
      const items = toRunItems(user, { batchId, kind, startedAt: clock.now() });
      await store.transact(items.map((put) => ({ put, condition: absent })));
    },

    async forget({ user, batchId }) {
      const name = runNameKey(user, batchId);
      const item = await store.get(name, { consistent: true });
      if (item) await store.transact([{ delete: runKey(user, runOf(item)) }, { delete: name }]);
    },
  };
}
