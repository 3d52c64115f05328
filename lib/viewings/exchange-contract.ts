import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { titleStatusSchema } from '../titles/titles-contract.ts';
import { batchIdSchema, nameSchema, providerIdSchema, watchedIdSchema } from '../core/contract/names.ts';

/** Items that a page of an export or a request of an import holds at most. */
export const MAXIMUM_EXCHANGED_ITEMS = 1000;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MAXIMUM_TEXT_CHARACTERS = 10_000;
/** The end of the year 9999. */
const MAXIMUM_TIMESTAMP = 253_402_300_799;

const textSchema = z
  .string()
  .max(MAXIMUM_TEXT_CHARACTERS)
  .refine((text) => text.isWellFormed(), 'contains half of a surrogate pair');
const optionalText = textSchema.nullish();
const optionalId = providerIdSchema.nullish();
const seconds = z.number().min(0).max(MAXIMUM_TIMESTAMP);
const place = z.int().min(0).max(100_000);
const watched = {
  day: z.string().regex(DAY, 'must be a day such as 2026-10-01').nullish(),
  timestamp: z.int().min(0).max(MAXIMUM_TIMESTAMP).nullish(),
  plays: z.int().min(1).max(10_000).default(1),
  source: z.enum(['trakt', 'manual']),
  trakt_ids: z.array(watchedIdSchema).max(10_000).default([]),
  duration: seconds.nullish(),
};
const watch = { timestamp: z.int().min(0).max(MAXIMUM_TIMESTAMP), batch_id: batchIdSchema.nullish() };

/** What each kind of item holds: the contract's attributes without `pk`, `sk` and `user`. A further kind is a further row. */
const itemSchemas = {
  show: z.strictObject({
    type: z.literal('show'),
    folder_name: nameSchema,
    tvdb_id: optionalId,
    tvdb_name: optionalText,
    tvdb_image: optionalText,
    tvdb_average_runtime: seconds.nullish(),
    version: z.int().min(0).default(1),
  }),
  youtube_channel: z.strictObject({
    type: z.literal('youtube_channel'),
    youtube_channel_id: watchedIdSchema,
    youtube_channel_title: optionalText,
    youtube_channel_artwork_url: optionalText,
  }),
  spotify_show: z.strictObject({
    type: z.literal('spotify_show'),
    spotify_show_id: watchedIdSchema,
    spotify_show_name: optionalText,
    spotify_show_artwork_url: optionalText,
  }),
  episode: z.strictObject({ type: z.literal('episode'), folder_name: nameSchema, file_name: nameSchema, ...watch }),
  movie: z
    .strictObject({
      type: z.literal('movie'),
      file_name: nameSchema,
      tvdb_id: optionalId,
      tvdb_name: optionalText,
      tvdb_image: optionalText,
      tmdb_id: optionalId,
      tmdb_name: optionalText,
      tmdb_image: optionalText,
      movie_duration: seconds,
      ...watch,
    })
    .refine((movie) => movie.tvdb_id == null || movie.tmdb_id == null, 'must not have both tvdb_id and tmdb_id'),
  youtube_video: z.strictObject({
    type: z.literal('youtube_video'),
    youtube_video_id: watchedIdSchema,
    youtube_video_title: textSchema,
    youtube_channel_id: watchedIdSchema,
    youtube_video_duration: seconds,
    ...watch,
  }),
  spotify_episode: z.strictObject({
    type: z.literal('spotify_episode'),
    spotify_episode_id: watchedIdSchema,
    spotify_episode_title: textSchema,
    spotify_show_id: watchedIdSchema,
    spotify_episode_duration: seconds,
    ...watch,
  }),
  title: z.strictObject({
    type: z.literal('title'),
    kind: z.enum(['movie', 'tv']),
    tmdb_id: providerIdSchema,
    tvdb_id: optionalId,
    imdb_id: optionalText,
    trakt_id: optionalId,
    title: textSchema,
    original_title: optionalText,
    year: z.int().min(0).max(9999).nullish(),
    poster_path: optionalText,
    backdrop_path: optionalText,
    duration: seconds.nullish(),
    status: titleStatusSchema,
    own_status: titleStatusSchema.nullish(),
    own_status_at: seconds.nullish(),
    rating: z.literal([1, 2, 3, 4, 5]).nullish(),
    own_rating: z.boolean().nullish(),
    trakt_rating: z.int().min(1).max(10).nullish(),
    part_ratings: z.record(z.string().regex(/^\d{1,6}(?:x\d{1,6})?$/), z.int().min(1).max(10)).nullish(),
    added_at: seconds,
    first_watched_at: seconds.nullish(),
    last_watched_at: seconds.nullish(),
    next_season: place.nullish(),
    next_episode: place.nullish(),
  }),
  movie_session: z.strictObject({ type: z.literal('movie_session'), tmdb_id: providerIdSchema, ...watched }),
  episode_watch: z.strictObject({
    type: z.literal('episode_watch'),
    tmdb_id: providerIdSchema,
    season_number: place,
    episode_number: place,
    ...watched,
    episode_tvdb_id: optionalId,
    episode_name: optionalText,
    air_date: z.string().regex(DAY).nullish(),
    shown_day: z.string().regex(DAY).nullish(),
    shown_at: seconds.nullish(),
    date_source: z.enum(['watched', 'air']),
  }),
  folder_link: z.strictObject({
    type: z.literal('folder_link'),
    season_number: z.int().nullable().optional(),
    offset: z.int().optional(),
    folder_name: nameSchema,
    tmdb_id: providerIdSchema,
    tvdb_id: optionalId,
  }),
};

export const exchangedItemSchema = z
  .discriminatedUnion('type', [
    itemSchemas.show,
    itemSchemas.youtube_channel,
    itemSchemas.spotify_show,
    itemSchemas.episode,
    itemSchemas.movie,
    itemSchemas.youtube_video,
    itemSchemas.spotify_episode,
    itemSchemas.title,
    itemSchemas.movie_session,
    itemSchemas.episode_watch,
    itemSchemas.folder_link,
  ])
  .meta({ id: 'ExchangedItem' });

/** One item of an export, and so one line of its file. */
export type ExchangedItem = z.output<typeof exchangedItemSchema>;

export const exportSchema = z
  .object({
    items: z.array(exchangedItemSchema).describe('Shows, channels and podcasts before what is part of them'),
    next: z.string().nullable().describe('Where the next page begins; null on the last one'),
  })
  .meta({ id: 'Export' });

/** The answer of `GET /export`. */
export type ExportAnswer = z.output<typeof exportSchema>;

export const exportItems = endpoint({
  method: 'GET',
  path: '/export',
  summary: `Export everything recorded, at most ${MAXIMUM_EXCHANGED_ITEMS} items a page`,
  query: z.object({ next: z.string().min(1).max(4096).optional() }),
  answer: exportSchema,
  errors: [400],
});

export const importSchema = z
  .object({
    items_added: z.int().min(0).describe('Items that were, or with `dry_run` would be, new'),
    items_existing: z
      .int()
      .min(0)
      .describe('Items that were there already, or twice in the request, and stay unchanged'),
    dry_run: z.boolean(),
  })
  .meta({ id: 'Import' });

export const importItems = endpoint({
  method: 'POST',
  path: '/import',
  summary: 'Import items of an export, all or none; existing ones stay unchanged',
  body: z.object({
    items: z.array(exchangedItemSchema).max(MAXIMUM_EXCHANGED_ITEMS),
    dry_run: z.boolean().optional(),
  }),
  answer: importSchema,
  errors: [400],
});
