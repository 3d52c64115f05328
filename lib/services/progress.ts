import { createProgressTally, type Progress } from '../domain/progress.ts';
import { partitionOf, toRecord } from '../store/items.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './ports.ts';

export interface ProgressService {
  /** A person's progress up to now. */
  of(user: string): Promise<Progress>;
}

export function createProgressService({
  store,
  clock,
  zone,
}: {
  store: Store;
  clock: Clock;
  zone: string;
}): ProgressService {
  return {
    async of(user) {
      const tally = createProgressTally({ now: clock.now(), zone });
      for await (const item of store.query(partitionOf(user), { consistent: true })) {
        const record = toRecord(item);
        if (record) tally.add(record);
      }
      return tally.result();
    },
  };
}
