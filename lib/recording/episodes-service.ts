import { episodeKey, toItem } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';
import { improveLengths, measuredAttributes, type MeasuredFacts } from '../viewings/measured-service.ts';
import { checkKeyLengths, recordWatches } from '../viewings/record-service.ts';
import { hasOtherForms, storedEpisodes, storedFolders } from '../viewings/stored-names-service.ts';
import type { StatedDate, WatchDates } from '../viewings/watch-dates-service.ts';

/** A watched file: its show's folder and its name without extension. */
export interface WatchedFile extends MeasuredFacts {
  folderName: string;
  fileName: string;
  watchedAt?: StatedDate;
}

export interface Episodes {
  /**
   * Records watched episodes of a person, and their shows where those are new; answers how many episodes are new.
   * What is recorded already keeps everything but a length or language from a worse source than a file.
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
      // What the original service stored in another form keeps that, and what is new joins its folder.
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
