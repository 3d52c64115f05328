import type { TmdbOptions, TmdbSource } from './ports.ts';
import * as z from 'zod';
import type { CastMember, Credits, CrewMember, Filmography, PersonCredit, TmdbHit, TmdbPage } from './tmdb-rules.ts';
import { providerError } from '../core/http/http.ts';
import {
  idNumber,
  listOf,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
} from '../core/http/tolerant-fields.ts';
import { TMDB, type TmdbRequest } from './request-client.ts';

const count = z.int().nonnegative();

const castSchema = z.object({ id: idNumber, name: optionalText, character: optionalText, profile_path: optionalText });
const crewSchema = z.object({
  id: idNumber,
  name: optionalText,
  job: optionalText,
  department: optionalText,
  profile_path: optionalText,
});
const creditsSchema = z.object({ cast: optionalList(castSchema), crew: optionalList(crewSchema) });
const genresSchema = optionalList(z.object({ name: optionalText }));

const movieSchema = z.object({
  id: idNumber,
  imdb_id: optionalText,
  title: optionalText,
  original_title: optionalText,
  overview: optionalText,
  tagline: optionalText,
  release_date: optionalText,
  runtime: optionalNumber,
  poster_path: optionalText,
  backdrop_path: optionalText,
  genres: genresSchema,
  original_language: optionalText,
  vote_average: optionalNumber,
  vote_count: optionalNumber,
  belongs_to_collection: optionalObject({ id: idNumber, name: optionalText, poster_path: optionalText }),
  credits: creditsSchema.nullish().catch(null),
});

const seriesSchema = z.object({
  id: idNumber,
  name: optionalText,
  original_name: optionalText,
  overview: optionalText,
  first_air_date: optionalText,
  last_air_date: optionalText,
  status: optionalText,
  number_of_seasons: optionalNumber,
  number_of_episodes: optionalNumber,
  episode_run_time: optionalList(z.number()),
  poster_path: optionalText,
  backdrop_path: optionalText,
  genres: genresSchema,
  original_language: optionalText,
  vote_average: optionalNumber,
  vote_count: optionalNumber,
  seasons: optionalList(
    z.object({
      season_number: count,
      name: optionalText,
      air_date: optionalText,
      episode_count: optionalNumber,
      poster_path: optionalText,
    }),
  ),
  credits: creditsSchema.nullish().catch(null),
  external_ids: optionalObject({ tvdb_id: idNumber.nullish().catch(null), imdb_id: optionalText }),
});

const seasonSchema = z.object({
  season_number: count,
  name: optionalText,
  overview: optionalText,
  air_date: optionalText,
  poster_path: optionalText,
  episodes: optionalList(
    z.object({
      episode_number: count,
      name: optionalText,
      overview: optionalText,
      air_date: optionalText,
      runtime: optionalNumber,
      still_path: optionalText,
    }),
  ),
});

const personCreditSchema = z.object({
  id: idNumber,
  media_type: optionalText,
  title: optionalText,
  name: optionalText,
  release_date: optionalText,
  first_air_date: optionalText,
  character: optionalText,
  job: optionalText,
  episode_count: optionalNumber,
  poster_path: optionalText,
});
const filmographySchema = z.object({ cast: optionalList(personCreditSchema), crew: optionalList(personCreditSchema) });
const personSchema = z.object({
  id: idNumber,
  imdb_id: optionalText,
  name: optionalText,
  also_known_as: optionalList(z.string()),
  biography: optionalText,
  birthday: optionalText,
  deathday: optionalText,
  place_of_birth: optionalText,
  known_for_department: optionalText,
  profile_path: optionalText,
  combined_credits: filmographySchema.nullish().catch(null),
});

const hitSchema = z.object({
  id: idNumber,
  media_type: optionalText,
  title: z.string().nullish(),
  name: z.string().nullish(),
  original_title: optionalText,
  original_name: optionalText,
  release_date: optionalText,
  first_air_date: optionalText,
  overview: optionalText,
  poster_path: optionalText,
  profile_path: optionalText,
  backdrop_path: optionalText,
  vote_average: optionalNumber,
});
const pageSchema = z.object({
  page: idNumber,
  results: listOf(hitSchema),
  total_pages: optionalNumber,
  total_results: optionalNumber,
});
const findSchema = z.object({ tv_results: optionalList(z.object({ id: idNumber })) });
const collectionSchema = z.object({
  id: idNumber,
  name: optionalText,
  overview: optionalText,
  poster_path: optionalText,
  backdrop_path: optionalText,
  parts: optionalList(hitSchema),
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
        alsoKnownAs: person.also_known_as ?? [],
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
