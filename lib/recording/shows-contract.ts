import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { nameSchema, providerIdSchema } from '../core/contract/names.ts';

export const trackedShowSchema = z
  .object({
    folder_name: z.string(),
    tvdb_id: z.int().nullable(),
    tvdb_name: z.string().nullable(),
    tvdb_image: z.string().nullable(),
  })
  .meta({ id: 'TrackedShow' });

export type TrackedShow = z.output<typeof trackedShowSchema>;

export const listShows = endpoint({
  method: 'GET',
  path: '/shows',
  contract: true,
  summary: 'List the tracked show folders by name',
  answer: z.object({ shows: z.array(trackedShowSchema) }),
});

export const updateShow = endpoint({
  method: 'PUT',
  path: '/show',
  contract: true,
  summary: 'Match a tracked show folder to a TVDB series',
  body: z.object({ folder_name: nameSchema, tvdb_id: providerIdSchema }),
  answer: z.object({}),
  errors: [400, 404, 409, 502],
});

/** A TVDB id, or else a TMDB id. */
const movieMatchSchema = z
  .strictObject({ file_name: nameSchema, tvdb_id: providerIdSchema.optional(), tmdb_id: providerIdSchema.optional() })
  .refine((movie) => (movie.tvdb_id === undefined) !== (movie.tmdb_id === undefined), {
    message: 'must have exactly one of tvdb_id and tmdb_id',
  })
  .meta({ oneOf: [{ required: ['tvdb_id'] }, { required: ['tmdb_id'] }] });

export const recordedMovieSchema = z
  .object({
    file_name: z.string(),
    tvdb_id: z.int().nullable(),
    tmdb_id: z.int().nullable(),
    name: z.string().nullable().describe('Of the film on TVDB or TMDB'),
    image: z.string().nullable(),
  })
  .meta({ id: 'RecordedMovie' });

export type RecordedMovie = z.output<typeof recordedMovieSchema>;

export const listMovies = endpoint({
  method: 'GET',
  path: '/movies',
  summary: 'List the recorded films by file name',
  answer: z.object({ movies: z.array(recordedMovieSchema) }),
});

export const updateMovie = endpoint({
  method: 'PUT',
  path: '/movie',
  summary: 'Match a recorded film to a film on TVDB or TMDB',
  body: movieMatchSchema,
  answer: z.object({}),
  errors: [400, 404, 409, 502, 503],
});
