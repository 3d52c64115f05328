import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import * as z from 'zod';
import { SERIES_PROVIDERS, type SeriesProvider } from '../core/providers-rules.ts';
import { endpoint } from '../core/contract/endpoint.ts';

const querySchema = z.object({ query: z.string().trim().min(1).max(MAXIMUM_QUERY_CHARACTERS) });

const resultFields = {
  name: z.string(),
  original_name: z.string().nullable(),
  year: z.int().nullable(),
  image: z.string().nullable(),
  overview: z.string().nullable(),
  translations: z.array(z.string()).optional().describe('Its name in other languages'),
  aliases: z.array(z.string()).optional(),
};

export const searchResultSchema = z
  .object({
    tvdb_id: z.int().nullable().describe('Null if TVmaze knows no TVDB id: it can’t be matched'),
    ...resultFields,
  })
  .meta({ id: 'SearchResult' });

export type SearchResult = z.output<typeof searchResultSchema>;

export const searchShows = endpoint({
  method: 'GET',
  path: '/search/shows',
  summary: 'Search TVDB for a series, or TVmaze if no TVDB key is set up',
  query: querySchema,
  answer: z.object({
    results: z.array(searchResultSchema),
    source: z
      .enum(Object.keys(SERIES_PROVIDERS) as SeriesProvider[])
      .optional()
      .describe('The provider that was searched'),
  }),
  errors: [400, 502],
});

export const getSeasons = endpoint({
  method: 'GET',
  path: '/search/shows/:id',
  summary: 'Count the episodes of each season of a series, by its TVDB id',
  params: z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) }),
  answer: z.object({ seasons: z.array(z.object({ season_number: z.int(), episode_count: z.int() })) }),
  errors: [400, 502],
});

export const searchIds = endpoint({
  method: 'GET',
  path: '/search/ids',
  summary: 'Find the ids of a title by its TMDB or IMDb id',
  query: z
    .object({
      type: z.enum(['series', 'movie']),
      tmdb_id: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
      imdb_id: z
        .string()
        .regex(/^tt\d{5,10}$/, 'must be an IMDb id')
        .optional(),
    })
    .refine(({ tmdb_id: tmdb, imdb_id: imdb }) => (tmdb === undefined) !== (imdb === undefined), {
      message: 'must have exactly one of tmdb_id and imdb_id',
    }),
  answer: z.object({ tvdb_id: z.int().nullable(), tmdb_id: z.int().nullable() }),
  errors: [400, 502, 503],
});

export const getPlaylist = endpoint({
  method: 'GET',
  path: '/search/playlists/:id',
  summary: 'List the videos of a YouTube playlist',
  params: z.object({ id: z.string().regex(/^[\w-]{1,64}$/, 'must be a YouTube playlist id') }),
  answer: z.object({ video_ids: z.array(z.string()) }),
  errors: [400, 404, 502, 503],
});

export const movieSearchResultSchema = z
  .object({ tvdb_id: z.int().optional(), tmdb_id: z.int().optional(), ...resultFields })
  .meta({ id: 'MovieSearchResult' });

/** Has exactly one id, as `POST /syncmovies` requires. */
export type MovieSearchResult = z.output<typeof movieSearchResultSchema>;

export const searchMovies = endpoint({
  method: 'GET',
  path: '/search/movies',
  summary: 'Search TVDB for a film, or TMDB if only that is set up',
  query: querySchema,
  answer: z.object({ results: z.array(movieSearchResultSchema) }),
  errors: [400, 502, 503],
});
