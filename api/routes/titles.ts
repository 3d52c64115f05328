import {
  type TitleAnswer,
  type TitleDetailsAnswer,
  getTitle,
  listTitles,
  removeTitle,
  setTitle,
} from '../../lib/titles/titles-contract.ts';
import { isoInstant, isoInstantOrNull } from '../../lib/core/instant-rules.ts';
import type { Title } from '../../lib/titles/title-rules.ts';
import type { TitleWithWatches } from '../../lib/titles/titles-service.ts';
import type { FilmSession } from '../../lib/titles/watched-rules.ts';
import { RATING_NAMES } from '../../lib/titles/rating-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { TitleServices } from '../../lib/titles/wiring.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { titles, images }: TitleServices): void {
  const toAnswer = (title: Title): TitleAnswer => ({
    type: title.kind,
    tmdb_id: title.tmdbId,
    tvdb_id: title.tvdbId,
    imdb_id: title.imdbId,
    title: title.title,
    original_title: title.originalTitle,
    year: title.year,
    poster_url: images.posterUrl(title.posterPath),
    status: title.status,
    rating: title.rating,
    rating_name: title.rating === null ? null : RATING_NAMES[title.rating],
    trakt_rating: title.traktRating,
    added_at: isoInstant(title.addedAt),
    first_watched_at: isoInstantOrNull(title.firstWatchedAt),
    last_watched_at: isoInstantOrNull(title.lastWatchedAt),
    next_episode: title.next && {
      season_number: title.next.seasonNumber,
      episode_number: title.next.episodeNumber,
    },
  });

  serve(router, listTitles, async ({ user, query: { limit, next, ...filter } }) => {
    const page = await titles.list({ user, filter, limit, next });
    return { titles: page.titles.map(toAnswer), next: page.next };
  });

  serve(router, getTitle, async ({ user, params }): Promise<TitleDetailsAnswer> => {
    const { title, sessions, watches } = await titles.get({ user, kind: params.type, tmdbId: params.tmdb_id });
    return {
      ...toAnswer(title),
      ...(title.kind === 'movie' ? { sessions: sessions.map(toSession) } : { seasons: toSeasons(watches) }),
    };
  });

  serve(router, setTitle, async ({ user, params, body: { status, rating } }) =>
    toAnswer(await titles.set({ user, kind: params.type, tmdbId: params.tmdb_id, status, rating })),
  );

  serve(router, removeTitle, async ({ user, params }) => {
    await titles.remove({ user, kind: params.type, tmdbId: params.tmdb_id });
    return {};
  });
}

const toSession = (session: FilmSession) => ({
  day: session.day,
  watched_at: isoInstantOrNull(session.watchedAt),
  plays: session.plays,
  source: session.source,
  trakt_ids: session.eventIds,
});

/** Sorted by season, episode and day. */
function toSeasons(watches: TitleWithWatches['watches']): NonNullable<TitleDetailsAnswer['seasons']> {
  const seasons = Map.groupBy(watches, ({ seasonNumber }) => seasonNumber);
  return [...seasons].map(([seasonNumber, ofSeason]) => ({
    season_number: seasonNumber,
    episodes: [...Map.groupBy(ofSeason, ({ episodeNumber }) => episodeNumber)].map(([episodeNumber, viewings]) => ({
      episode_number: episodeNumber,
      name: viewings[0]?.name ?? null,
      air_date: viewings[0]?.airDate ?? null,
      watches: viewings.map((watch) => ({
        day: watch.day,
        watched_at: isoInstantOrNull(watch.watchedAt),
        date_source: watch.dateSource,
      })),
    })),
  }));
}
