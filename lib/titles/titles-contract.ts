import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { instantSchema, providerIdSchema } from '../core/contract/names.ts';
import { IMPORT_SERVICE_IDS } from '../viewings/viewing-rules.ts';

export const titleTypeSchema = z.enum(['movie', 'tv']);
export const titleStatusSchema = z.enum(['planned', 'in_progress', 'completed', 'abandoned']);

const dayOrNull = z.string().nullable().describe('YYYY-MM-DD; null if the date is unknown');
const textOrNull = z.string().nullable();
const ratingSchema = z.literal([1, 2, 3, 4, 5]);

const titleFields = {
  type: titleTypeSchema,
  tmdb_id: z.int(),
  tvdb_id: z.int().nullable(),
  imdb_id: textOrNull,
  title: z.string(),
  original_title: textOrNull,
  year: z.int().nullable(),
  poster_url: textOrNull,
  status: titleStatusSchema,
  rating: ratingSchema.nullable(),
  rating_name: textOrNull,
  trakt_rating: z.int().nullable().describe('1 to 10'),
  added_at: instantSchema,
  first_watched_at: instantSchema.nullable(),
  last_watched_at: instantSchema.nullable(),
  next_episode: z
    .object({ season_number: z.int(), episode_number: z.int() })
    .nullable()
    .describe('Of a series: what to watch next'),
};

export const titleSchema = z.object(titleFields).meta({ id: 'Title' });

export type TitleAnswer = z.output<typeof titleSchema>;

export const titleDetailsSchema = z
  .object({
    ...titleFields,
    sessions: z
      .array(
        z.object({
          day: dayOrNull,
          watched_at: instantSchema.nullable(),
          plays: z.int(),
          source: z.enum([...IMPORT_SERVICE_IDS, 'file', 'manual']),
          trakt_ids: z.array(z.string()),
        }),
      )
      .optional()
      .describe('Of films'),
    seasons: z
      .array(
        z.object({
          season_number: z.int(),
          episodes: z.array(
            z.object({
              episode_number: z.int(),
              name: textOrNull,
              air_date: textOrNull,
              watches: z.array(
                z.object({
                  day: dayOrNull,
                  watched_at: instantSchema.nullable(),
                  date_source: z.enum(['watched', 'air']),
                }),
              ),
            }),
          ),
        }),
      )
      .optional()
      .describe('Of series'),
  })
  .meta({ id: 'TitleDetails' });

export type TitleDetailsAnswer = z.output<typeof titleDetailsSchema>;

const params = z.object({ type: titleTypeSchema, tmdb_id: z.coerce.number().pipe(providerIdSchema) });

export const listTitles = endpoint({
  method: 'GET',
  path: '/titles',
  summary: 'List films and series, page by page',
  query: z.object({
    type: titleTypeSchema.optional(),
    status: titleStatusSchema.optional(),
    rating: z.coerce.number().pipe(ratingSchema).optional(),
    year: z.coerce.number().int().min(1800).max(9999).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    next: z.string().min(1).max(200).optional(),
  }),
  answer: z.object({ titles: z.array(titleSchema), next: textOrNull }),
  errors: [400],
});

export const getTitle = endpoint({
  method: 'GET',
  path: '/titles/:type/:tmdb_id',
  summary: 'Get a film with its sessions, or a series with its seasons',
  params,
  answer: titleDetailsSchema,
  errors: [400, 404],
});

export const setTitle = endpoint({
  method: 'PUT',
  path: '/titles/:type/:tmdb_id',
  summary: 'Set the status or rating of a title, adding it if needed',
  params,
  body: z.object({ status: titleStatusSchema.optional(), rating: ratingSchema.nullish() }),
  answer: titleSchema,
  errors: [400, 404, 409, 502],
});

export const removeTitle = endpoint({
  method: 'DELETE',
  path: '/titles/:type/:tmdb_id',
  summary: 'Remove a title with its viewings',
  params,
  answer: z.object({}),
  errors: [400, 404],
});
