/** TMDB's data. Null is unknown; dates are `YYYY-MM-DD`; paths are of images. */

export interface CastMember {
  personId: number;
  name: string;
  character: string | null;
  profilePath: string | null;
}

export interface CrewMember {
  personId: number;
  name: string;
  job: string | null;
  department: string | null;
  profilePath: string | null;
}

export interface Credits {
  cast: CastMember[];
  crew: CrewMember[];
}

export interface MovieDetails extends Credits {
  tmdbId: number;
  imdbId: string | null;
  title: string;
  /** Null if it is the same as the title. */
  originalTitle: string | null;
  overview: string | null;
  tagline: string | null;
  releaseDate: string | null;
  runtimeMinutes: number | null;
  posterPath: string | null;
  backdropPath: string | null;
  genres: string[];
  originalLanguage: string | null;
  voteAverage: number | null;
  voteCount: number | null;
  collection: { collectionId: number; name: string; posterPath: string | null } | null;
}

export interface SeasonSummary {
  seasonNumber: number;
  name: string | null;
  airDate: string | null;
  episodeCount: number;
  posterPath: string | null;
}

export interface SeriesDetails extends Credits {
  tmdbId: number;
  tvdbId: number | null;
  imdbId: string | null;
  name: string;
  /** Null if it is the same as the name. */
  originalName: string | null;
  overview: string | null;
  firstAirDate: string | null;
  lastAirDate: string | null;
  /** TMDB's terms: `Returning Series`, `Ended`. */
  status: string | null;
  numberOfSeasons: number;
  numberOfEpisodes: number;
  episodeRuntimeMinutes: number | null;
  posterPath: string | null;
  backdropPath: string | null;
  genres: string[];
  originalLanguage: string | null;
  voteAverage: number | null;
  voteCount: number | null;
  seasons: SeasonSummary[];
}

export interface EpisodeSummary {
  episodeNumber: number;
  name: string | null;
  overview: string | null;
  airDate: string | null;
  runtimeMinutes: number | null;
  stillPath: string | null;
}

export interface SeasonDetails {
  seriesId: number;
  seasonNumber: number;
  name: string | null;
  overview: string | null;
  airDate: string | null;
  posterPath: string | null;
  episodes: EpisodeSummary[];
}

/** A role or a job in a film or series. */
export interface PersonCredit {
  type: 'movie' | 'tv';
  tmdbId: number;
  title: string;
  year: number | null;
  character: string | null;
  job: string | null;
  episodeCount: number | null;
  posterPath: string | null;
}

export interface Filmography {
  cast: PersonCredit[];
  crew: PersonCredit[];
}

export interface PersonDetails extends Filmography {
  personId: number;
  imdbId: string | null;
  name: string;
  alsoKnownAs: string[];
  biography: string | null;
  birthday: string | null;
  deathday: string | null;
  placeOfBirth: string | null;
  knownForDepartment: string | null;
  profilePath: string | null;
}

export interface TmdbHit {
  type: 'movie' | 'tv' | 'person';
  tmdbId: number;
  title: string;
  originalTitle: string | null;
  year: number | null;
  date: string | null;
  overview: string | null;
  /** A poster, or a person's portrait. */
  imagePath: string | null;
  backdropPath: string | null;
  voteAverage: number | null;
}

export interface TmdbPage {
  page: number;
  totalPages: number;
  totalResults: number;
  results: TmdbHit[];
}

export interface CollectionDetails {
  collectionId: number;
  name: string;
  overview: string | null;
  posterPath: string | null;
  backdropPath: string | null;
  parts: TmdbHit[];
}

export type SearchKind = 'movie' | 'tv' | 'multi';
