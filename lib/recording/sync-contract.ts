import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import {
  MAXIMUM_ITEMS,
  nameSchema,
  providerIdSchema,
  statedInstantSchema,
  watchedIdSchema,
} from '../core/contract/names.ts';

const MAXIMUM_DURATION_SECONDS = 24 * 60 * 60;

/** One date for the whole request, or one per id. */
const watchedAtSchema = z.union([statedInstantSchema, z.record(watchedIdSchema, statedInstantSchema)]).optional();

/** Without it, the service ignored the dates. */
const dated = z.literal(true).optional().describe('Set if the dates given for new items were used');

/** What a client knows about a watched file. */
const fileFacts = {
  watched_at: statedInstantSchema.optional(),
  duration_seconds: z.number().min(1).max(MAXIMUM_DURATION_SECONDS).optional().describe('Measured on the file itself'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'must be a language code such as ja')
    .optional()
    .describe('Of the audio track that plays by default'),
};

export const syncEpisodes = endpoint({
  method: 'POST',
  path: '/sync',
  contract: true,
  run: 'episodes_added',
  summary: 'Record watched episodes; of those already recorded, a better length or language is kept',
  body: z.object({
    episodes: z.array(z.object({ folder_name: nameSchema, file_name: nameSchema, ...fileFacts })).max(MAXIMUM_ITEMS),
  }),
  answer: z.object({ episodes_added: z.int().min(0), dated }),
  errors: [400],
});

/** With a TVDB id or else a TMDB id, if known. */
const watchedMovieSchema = z
  .object({
    file_name: nameSchema,
    tvdb_id: providerIdSchema.optional(),
    tmdb_id: providerIdSchema.optional(),
    ...fileFacts,
  })
  .refine((movie) => movie.tvdb_id === undefined || movie.tmdb_id === undefined, {
    message: 'must have at most one of tvdb_id and tmdb_id',
  })
  .meta({ not: { required: ['tvdb_id', 'tmdb_id'] } });

export const syncMovies = endpoint({
  method: 'POST',
  path: '/syncmovies',
  contract: true,
  run: 'movies_added',
  summary: 'Record watched films; of those already recorded, a better length or language is kept',
  body: z.object({ movies: z.array(watchedMovieSchema).max(MAXIMUM_ITEMS) }),
  answer: z.object({ movies_added: z.int().min(0), dated }),
  errors: [400, 422, 502, 503],
});

export const syncYouTube = endpoint({
  method: 'POST',
  path: '/syncyoutube',
  contract: true,
  run: 'videos_added',
  summary: 'Record watched YouTube videos with their channels; those already recorded stay unchanged',
  body: z.object({ video_ids: z.array(watchedIdSchema).max(MAXIMUM_ITEMS), watched_at: watchedAtSchema }),
  answer: z.object({
    videos_added: z.int().min(0),
    videos_without_length: z
      .array(z.string())
      .optional()
      .describe('Live, upcoming or just ended: they count 0 minutes until a later call finds their length'),
    dated,
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
    watched_at: watchedAtSchema,
    backfill: z.boolean().optional().describe('Also record all episodes that their shows released earlier'),
  }),
  answer: z.object({ episodes_added: z.int().min(0), dated }),
  errors: [400, 422, 502, 503],
});
