import * as z from 'zod';
import { JOB_KINDS, JOB_STATUSES } from './job-rules.ts';
import { SYNC_STAGES } from './cursor-rules.ts';
import { MAXIMUM_EVENT_ID_CHARACTERS, MAXIMUM_NUMBER, MAXIMUM_TEXT_CHARACTERS } from './event-rules.ts';
import { endpoint } from '../core/contract/endpoint.ts';
import { instantSchema, providerIdSchema } from '../core/contract/names.ts';
import { IMPORT_SERVICE_IDS } from '../viewings/viewing-rules.ts';

export const MAXIMUM_CHUNK_EVENTS = 1000;
export const MAXIMUM_ADVANCE_SECONDS = 20;

const count = z.int().min(0);
const stageSchema = z.enum(SYNC_STAGES);
const params = z.object({ id: z.string().min(1).max(64) });
const textSchema = z
  .string()
  .max(MAXIMUM_TEXT_CHARACTERS)
  .refine((text) => text.isWellFormed(), 'contains half of a surrogate pair');
const idOrNull = z.int().min(0).nullable().default(null);

/** No `.meta` id: fields with a default are optional in requests and required in answers. */
const optionsSchema = z.strictObject({
  movies: z.boolean().default(true),
  series: z.boolean().default(true),
  ratings: z.boolean().default(true),
  watchlist: z.boolean().default(true),
  dry_run: z.boolean().default(false).describe('Only report what would be done'),
  dates: z
    .enum(['checked', 'trakt'])
    .default('checked')
    .describe('`checked`: plays that were checked off in bulk lose their date; `trakt`: all of Trakt’s dates are kept'),
  service: z.enum(IMPORT_SERVICE_IDS).default('trakt').describe('Whose export an archive is'),
});

const startSchema = optionsSchema.extend({
  restore: z.boolean().default(false).describe('Bring back imported viewings and titles that you removed'),
});

const skipReasonSchema = z.enum([
  'no_tmdb_id',
  'no_season',
  'no_episode_number',
  'malformed',
  'unsupported_type',
  'invalid_rating',
  'not_at_tmdb',
]);

const listCountsSchema = z
  .object({
    total: count.describe('Entries of the list'),
    new: count.describe('New titles; each is new in one list only'),
    existing: count.describe('Titles that already existed'),
    sessions: count.describe('New viewing days of films'),
    episodes: count.describe('New viewing days of episodes'),
    ratings: count.describe('Ratings that were set or changed'),
    skipped: z.partialRecord(skipReasonSchema, count).describe('Entries that cannot be imported, by reason'),
  })
  .meta({ id: 'RunCounts' });

export const jobSchema = z
  .object({
    run_id: z.string(),
    kind: z.enum(JOB_KINDS),
    options: optionsSchema,
    phase: z.enum(['receiving', 'fetching', 'importing', 'finished']),
    status: z.enum(JOB_STATUSES),
    total: count.nullable().describe('Titles; null while Trakt is still being read'),
    completed: count,
    succeeded: count,
    failed: count,
    skipped: count.describe('Entries that cannot be imported'),
    current_item: z.string().nullable(),
    error_count: count,
    errors: z
      .array(
        z.object({ stage: stageSchema.nullable(), item: z.string().nullable(), code: z.string(), message: z.string() }),
      )
      .describe('The first 500, or as many as fit'),
    skipped_items: z
      .array(z.object({ reason: skipReasonSchema, title: z.string().nullable(), trakt_id: z.int().nullable() }))
      .describe('The first 500, or as many as fit'),
    lists: z.partialRecord(stageSchema, listCountsSchema),
    joined: count.describe('Plays of films and episodes that were already watched on the same day'),
    dates: z
      .object({
        undated: count.describe('Plays without a date on Trakt'),
        ticked_off: count.describe('Plays too close together to have been watched then: they count in totals only'),
        moved: count.describe('Plays shown at their air date instead'),
      })
      .describe('New plays that don’t count on the day that Trakt has'),
    incomplete: z
      .array(z.object({ list: stageSchema, reason: z.string() }))
      .describe('Lists that couldn’t be read completely'),
    read_from: z
      .partialRecord(stageSchema, instantSchema)
      .describe('Where a sync started to read each list of plays; for an archive, its newest play'),
    resume_at: instantSchema
      .nullable()
      .describe('When an interrupted import can resume: the provider accepts no requests until then'),
    started_at: instantSchema,
    heartbeat_at: instantSchema,
    finished_at: instantSchema.nullable(),
    checkpoint: z.object({ list: stageSchema.nullable(), page: z.int().nullable() }).describe('Where it would resume'),
  })
  .meta({ id: 'Run' });

export type JobAnswer = z.output<typeof jobSchema>;

export const startJob = endpoint({
  method: 'POST',
  path: '/runs',
  summary: 'Start an import, a sync or a preview; one at a time',
  body: z.object({ kind: z.enum(JOB_KINDS), options: startSchema.prefault({}) }),
  status: 202,
  answer: z.object({ run_id: z.string() }),
  errors: [400, 409],
});

/** Options as sent; omitted ones get their defaults. */
export type StartedOptions = z.input<typeof startSchema>;

export const listJobs = endpoint({
  method: 'GET',
  path: '/runs',
  summary: 'List the last imports, syncs and previews, newest first',
  answer: z.object({ runs: z.array(jobSchema) }),
});

export const getJob = endpoint({
  method: 'GET',
  path: '/runs/:id',
  summary: 'Get the progress of an import',
  params,
  answer: jobSchema,
  errors: [404],
});

export const advanceJob = endpoint({
  method: 'POST',
  path: '/runs/:id/advance',
  summary: `Work on an import for at most ${MAXIMUM_ADVANCE_SECONDS} seconds`,
  params,
  query: z.object({ seconds: z.coerce.number().min(0).max(MAXIMUM_ADVANCE_SECONDS).default(MAXIMUM_ADVANCE_SECONDS) }),
  answer: jobSchema,
  errors: [404, 409],
});

export const cancelJob = endpoint({
  method: 'POST',
  path: '/runs/:id/cancel',
  summary: 'Cancel an import; what it has done stays',
  params,
  status: 202,
  answer: jobSchema,
  errors: [404, 409],
});

export const resumeJob = endpoint({
  method: 'POST',
  path: '/runs/:id/resume',
  summary: 'Resume an import that was cancelled, failed or interrupted',
  params,
  status: 202,
  answer: jobSchema,
  errors: [404, 409],
});

export const eventTitleSchema = z.object({
  type: z.enum(['movie', 'tv']),
  tmdb_id: providerIdSchema,
  tvdb_id: idOrNull,
  imdb_id: textSchema.nullable().default(null),
  trakt_id: idOrNull,
  title: textSchema.nullable().default(null),
  year: z.int().min(0).max(9999).nullable().default(null),
});

const instantOrNull = z.iso
  .datetime({ offset: true })
  .nullable()
  .default(null)
  .describe('ISO 8601; null if the date is unknown');
const eventId = z.string().min(1).max(MAXIMUM_EVENT_ID_CHARACTERS);
const number = z.int().min(0).max(MAXIMUM_NUMBER);

export const eventSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('movie_watched'),
      title: eventTitleSchema,
      event_id: eventId,
      watched_at: instantOrNull,
    }),
    z.object({
      kind: z.literal('episode_watched'),
      title: eventTitleSchema,
      event_id: eventId,
      watched_at: instantOrNull,
      season_number: number,
      episode_number: number,
      episode_tvdb_id: idOrNull,
    }),
    z.object({
      kind: z.literal('rated'),
      title: eventTitleSchema,
      season_number: number.nullable().default(null),
      episode_number: number.nullable().default(null),
      trakt_rating: z.int().min(1).max(10),
      rated_at: instantOrNull,
    }),
    z.object({ kind: z.literal('planned'), title: eventTitleSchema, listed_at: instantOrNull }),
    z.object({ kind: z.literal('dropped'), title: eventTitleSchema, dropped_at: instantOrNull }),
  ])
  .meta({ id: 'ImportEvent' });

export type EventBody = z.output<typeof eventSchema>;

export const sendJobEvents = endpoint({
  method: 'POST',
  path: '/runs/:id/events',
  summary: `Send a chunk of at most ${MAXIMUM_CHUNK_EVENTS} events of an archive, with its number; repeating a chunk changes nothing`,
  params,
  body: z.object({
    number: z.int().min(0).max(1_000_000),
    events: z.array(eventSchema).max(MAXIMUM_CHUNK_EVENTS),
    skipped: z
      .array(
        z.object({
          list: stageSchema,
          reason: skipReasonSchema,
          title: textSchema.nullable().default(null),
          trakt_id: idOrNull,
        }),
      )
      .max(MAXIMUM_CHUNK_EVENTS)
      .default([]),
    incomplete: z
      .array(z.object({ list: stageSchema, reason: z.string().regex(/^[a-z_]{1,64}$/) }))
      .max(SYNC_STAGES.length)
      .default([])
      .describe('Lists that the archive holds only in part'),
  }),
  answer: z.object({ number: z.int(), events: z.int() }),
  errors: [400, 404, 409],
});

export const beginJob = endpoint({
  method: 'POST',
  path: '/runs/:id/start',
  summary: 'Start the import of an archive once all of its chunks are sent',
  params,
  status: 202,
  answer: jobSchema,
  errors: [404, 409],
});
