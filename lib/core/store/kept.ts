import type { Clock } from '../ports.ts';
import type { Mark, Store, Written } from './store.ts';

/** Something computed from the store. */
export interface Computed<T> {
  /** Returns the same object until something changes. */
  value(): T;
  /** Moves to a later time (epoch milliseconds); false if it has to be computed again for that. */
  moveTo(now: number): boolean;
  /** Whether it depends on what was written. */
  concerns(write: Written): boolean;
  /** Adds a write that concerns it; false if it has to be computed again for that. */
  takeIn(write: Written): boolean;
}

/** A cache of computed values, each valid until something it depends on is written or its time is up. */
export interface Kept {
  /** Computes the value of a key unless a valid one is cached. */
  of<T>(key: string, compute: () => Promise<Computed<T>>): Promise<T>;
}

interface Entry {
  computed: Computed<unknown>;
  mark: Mark;
}

/** Keeps the most recently used. Without a log of writes, values are computed every time. */
export function createKept({
  store: { log },
  clock,
  maximum,
}: {
  store: Pick<Store, 'log'>;
  clock: Clock;
  maximum: number;
}): Kept {
  const entries = new Map<string, Entry>();

  const isValid = (entry: Entry): boolean => {
    const news = log?.since(entry.mark);
    if (!news || !entry.computed.moveTo(clock.now())) return false;
    entry.mark = news.mark;
    return news.writes.every((write) => !entry.computed.concerns(write) || entry.computed.takeIn(write));
  };

  const keep = (key: string, entry: Entry): void => {
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maximum && oldest !== undefined) entries.delete(oldest);
  };

  return {
    async of<T>(key: string, compute: () => Promise<Computed<T>>) {
      const entry = entries.get(key);
      entries.delete(key);
      if (entry && isValid(entry)) {
        keep(key, entry);
        return entry.computed.value() as T;
      }
      const mark = log?.mark();
      const computed = await compute();
      // Writes made in the meantime may or may not be included.
      const news = mark && log?.since(mark);
      if (news?.writes.every((write) => !computed.concerns(write))) keep(key, { computed, mark: news.mark });
      return computed.value();
    },
  };
}
