import { NotFoundError, ConflictError } from '../core/errors.ts';
import { type EpisodeWatch, type MovieSession, type Title, type TitleKind, draftTitle } from './title-rules.ts';
import { type Rating, ratingOfTrakt } from './rating-rules.ts';
import type { TitleStatus } from './title-status-rules.ts';
import { LIBRARY_PREFIXES, titleKey, titleOf, toLibraryItem, watchPrefix } from './title-items.ts';
import { keyOfItem, partitionOf } from '../viewings/record-items.ts';
import { absent, equals, type Store } from '../core/store/store.ts';
import type { Clock } from '../core/ports.ts';
import type { TitleLookup } from './title-lookup-service.ts';
import { writeAll } from '../core/store/transactions.ts';

export interface TitleFilter {
  type?: TitleKind | undefined;
  status?: TitleStatus | undefined;
  rating?: Rating | undefined;
  year?: number | undefined;
}

export interface TitleWithWatches {
  title: Title;
  sessions: readonly MovieSession[];
  watches: readonly EpisodeWatch[];
}

type TitleId = { user: string; kind: TitleKind; tmdbId: number };

/** A person's films and series. */
export interface Titles {
  /** A page of titles, films before series, from `next` of the page before. */
  list(request: { user: string; filter: TitleFilter; limit: number; next?: string | undefined }): Promise<{
    titles: Title[];
    next: string | null;
  }>;
  get(title: TitleId): Promise<TitleWithWatches>;
  /** Sets what the person thinks of a title; one that is not there is added, with what TMDB says of it. */
  set(request: TitleId & { status?: TitleStatus | undefined; rating?: Rating | null | undefined }): Promise<Title>;
  /** Removes a title with its viewings. */
  remove(title: TitleId): Promise<void>;
}

const TRIES_AGAINST_OTHER_WRITERS = 5;

export function createTitles({ store, facts, clock }: { store: Store; facts: TitleLookup; clock: Clock }): Titles {
  const seconds = () => Math.floor(clock.now() / 1000);

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
      const { title, sessions, watches } = await facts.read(user, kind, tmdbId);
      if (!title) throw notFound(kind, tmdbId);
      return { title, sessions, watches };
    },

    async set({ status, rating, ...id }) {
      for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries += 1) {
        const before = await stored(id);
        const title = before ?? (await added(id));
        const changed: Title = {
          ...title,
          ...(status && { status, ownStatus: { status, setAt: seconds() } }),
          ...(!status && !before && rating && { status: id.kind === 'movie' ? 'completed' : 'in_progress' }),
          ...(rating !== undefined && { rating: rating ?? ofTrakt(title), isOwnRating: rating !== null }),
          rev: title.rev + 1,
        };
        const condition = before ? equals('rev', before.rev) : absent;
        if (await store.put(toLibraryItem(id.user, changed), condition)) return changed;
      }
      throw new ConflictError('The title is being changed by someone else.', {
        code: 'title_changed_meanwhile',
        suggestions: ['Run the same command again.'],
      });
    },

    async remove(id) {
      if (!(await stored(id))) throw notFound(id.kind, id.tmdbId);
      const partition = partitionOf(id.user);
      const keys = [];
      const range = { prefix: watchPrefix(id.kind, id.tmdbId), projection: ['pk', 'sk'], consistent: true };
      for await (const item of store.query(partition, range)) keys.push(keyOfItem(item));
      await writeAll(
        store,
        keys.map((key) => ({ delete: key })),
      );
      // The title last: where this is cut off, the rest can still be found and removed.
      await store.delete(titleKey(id.user, id.kind, id.tmdbId));
    },
  };
}

const ofTrakt = ({ traktRating }: Title): Rating | null =>
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
