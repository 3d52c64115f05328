import type { EpisodePlace, KnownSeason } from '../shows/known-season-rules.ts';

export type TitleStatus = 'planned' | 'in_progress' | 'completed' | 'abandoned';

export interface SeriesState {
  status: 'in_progress' | 'completed';
  /** Null if all is watched or the episodes are unknown. */
  next: EpisodePlace | null;
}

/**
 * The state of a series with viewings. It is completed if its episodes are known and all that aired by `today`
 * (`YYYY-MM-DD`) are watched, without specials. Next is the first unwatched episode after the latest watched, else the
 * first one skipped.
 */
export function seriesState({
  seasons,
  watched,
  today,
}: {
  seasons: readonly KnownSeason[] | null;
  watched: readonly EpisodePlace[];
  today: string;
}): SeriesState {
  const regular = (seasons ?? [])
    .filter(({ seasonNumber }) => seasonNumber > 0)
    .sort((a, b) => a.seasonNumber - b.seasonNumber);
  const aired = regular.flatMap((season) => airedEpisodes(season, today));
  if (aired.length === 0) return { status: 'in_progress', next: null };

  const seen = new Set(watched.map(placeText));
  const furthest = aired.findLastIndex((place) => seen.has(placeText(place)));
  const isOpen = (place: EpisodePlace) => !seen.has(placeText(place));
  const next = aired.slice(furthest + 1).find(isOpen) ?? aired.find(isOpen) ?? null;
  return { status: next === null ? 'completed' : 'in_progress', next };
}

/** A status that the user set at `eventAt` (epoch seconds) or later is kept. */
export function statusAfterEvent({
  own,
  derived,
  eventAt,
}: {
  /** Null if never set. */
  own: { status: TitleStatus; setAt: number } | null;
  derived: TitleStatus;
  eventAt: number | null;
}): TitleStatus {
  return own !== null && (eventAt === null || own.setAt >= eventAt) ? own.status : derived;
}

/** If a season's episodes are unknown, the first represents all. */
function airedEpisodes(season: KnownSeason, today: string): EpisodePlace[] {
  const { seasonNumber, episodes, episodeCount, airDate } = season;
  const hasAired = (date: string | null) => date !== null && date <= today;
  if (episodes === null) return episodeCount > 0 && hasAired(airDate) ? [{ seasonNumber, episodeNumber: 1 }] : [];
  return episodes
    .filter((episode) => hasAired(episode.airDate))
    .sort((a, b) => a.episodeNumber - b.episodeNumber)
    .map(({ episodeNumber }) => ({ seasonNumber, episodeNumber }));
}

const placeText = ({ seasonNumber, episodeNumber }: EpisodePlace): string => `${seasonNumber}x${episodeNumber}`;
