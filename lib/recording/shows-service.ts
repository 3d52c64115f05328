import type { SeriesSource } from './ports.ts';
import { NotFoundError } from '../core/errors.ts';
import type { Show } from '../viewings/record-rules.ts';
import {
  REMOVAL_ATTRIBUTE,
  SORT_KEY_PREFIXES,
  partitionOf,
  showKey,
  toItem,
  toRecord,
} from '../viewings/record-items.ts';
import { storedFolders } from '../viewings/stored-names-service.ts';
import { retryConflicts } from '../core/store/repeat.ts';
import { absentOrLess, equals, type Store } from '../core/store/store.ts';

export interface Shows {
  /** Sorted by the bytes of their names. */
  list(user: string): Promise<Show[]>;
  /** Sets a folder's TVDB series with name, image and runtime. */
  setTvdb(request: { user: string; folderName: string; tvdbId: number }): Promise<void>;
}

export function createShows({ store, series: source }: { store: Store; series: Pick<SeriesSource, 'series'> }): Shows {
  /** The original service doesn't normalize names. */
  const inOtherForm = async (user: string, folderName: string) => {
    const name = (await storedFolders(store, user)).get(folderName);
    return name === undefined ? undefined : store.get(showKey(user, name), { consistent: true });
  };
  const read = async (user: string, folderName: string) => {
    const item =
      (await store.get(showKey(user, folderName), { consistent: true })) ?? (await inOtherForm(user, folderName));
    const show = item && toRecord(item);
    if (!item || show?.type !== 'show') {
      throw new NotFoundError(`No recorded show folder is named “${folderName}”.`, {
        code: 'show_not_found',
      });
    }
    return { item, show };
  };

  return {
    async list(user) {
      const shows: Show[] = [];
      for await (const item of store.query(partitionOf(user), { prefix: SORT_KEY_PREFIXES.show, consistent: true })) {
        const record = toRecord(item);
        if (record?.type === 'show') shows.push(record);
      }
      return shows;
    },

    async setTvdb({ user, folderName, tvdbId }) {
      await read(user, folderName);
      const series = await source.series(tvdbId);
      if (!series) {
        throw new NotFoundError(`TVDB has no series with the id ${tvdbId}.`, {
          code: 'tvdb_series_not_found',
          suggestions: ['Look up the id on https://thetvdb.com: it’s on the page of the series.'],
        });
      }
      await retryConflicts(
        async () => {
          const { item, show } = await read(user, folderName);
          const record: Show = { ...show, ...seriesFields(series), tvdbId, version: show.version + 1 };
          const stored = await store.put(
            { ...withoutTvdb(item), ...toItem({ user, record }) },
            'version' in item ? equals('version', show.version) : absentOrLess('version', record.version),
          );
          return stored || undefined;
        },
        { what: `The show folder “${folderName}”`, code: 'show_changed_meanwhile' },
      );
    },
  };
}

const seriesFields = (series: { name: string; image: string | null; averageRuntimeSeconds: number | null }) => ({
  name: series.name,
  image: series.image,
  averageRuntimeSeconds: series.averageRuntimeSeconds,
});

/** Removes attributes of another series, and a pending removal's mark. */
function withoutTvdb(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => !name.startsWith('tvdb_') && name !== REMOVAL_ATTRIBUTE),
  );
}
