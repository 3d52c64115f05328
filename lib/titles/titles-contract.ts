import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { instantSchema, providerIdSchema } from '../core/contract/names.ts';

export const titleTypeSchema = z.enum(['movie', 'tv']);
export const titleStatusSchema = z.enum(['planned', 'in_progress', 'completed', 'abandoned']);

const dayOrNull = z.string().nullable().describe('YYYY-MM-DD; null where the date is unknown');
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

export const libraryTitleSchema = z.object(titleFields).meta({ id: 'LibraryTitle' });

/** A film or series as `GET /library` lists it. */
export type LibraryTitle = z.output<typeof libraryTitleSchema>;

export const libraryTitleDetailsSchema = z
  .object({
    ...titleFields,
    sessions: z
      .array(
        z.object({
          day: dayOrNull,
          watched_at: instantSchema.nullable(),
          plays: z.int(),
          source: z.enum(['trakt', 'file', 'manual']),
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
  .meta({ id: 'LibraryTitleDetails' });

/** The answer of `GET /library/:type/:tmdb_id`. */
export type LibraryTitleDetails = z.output<typeof libraryTitleDetailsSchema>;

const params = z.object({ type: titleTypeSchema, tmdb_id: z.coerce.number().pipe(providerIdSchema) });

export const listLibrary = endpoint({
  method: 'GET',
  path: '/library',
  summary: 'Films and series, page by page',
  query: z.object({
    type: titleTypeSchema.optional(),
    status: titleStatusSchema.optional(),
    rating: z.coerce.number().pipe(ratingSchema).optional(),
    year: z.coerce.number().int().min(1800).max(9999).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    next: z.string().min(1).max(200).optional(),
  }),
  answer: z.object({ titles: z.array(libraryTitleSchema), next: textOrNull }),
  errors: [400],
});

export const getLibraryTitle = endpoint({
  method: 'GET',
  path: '/library/:type/:tmdb_id',
  summary: 'A film with its sessions, or a series with its seasons',
  params,
  answer: libraryTitleDetailsSchema,
  errors: [400, 404],
});

export const setLibraryTitle = endpoint({
  method: 'PUT',
  path: '/library/:type/:tmdb_id',
  summary: 'Say where you stand with a title, or rate it; one that is not there is added',
  params,
  body: z.object({ status: titleStatusSchema.optional(), rating: ratingSchema.nullish() }),
  answer: libraryTitleSchema,
  errors: [400, 404, 409, 502],
});

export const removeLibraryTitle = endpoint({
  method: 'DELETE',
  path: '/library/:type/:tmdb_id',
  summary: 'Remove a title with its viewings',
  params,
  answer: z.object({}),
  errors: [400, 404],
});
