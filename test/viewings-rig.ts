import { createShowFacts } from '../lib/shows/show-facts-service.ts';
import { toLibraryItem } from '../lib/titles/title-items.ts';
import { createTitleFacts } from '../lib/titles/title-facts-service.ts';
import type { LibraryRecord } from '../lib/titles/title-rules.ts';
import { createDays } from '../lib/viewings/day-rules.ts';
import { toItem } from '../lib/viewings/record-items.ts';
import type { TrackedRecord } from '../lib/viewings/record-rules.ts';
import { createSettings } from '../lib/viewings/settings-service.ts';
import { createWatchDates } from '../lib/viewings/watch-dates-service.ts';
import { createViewings, type Viewings } from '../lib/viewings/viewings-service.ts';
import { createProgressService, type ProgressService } from '../lib/progress/progress-service.ts';
import type { Progress } from '../lib/progress/progress-rules.ts';
import type { Clock } from '../lib/core/ports.ts';
import { createKept } from '../lib/core/store/kept.ts';
import { createTallies } from '../lib/viewings/tallies-service.ts';
import type { Item, Store } from '../lib/core/store/store.ts';

export const USER = 'me';

/** Days in a time zone. */
export const daysIn = (zone: string) => createDays({ zones: [{ from: null, zone }], dayEndsAt: 0 });

/** A read-only store with these items in the given order. */
export const listed = (items: readonly Item[]): Pick<Store, 'get' | 'query'> => ({
  get: async ({ partition, sort }) => items.find((item) => item['pk'] === partition && item['sk'] === sort),
  async *query(partition, { prefix = '' } = {}) {
    for (const item of items) if (item['pk'] === partition && String(item['sk']).startsWith(prefix)) yield item;
  },
});

export const itemOf = (record: TrackedRecord | LibraryRecord): Item =>
  record.type === 'title' || record.type === 'movie_session' || record.type === 'episode_watch'
    ? toLibraryItem(USER, record)
    : toItem({ user: USER, record });

/** Dates of records in a store. */
export const datesOver = (store: Pick<Store, 'get'>, clock: { now: () => number }) =>
  createWatchDates({ settings: createSettings({ store, zone: 'UTC' }), clock });

/** The real viewings over a store, with an empty catalog unless the store has one. */
export function viewingsOver(store: Pick<Store, 'get' | 'query'>, zone: string): Viewings {
  const catalog = { show: async () => undefined, episodes: async () => [] };
  return createViewings({
    store,
    titles: createTitleFacts({ store, posterUrl: (path) => path }),
    shows: createShowFacts({ store, catalog }),
    settings: createSettings({ store, zone }),
  });
}

/** Progress over a store, recomputed each time. */
export function progressServiceOver(store: Pick<Store, 'get' | 'query'>, zone: string, clock: Clock): ProgressService {
  const viewings = viewingsOver(store, zone);
  const kept = createKept({ store: {}, clock, maximum: 1 });
  return createProgressService({ viewings, tallies: createTallies({ viewings, kept, clock }) });
}

/** A user's progress with these items at `now` (epoch milliseconds). */
export const progressOver = (items: readonly Item[], now: number, zone: string): Promise<Progress> =>
  progressServiceOver(listed(items), zone, { now: () => now }).of(USER);
