import type { TmdbHit, TmdbOptions, TmdbPage, TmdbSource } from './ports.ts';
import * as z from 'zod';
import { providerError } from '../core/http/http.ts';
import {
  idNumber,
  listOf,
  optionalList,
  optionalMinutes,
  optionalNumber,
  optionalObject,
  optionalText,
} from '../core/http/tolerant-fields.ts';
import { camelCased, type CamelCased } from '../core/snake-case-rules.ts';
import { TMDB, type TmdbRequest } from './request-client.ts';

/** All fields but the ids may be missing, null, empty or odd, despite TMDB's documentation. */
const text = optionalText.transform((value) => value || null);
const number = optionalNumber.transform((value) => value ?? null);
const count = optionalNumber.transform((value) => value ?? 0);
const minutes = optionalMinutes.transform((value) => value || null);
const list = <T>(item: z.ZodType<T>) => optionalList(item).transform((items) => items ?? []);
const place = z.int().nonnegative();

const nameOf = (what: string, id: number, name: string | null): string => name ?? `TMDB ${what} ${id}`;

/** The original title only if it differs. */
function titlesOf(what: string, { id, name, original }: { id: number; name: string | null; original: string | null }) {
  const title = name ?? nameOf(what, id, original);
  return { title, original_title: original === title ? null : original };
}

const member = { id: idNumber, name: text, profile_path: text };
const asMember = <T extends { id: number; name: string | null }>({ id, name, ...rest }: T) => ({
  person_id: id,
  name: nameOf('person', id, name),
  ...rest,
});
const creditsSchema = z.object({
  cast: list(z.object({ ...member, character: text }).transform(asMember)),
  crew: list(z.object({ ...member, job: text, department: text }).transform(asMember)),
});
const NO_CREDITS: z.output<typeof creditsSchema> = { cast: [], crew: [] };

const described = {
  id: idNumber,
  overview: text,
  poster_path: text,
  backdrop_path: text,
  genres: list(z.object({ name: text })).transform((genres) => genres.flatMap(({ name }) => name ?? [])),
  original_language: text,
  vote_average: number,
  vote_count: number,
  credits: creditsSchema
    .nullish()
    .catch(null)
    .transform((credits) => credits ?? NO_CREDITS),
};

const movieSchema = z
  .object({
    ...described,
    imdb_id: text,
    title: text,
    original_title: text,
    tagline: text,
    release_date: text,
    runtime: minutes,
    belongs_to_collection: optionalObject({ id: idNumber, name: text, poster_path: text }),
  })
  .transform(({ id, title, original_title, runtime, belongs_to_collection: collection, credits, ...rest }) => ({
    tmdb_id: id,
    ...titlesOf('film', { id, name: title, original: original_title }),
    runtime_minutes: runtime,
    ...rest,
    collection: collection
      ? {
          collection_id: collection.id,
          name: nameOf('collection', collection.id, collection.name),
          poster_path: collection.poster_path,
        }
      : null,
    ...credits,
  }));

const seriesSchema = z
  .object({
    ...described,
    name: text,
    original_name: text,
    first_air_date: text,
    last_air_date: text,
    status: text,
    number_of_seasons: count,
    number_of_episodes: count,
    episode_run_time: list(minutes),
    seasons: list(
      z.object({ season_number: place, name: text, air_date: text, episode_count: count, poster_path: text }),
    ),
    external_ids: optionalObject({ tvdb_id: idNumber.nullish().catch(null), imdb_id: text }),
  })
  .transform(({ id, name, original_name, episode_run_time: lengths, external_ids: ids, credits, ...rest }) => {
    const { title, original_title } = titlesOf('series', { id, name, original: original_name });
    return {
      tmdb_id: id,
      tvdb_id: ids?.tvdb_id ?? null,
      imdb_id: ids?.imdb_id ?? null,
      name: title,
      original_name: original_title,
      episode_runtime_minutes: lengths.find((length) => length) ?? null,
      ...rest,
      ...credits,
    };
  });

const seasonSchema = z.object({
  season_number: place,
  name: text,
  overview: text,
  air_date: text,
  poster_path: text,
  episodes: list(
    z
      .object({
        episode_number: place,
        name: text,
        overview: text,
        air_date: text,
        runtime: minutes,
        still_path: text,
      })
      .transform(({ runtime, ...episode }) => ({ ...episode, runtime_minutes: runtime })),
  ),
});

const yearOf = (date: string | null): number | null => Number(/^\d{4}/.exec(date ?? '')?.[0]) || null;

/** Other kinds than films and series are left out. */
const personCredits = list(
  z.object({
    id: idNumber,
    media_type: z.enum(['movie', 'tv']).optional().catch(undefined),
    title: text,
    name: text,
    release_date: text,
    first_air_date: text,
    character: text,
    job: text,
    episode_count: number,
    poster_path: text,
  }),
).transform((credits) =>
  credits.flatMap(({ id, media_type: type, title, name, release_date, first_air_date, ...rest }) => {
    if (!type) return [];
    const what = type === 'tv' ? 'series' : 'film';
    const year = yearOf(release_date ?? first_air_date);
    return [{ type, tmdb_id: id, title: nameOf(what, id, title ?? name), year, ...rest }];
  }),
);
const filmographySchema = z.object({ cast: personCredits, crew: personCredits });
const personSchema = z
  .object({
    id: idNumber,
    imdb_id: text,
    name: text,
    also_known_as: list(z.string()),
    biography: text,
    birthday: text,
    deathday: text,
    place_of_birth: text,
    known_for_department: text,
    profile_path: text,
    combined_credits: filmographySchema.nullish().catch(null),
  })
  .transform(({ combined_credits: credits, ...person }) => ({
    ...asMember(person),
    ...(credits ?? { cast: [], crew: [] }),
  }));

const hitSchema = z.object({
  id: idNumber,
  media_type: text,
  // A hit without a readable name is left out.
  title: z.string().nullish(),
  name: z.string().nullish(),
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
  page: idNumber,
  results: listOf(hitSchema),
  total_pages: number,
  total_results: number,
});
const findSchema = z.object({ tv_results: list(z.object({ id: idNumber })) });
const collectionSchema = z.object({
  id: idNumber,
  name: text,
  overview: text,
  poster_path: text,
  backdrop_path: text,
  parts: list(hitSchema),
});

export function createTmdb({ request }: { request: TmdbRequest }): TmdbSource {
  async function get<T>(
    path: string,
    call: { subject: string; schema: z.ZodType<T>; query?: Record<string, string> },
    { language, page, signal }: TmdbOptions = {},
  ): Promise<CamelCased<T> | undefined> {
    const query = { ...call.query, ...(language && { language }), ...(page && { page }) };
    const body = await request(path, { ...call, query, signal });
    return body === undefined ? undefined : camelCased(body);
  }
  /** Lists always exist: a 404 comes from something else. */
  async function getList<T>(...[path, call, options]: Parameters<typeof get<T>>): Promise<CamelCased<T>> {
    const body = await get(path, call, options);
    if (body !== undefined) return body;
    throw providerError({ provider: TMDB, subject: call.subject }, { what: 'bad_answer', reason: 'status 404' });
  }
  const appended = (parts: string) => ({ append_to_response: parts });

  return {
    async search(kind, query, options) {
      const call = { subject: `the search for “${query}”`, schema: pageSchema, query: { query } };
      return pageOf(await getList(`/search/${kind}`, call, options), kind === 'multi' ? undefined : kind);
    },

    movie: (id, options) =>
      get(`/movie/${id}`, { subject: `film ${id}`, schema: movieSchema, query: appended('credits') }, options),

    movieCredits: (id, options) =>
      get(`/movie/${id}/credits`, { subject: `the credits of film ${id}`, schema: creditsSchema }, options),

    series: (id, options) =>
      get(
        `/tv/${id}`,
        { subject: `series ${id}`, schema: seriesSchema, query: appended('credits,external_ids') },
        options,
      ),

    seriesCredits: (id, options) =>
      get(`/tv/${id}/credits`, { subject: `the credits of series ${id}`, schema: creditsSchema }, options),

    async seriesIdByTvdbId(tvdbId, options) {
      const subject = `the series with the TVDB id ${tvdbId}`;
      const query = { external_source: 'tvdb_id' };
      return (await getList(`/find/${tvdbId}`, { subject, schema: findSchema, query }, options)).tvResults[0]?.id;
    },

    async season({ seriesId, seasonNumber }, options) {
      const call = { subject: `season ${seasonNumber} of series ${seriesId}`, schema: seasonSchema };
      const season = await get(`/tv/${seriesId}/season/${seasonNumber}`, call, options);
      return season && { seriesId, ...season };
    },

    person: (id, options) =>
      get(
        `/person/${id}`,
        { subject: `person ${id}`, schema: personSchema, query: appended('combined_credits') },
        options,
      ),

    personCredits: (id, options) =>
      get(
        `/person/${id}/combined_credits`,
        { subject: `the filmography of person ${id}`, schema: filmographySchema },
        options,
      ),

    async collection(collectionId, options) {
      const call = { subject: `collection ${collectionId}`, schema: collectionSchema };
      const collection = await get(`/collection/${collectionId}`, call, options);
      if (collection === undefined) return undefined;
      const { id, name, parts, ...rest } = collection;
      return { collectionId: id, name: nameOf('collection', id, name), ...rest, parts: hitsOf(parts, 'movie') };
    },

    async trending(type, options) {
      const call = { subject: 'what is trending', schema: pageSchema };
      return pageOf(await getList(`/trending/${type}/week`, call, options), type);
    },

    async health(options) {
      const schema = z.object({ images: z.looseObject({}) });
      await getList('/configuration', { subject: 'a health check', schema }, options);
    },
  };
}

type Hit = CamelCased<z.output<typeof hitSchema>>;

const pageOf = (
  { page, totalPages, totalResults, results }: CamelCased<z.output<typeof pageSchema>>,
  type: 'movie' | 'tv' | undefined,
): TmdbPage => ({
  page,
  totalPages: totalPages ?? page,
  totalResults: totalResults ?? results.length,
  results: hitsOf(results, type),
});

/** `fallback` is the type of untyped results; unknown types are omitted. */
const hitsOf = (found: readonly Hit[], fallback: 'movie' | 'tv' | undefined): TmdbHit[] =>
  found.flatMap((hit): TmdbHit[] => {
    const type = hit.mediaType ?? fallback;
    if (type !== 'movie' && type !== 'tv' && type !== 'person') return [];
    const { id, overview, backdropPath, voteAverage } = hit;
    const date = hit.releaseDate ?? hit.firstAirDate;
    const original = hit.originalTitle ?? hit.originalName;
    const what = { movie: 'film', tv: 'series', person: 'person' }[type];
    const { title, original_title: originalTitle } = titlesOf(what, {
      id,
      name: hit.title || hit.name || null,
      original,
    });
    const imagePath = hit.posterPath ?? hit.profilePath;
    return [
      {
        type,
        tmdbId: id,
        title,
        originalTitle,
        year: yearOf(date),
        date,
        overview,
        imagePath,
        backdropPath,
        voteAverage,
      },
    ];
  });
