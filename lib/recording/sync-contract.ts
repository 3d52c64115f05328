import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { MAXIMUM_ITEMS, nameSchema, providerIdSchema, watchedIdSchema } from '../core/contract/names.ts';

export const syncEpisodes = endpoint({
  method: 'POST',
  path: '/sync',
  contract: true,
  run: 'episodes_added',
  summary: 'Record watched episodes; those already recorded stay unchanged',
  body: z.object({
    episodes: z.array(z.object({ folder_name: nameSchema, file_name: nameSchema })).max(MAXIMUM_ITEMS),
  }),
  answer: z.object({ episodes_added: z.int().min(0) }),
  errors: [400],
});

/** A watched film and which one it is: at TVDB, or else at TMDB. */
const watchedMovieSchema = z
  .object({ file_name: nameSchema, tvdb_id: providerIdSchema.optional(), tmdb_id: providerIdSchema.optional() })
  .refine((movie) => (movie.tvdb_id === undefined) !== (movie.tmdb_id === undefined), {
    message: 'must have exactly one of tvdb_id and tmdb_id',
  })
  .meta({ oneOf: [{ required: ['tvdb_id'] }, { required: ['tmdb_id'] }] });

export const syncMovies = endpoint({
  method: 'POST',
  path: '/syncmovies',
  contract: true,
  run: 'movies_added',
  summary: 'Record watched films; those already recorded stay unchanged',
  body: z.object({ movies: z.array(watchedMovieSchema).max(MAXIMUM_ITEMS) }),
  answer: z.object({ movies_added: z.int().min(0) }),
  errors: [400, 422, 502, 503],
});

export const syncYouTube = endpoint({
  method: 'POST',
  path: '/syncyoutube',
  contract: true,
  run: 'videos_added',
  summary: 'Record watched YouTube videos with their channels; those already recorded stay unchanged',
  body: z.object({ video_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS) }),
  answer: z.object({
    videos_added: z.int().min(0),
    videos_without_length: z
      .array(z.string())
      .optional()
      .describe('Live, upcoming or just ended: they count 0 minutes until a later call finds their length'),
  }),
  errors: [400, 422, 502, 503],
});

export const syncSpotify = endpoint({
  method: 'POST',
  path: '/syncspotify',
  contract: true,
  run: 'episodes_added',
  summary: 'Record Spotify podcast episodes with their shows; those already recorded stay unchanged',
  body: z.object({
    episode_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS),
    backfill: z.boolean().optional().describe('Also all episodes that their shows released up to each of these'),
  }),
  answer: z.object({ episodes_added: z.int().min(0) }),
  errors: [400, 422, 502, 503],
});
