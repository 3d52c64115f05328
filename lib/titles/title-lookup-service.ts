import type { Item, Store } from '../core/store/store.ts';
import type { CatalogOptions, TmdbCatalog } from '../tmdb/catalog-service.ts';
import { keyOfItem, partitionOf } from '../viewings/record-items.ts';
import { LIBRARY_PREFIXES, titleKey, titleOf, toLibraryRecord, watchPrefix } from './title-items.ts';
import type {
  DescribedSeason,
  EpisodeWatch,
  MovieSession,
  Title,
  TitleKind,
  TitleMetadata,
  TitleState,
} from './title-rules.ts';

/** With the stored items by sort key. */
export interface StoredTitle extends TitleState {
  items: ReadonlyMap<string, Item>;
}

/** A title's data in the store and on TMDB. */
export interface TitleLookup {
  read(user: string, kind: TitleKind, tmdbId: number): Promise<StoredTitle>;
  titles(user: string): AsyncIterable<Title>;
  /** TMDB's metadata, with details of the given seasons; undefined if it doesn't exist. */
  describe(
    title: { kind: TitleKind; tmdbId: number; seasonNumbers: readonly number[] },
    options?: CatalogOptions,
  ): Promise<TitleMetadata | undefined>;
}

export function createTitleLookup({
  store,
  catalog,
}: {
  store: Store;
  catalog: Pick<TmdbCatalog, 'movie' | 'series' | 'season'>;
}): TitleLookup {
  async function read(user: string, kind: TitleKind, tmdbId: number): Promise<StoredTitle> {
    const item = await store.get(titleKey(user, kind, tmdbId), { consistent: true });
    const items = new Map<string, Item>(item && [[keyOfItem(item).sort, item]]);
    const sessions: MovieSession[] = [];
    const watches: EpisodeWatch[] = [];
    const prefix = watchPrefix(kind, tmdbId);
    for await (const watch of store.query(partitionOf(user), { prefix, consistent: true })) {
      items.set(keyOfItem(watch).sort, watch);
      const record = toLibraryRecord(watch);
      if (record?.type === 'movie_session') sessions.push(record);
      if (record?.type === 'episode_watch') watches.push(record);
    }
    return { title: item && titleOf(item), sessions, watches, items };
  }

  const describe: TitleLookup['describe'] = async ({ kind, tmdbId, seasonNumbers }, options) =>
    kind === 'movie' ? describeMovie(tmdbId, options) : describeSeries(tmdbId, seasonNumbers, options);

  async function describeMovie(tmdbId: number, options?: CatalogOptions): Promise<TitleMetadata | undefined> {
    const movie = (await catalog.movie(tmdbId, options))?.value;
    if (!movie) return undefined;
    return {
      title: movie.title,
      originalTitle: movie.originalTitle,
      year: yearOf(movie.releaseDate),
      tvdbId: null,
      imdbId: movie.imdbId,
      posterPath: movie.posterPath,
      backdropPath: movie.backdropPath,
      durationSeconds: secondsOf(movie.runtimeMinutes),
      seasons: null,
    };
  }

  async function describeSeries(
    tmdbId: number,
    seasonNumbers: readonly number[],
    options?: CatalogOptions,
  ): Promise<TitleMetadata | undefined> {
    const series = (await catalog.series(tmdbId, options))?.value;
    if (!series) return undefined;
    const summaries = new Map(series.seasons.map((season) => [season.seasonNumber, season]));
    const seasons: DescribedSeason[] = [];
    for (const seasonNumber of new Set([...summaries.keys(), ...seasonNumbers])) {
      options?.signal?.throwIfAborted();
      const summary = summaries.get(seasonNumber);
      const details = seasonNumbers.includes(seasonNumber)
        ? (await catalog.season({ seriesId: tmdbId, seasonNumber }, options))?.value
        : undefined;
      seasons.push({
        seasonNumber,
        episodeCount: summary?.episodeCount ?? details?.episodes.length ?? 0,
        airDate: summary?.airDate ?? details?.airDate ?? null,
        episodes:
          details?.episodes.map(({ episodeNumber, airDate, name, runtimeMinutes }) => ({
            episodeNumber,
            airDate,
            name,
            durationSeconds: secondsOf(runtimeMinutes),
          })) ?? null,
      });
    }
    return {
      title: series.name,
      originalTitle: series.originalName,
      year: yearOf(series.firstAirDate),
      tvdbId: series.tvdbId,
      imdbId: series.imdbId,
      posterPath: series.posterPath,
      backdropPath: series.backdropPath,
      durationSeconds: secondsOf(series.episodeRuntimeMinutes),
      seasons,
    };
  }

  async function* titles(user: string): AsyncGenerator<Title> {
    for await (const item of store.query(partitionOf(user), { prefix: LIBRARY_PREFIXES.title, consistent: true })) {
      yield titleOf(item);
    }
  }

  return { read, titles, describe };
}

const yearOf = (date: string | null): number | null => Number(/^\d{4}/.exec(date ?? '')?.[0]) || null;
const secondsOf = (minutes: number | null): number | null => (minutes ? Math.round(minutes * 60) : null);
