import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { providerIdSchema, querySwitchSchema, MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';

const textOrNull = z.string().nullable();
const numberOrNull = z.number().nullable();
const stale = z.boolean().describe('TMDB is down, and this is older than it should be');
const language = z
  .string()
  .regex(/^[a-z]{2}(?:-[A-Z]{2})?$/, 'must be a language such as ja or ja-JP')
  .optional();
const page = z.coerce.number().int().min(1).max(500).optional();
const edition = z.object({ language });
const id = z.coerce.number().pipe(providerIdSchema);
const errors = [400, 404, 502] as const;

const credits = {
  cast: z.array(z.object({ person_id: z.int(), name: z.string(), character: textOrNull, profile_path: textOrNull })),
  crew: z.array(
    z.object({
      person_id: z.int(),
      name: z.string(),
      job: textOrNull,
      department: textOrNull,
      profile_path: textOrNull,
    }),
  ),
};
const described = {
  overview: textOrNull,
  poster_path: textOrNull,
  backdrop_path: textOrNull,
  genres: z.array(z.string()),
  original_language: textOrNull,
  vote_average: numberOrNull,
  vote_count: numberOrNull,
};

export const tmdbHitSchema = z
  .object({
    type: z.enum(['movie', 'tv', 'person']),
    tmdb_id: z.int(),
    title: z.string(),
    /** Null if it is the same as the title. */
    original_title: textOrNull,
    year: z.int().nullable(),
    date: textOrNull,
    overview: textOrNull,
    /** A poster, or a person's portrait. */
    image_path: textOrNull,
    backdrop_path: textOrNull,
    vote_average: numberOrNull,
  })
  .meta({ id: 'TmdbHit' });

export type TmdbHitAnswer = z.output<typeof tmdbHitSchema>;

export const tmdbPageSchema = z
  .object({
    page: z.int(),
    total_pages: z.int(),
    total_results: z.int(),
    results: z.array(tmdbHitSchema),
    stale,
  })
  .meta({ id: 'TmdbPage' });

export const searchTmdb = endpoint({
  method: 'GET',
  path: '/tmdb/search',
  summary: 'Search TMDB for films, series or all with people; a blank query finds nothing',
  query: z.object({
    query: z.string().max(MAXIMUM_QUERY_CHARACTERS),
    type: z.enum(['movie', 'tv', 'multi']).default('multi'),
    page,
    language,
  }),
  answer: tmdbPageSchema,
  errors: [400, 502],
});

export const tmdbMovieSchema = z
  .object({
    tmdb_id: z.int(),
    imdb_id: textOrNull,
    title: z.string(),
    /** Null if it is the same as the title. */
    original_title: textOrNull,
    tagline: textOrNull,
    release_date: textOrNull,
    runtime_minutes: numberOrNull,
    ...described,
    collection: z.object({ collection_id: z.int(), name: z.string(), poster_path: textOrNull }).nullable(),
    ...credits,
    stale,
  })
  .meta({ id: 'TmdbMovie' });

export const getTmdbMovie = endpoint({
  method: 'GET',
  path: '/tmdb/movies/:id',
  summary: 'Get a film from TMDB with cast and crew',
  params: z.object({ id }),
  query: edition,
  answer: tmdbMovieSchema,
  errors,
});

export const tmdbSeriesSchema = z
  .object({
    tmdb_id: z.int(),
    tvdb_id: z.int().nullable(),
    imdb_id: textOrNull,
    name: z.string(),
    /** Null if it is the same as the name. */
    original_name: textOrNull,
    first_air_date: textOrNull,
    last_air_date: textOrNull,
    /** TMDB's terms: `Returning Series`, `Ended`. */
    status: textOrNull,
    number_of_seasons: z.int(),
    number_of_episodes: z.int(),
    episode_runtime_minutes: numberOrNull,
    ...described,
    seasons: z.array(
      z.object({
        season_number: z.int(),
        name: textOrNull,
        air_date: textOrNull,
        episode_count: z.int(),
        poster_path: textOrNull,
      }),
    ),
    ...credits,
    stale,
  })
  .meta({ id: 'TmdbSeries' });

export const getTmdbSeries = endpoint({
  method: 'GET',
  path: '/tmdb/tv/:id',
  summary: 'Get a series from TMDB with its seasons, cast and crew',
  params: z.object({ id }),
  query: edition,
  answer: tmdbSeriesSchema,
  errors,
});

export const tmdbSeasonSchema = z
  .object({
    series_id: z.int(),
    season_number: z.int(),
    name: textOrNull,
    overview: textOrNull,
    air_date: textOrNull,
    poster_path: textOrNull,
    episodes: z.array(
      z.object({
        episode_number: z.int(),
        name: textOrNull,
        overview: textOrNull,
        air_date: textOrNull,
        runtime_minutes: numberOrNull,
        still_path: textOrNull,
      }),
    ),
    stale,
  })
  .meta({ id: 'TmdbSeason' });

export const getTmdbSeason = endpoint({
  method: 'GET',
  path: '/tmdb/tv/:id/seasons/:number',
  summary: 'Get a season from TMDB with its episodes',
  params: z.object({ id, number: z.coerce.number().int().min(0).max(10_000) }),
  query: edition,
  answer: tmdbSeasonSchema,
  errors,
});

/** Roles and jobs in films and series. */
const personCredits = z.array(
  z.object({
    type: z.enum(['movie', 'tv']),
    tmdb_id: z.int(),
    title: z.string(),
    year: z.int().nullable(),
    character: textOrNull,
    job: textOrNull,
    episode_count: z.int().nullable(),
    poster_path: textOrNull,
  }),
);

export const tmdbPersonSchema = z
  .object({
    person_id: z.int(),
    imdb_id: textOrNull,
    name: z.string(),
    also_known_as: z.array(z.string()),
    biography: textOrNull,
    birthday: textOrNull,
    deathday: textOrNull,
    place_of_birth: textOrNull,
    known_for_department: textOrNull,
    profile_path: textOrNull,
    cast: personCredits,
    crew: personCredits,
    stale,
  })
  .meta({ id: 'TmdbPerson' });

export const getTmdbPerson = endpoint({
  method: 'GET',
  path: '/tmdb/people/:id',
  summary: 'Get a person from TMDB with their films and series',
  params: z.object({ id }),
  query: edition,
  answer: tmdbPersonSchema,
  errors,
});

export const tmdbCollectionSchema = z
  .object({
    collection_id: z.int(),
    name: z.string(),
    overview: textOrNull,
    poster_path: textOrNull,
    backdrop_path: textOrNull,
    parts: z.array(tmdbHitSchema),
    stale,
  })
  .meta({ id: 'TmdbCollection' });

export const getTmdbCollection = endpoint({
  method: 'GET',
  path: '/tmdb/collections/:id',
  summary: 'Get a film collection from TMDB',
  params: z.object({ id }),
  query: edition,
  answer: tmdbCollectionSchema,
  errors,
});

export const getTmdbTrending = endpoint({
  method: 'GET',
  path: '/tmdb/trending/:type',
  summary: 'List what is trending this week',
  params: z.object({ type: z.enum(['movie', 'tv']) }),
  query: z.object({ page, language }),
  answer: tmdbPageSchema,
  errors: [400, 502],
});

const cacheCounts = { entries: z.int(), expired: z.int(), bytes: z.int() };

export const getTmdbCache = endpoint({
  method: 'GET',
  path: '/tmdb/cache',
  summary: 'Show the TMDB cache (admins only)',
  answer: z
    .object({
      ...cacheCounts,
      types: z.partialRecord(
        z.enum(['search', 'movie', 'tv', 'season', 'person', 'collection', 'trending']),
        z.object(cacheCounts),
      ),
    })
    .meta({ id: 'TmdbCache' }),
  errors: [403],
});

export const clearTmdbCache = endpoint({
  method: 'DELETE',
  path: '/tmdb/cache',
  summary: 'Clear the TMDB cache, or with `expired` only its old entries (admins only)',
  query: z.object({ expired: querySwitchSchema }),
  answer: z.object({ removed: z.int() }),
  errors: [400, 403],
});

export const getTmdbHealth = endpoint({
  method: 'GET',
  path: '/tmdb/health',
  summary: 'Check that TMDB responds and accepts the key',
  answer: z.object({ status: z.literal('ok') }),
  errors: [502],
});
