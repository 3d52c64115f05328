import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { batchIdSchema, querySwitchSchema } from '../core/contract/names.ts';

/** Entries that an answer lists at most. */
export const MAXIMUM_HISTORY = 200;

const watchTypeSchema = z.enum(['episode', 'movie', 'youtube_video', 'spotify_episode']);

export const historyEntrySchema = z
  .object({
    type: watchTypeSchema,
    id: z.string().describe('The file name, video id or episode id'),
    title: z.string(),
    collection: z.string().nullable().describe('The show, channel or podcast'),
    watched_at: z.string().describe('ISO 8601 in UTC').meta({ example: '2026-10-01T18:30:00Z' }),
    duration_seconds: z.number().min(0),
    batch_id: z.string().nullable().describe('The run of a client that recorded it; null for records older than that'),
  })
  .meta({ id: 'HistoryEntry' });

/** One watched thing as the history lists it. */
export type HistoryEntry = z.output<typeof historyEntrySchema>;

export const historySchema = z
  .object({
    items: z.array(historyEntrySchema).describe('The latest first'),
    last_batch: z
      .object({
        batch_id: z.string(),
        items: z.int().min(1).describe('How many watches it holds'),
        watched_at: z.string(),
      })
      .nullable()
      .describe('The batch of the latest watch that has one, whatever is listed'),
  })
  .meta({ id: 'History' });

/** The answer of `GET /history`. */
export type HistoryAnswer = z.output<typeof historySchema>;

export const getHistory = endpoint({
  method: 'GET',
  path: '/history',
  summary: 'List what was watched, newest first',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAXIMUM_HISTORY).default(20),
    since: z.string().trim().min(1).max(40).optional().describe('ISO 8601, local without an offset; or epoch seconds'),
  }),
  answer: historySchema,
  errors: [400],
});

export const batchRemovalSchema = z
  .object({
    batch_id: z.string(),
    dry_run: z.boolean(),
    items_removed: z.int().min(0).describe('Watches that were, or with `dry_run` would be, removed'),
    items: z.array(historyEntrySchema).describe(`The latest of them, at most ${MAXIMUM_HISTORY}`),
    collections_removed: z
      .array(z.object({ type: z.enum(['show', 'youtube_channel', 'spotify_show']), name: z.string().nullable() }))
      .describe('Shows, channels and podcasts that nothing else refers to'),
    restored: z
      .array(z.object({ title: z.string(), was_removed: z.boolean() }))
      .describe('Viewings and rules that were, or with `dry_run` would be, put back as they were before the run'),
  })
  .meta({ id: 'BatchRemoval' });

/** The answer of `DELETE /batches/:id`. */
export type BatchRemovalAnswer = z.output<typeof batchRemovalSchema>;

export const removeBatch = endpoint({
  method: 'DELETE',
  path: '/batches/:id',
  summary: 'Remove exactly what one run of a client recorded; a batch that is not there removes nothing',
  params: z.object({ id: batchIdSchema }),
  query: z.object({ dry_run: querySwitchSchema }),
  answer: batchRemovalSchema,
  errors: [400, 409],
});
