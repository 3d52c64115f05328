import type { TmdbOptions, TmdbSource } from './ports.ts';
import type {
  CollectionDetails,
  Credits,
  Filmography,
  MovieDetails,
  PersonDetails,
  SearchKind,
  SeasonDetails,
  SeriesDetails,
  TmdbPage,
} from './tmdb-rules.ts';
import { cachePlaces, searchText } from './cache-rules.ts';
import type { Cached, CacheRead, TmdbCache } from './cache-service.ts';

export type CatalogOptions = TmdbOptions & CacheRead;

/** TMDB behind its cache. Undefined if something doesn't exist. */
export interface TmdbCatalog {
  /** A blank query returns no results, without a request. */
  search(kind: SearchKind, query: string, options?: CatalogOptions): Promise<Cached<TmdbPage>>;
  movie(tmdbId: number, options?: CatalogOptions): Promise<Cached<MovieDetails> | undefined>;
  movieCredits(tmdbId: number, options?: CatalogOptions): Promise<Cached<Credits> | undefined>;
  series(tmdbId: number, options?: CatalogOptions): Promise<Cached<SeriesDetails> | undefined>;
  seriesCredits(tmdbId: number, options?: CatalogOptions): Promise<Cached<Credits> | undefined>;
  seriesIdByTvdbId(tvdbId: number, options?: CacheRead): Promise<Cached<number> | undefined>;
  season(
    season: { seriesId: number; seasonNumber: number },
    options?: CatalogOptions,
  ): Promise<Cached<SeasonDetails> | undefined>;
  person(personId: number, options?: CatalogOptions): Promise<Cached<PersonDetails> | undefined>;
  personCredits(personId: number, options?: CatalogOptions): Promise<Cached<Filmography> | undefined>;
  collection(collectionId: number, options?: CatalogOptions): Promise<Cached<CollectionDetails> | undefined>;
  trending(type: 'movie' | 'tv', options?: CatalogOptions): Promise<Cached<TmdbPage>>;
  /** Bypasses the cache; resolves if TMDB responds and accepts the key. */
  health(options?: Pick<TmdbOptions, 'signal'>): Promise<void>;
}

const NOTHING: Cached<TmdbPage> = {
  value: { page: 1, totalPages: 0, totalResults: 0, results: [] },
  stale: false,
};
const isEmpty = (page: TmdbPage): boolean => page.results.length === 0;

export function createTmdbCatalog({ tmdb, cache }: { tmdb: TmdbSource; cache: TmdbCache }): TmdbCatalog {
  return {
    async search(kind, query, options = {}) {
      const text = searchText(query);
      if (text === '') return NOTHING;
      const place = cachePlaces.search(kind, text, options);
      const found = await cache.read(place, (signal) => tmdb.search(kind, text, { ...options, signal }), {
        ...options,
        isEmpty,
      });
      return found ?? NOTHING;
    },
    movie: (id, options = {}) =>
      cache.read(cachePlaces.movie(id, options), (signal) => tmdb.movie(id, { ...options, signal }), options),
    movieCredits: (id, options = {}) =>
      cache.read(
        cachePlaces.movieCredits(id, options),
        (signal) => tmdb.movieCredits(id, { ...options, signal }),
        options,
      ),
    series: (id, options = {}) =>
      cache.read(cachePlaces.series(id, options), (signal) => tmdb.series(id, { ...options, signal }), options),
    seriesCredits: (id, options = {}) =>
      cache.read(
        cachePlaces.seriesCredits(id, options),
        (signal) => tmdb.seriesCredits(id, { ...options, signal }),
        options,
      ),
    seriesIdByTvdbId: (tvdbId, options = {}) =>
      cache.read(cachePlaces.seriesIdByTvdbId(tvdbId), (signal) => tmdb.seriesIdByTvdbId(tvdbId, { signal }), options),
    season: (season, options = {}) =>
      cache.read(
        cachePlaces.season(season.seriesId, season.seasonNumber, options),
        (signal) => tmdb.season(season, { ...options, signal }),
        options,
      ),
    person: (id, options = {}) =>
      cache.read(cachePlaces.person(id, options), (signal) => tmdb.person(id, { ...options, signal }), options),
    personCredits: (id, options = {}) =>
      cache.read(
        cachePlaces.personCredits(id, options),
        (signal) => tmdb.personCredits(id, { ...options, signal }),
        options,
      ),
    collection: (id, options = {}) =>
      cache.read(cachePlaces.collection(id, options), (signal) => tmdb.collection(id, { ...options, signal }), options),
    async trending(type, options = {}) {
      const place = cachePlaces.trending(type, options);
      const found = await cache.read(place, (signal) => tmdb.trending(type, { ...options, signal }), {
        ...options,
        isEmpty,
      });
      return found ?? NOTHING;
    },
    health: (options) => tmdb.health(options),
  };
}
