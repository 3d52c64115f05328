import { createProgressTally, type Progress } from './progress-rules.ts';
import { partitionOf, toRecord } from '../viewings/record-items.ts';
import { toLibraryRecord } from '../titles/title-items.ts';
import type { Store } from '../core/store/store.ts';
import type { Clock } from '../core/ports.ts';

export interface ProgressService {
  /** A person's progress up to now. `passedOver` hears the sort keys of what is no viewing. */
  of(user: string, passedOver?: (sort: string) => void): Promise<Progress>;
}

export function createProgressService({
  store,
  clock,
  zone,
  posterUrl,
}: {
  store: Store;
  clock: Clock;
  zone: string;
  /** The address of a poster of TMDB. */
  posterUrl?: (path: string) => string | null;
}): ProgressService {
  return {
    async of(user, passedOver) {
      const tally = createProgressTally({ now: clock.now(), zone, ...(posterUrl && { posterUrl }) });
      // Backwards, `EPISODE#` comes behind all others, as the tally wants it.
      for await (const item of store.query(partitionOf(user), { descending: true, consistent: true })) {
        const record = toRecord(item) ?? toLibraryRecord(item);
        if (record) tally.add(record);
        else passedOver?.(String(item['sk']));
      }
      return tally.result();
    },
  };
}
