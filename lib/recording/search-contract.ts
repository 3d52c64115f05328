import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';

const querySchema = z.object({ query: z.string().trim().min(1).max(MAXIMUM_QUERY_CHARACTERS) });

const resultFields = {
  name: z.string(),
  original_name: z.string().nullable(),
  year: z.int().nullable(),
  image: z.string().nullable(),
  overview: z.string().nullable(),
};

export const searchResultSchema = z.object({ tvdb_id: z.int(), ...resultFields }).meta({ id: 'SearchResult' });

/** One hit of a search at TVDB. */
export type SearchResult = z.output<typeof searchResultSchema>;

export const searchShows = endpoint({
  method: 'GET',
  path: '/search/shows',
  summary: 'Search TVDB for a series',
  query: querySchema,
  answer: z.object({ results: z.array(searchResultSchema) }),
  errors: [400, 502],
});

export const movieSearchResultSchema = z
  .object({ tvdb_id: z.int().optional(), tmdb_id: z.int().optional(), ...resultFields })
  .meta({ id: 'MovieSearchResult' });

/** One hit of a search for a film. It has exactly one of the two ids, as `POST /syncmovies` wants it. */
export type MovieSearchResult = z.output<typeof movieSearchResultSchema>;

export const searchMovies = endpoint({
  method: 'GET',
  path: '/search/movies',
  summary: 'Search TVDB for a film, or TMDB if only that is set up',
  query: querySchema,
  answer: z.object({ results: z.array(movieSearchResultSchema) }),
  errors: [400, 502, 503],
});
