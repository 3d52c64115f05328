export interface EpisodePlace {
  seasonNumber: number;
  episodeNumber: number;
}

/** A season as far as it is known: its episodes may not have been looked up. */
export interface KnownSeason {
  seasonNumber: number;
  episodeCount: number;
  /** `YYYY-MM-DD` of its first episode. */
  airDate: string | null;
  episodes: { episodeNumber: number; airDate: string | null }[] | null;
}
