import { episodeKey, toItem } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';
import { improveLengths, measuredAttributes, type MeasuredFacts } from '../viewings/measured-service.ts';
import { checkKeyLengths, recordWatches } from '../viewings/record-service.ts';
import { hasOtherForms, storedEpisodes, storedFolders } from '../viewings/stored-names-service.ts';
import type { StatedDate, WatchDates } from '../viewings/watch-dates-service.ts';

/** The show's folder, and the file name without extension. */
export interface WatchedFile extends MeasuredFacts {
  folderName: string;
  fileName: string;
  watchedAt?: StatedDate;
}

export interface Episodes {
  /**
   * Records watched episodes and new shows. Returns how many episodes are new. Existing ones stay unchanged, except for
   * a better length or language.
   */
  sync(request: { user: string; batchId: string; files: readonly WatchedFile[] }): Promise<number>;
}

export function createEpisodes({ store, dates }: { store: Store; dates: WatchDates }): Episodes {
  return {
    async sync({ user, batchId, files }) {
      checkKeyLengths(
        files.map(({ folderName, fileName }, index) => ({
          path: `episodes.${index}`,
          sortKey: episodeKey(folderName, fileName),
          what: `The names of “${folderName}” and “${fileName}” are together`,
        })),
      );
      const dated = await dates.ofEach(user, 'episodes', files);
      const unlike = dated.filter(hasOtherForms);
      const stored = await storedEpisodes(store, user, unlike);
      const folders = unlike.length > 0 ? await storedFolders(store, user) : new Map<string, string>();
      // Keep the names' form that the original service stored, also for new files in the same folder.
      const missing = dated
        .filter((file) => !stored.has(file))
        .map((file) => ({ ...file, folderName: folders.get(file.folderName) ?? file.folderName }));
      const folderNames = new Set(missing.map((file) => file.folderName));
      const shows = [...folderNames].map((folderName) =>
        toItem({
          user,
          record: {
            type: 'show',
            folderName,
            tvdbId: null,
            name: null,
            image: null,
            averageRuntimeSeconds: null,
            version: 1,
          },
        }),
      );
      const episodes = missing.map(({ folderName, fileName, date: { watchedAt, attributes }, ...facts }) => ({
        ...toItem({ user, batchId, record: { type: 'episode', folderName, fileName, watchedAt } }),
        ...attributes,
        ...measuredAttributes(facts, 'episode_duration'),
      }));
      const { watches } = await recordWatches(store, { collections: shows, watches: episodes });
      if (watches < episodes.length) await improveLengths(store, episodes, 'episode_duration');
      return watches;
    },
  };
}
