import type {
  CollectionDetails,
  Credits,
  Filmography,
  MovieDetails,
  PersonDetails,
  SearchKind,
  SeasonDetails,
  SeriesDetails,
  TmdbOptions,
  TmdbPage,
  TmdbSource,
} from './ports.ts';
import { cachePlaces, searchText, type CachePlace } from './cache-rules.ts';
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
  const read = <T>(
    place: CachePlace,
    ask: (options: CatalogOptions) => Promise<T | undefined>,
    options: CatalogOptions = {},
  ) => cache.read(place, (signal) => ask({ ...options, signal }), options);
  const readPage = async (
    place: CachePlace,
    ask: (options: CatalogOptions) => Promise<TmdbPage>,
    options: CatalogOptions = {},
  ) => (await cache.read(place, (signal) => ask({ ...options, signal }), { ...options, isEmpty })) ?? NOTHING;

  return {
    async search(kind, query, options) {
      const text = searchText(query);
      if (text === '') return NOTHING;
      return readPage(cachePlaces.search(kind, text, options), (given) => tmdb.search(kind, text, given), options);
    },
    movie: (id, options) => read(cachePlaces.movie(id, options), (given) => tmdb.movie(id, given), options),
    movieCredits: (id, options) =>
      read(cachePlaces.movieCredits(id, options), (given) => tmdb.movieCredits(id, given), options),
    series: (id, options) => read(cachePlaces.series(id, options), (given) => tmdb.series(id, given), options),
    seriesCredits: (id, options) =>
      read(cachePlaces.seriesCredits(id, options), (given) => tmdb.seriesCredits(id, given), options),
    seriesIdByTvdbId: (tvdbId, options) =>
      read(cachePlaces.seriesIdByTvdbId(tvdbId), ({ signal }) => tmdb.seriesIdByTvdbId(tvdbId, { signal }), options),
    season: (season, options) =>
      read(
        cachePlaces.season(season.seriesId, season.seasonNumber, options),
        (given) => tmdb.season(season, given),
        options,
      ),
    person: (id, options) => read(cachePlaces.person(id, options), (given) => tmdb.person(id, given), options),
    personCredits: (id, options) =>
      read(cachePlaces.personCredits(id, options), (given) => tmdb.personCredits(id, given), options),
    collection: (id, options) =>
      read(cachePlaces.collection(id, options), (given) => tmdb.collection(id, given), options),
    trending: (type, options) =>
      readPage(cachePlaces.trending(type, options), (given) => tmdb.trending(type, given), options),
    health: (options) => tmdb.health(options),
  };
}
