export interface EpisodePlace {
  seasonNumber: number;
  episodeNumber: number;
}

/** A season, possibly without its episodes. */
export interface KnownSeason {
  seasonNumber: number;
  episodeCount: number;
  /** `YYYY-MM-DD` of the first episode. */
  airDate: string | null;
  episodes: { episodeNumber: number; airDate: string | null }[] | null;
}

/** Seasons never synced only have their announced episode count. */
export const knownSeasonsOf = (
  seasons: readonly { seasonNumber: number; syncedAt: number | null; expectedEpisodes: number }[],
  episodes: readonly { seasonNumber: number; episodeNumber: number; airDate: string | null; vanished: boolean }[],
): KnownSeason[] =>
  seasons.map(({ seasonNumber, syncedAt, expectedEpisodes }) => {
    const own = episodes.filter((episode) => episode.seasonNumber === seasonNumber && !episode.vanished);
    const isKnown = syncedAt !== null && own.length > 0;
    return {
      seasonNumber,
      episodeCount: isKnown ? own.length : expectedEpisodes,
      airDate: own[0]?.airDate ?? null,
      episodes: isKnown ? own : null,
    };
  });
