import { episodeKey, toItem } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';
import type { Clock } from '../core/ports.ts';
import { checkKeyLengths, recordWatches } from '../viewings/record-service.ts';

/** A watched file: its show's folder and its name without extension. */
export interface WatchedFile {
  folderName: string;
  fileName: string;
}

export interface Episodes {
  /**
   * Records watched episodes of a person, and their shows where those are new; answers how many episodes are new.
   * What is recorded already stays as it is, whoever else records at the same time.
   */
  sync(request: { user: string; batchId: string; files: readonly WatchedFile[] }): Promise<number>;
}

export function createEpisodes({ store, clock }: { store: Store; clock: Clock }): Episodes {
  return {
    async sync({ user, batchId, files }) {
      checkKeyLengths(
        files.map(({ folderName, fileName }, index) => ({
          path: `episodes.${index}`,
          sortKey: episodeKey(folderName, fileName),
          what: `The names of “${folderName}” and “${fileName}” are together`,
        })),
      );
      const watchedAt = Math.floor(clock.now() / 1000);
      const folderNames = new Set(files.map((file) => file.folderName));
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
      const episodes = files.map(({ folderName, fileName }) =>
        toItem({ user, batchId, record: { type: 'episode', folderName, fileName, watchedAt } }),
      );
      return (await recordWatches(store, { collections: shows, watches: episodes })).watches;
    },
  };
}
