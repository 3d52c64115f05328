import type { TmdbOptions, TmdbSource } from './ports.ts';
import * as z from 'zod';
import type { CastMember, Credits, CrewMember, Filmography, PersonCredit, TmdbHit, TmdbPage } from './tmdb-rules.ts';
import { providerError } from '../core/http/http.ts';
import { TMDB, type TmdbRequest } from './request-client.ts';

const text = z.string().nullish();
const number = z.number().nullish();
const list = <T extends z.ZodType>(item: T) => z.array(item).nullish();

const castSchema = z.object({ id: z.number(), name: text, character: text, profile_path: text });
const crewSchema = z.object({ id: z.number(), name: text, job: text, department: text, profile_path: text });
const creditsSchema = z.object({ cast: list(castSchema), crew: list(crewSchema) });
const genresSchema = list(z.object({ name: text }));

const movieSchema = z.object({
  id: z.number(),
  imdb_id: text,
  title: text,
  original_title: text,
  overview: text,
  tagline: text,
  release_date: text,
  runtime: number,
  poster_path: text,
  backdrop_path: text,
  genres: genresSchema,
  original_language: text,
  vote_average: number,
  vote_count: number,
  belongs_to_collection: z.object({ id: z.number(), name: text, poster_path: text }).nullish(),
  credits: creditsSchema.nullish(),
});

const seriesSchema = z.object({
  id: z.number(),
  name: text,
  original_name: text,
  overview: text,
  first_air_date: text,
  last_air_date: text,
  status: text,
  number_of_seasons: number,
  number_of_episodes: number,
  episode_run_time: list(z.number().nullable()),
  poster_path: text,
  backdrop_path: text,
  genres: genresSchema,
  original_language: text,
  vote_average: number,
  vote_count: number,
  seasons: list(
    z.object({ season_number: z.number(), name: text, air_date: text, episode_count: number, poster_path: text }),
  ),
  credits: creditsSchema.nullish(),
  external_ids: z.object({ tvdb_id: number, imdb_id: text }).nullish(),
});

const seasonSchema = z.object({
  season_number: z.number(),
  name: text,
  overview: text,
  air_date: text,
  poster_path: text,
  episodes: list(
    z.object({
      episode_number: z.number(),
      name: text,
      overview: text,
      air_date: text,
      runtime: number,
      still_path: text,
    }),
  ),
});

const personCreditSchema = z.object({
  id: z.number(),
  media_type: text,
  title: text,
  name: text,
  release_date: text,
  first_air_date: text,
  character: text,
  job: text,
  episode_count: number,
  poster_path: text,
});
const filmographySchema = z.object({ cast: list(personCreditSchema), crew: list(personCreditSchema) });
const personSchema = z.object({
  id: z.number(),
  imdb_id: text,
  name: text,
  also_known_as: list(z.string().nullable()),
  biography: text,
  birthday: text,
  deathday: text,
  place_of_birth: text,
  known_for_department: text,
  profile_path: text,
  combined_credits: filmographySchema.nullish(),
});

const hitSchema = z.object({
  id: z.number(),
  media_type: text,
  title: text,
  name: text,
  original_title: text,
  original_name: text,
  release_date: text,
  first_air_date: text,
  overview: text,
  poster_path: text,
  profile_path: text,
  backdrop_path: text,
  vote_average: number,
});
const pageSchema = z.object({
  page: z.number(),
  results: z.array(hitSchema),
  total_pages: number,
  total_results: number,
});
const findSchema = z.object({ tv_results: list(z.object({ id: z.number() })) });
const collectionSchema = z.object({
  id: z.number(),
  name: text,
  overview: text,
  poster_path: text,
  backdrop_path: text,
  parts: list(hitSchema),
});

/** All fields but the ids may be null, despite TMDB's documentation. */
export function createTmdb({ request }: { request: TmdbRequest }): TmdbSource {
  const get = <T>(
    path: string,
    call: { subject: string; schema: z.ZodType<T>; append?: string },
    options: TmdbOptions = {},
  ) =>
    request(path, {
      subject: call.subject,
      schema: call.schema,
      signal: options.signal,
      query: {
        ...(call.append && { append_to_response: call.append }),
        ...(options.language && { language: options.language }),
        ...(options.page && { page: options.page }),
      },
    });
  /** Lists always exist: a 404 comes from something else. */
  const required = <T>(subject: string, body: T | undefined): T => {
    if (body !== undefined) return body;
    throw providerError({ provider: TMDB, subject }, { what: 'bad_answer', reason: 'status 404' });
  };

  return {
    async search(kind, query, { language, page, signal } = {}) {
      const subject = `the search for “${query}”`;
      const body = await request(`/search/${kind}`, {
        subject,
        schema: pageSchema,
        signal,
        query: { query, ...(language && { language }), ...(page && { page }) },
      });
      return pageOf(required(subject, body), kind === 'multi' ? undefined : kind);
    },

    async movie(tmdbId, options) {
      const call = { subject: `film ${tmdbId}`, schema: movieSchema, append: 'credits' };
      const movie = await get(`/movie/${tmdbId}`, call, options);
      if (movie === undefined) return undefined;
      const collection = movie.belongs_to_collection;
      return {
        tmdbId: movie.id,
        imdbId: movie.imdb_id || null,
        ...namesOf('film', { id: movie.id, name: movie.title, originalName: movie.original_title }),
        tagline: movie.tagline || null,
        releaseDate: movie.release_date || null,
        runtimeMinutes: movie.runtime || null,
        ...describe(movie),
        collection: collection
          ? {
              collectionId: collection.id,
              name: collection.name || `TMDB collection ${collection.id}`,
              posterPath: collection.poster_path || null,
            }
          : null,
        ...creditsOf(movie.credits),
      };
    },

    async movieCredits(tmdbId, options) {
      const call = { subject: `the credits of film ${tmdbId}`, schema: creditsSchema };
      const credits = await get(`/movie/${tmdbId}/credits`, call, options);
      return credits && creditsOf(credits);
    },

    async series(tmdbId, options) {
      const call = { subject: `series ${tmdbId}`, schema: seriesSchema, append: 'credits,external_ids' };
      const series = await get(`/tv/${tmdbId}`, call, options);
      if (series === undefined) return undefined;
      const { title, originalTitle } = namesOf('series', {
        id: series.id,
        name: series.name,
        originalName: series.original_name,
      });
      return {
        tmdbId: series.id,
        tvdbId: series.external_ids?.tvdb_id || null,
        imdbId: series.external_ids?.imdb_id || null,
        name: title,
        originalName: originalTitle,
        firstAirDate: series.first_air_date || null,
        lastAirDate: series.last_air_date || null,
        status: series.status || null,
        numberOfSeasons: series.number_of_seasons ?? 0,
        numberOfEpisodes: series.number_of_episodes ?? 0,
        episodeRuntimeMinutes: series.episode_run_time?.find((minutes) => minutes) ?? null,
        ...describe(series),
        seasons: (series.seasons ?? []).map((season) => ({
          seasonNumber: season.season_number,
          name: season.name || null,
          airDate: season.air_date || null,
          episodeCount: season.episode_count ?? 0,
          posterPath: season.poster_path || null,
        })),
        ...creditsOf(series.credits),
      };
    },

    async seriesCredits(tmdbId, options) {
      const call = { subject: `the credits of series ${tmdbId}`, schema: creditsSchema };
      const credits = await get(`/tv/${tmdbId}/credits`, call, options);
      return credits && creditsOf(credits);
    },

    async seriesIdByTvdbId(tvdbId, options = {}) {
      const subject = `the series with the TVDB id ${tvdbId}`;
      const body = await request(`/find/${tvdbId}`, {
        subject,
        schema: findSchema,
        signal: options.signal,
        query: { external_source: 'tvdb_id' },
      });
      return required(subject, body).tv_results?.[0]?.id;
    },

    async season({ seriesId, seasonNumber }, options) {
      const call = { subject: `season ${seasonNumber} of series ${seriesId}`, schema: seasonSchema };
      const season = await get(`/tv/${seriesId}/season/${seasonNumber}`, call, options);
      if (season === undefined) return undefined;
      return {
        seriesId,
        seasonNumber: season.season_number,
        name: season.name || null,
        overview: season.overview || null,
        airDate: season.air_date || null,
        posterPath: season.poster_path || null,
        episodes: (season.episodes ?? []).map((episode) => ({
          episodeNumber: episode.episode_number,
          name: episode.name || null,
          overview: episode.overview || null,
          airDate: episode.air_date || null,
          runtimeMinutes: episode.runtime || null,
          stillPath: episode.still_path || null,
        })),
      };
    },

    async person(personId, options) {
      const call = { subject: `person ${personId}`, schema: personSchema, append: 'combined_credits' };
      const person = await get(`/person/${personId}`, call, options);
      if (person === undefined) return undefined;
      return {
        personId: person.id,
        imdbId: person.imdb_id || null,
        name: person.name || `TMDB person ${person.id}`,
        alsoKnownAs: (person.also_known_as ?? []).filter((name) => name !== null),
        biography: person.biography || null,
        birthday: person.birthday || null,
        deathday: person.deathday || null,
        placeOfBirth: person.place_of_birth || null,
        knownForDepartment: person.known_for_department || null,
        profilePath: person.profile_path || null,
        ...filmographyOf(person.combined_credits),
      };
    },

    async personCredits(personId, options) {
      const call = { subject: `the filmography of person ${personId}`, schema: filmographySchema };
      const credits = await get(`/person/${personId}/combined_credits`, call, options);
      return credits && filmographyOf(credits);
    },

    async collection(collectionId, options) {
      const call = { subject: `collection ${collectionId}`, schema: collectionSchema };
      const collection = await get(`/collection/${collectionId}`, call, options);
      if (collection === undefined) return undefined;
      return {
        collectionId: collection.id,
        name: collection.name || `TMDB collection ${collection.id}`,
        overview: collection.overview || null,
        posterPath: collection.poster_path || null,
        backdropPath: collection.backdrop_path || null,
        parts: (collection.parts ?? []).flatMap((part) => hitOf(part, 'movie') ?? []),
      };
    },

    async trending(type, options) {
      const subject = `what is trending`;
      const body = await get(`/trending/${type}/week`, { subject, schema: pageSchema }, options);
      return pageOf(required(subject, body), type);
    },

    async health(options) {
      const subject = 'a health check';
      required(
        subject,
        await get('/configuration', { subject, schema: z.object({ images: z.looseObject({}) }) }, options),
      );
    },
  };
}

function pageOf(body: z.infer<typeof pageSchema>, type: 'movie' | 'tv' | undefined): TmdbPage {
  return {
    page: body.page,
    totalPages: body.total_pages ?? body.page,
    totalResults: body.total_results ?? body.results.length,
    results: body.results.flatMap((hit) => hitOf(hit, type) ?? []),
  };
}

/** `fallback` is the type of untyped results; unknown types are omitted. */
function hitOf(hit: z.infer<typeof hitSchema>, fallback: 'movie' | 'tv' | undefined): TmdbHit | undefined {
  const type = hit.media_type ?? fallback;
  if (type !== 'movie' && type !== 'tv' && type !== 'person') return undefined;
  const date = hit.release_date || hit.first_air_date || null;
  return {
    type,
    tmdbId: hit.id,
    ...namesOf(type === 'tv' ? 'series' : type === 'movie' ? 'film' : 'person', {
      id: hit.id,
      name: hit.title || hit.name,
      originalName: hit.original_title || hit.original_name,
    }),
    year: yearOf(date),
    date,
    overview: hit.overview || null,
    imagePath: hit.poster_path || hit.profile_path || null,
    backdropPath: hit.backdrop_path || null,
    voteAverage: hit.vote_average ?? null,
  };
}

/** The original title only if it differs. */
function namesOf(
  what: string,
  { id, name, originalName }: { id: number; name: string | null | undefined; originalName: string | null | undefined },
) {
  const title = name || originalName || `TMDB ${what} ${id}`;
  return { title, originalTitle: originalName && originalName !== title ? originalName : null };
}

function describe(title: z.infer<typeof movieSchema> | z.infer<typeof seriesSchema>) {
  return {
    overview: title.overview || null,
    posterPath: title.poster_path || null,
    backdropPath: title.backdrop_path || null,
    genres: (title.genres ?? []).flatMap(({ name }) => name || []),
    originalLanguage: title.original_language || null,
    voteAverage: title.vote_average ?? null,
    voteCount: title.vote_count ?? null,
  };
}

function creditsOf(credits: z.infer<typeof creditsSchema> | null | undefined): Credits {
  return {
    cast: (credits?.cast ?? []).map((member): CastMember => ({
      personId: member.id,
      name: member.name || `TMDB person ${member.id}`,
      character: member.character || null,
      profilePath: member.profile_path || null,
    })),
    crew: (credits?.crew ?? []).map((member): CrewMember => ({
      personId: member.id,
      name: member.name || `TMDB person ${member.id}`,
      job: member.job || null,
      department: member.department || null,
      profilePath: member.profile_path || null,
    })),
  };
}

function filmographyOf(credits: z.infer<typeof filmographySchema> | null | undefined): Filmography {
  return {
    cast: (credits?.cast ?? []).flatMap((credit) => personCreditOf(credit) ?? []),
    crew: (credits?.crew ?? []).flatMap((credit) => personCreditOf(credit) ?? []),
  };
}

function personCreditOf(credit: z.infer<typeof personCreditSchema>): PersonCredit | undefined {
  const type = credit.media_type;
  if (type !== 'movie' && type !== 'tv') return undefined;
  return {
    type,
    tmdbId: credit.id,
    title: credit.title || credit.name || `TMDB ${type === 'tv' ? 'series' : 'film'} ${credit.id}`,
    year: yearOf(credit.release_date || credit.first_air_date),
    character: credit.character || null,
    job: credit.job || null,
    episodeCount: credit.episode_count ?? null,
    posterPath: credit.poster_path || null,
  };
}

const yearOf = (date: string | null | undefined): number | null => Number(/^\d{4}/.exec(date ?? '')?.[0]) || null;
