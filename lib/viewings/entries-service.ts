import { InvalidInputError, refuse, type ErrorDetail } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store/store.ts';
import { createDays } from './day-rules.ts';
import { ENTRY_PREFIX, entryOf, toEntryItem, viewingId } from './entry-items.ts';
import { overfullDays } from './entry-day-rules.ts';
import type { Entry } from './entry-rules.ts';
import { REMOVED_PREFIX, removedOf } from './overlay-items.ts';
import { partitionOf } from './record-items.ts';
import type { Settings } from './settings-service.ts';
import { statedInstant } from './stated-instant-rules.ts';
import { TYPED_SOURCE } from './viewing-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** `at` as stated; undefined is now. */
export interface BroughtEntry extends Omit<Entry, 'at' | 'batchId'> {
  at: string | number | null | undefined;
}

export interface Entries {
  /** Adds viewings of no file or link. Existing and previously removed ones stay as they are. */
  add(request: {
    user: string;
    batchId: string;
    entries: readonly BroughtEntry[];
  }): Promise<{ added: number; known: number; ids: string[] }>;
}

export function createEntries({
  store,
  settings,
  clock,
}: {
  store: Pick<Store, 'query' | 'insertNew'>;
  settings: Settings;
  clock: Clock;
}): Entries {
  const all = (user: string, prefix: string) => store.query(partitionOf(user), { prefix, consistent: true });

  return {
    async add({ user, batchId, entries: brought }) {
      const days = createDays(await settings.of(user));
      const faults: ErrorDetail[] = [];
      const now = clock.now();
      const entries = brought.map(({ at, ...entry }, index): Entry => {
        const stated = at === null ? { at } : statedInstant(at ?? toEpochSeconds(now), { days, now });
        if ('at' in stated) return { ...entry, at: stated.at, batchId };
        faults.push({ path: `viewings.${index}.at`, message: stated.fault });
        return { ...entry, at: null, batchId };
      });
      const before = entries.some(({ source }) => source === TYPED_SOURCE)
        ? (await Array.fromAsync(all(user, ENTRY_PREFIX))).map(entryOf)
        : [];
      const known = new Set(before.map(viewingId));
      const isNew = (entry: Entry) => !known.has(viewingId(entry));
      refuse(faults);
      const [overfull] = overfullDays(entries, { before, isNew, days });
      if (overfull !== undefined) {
        throw overfullDay(days.dayOf(entries[overfull]?.at ?? 0), `viewings.${overfull}.seconds`);
      }

      const removed = new Set(
        (await Array.fromAsync(all(user, REMOVED_PREFIX))).map((item) => viewingId(removedOf(item))),
      );
      const ids = entries.map(viewingId);
      const wanted = entries.filter((_, index) => !removed.has(ids[index] ?? ''));
      const inserted = await store.insertNew(wanted.map((entry) => toEntryItem(user, entry)));
      const added = inserted.filter(Boolean).length;
      return { added, known: entries.length - added, ids };
    },
  };
}

export const overfullDay = (day: string, path: string): InvalidInputError =>
  new InvalidInputError(`That makes more than 24 hours on ${day}.`, {
    code: 'day_too_long',
    details: [{ path, message: 'more than 24 hours on one day' }],
  });
