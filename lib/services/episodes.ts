import { MAXIMUM_SORT_KEY_BYTES, type Store } from '../store/store.ts';
import { episodeKey, toItem } from '../store/items.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Clock } from './ports.ts';

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
      checkKeyLengths(files);
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
      // Shows come first: an episode is never there without its show, wherever a failure cuts this.
      const isNew = await store.insertNew([...shows, ...episodes]);
      return isNew.slice(shows.length).filter(Boolean).length;
    },
  };
}

function checkKeyLengths(files: readonly WatchedFile[]): void {
  const tooLong = files
    .map((file, index) => ({ ...file, index, bytes: Buffer.byteLength(episodeKey(file.folderName, file.fileName)) }))
    .filter(({ bytes }) => bytes > MAXIMUM_SORT_KEY_BYTES);
  const [first] = tooLong;
  if (!first) return;
  const details = tooLong.map(({ index, bytes }) => ({
    path: `episodes.${index}`,
    message: `the names make a key of ${bytes} bytes`,
  }));
  throw new InvalidInputError(
    `The names of “${first.folderName}” and “${first.fileName}” are together too long to be stored (at most ${MAXIMUM_SORT_KEY_BYTES} bytes).`,
    { code: 'key_too_long', details, suggestions: ['Give the file or its folder a shorter name.'] },
  );
}
