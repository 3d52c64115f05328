import * as z from 'zod';
import { SYNC_MODES } from '../core/sync-mode-rules.ts';
import { endpoint } from '../core/contract/endpoint.ts';
import { nameSchema, providerIdSchema, querySwitchSchema } from '../core/contract/names.ts';

/** In a path. */
const showIdSchema = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be a TMDB series id')
  .transform(Number)
  .pipe(providerIdSchema)
  .describe('TMDB id');
const seasonNumberSchema = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a season number')
  .transform(Number);
const showParams = z.object({ id: showIdSchema });
const dateSchema = z.string().nullable().describe('YYYY-MM-DD; null if unknown');

const nextEpisodeSchema = z
  .object({ season_number: z.int(), episode_number: z.int(), name: z.string().nullable(), air_date: dateSchema })
  .meta({ id: 'NextEpisode' });

const followedShowSchema = z
  .object({
    tmdb_id: z.int(),
    tvdb_id: z.int().nullable(),
    name: z.string(),
    original_name: z.string().nullable().describe('Null if it is the same as the name'),
    status: z.string().nullable().describe('As TMDB names it'),
    watching: z.boolean(),
    seasons: z.array(
      z.object({
        season_number: z.int().describe('0 is the specials'),
        name: z.string().nullable(),
        synced: z.boolean(),
        aired_episodes: z.int(),
        known_episodes: z.int(),
        watched_episodes: z.int(),
      }),
    ),
    completion_percentage: z
      .int()
      .nullable()
      .describe('Watched of aired episodes without specials; null until all seasons were synced, or while none aired'),
    next_episode: nextEpisodeSchema.nullable(),
    hours_left: z.number().nullable().describe('Of aired episodes not watched yet'),
  })
  .meta({ id: 'FollowedShow' });

export type FollowedShowAnswer = z.output<typeof followedShowSchema>;

const openedShowSchema = followedShowSchema
  .extend({ unplaced_files: z.array(z.string()).describe('Recorded files whose names lead to no episode') })
  .meta({ id: 'OpenedShow' });

export type OpenedShowAnswer = z.output<typeof openedShowSchema>;

export const openShow = endpoint({
  method: 'GET',
  path: '/api/shows/:id',
  contract: true,
  summary: 'Get a show and your progress in it, and follow it',
  params: showParams,
  answer: openedShowSchema,
  errors: [400, 404, 429, 502],
});

export const listFollowedShows = endpoint({
  method: 'GET',
  path: '/api/shows',
  summary: 'List the shows you follow and your progress in each',
  answer: z.object({ shows: z.array(followedShowSchema) }),
});

const watchingSchema = z.object({ tmdb_id: z.int(), watching: z.boolean() });

export type FollowingAnswer = z.output<typeof watchingSchema>;

export const followShow = endpoint({
  method: 'PUT',
  path: '/api/shows/:id/watching',
  summary: 'Follow a show; repeating it changes nothing',
  params: showParams,
  answer: watchingSchema,
  errors: [400, 404, 429, 502],
});

export const unfollowShow = endpoint({
  method: 'DELETE',
  path: '/api/shows/:id/watching',
  summary: 'Stop following a show',
  params: showParams,
  answer: watchingSchema,
  errors: [400],
});

export const getSeason = endpoint({
  method: 'GET',
  path: '/api/shows/:id/seasons/:n',
  summary: 'List the synced episodes of a season, and which of them you have watched',
  params: z.object({ id: showIdSchema, n: seasonNumberSchema }),
  answer: z.object({
    season_number: z.int(),
    synced: z.boolean(),
    episodes: z.array(
      z.object({
        episode_number: z.int(),
        name: z.string().nullable(),
        air_date: dateSchema,
        runtime_minutes: z.int().nullable(),
        watched: z.boolean(),
      }),
    ),
  }),
  errors: [400, 404],
});

const upcomingEpisodeSchema = z
  .object({ tmdb_id: z.int(), show_name: z.string(), ...nextEpisodeSchema.shape })
  .meta({ id: 'UpcomingEpisode' });

export type UpcomingEpisode = z.output<typeof upcomingEpisodeSchema>;

export const listUpcoming = endpoint({
  method: 'GET',
  path: '/api/upcoming',
  summary: 'List upcoming episodes of the shows you follow, soonest first',
  answer: z.object({ episodes: z.array(upcomingEpisodeSchema) }),
});

const showFolderSchema = z
  .object({
    folder_name: z.string(),
    tvdb_id: z.int().nullable(),
    tmdb_id: z.int().nullable(),
    source: z.enum(['link', 'tvdb']).nullable().describe('Whether you linked it, or its TVDB id did'),
    reason: z
      .enum(['no_tvdb_id', 'not_looked_up', 'unknown_at_tmdb'])
      .nullable()
      .describe('Why the folder has no series'),
    season_number: z.int().nullable().optional().describe('The season of its episode numbers, as you set it'),
    offset: z.int().optional().describe('Added to its episode numbers, as you set it'),
  })
  .meta({ id: 'ShowFolder' });

export type ShowFolderAnswer = z.output<typeof showFolderSchema>;

export const listFolders = endpoint({
  method: 'GET',
  path: '/api/folders',
  summary: 'List the show folders and their series',
  answer: z.object({ folders: z.array(showFolderSchema) }),
});

export const joinFolder = endpoint({
  method: 'PUT',
  path: '/api/folders',
  summary: 'Link a show folder to a series, or find the series by its TVDB id',
  body: z
    .object({
      folder_name: nameSchema,
      tmdb_id: providerIdSchema.optional(),
      season_number: z.int().min(0).max(9999).optional().describe('The season of all its episode numbers'),
      offset: z.int().min(-99_999).max(99_999).optional().describe('Added to each: -37 makes 38 the first episode'),
    })
    .refine((link) => link.tmdb_id !== undefined || (link.season_number ?? link.offset) === undefined, {
      message: 'season_number and offset need a tmdb_id',
    }),
  answer: showFolderSchema,
  errors: [400, 404, 502],
});

const tickSchema = z.object({
  mode: z.enum(SYNC_MODES).nullable().describe('Null if EPISODE_SYNC_MODE is invalid'),
  due: z.int().min(0).describe('Seasons that were due'),
  synced: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
  duration_ms: z.int().min(0),
});

const passSchema = tickSchema.extend({
  reason: z.string().nullable().describe('Why it stopped early or didn’t start; null otherwise'),
});

/** The result of one pass of the episode sync. */
export type TickAnswer = z.output<typeof passSchema>;

const syncStatusSchema = tickSchema.extend({
  last_tick_at: z.string().nullable().describe('ISO 8601 in UTC'),
});

/** The last pass that did work, and the time of the last pass. */
export type SyncStatusAnswer = z.output<typeof syncStatusSchema>;

export const getSyncStatus = endpoint({
  method: 'GET',
  path: '/api/sync/status',
  summary: 'Get the result of the last episode sync',
  answer: syncStatusSchema,
});

export const runSync = endpoint({
  method: 'POST',
  path: '/api/sync',
  summary: 'Run one pass of the episode sync over the seasons that are due',
  query: z.object({ dry_run: querySwitchSchema.describe('Only count what is due') }),
  answer: passSchema,
  errors: [400, 429],
});
