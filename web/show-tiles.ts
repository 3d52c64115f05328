import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import type { FollowedShowAnswer } from '../lib/shows/catalog-contract.ts';

/** A show with data from viewings and from the catalog. */
export interface ShowTile {
  key: string;
  name: string;
  artworkUrl: string | null;
  seen: number;
  /** Without specials; null if the catalog lacks the show. */
  aired: number | null;
  seconds: number | null;
  next: { place: string; name: string | null } | null;
}

/** Watched shows in the order of progress, then followed ones without files. */
export function showTiles(shows: ProgressAnswer['shows'], followed: FollowedShowAnswer[]): ShowTile[] {
  const byTvdbId = new Map(followed.map((show) => [String(show.tvdb_id), show]));
  const used = new Set<FollowedShowAnswer>();
  const watched = shows.map((show): ShowTile => {
    const known = show.show_id === null ? undefined : byTvdbId.get(show.show_id);
    if (known) used.add(known);
    const name = show.name ?? show.folder_name ?? known?.name ?? 'Unnamed show';
    return {
      key: show.show_id ?? `folder ${show.folder_name}`,
      name,
      artworkUrl: show.artwork_url,
      ...(known ? factsOf(known) : { seen: show.episodes_watched, aired: null, next: null }),
      seconds: show.minutes_watched === undefined ? null : show.minutes_watched * 60,
    };
  });
  const others = followed
    .filter((show) => show.watching && !used.has(show))
    .map((show): ShowTile => ({
      key: `tmdb ${show.tmdb_id}`,
      name: show.name,
      artworkUrl: null,
      ...factsOf(show),
      seconds: null,
    }));
  return [...watched, ...others];
}

function factsOf({ seasons, next_episode: next }: FollowedShowAnswer): Pick<ShowTile, 'seen' | 'aired' | 'next'> {
  const counted = seasons.filter(({ season_number: number }) => number > 0);
  return {
    seen: counted.reduce((sum, { watched_episodes: count }) => sum + count, 0),
    aired: counted.reduce((sum, { aired_episodes: count }) => sum + count, 0),
    next: next && { place: `S${next.season_number} E${next.episode_number}`, name: next.name },
  };
}
