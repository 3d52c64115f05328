import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';

const count = z.int().min(0);
const urlOrNull = z.string().nullable();

export const progressSchema = z
  .object({
    total_episodes_watched: count,
    total_movies_watched: count,
    total_hours_watched: count.describe('Whole hours of everything, truncated'),
    episodes_watched_today: count,
    movies_watched_today: count,
    youtube_videos_watched: count,
    youtube_videos_watched_today: count,
    spotify_episodes_watched: count,
    spotify_episodes_watched_today: count,
    days_since_first_episode: count.describe('Whole 24-hour periods since the earliest record'),
    weekly_trend_percentage: z
      .number()
      .nullable()
      .describe('The last 7×24 hours against the average week; null in the first 14 days'),
    daily_activity: z
      .array(z.object({ days_ago: count, minutes_watched: count }))
      .describe('Seven local days, the oldest first'),
    all_time_progress: z
      .array(z.object({ label: z.string().meta({ example: 'Oct 2026' }), cumulative_hours: count }))
      .describe('One entry per calendar quarter'),
    shows: z.array(
      z.object({
        show_id: z.string().nullable().describe('The TVDB id as text'),
        name: z.string().nullable(),
        artwork_url: urlOrNull,
        episodes_watched: count,
        minutes_watched: count.optional().describe('Only if the runtime is known; clients show it as hours'),
        folder_name: z.string().nullable().optional().describe('Only without a TVDB id'),
        completion_percentage: count
          .max(100)
          .optional()
          .describe('Watched of aired episodes; only if the catalog has the show'),
      }),
    ),
    youtube_channels: z.array(
      z.object({
        channel_id: z.string(),
        channel_name: z.string().nullable(),
        artwork_url: urlOrNull,
        videos_watched: count,
      }),
    ),
    spotify_shows: z.array(
      z.object({
        show_id: z.string(),
        show_name: z.string().nullable(),
        artwork_url: urlOrNull,
        episodes_watched: count,
      }),
    ),
    movies: z.array(
      z.object({
        movie_id: z.string().describe('The file name'),
        name: z.string().nullable(),
        artwork_url: urlOrNull,
      }),
    ),
  })
  .meta({ id: 'Progress' });

export type ProgressAnswer = z.output<typeof progressSchema>;

export const getProgress = endpoint({
  method: 'GET',
  path: '/progress',
  contract: true,
  summary: 'Get progress over everything watched up to now',
  answer: progressSchema,
});
