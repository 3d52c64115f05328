import {
  type DescribedSeason,
  needsMetadata,
  planTitle,
  type TitleMetadata,
  type TitlePlan,
  type TitleState,
} from '../imports/plan-rules.ts';
import type { EpisodeWatch, MovieSession, TitleKind } from './title-rules.ts';
import type { ImportEvent, TitleReference } from '../imports/event-rules.ts';
import { titleKey, titleOf, toLibraryItem, toLibraryRecord, watchPrefix } from './title-items.ts';
import { partitionOf } from '../viewings/record-items.ts';
import { absent, equals, type Store, type Write } from '../core/store/store.ts';
import type { Days } from '../viewings/day-rules.ts';
import type { Clock } from '../core/ports.ts';
import type { CatalogOptions, TmdbCatalog } from '../tmdb/catalog-service.ts';

/** What is to be written of one title: the title first, then its viewings, each safe against other writers. */
export interface PlannedTitle extends TitlePlan {
  writes: { write: Write; stage: 'movies' | 'episodes' | null; isNew: boolean }[];
}

export interface TitleImport {
  /** What events change; undefined when TMDB has no such title. Nothing is written. */
  plan(request: {
    user: string;
    reference: TitleReference;
    events: readonly ImportEvent[];
    isFull: boolean;
    isTrusted: boolean;
    signal?: AbortSignal;
  }): Promise<PlannedTitle | undefined>;
  /** What a person's library has of a title. */
  read(user: string, kind: TitleKind, tmdbId: number): Promise<TitleState>;
  /** What TMDB says of a title, with the named seasons in full; undefined when it has none. */
  describe(
    title: { kind: TitleKind; tmdbId: number; seasonNumbers: readonly number[] },
    options?: CatalogOptions,
  ): Promise<TitleMetadata | undefined>;
}

export function createTitleImport({
  store,
  catalog,
  clock,
  daysOf,
}: {
  store: Store;
  catalog: Pick<TmdbCatalog, 'movie' | 'series' | 'season'>;
  clock: Clock;
  daysOf: (user: string) => Promise<Days>;
}): TitleImport {
  async function read(user: string, kind: TitleKind, tmdbId: number): Promise<TitleState> {
    const item = await store.get(titleKey(user, kind, tmdbId), { consistent: true });
    const sessions: MovieSession[] = [];
    const watches: EpisodeWatch[] = [];
    const prefix = watchPrefix(kind, tmdbId);
    for await (const watch of store.query(partitionOf(user), { prefix, consistent: true })) {
      const record = toLibraryRecord(watch);
      if (record?.type === 'movie_session') sessions.push(record);
      if (record?.type === 'episode_watch') watches.push(record);
    }
    return { title: item && titleOf(item), sessions, watches };
  }

  const describe: TitleImport['describe'] = async ({ kind, tmdbId, seasonNumbers }, options) =>
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

  return {
    read,
    describe,

    async plan({ user, reference, events, isFull, isTrusted, signal }) {
      const { type: kind, tmdbId } = reference;
      const state = await read(user, kind, tmdbId);
      let metadata: TitleMetadata | undefined;
      if (needsMetadata(state, events)) {
        const seasonNumbers = [
          ...new Set([
            ...state.watches.map(({ seasonNumber }) => seasonNumber),
            ...events.flatMap((event) => (event.kind === 'episode_watched' ? event.seasonNumber : [])),
          ]),
        ].sort((a, b) => a - b);
        // An import writes many answers of TMDB at once.
        metadata = await describe({ kind, tmdbId, seasonNumbers }, { writeLater: true, signal });
        if (!metadata) return undefined;
      }
      const now = Math.floor(clock.now() / 1000);
      const days = await daysOf(user);
      const plan = planTitle({ reference, events, state, metadata, isFull, isTrusted, now, days });
      const { title } = plan;
      const stage = kind === 'movie' ? ('movies' as const) : ('episodes' as const);
      return {
        ...plan,
        writes: [
          ...(title
            ? [
                {
                  write: {
                    put: toLibraryItem(user, title),
                    condition: title.rev === 1 ? absent : equals('rev', title.rev - 1),
                  },
                  stage: null,
                  isNew: title.rev === 1,
                },
              ]
            : []),
          ...plan.watches.map(({ record, isNew }) => ({
            write: {
              put: toLibraryItem(user, record),
              condition: isNew ? absent : equals('rev', record.rev - 1),
            },
            stage,
            isNew,
          })),
        ],
      };
    },
  };
}

const yearOf = (date: string | null): number | null => Number(/^\d{4}/.exec(date ?? '')?.[0]) || null;
const secondsOf = (minutes: number | null): number | null => (minutes ? Math.round(minutes * 60) : null);
