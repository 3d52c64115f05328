import * as z from 'zod';
import {
  ACTIVITIES,
  ATTENTIONS,
  COLLECTION_KINDS,
  LANGUAGE_SOURCES,
  MEDIA,
  MEDIUM,
  SECONDS_SOURCES,
} from './viewing-rules.ts';
import { endpoint } from '../core/contract/endpoint.ts';
import { knownLanguage } from '../core/language-rules.ts';
import { batchIdSchema, instantSchema, MAXIMUM_QUERY_CHARACTERS, querySwitchSchema } from '../core/contract/names.ts';

export const MAXIMUM_HISTORY = 200;

const watchTypeSchema = z.enum(MEDIA.map((medium) => MEDIUM[medium].historyType));

export const historyEntrySchema = z
  .object({
    type: watchTypeSchema,
    id: z.string().describe('The file name, video id or episode id'),
    title: z.string(),
    collection: z.string().nullable().describe('The show, channel or podcast'),
    watched_at: instantSchema.nullable().describe('Null if the date is unknown'),
    duration_seconds: z.number().min(0),
    batch_id: z.string().nullable().describe('The run that recorded it; null for older records'),
  })
  .meta({ id: 'HistoryEntry' });

export type HistoryEntry = z.output<typeof historyEntrySchema>;

export const historySchema = z
  .object({
    items: z.array(historyEntrySchema).describe('The latest first'),
    last_batch: z
      .object({
        batch_id: z.string(),
        items: z.int().min(0).describe('How many viewings it holds'),
        watched_at: z.string().nullable(),
      })
      .nullable()
      .describe('The latest run that something is left of'),
  })
  .meta({ id: 'History' });

export type HistoryAnswer = z.output<typeof historySchema>;

const whenSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .describe('`7d`, `yesterday`, `monday`, `2026-10-01`, any ISO 8601 (local without an offset) or epoch seconds');

export const getHistory = endpoint({
  method: 'GET',
  path: '/history',
  summary: 'List what was watched, newest first, in the original format; see /viewings',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAXIMUM_HISTORY).default(20),
    since: whenSchema.optional(),
  }),
  answer: historySchema,
  errors: [400],
});

export const MAXIMUM_PAGE = 5000;

export const viewingSchema = z
  .object({
    id: z.string().describe('Short and stable; used to edit and remove it'),
    at: instantSchema.nullable().describe('Its end; null if the date is unknown'),
    local_at: z.string().nullable().describe('The same in the person’s time zone, with its offset'),
    day: z.string().nullable().describe('The person’s day that it counts on'),
    seconds: z.number().min(0),
    seconds_source: z.enum(SECONDS_SOURCES).describe('Where the length comes from'),
    medium: z.enum(MEDIA),
    activity: z.enum(ACTIVITIES),
    attention: z.enum(ATTENTIONS),
    language: z.string().nullable(),
    language_source: z.enum(LANGUAGE_SOURCES).nullable(),
    title: z.string(),
    collection: z.object({ kind: z.enum(COLLECTION_KINDS), id: z.string(), name: z.string().nullable() }).nullable(),
    places: z.array(z.object({ season: z.int(), episode: z.int() })).describe('Seasons and episodes, as far as known'),
    references: z
      .array(z.object({ source: z.string(), ref: z.string() }))
      .describe('Every source of it, the one that names it first'),
    batch_id: z.string().nullable().describe('The run that recorded it'),
  })
  .meta({ id: 'Viewing' });

export type ViewingAnswer = z.output<typeof viewingSchema>;

export const viewingsPageSchema = z
  .object({
    viewings: z.array(viewingSchema).describe('The latest first, those without a date last'),
    next: z.string().nullable().describe('The cursor of the next page; null on the last'),
  })
  .meta({ id: 'ViewingsPage' });

export const listViewings = endpoint({
  method: 'GET',
  path: '/viewings',
  summary: 'List everything that was watched, newest first, in pages',
  query: z.object({
    since: whenSchema.optional(),
    until: whenSchema.optional().describe('Like since; a day counts to its end'),
    medium: z.enum(MEDIA).optional(),
    language: z
      .string()
      .min(2)
      .max(35)
      .overwrite((text) => knownLanguage(text) ?? text)
      .optional(),
    q: z
      .string()
      .trim()
      .min(1)
      .max(MAXIMUM_QUERY_CHARACTERS)
      .optional()
      .describe('In the title or the name of the show, channel or podcast'),
    cursor: z.string().max(4000).optional().describe('`next` of the previous page'),
    limit: z.coerce.number().int().min(1).max(MAXIMUM_PAGE).default(100),
  }),
  answer: viewingsPageSchema,
  errors: [400],
});

export const batchSchema = z
  .object({
    batch_id: z.string(),
    kind: z.string().nullable().describe('Such as sync, add or import; null for old runs'),
    started_at: instantSchema.nullable(),
    viewings: z.int().min(0).describe('How many of its viewings are left'),
    changes: z.int().min(0).describe('Edits, rules and titles that came with it'),
  })
  .meta({ id: 'Batch' });

export const listBatches = endpoint({
  method: 'GET',
  path: '/batches',
  summary: 'List the runs that something is left of, latest first',
  query: z.object({
    cursor: batchIdSchema.optional().describe('`next` of the previous page'),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
  }),
  answer: z.object({ batches: z.array(batchSchema), next: z.string().nullable() }).meta({ id: 'Batches' }),
  errors: [400],
});

export const batchRemovalSchema = z
  .object({
    batch_id: z.string(),
    dry_run: z.boolean(),
    items_removed: z.int().min(0).describe('Viewings that were, or with `dry_run` would be, removed'),
    changes_undone: z.int().min(0).describe('Edits, rules and changes of titles that were also undone'),
    items: z.array(viewingSchema).describe(`The latest of them, at most ${MAXIMUM_HISTORY}`),
    collections_removed: z
      .array(
        z.object({
          type: z.enum(['show', 'youtube_channel', 'spotify_show', 'film', 'series']),
          name: z.string().nullable(),
        }),
      )
      .describe('Shows, channels, podcasts and titles that nothing else refers to'),
    restored: z
      .array(z.object({ title: z.string(), was_removed: z.boolean() }))
      .describe('Viewings and rules that were, or with `dry_run` would be, restored to what they were before the run'),
  })
  .meta({ id: 'BatchRemoval' });

export type BatchRemovalAnswer = z.output<typeof batchRemovalSchema>;

export const removeBatch = endpoint({
  method: 'DELETE',
  path: '/batches/:id',
  summary: 'Remove exactly what one run recorded; an unknown run removes nothing',
  params: z.object({ id: batchIdSchema }),
  query: z.object({ dry_run: querySwitchSchema }),
  answer: batchRemovalSchema,
  errors: [400, 409],
});
