import type { TmdbHit, TmdbSource } from '../tmdb/ports.ts';
import type { Tvdb, TvdbSearchResult } from './ports.ts';
import { NotConfiguredError, NotFoundError } from '../core/errors.ts';
import type { Movie } from '../viewings/record-rules.ts';
import { partitionOf, SORT_KEY_PREFIXES, toItem, toRecord } from '../viewings/record-items.ts';
import { retryConflicts } from '../core/store/repeat.ts';
import { equals, type Item, type Store } from '../core/store/store.ts';
import { lookUpEach, refuseUnknown } from './lookups-service.ts';
import {
  isBetterLength,
  improveLengths,
  measuredAttributes,
  type MeasuredFacts,
} from '../viewings/measured-service.ts';
import { checkKeyLengths, recordWatches } from '../viewings/record-service.ts';
import { storedNames } from '../viewings/stored-names-service.ts';
import type { StatedDate, WatchDates } from '../viewings/watch-dates-service.ts';

/** The file name without extension and, if known, a TVDB or TMDB id. */
export interface WatchedMovie extends MeasuredFacts {
  fileName: string;
  reference: MovieReference | null;
  watchedAt?: StatedDate;
}
export type MovieReference = { provider: 'TVDB' | 'TMDB'; id: number };

/** A search hit with the URL of its poster. */
export type TmdbFilm = Pick<TmdbHit, 'tmdbId' | 'title' | 'originalTitle' | 'year' | 'overview'> & {
  image: string | null;
};

export interface Movies {
  /**
   * Records watched films. Returns how many are new. Providers are only asked for new ones with an id. Existing ones
   * stay unchanged, except for a better length or language. If the provider fails midway, films found before are
   * recorded, then `ProviderError` is thrown. Throws `UnprocessableError` (`unknown_ids`) for unknown ids after
   * recording the rest.
   */
  sync(request: { user: string; batchId: string; movies: readonly WatchedMovie[] }): Promise<number>;
  /** Sorted by the bytes of file names. */
  list(user: string): Promise<Movie[]>;
  /** Sets a recorded film's id, name, image and, unless a better one is known, its length. */
  setReference(request: { user: string; fileName: string; reference: MovieReference }): Promise<void>;
  /** Searches TVDB, or TMDB if only that has a key. */
  search(
    query: string,
  ): Promise<{ provider: 'TVDB'; results: TvdbSearchResult[] } | { provider: 'TMDB'; results: TmdbFilm[] }>;
}

type Metadata = Omit<Movie, 'type' | 'fileName' | 'watchedAt'>;

export function createMovies({
  store,
  tvdb,
  tmdb,
  tmdbImageUrl,
  dates,
}: {
  store: Store;
  tvdb: Pick<Tvdb, 'movie' | 'searchMovies'>;
  tmdb: Pick<TmdbSource, 'movie' | 'search'>;
  /** `https://image.tmdb.org/t/p` */
  tmdbImageUrl: string;
  dates: WatchDates;
}): Movies {
  const posterUrl = (path: string | null) => (path === null ? null : `${tmdbImageUrl}/w500${path}`);
  const movieKey = ({ fileName }: WatchedMovie) => `${SORT_KEY_PREFIXES.movie}${fileName}`;

  const metadata = async ({ provider, id }: MovieReference): Promise<Metadata | undefined> => {
    if (provider === 'TVDB') {
      const movie = await tvdb.movie(id);
      if (!movie) return undefined;
      return { tvdbId: id, tmdbId: null, name: movie.name, image: movie.image, durationSeconds: movie.runtimeSeconds };
    }
    const movie = await tmdb.movie(id);
    if (!movie) return undefined;
    // As on TVDB, films have their original title.
    const name = movie.originalTitle ?? movie.title;
    const durationSeconds = Math.round((movie.runtimeMinutes ?? 0) * 60);
    return { tvdbId: null, tmdbId: id, name, image: posterUrl(movie.posterPath), durationSeconds };
  };

  const read = async (user: string, fileName: string): Promise<{ item: Item; movie: Movie }> => {
    // The original service doesn't normalize names.
    for (const form of new Set([fileName, fileName.normalize('NFD')])) {
      const key = { partition: partitionOf(user), sort: SORT_KEY_PREFIXES.movie + form };
      const item = await store.get(key, { consistent: true });
      const movie = item && toRecord(item);
      if (item && movie?.type === 'movie') return { item, movie };
    }
    throw new NotFoundError(`No recorded film is named “${fileName}”.`, { code: 'movie_not_found' });
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
      const dated = await dates.ofEach(user, 'movies', movies);
      const missing = dated.filter(({ fileName }) => !recorded.has(fileName));
      const references = new Map(
        missing.flatMap(({ reference }) => (reference ? [[referenceKey(reference), reference] as const] : [])),
      );
      const { found, invalid, failure } = await lookUpEach(references.keys(), async (key) => {
        const reference = references.get(key);
        return reference && metadata(reference);
      });

      const itemOf = ({ fileName, date, ...facts }: (typeof dated)[number], known: Metadata): Item => ({
        ...toItem({ user, batchId, record: { type: 'movie', fileName, ...known, watchedAt: date.watchedAt } }),
        ...date.attributes,
        ...measuredAttributes(facts, 'movie_duration'),
      });
      const unknown = new Map<string, MovieReference>();
      const named = new Set<string>();
      const watches = missing.flatMap((movie): Item[] => {
        const { fileName, reference } = movie;
        if (named.has(fileName)) return [];
        const known = reference ? found.get(referenceKey(reference)) : UNMATCHED;
        if (reference && !known) unknown.set(referenceKey(reference), reference);
        if (known) named.add(fileName);
        return known ? [itemOf(movie, known)] : [];
      });
      const { watches: added } = await recordWatches(store, { collections: [], watches });
      const others = dated.filter((movie) => recorded.has(movie.fileName)).map((movie) => itemOf(movie, UNMATCHED));
      await improveLengths(store, others, 'movie_duration');
      if (failure) throw failure.error;
      refuseUnknown(
        [...unknown].map(([key, { provider, id }]) => ({
          id: String(id),
          reason: invalid.get(key)?.message ?? `${provider} has no film with this id.`,
        })),
        { movies_added: added },
      );
      return added;
    },

    async list(user) {
      const movies: Movie[] = [];
      for await (const item of store.query(partitionOf(user), { prefix: SORT_KEY_PREFIXES.movie, consistent: true })) {
        const record = toRecord(item);
        if (record?.type === 'movie') movies.push(record);
      }
      return movies;
    },

    async setReference({ user, fileName, reference }) {
      await read(user, fileName);
      const known = await metadata(reference);
      if (!known) {
        throw new NotFoundError(
          `${reference.provider} has no film with the id ${reference.id}.`,
          NOT_FOUND_AT[reference.provider],
        );
      }
      await retryConflicts(
        async () => {
          const { item, movie } = await read(user, fileName);
          const isMeasured = isBetterLength(item, 'episode');
          const durationSeconds = isMeasured ? movie.durationSeconds : known.durationSeconds;
          const stored = await store.put(
            { ...withoutReference(item), ...toItem({ user, record: { ...movie, ...known, durationSeconds } }) },
            equals('movie_duration', movie.durationSeconds),
          );
          return stored || undefined;
        },
        { what: `The film “${fileName}”`, code: 'movie_changed_meanwhile' },
      );
    },

    async search(query) {
      try {
        return { provider: 'TVDB', results: await tvdb.searchMovies(query) };
      } catch (error) {
        if (!(error instanceof NotConfiguredError)) throw error;
      }
      try {
        const { results } = await tmdb.search('movie', query);
        return {
          provider: 'TMDB',
          results: results.map(({ tmdbId, title, originalTitle, year, overview, imagePath }) => ({
            tmdbId,
            title,
            originalTitle,
            year,
            overview,
            image: posterUrl(imagePath),
          })),
        };
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

const NOT_FOUND_AT = { TVDB: { code: 'tvdb_movie_not_found' }, TMDB: { code: 'tmdb_movie_not_found' } };

/** Metadata of a film without an id; its length is measured. */
const UNMATCHED: Metadata = { tvdbId: null, tmdbId: null, name: null, image: null, durationSeconds: 0 };

/** Removes attributes of another film. */
const withoutReference = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !/^t[vm]db_/.test(name)));

const referenceKey = ({ provider, id }: MovieReference): string => `${provider} ${id}`;
