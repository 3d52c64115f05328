import type { Clock } from '../core/ports.ts';
import type { Item } from '../core/store/store.ts';
import { refuse, type ErrorDetail } from '../core/errors.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';
import { createDays } from './day-rules.ts';
import type { Settings } from './settings-service.ts';
import { statedInstant } from './stated-instant-rules.ts';

/** A client's time of viewing: ISO 8601 or epoch seconds, null if unknown; undefined is now. */
export type StatedDate = string | number | null | undefined;

export interface WatchDate {
  /** Epoch seconds; the time of recording if the date is unknown. */
  watchedAt: number;
  /** The item's attributes that extend the contract. */
  attributes: Item;
}

/** Resolves the dates in a request. Throws `InvalidInputError` that names fields with invalid or future dates. */
export interface WatchDates {
  /** Items with their dates; `path` is that of their list in the request. */
  ofEach<T extends { watchedAt?: StatedDate }>(
    user: string,
    path: string,
    items: readonly T[],
  ): Promise<(T & { date: WatchDate })[]>;
  /** One date for all ids, or one for some of them. */
  byId(user: string, stated: StatedDate | Record<string, StatedDate>): Promise<(id: string) => WatchDate>;
}

export function createWatchDates({ settings, clock }: { settings: Settings; clock: Clock }): WatchDates {
  async function resolve(user: string, stated: readonly { path: string; value: StatedDate }[]) {
    const now = clock.now();
    const recorded: WatchDate = { watchedAt: toEpochSeconds(now), attributes: {} };
    // Without dates, the user's settings aren't needed.
    const isStated = stated.some(({ value }) => value != null);
    const days = isStated ? createDays(await settings.of(user)) : undefined;
    const faults: ErrorDetail[] = [];
    const dates = stated.map(({ path, value }): WatchDate => {
      if (value === null) return { ...recorded, attributes: { undated: true } };
      if (value === undefined || !days) return recorded;
      const instant = statedInstant(value, { days, now });
      if ('at' in instant) return { watchedAt: instant.at, attributes: { dated: true } };
      faults.push({ path, message: instant.fault });
      return recorded;
    });
    refuse(faults);
    return { dates, recorded };
  }

  return {
    async ofEach(user, path, items) {
      const stated = items.map(({ watchedAt: value }, index) => ({ path: `${path}.${index}.watched_at`, value }));
      const { dates, recorded } = await resolve(user, stated);
      return items.map((item, index) => ({ ...item, date: dates[index] ?? recorded }));
    },
    async byId(user, stated) {
      const isEach = typeof stated === 'object' && stated !== null;
      const named = isEach ? Object.entries(stated) : [];
      const asked = named.map(([id, value]) => ({ path: `watched_at.${id}`, value }));
      const { dates, recorded } = await resolve(user, isEach ? asked : [{ path: 'watched_at', value: stated }]);
      const usual = isEach ? recorded : (dates[0] ?? recorded);
      const byId = new Map(named.map(([id], index) => [id, dates[index]]));
      return (id) => byId.get(id) ?? usual;
    },
  };
}
