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
import { REWATCH_SOURCE, TYPED_SOURCE, type Viewing, type ViewingReference } from './viewing-rules.ts';
import type { Viewings } from './viewings-service.ts';
import { normalizeName } from '../core/name-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** `at` as stated; undefined is now. */
export interface BroughtEntry extends Omit<Entry, 'at' | 'batchId'> {
  at: string | number | null | undefined;
}

/** A rewatch of a recorded file or link; omitted values are as recorded. */
export interface BroughtAgain extends Partial<Pick<Entry, 'seconds' | 'secondsSource'>> {
  again: ViewingReference;
  ref: string;
  at: string | number | null | undefined;
}

export interface Entries {
  /** Adds viewings of no file or link. Existing and previously removed ones stay as they are. */
  add(request: {
    user: string;
    batchId: string;
    entries: readonly (BroughtEntry | BroughtAgain)[];
  }): Promise<{ added: number; known: number; ids: string[] }>;
}

export function createEntries({
  store,
  viewings,
  settings,
  clock,
}: {
  store: Pick<Store, 'query' | 'insertNew'>;
  viewings: Pick<Viewings, 'viewingsOf'>;
  settings: Settings;
  clock: Clock;
}): Entries {
  const all = (user: string, prefix: string) => store.query(partitionOf(user), { prefix, consistent: true });

  /** Recorded viewings by their normalized references. */
  async function recordedOf(user: string, references: readonly ViewingReference[]): Promise<Map<string, Viewing>> {
    const wanted = new Set(references.map(composedId));
    const found = new Map<string, Viewing>();
    if (wanted.size === 0) return found;
    for await (const viewing of viewings.viewingsOf(user, { withPlaces: true })) {
      for (const id of viewing.references.map(composedId)) if (wanted.has(id)) found.set(id, viewing);
    }
    return found;
  }

  return {
    async add({ user, batchId, entries: brought }) {
      const days = createDays(await settings.of(user));
      const faults: ErrorDetail[] = [];
      const now = clock.now();
      const recorded = await recordedOf(
        user,
        brought.flatMap((one) => ('again' in one ? [one.again] : [])),
      );
      const whole = brought.map((one, index): BroughtEntry => {
        if (!('again' in one)) return one;
        const viewing = recorded.get(composedId(one.again));
        if (!viewing) faults.push({ path: `viewings.${index}.again`, message: 'is not recorded' });
        return rewatchOf(one, viewing);
      });
      const entries = whole.map(({ at, ...entry }, index): Entry => {
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

/** A rewatch's entry: like the recorded viewing, except for its time. */
function rewatchOf({ again, ...brought }: BroughtAgain, viewing: Viewing | undefined): BroughtEntry {
  const { kind, id, name } = viewing?.collection ?? {};
  return {
    source: REWATCH_SOURCE,
    title: viewing?.title ?? again.ref,
    medium: viewing?.medium ?? 'other',
    seconds: viewing?.seconds ?? 0,
    secondsSource: viewing?.secondsSource ?? 'guess',
    activity: viewing?.activity ?? 'watching',
    attention: viewing?.attention ?? 'focused',
    language: viewing?.language ?? null,
    collection: kind && id !== undefined ? { kind, id, name: name ?? null } : null,
    places: viewing?.places ?? [],
    tmdbId: viewing?.work?.kind === 'film' ? viewing.work.tmdbId : null,
    ...brought,
  };
}

const composedId = ({ source, ref }: ViewingReference): string => viewingId({ source, ref: normalizeName(ref) });

export const overfullDay = (day: string, path: string): InvalidInputError =>
  new InvalidInputError(`That makes more than 24 hours on ${day}.`, {
    code: 'day_too_long',
    details: [{ path, message: 'more than 24 hours on one day' }],
  });
