import { ImmersionError, NotFoundError } from '../core/errors.ts';
import { type Title, type TitleKind, draftTitle } from './title-rules.ts';
import type { SeriesProgress } from './ports.ts';
import { filmSessions, watchedEpisodes, watchedSpan, type FilmSession, type WatchedEpisode } from './watched-rules.ts';
import { type Rating, ratingOfTrakt } from './rating-rules.ts';
import { seriesState, statusAfterEvent, type TitleStatus } from './title-status-rules.ts';
import { LIBRARY_PREFIXES, titleKey, titleOf, toLibraryItem, watchPrefix } from './title-items.ts';
import { toRemovedTitleItem } from '../viewings/overlay-items.ts';
import { keyOfItem, partitionOf } from '../viewings/record-items.ts';
import { retryConflicts } from '../core/store/repeat.ts';
import { absent, equals, type Store } from '../core/store/store.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import type { Clock } from '../core/ports.ts';
import type { TitleLookup } from './title-lookup-service.ts';
import { writeAll } from '../core/store/transactions.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

export interface TitleFilter {
  type?: TitleKind | undefined;
  status?: TitleStatus | undefined;
  rating?: Rating | undefined;
  year?: number | undefined;
}

export interface TitleWithWatches {
  title: Title;
  sessions: readonly FilmSession[];
  watches: readonly (WatchedEpisode & { name: string | null; airDate: string | null })[];
}

type TitleId = { user: string; kind: TitleKind; tmdbId: number };

export interface Titles {
  /** Films before series. `next` continues the previous page. */
  list(request: { user: string; filter: TitleFilter; limit: number; next?: string | undefined }): Promise<{
    titles: Title[];
    next: string | null;
  }>;
  get(title: TitleId): Promise<TitleWithWatches>;
  /** Sets status or rating; adds a missing title with TMDB's metadata. */
  set(request: TitleId & { status?: TitleStatus | undefined; rating?: Rating | null | undefined }): Promise<Title>;
  /** Also removes its viewings. */
  remove(title: TitleId): Promise<void>;
}

export function createTitles({
  store,
  facts,
  viewings,
  series,
  clock,
}: {
  store: Store;
  facts: TitleLookup;
  viewings: Viewings;
  series: SeriesProgress;
  clock: Clock;
}): Titles {
  const seconds = () => toEpochSeconds(clock.now());

  async function stored({ user, kind, tmdbId }: TitleId): Promise<Title | undefined> {
    const item = await store.get(titleKey(user, kind, tmdbId), { consistent: true });
    return item && titleOf(item);
  }

  async function added({ kind, tmdbId }: TitleId): Promise<Title> {
    const metadata = await facts.describe({ kind, tmdbId, seasonNumbers: [] });
    if (!metadata) {
      throw new NotFoundError(`TMDB has no ${kind === 'movie' ? 'film' : 'series'} with the id ${tmdbId}.`, {
        code: 'tmdb_not_found',
      });
    }
    const { seasons: _, ...described } = metadata;
    const reference = { type: kind, tmdbId, tvdbId: null, imdbId: null, traktId: null, title: null, year: null };
    return { ...draftTitle(reference), ...described, addedAt: seconds() };
  }

  /**
   * Derives status and next episode from viewings: by the catalog as for `show`, else by TMDB's seasons. Without
   * either, the values of the import are kept.
   */
  async function withState(user: string, title: Title, watched: readonly WatchedEpisode[]): Promise<Title> {
    if (watched.length === 0) return title;
    const known = (await series.progressIn(user, title.tmdbId)) ?? (await stateFromTmdb(user, title, watched));
    if (!known) return title;
    const derived = known.isComplete ? 'completed' : 'in_progress';
    const status = statusAfterEvent({ own: title.ownStatus, derived, eventAt: title.lastWatchedAt });
    return { ...title, status, next: known.next };
  }

  async function stateFromTmdb(user: string, { tmdbId }: Title, watched: readonly WatchedEpisode[]) {
    const seasonNumbers = [...new Set(watched.map(({ seasonNumber }) => seasonNumber))];
    try {
      const described = await facts.describe({ kind: 'tv', tmdbId, seasonNumbers });
      if (!described) return undefined;
      const { dayOf } = await viewings.daysOf(user);
      const { status, next } = seriesState({ seasons: described.seasons, watched, today: dayOf(seconds()) });
      return { next, isComplete: status === 'completed' };
    } catch (error) {
      if (error instanceof ImmersionError) return undefined;
      throw error;
    }
  }

  return {
    async list({ user, filter, limit, next }) {
      const found: Title[] = [];
      const from = next === undefined ? {} : { from: Buffer.from(next, 'base64url').toString() };
      const range = { prefix: LIBRARY_PREFIXES.title, ...from, consistent: true };
      for await (const item of store.query(partitionOf(user), range)) {
        const title = titleOf(item);
        if (!fits(title, filter)) continue;
        if (found.length === limit)
          return { titles: found, next: Buffer.from(keyOfItem(item).sort).toString('base64url') };
        found.push(title);
      }
      return { titles: found, next: null };
    },

    async get({ user, kind, tmdbId }) {
      const { title, watches: imported } = await facts.read(user, kind, tmdbId);
      if (!title) throw notFound(kind, tmdbId);
      const range =
        kind === 'movie' ? { film: tmdbId } : { series: [{ tmdbId, tvdbId: title.tvdbId }], withPlaces: true };
      const watched = await Array.fromAsync(viewings.viewingsOf(user, range));
      const { dayOf } = await viewings.daysOf(user);
      const { first, last } = watchedSpan(watched);
      const spanned = { ...title, firstWatchedAt: first, lastWatchedAt: last };
      if (kind === 'movie') return { title: spanned, sessions: filmSessions(watched, dayOf), watches: [] };
      const episodes = watchedEpisodes(watched, dayOf);
      const known = new Map(imported.map((one) => [`${one.seasonNumber}x${one.episodeNumber}`, one]));
      return {
        title: await withState(user, spanned, episodes),
        sessions: [],
        watches: episodes.map((one) => {
          const { name = null, airDate = null } = known.get(`${one.seasonNumber}x${one.episodeNumber}`) ?? {};
          return { ...one, name, airDate };
        }),
      };
    },

    async set({ status, rating, ...id }) {
      return retryConflicts(
        async () => {
          const before = await stored(id);
          const title = before ?? (await added(id));
          const changed: Title = {
            ...title,
            ...(status && { status, ownStatus: { status, setAt: seconds() } }),
            ...(!status && !before && rating && { status: id.kind === 'movie' ? 'completed' : 'in_progress' }),
            ...(rating !== undefined && { rating: rating ?? traktRatingOf(title), isOwnRating: rating !== null }),
            rev: title.rev + 1,
          };
          const condition = before ? equals('rev', before.rev) : absent;
          return (await store.put(toLibraryItem(id.user, changed), condition)) ? changed : undefined;
        },
        { what: 'The title', code: 'title_changed_meanwhile' },
      );
    },

    async remove(id) {
      const title = await stored(id);
      if (!title) throw notFound(id.kind, id.tmdbId);
      const partition = partitionOf(id.user);
      const keys = [];
      let isImported = title.traktId !== null;
      const range = {
        prefix: watchPrefix(id.kind, id.tmdbId),
        projection: ['pk', 'sk', 'trakt_ids'],
        consistent: true,
      };
      for await (const item of store.query(partition, range)) {
        keys.push(keyOfItem(item));
        isImported ||= item['trakt_ids'] !== undefined;
      }
      if (isImported) await store.insertNew([toRemovedTitleItem(id.user, id.kind, id.tmdbId)]);
      await writeAll(
        store,
        keys.map((key) => ({ delete: key })),
      );
      // The title last: if interrupted, the rest can still be found and removed.
      await store.delete(titleKey(id.user, id.kind, id.tmdbId));
    },
  };
}

const traktRatingOf = ({ traktRating }: Title): Rating | null =>
  traktRating === null ? null : (ratingOfTrakt(traktRating) ?? null);

const fits = (title: Title, { type, status, rating, year }: TitleFilter): boolean =>
  (type === undefined || title.kind === type) &&
  (status === undefined || title.status === status) &&
  (rating === undefined || title.rating === rating) &&
  (year === undefined || title.year === year);

const notFound = (kind: TitleKind, tmdbId: number): NotFoundError =>
  new NotFoundError(`${kind === 'movie' ? 'Film' : 'Series'} ${tmdbId} is not among your titles.`, {
    code: 'title_not_found',
  });
