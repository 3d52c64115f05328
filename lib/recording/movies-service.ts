import type { TmdbMovies, TmdbMovieSearchResult } from '../tmdb/ports.ts';
import type { Tvdb, TvdbSearchResult } from './ports.ts';
import { NotConfiguredError } from '../core/errors.ts';
import type { Movie } from '../viewings/record-rules.ts';
import { SORT_KEY_PREFIXES, toItem } from '../viewings/record-items.ts';
import type { Item, Store } from '../core/store/store.ts';
import { lookUpEach, refuseUnknown } from './lookups-service.ts';
import type { Clock } from '../core/ports.ts';
import { checkKeyLengths, recordWatches } from '../viewings/record-service.ts';
import { storedNames } from '../viewings/stored-names-service.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** A watched film: its file's name without extension, and which film it is at TVDB or TMDB. */
export type WatchedMovie = { fileName: string } & MovieReference;
export type MovieReference = { provider: 'TVDB' | 'TMDB'; id: number };

export interface Movies {
  /**
   * Records watched films; answers how many are new. Only new ones are asked for.
   * When the provider fails part way, what it told before is recorded before the `ProviderError` is thrown.
   * Throws `UnprocessableError` (`unknown_ids`) for those it does not have, when the rest is recorded.
   */
  sync(request: { user: string; batchId: string; movies: readonly WatchedMovie[] }): Promise<number>;
  /** Films by name: at TVDB, or at TMDB where only that has a key. */
  search(
    query: string,
  ): Promise<
    { provider: 'TVDB'; results: TvdbSearchResult[] } | { provider: 'TMDB'; results: TmdbMovieSearchResult[] }
  >;
}

type Metadata = Omit<Movie, 'type' | 'fileName' | 'watchedAt'>;

export function createMovies({
  store,
  tvdb,
  tmdb,
  clock,
}: {
  store: Store;
  tvdb: Pick<Tvdb, 'movie' | 'searchMovies'>;
  tmdb: TmdbMovies;
  clock: Clock;
}): Movies {
  const movieKey = ({ fileName }: WatchedMovie) => `${SORT_KEY_PREFIXES.movie}${fileName}`;

  const metadata = async ({ provider, id }: MovieReference): Promise<Metadata | undefined> => {
    if (provider === 'TVDB') {
      const movie = await tvdb.movie(id);
      if (!movie) return undefined;
      return { tvdbId: id, tmdbId: null, name: movie.name, image: movie.image, durationSeconds: movie.runtimeSeconds };
    }
    const movie = await tmdb.movie(id);
    if (!movie) return undefined;
    // As at TVDB, a film's name is the one in its own language.
    const name = movie.originalTitle ?? movie.title;
    return { tvdbId: null, tmdbId: id, name, image: movie.image, durationSeconds: movie.runtimeSeconds };
  };

  return {
    async sync({ user, batchId, movies }) {
      checkKeyLengths(
        movies.map((movie, index) => ({
          path: `movies.${index}`,
          sortKey: movieKey(movie),
          what: `The name of “${movie.fileName}” is`,
        })),
      );
      const names = movies.map(({ fileName }) => fileName);
      const recorded = new Set(await storedNames(store, user, { prefix: SORT_KEY_PREFIXES.movie, names }));
      const missing = movies.filter(({ fileName }) => !recorded.has(fileName));
      const references = new Map(missing.map((movie) => [referenceKey(movie), movie]));
      const { found, odd, failure } = await lookUpEach(references.keys(), async (key) => {
        const movie = references.get(key);
        return movie && metadata(movie);
      });

      const watchedAt = toEpochSeconds(clock.now());
      const watches = missing.flatMap((movie): Item[] => {
        const known = found.get(referenceKey(movie));
        if (!known) return [];
        return [toItem({ user, batchId, record: { type: 'movie', fileName: movie.fileName, ...known, watchedAt } })];
      });
      const { watches: added } = await recordWatches(store, { collections: [], watches });
      if (failure) throw failure.error;
      refuseUnknown(
        [...references.entries()]
          .filter(([key]) => !found.has(key))
          .map(([key, { provider, id }]) => ({
            id: String(id),
            reason: odd.get(key)?.message ?? `${provider} has no film with this id.`,
          })),
        { movies_added: added },
      );
      return added;
    },

    async search(query) {
      try {
        return { provider: 'TVDB', results: await tvdb.searchMovies(query) };
      } catch (error) {
        if (!(error instanceof NotConfiguredError)) throw error;
      }
      try {
        return { provider: 'TMDB', results: await tmdb.searchMovies(query) };
      } catch (error) {
        if (!(error instanceof NotConfiguredError)) throw error;
        throw new NotConfiguredError('Neither TVDB_API_KEY nor TMDB_API_KEY is set, so film search is unavailable.', {
          code: 'movie_search_not_configured',
          suggestions: ['Set TVDB_API_KEY (https://thetvdb.com/api-information), or TMDB_API_KEY.'],
        });
      }
    },
  };
}

const referenceKey = ({ provider, id }: MovieReference): string => `${provider} ${id}`;
