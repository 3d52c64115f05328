import type { Clock } from '../ports.ts';
import type { Mark, Store, Written } from './store.ts';

/** A value computed from the store. */
export interface Computed<T> {
  /** Returns the same object until something changes. */
  value(): T;
  /** Advances to a later time (epoch milliseconds); false if it must be recomputed. */
  moveTo(now: number): boolean;
  /** When it must be recomputed without any write (epoch seconds). */
  until(): number;
  /** Whether a write affects it. */
  concerns(write: Written): boolean;
  /** Applies a write; false if it must be recomputed. */
  takeIn(write: Written): boolean;
}

/** A cache of computed values, each valid until a relevant write or its expiry. */
export interface Kept {
  /** Computes the value of a key unless a valid one is cached. */
  of<T>(key: string, compute: () => Promise<Computed<T>>): Promise<T>;
  /** Until when all values returned so far are valid without any write (epoch seconds). */
  until(): number;
}

interface Entry {
  computed: Computed<unknown>;
  mark: Mark;
}

/** An LRU cache. Without a log of writes, values are always recomputed. */
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
  let earliest = Infinity;

  const valueOf = <T>(computed: Computed<T>): T => {
    const value = computed.value();
    earliest = Math.min(earliest, computed.until());
    return value;
  };

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
        return valueOf(entry.computed) as T;
      }
      const mark = log?.mark();
      const computed = await compute();
      // Writes made in the meantime may or may not be included.
      const news = mark && log?.since(mark);
      if (news?.writes.every((write) => !computed.concerns(write))) keep(key, { computed, mark: news.mark });
      return valueOf(computed);
    },
    until: () => earliest,
  };
}
