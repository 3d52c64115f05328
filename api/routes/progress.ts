import type Router from '@koa/router';
import { oncePer } from '../../lib/core/once.ts';
import { type ProgressAnswer, getProgress } from '../../lib/progress/progress-contract.ts';
import type { Progress } from '../../lib/progress/progress-rules.ts';
import type { CompletionOf } from '../../lib/shows/followed-shows-service.ts';
import { serve } from '../middleware/validation.ts';
import type { ProgressServices } from '../../lib/progress/wiring.ts';

export function addRoutes(router: Router, { progress, completion }: ProgressServices): void {
  const answerOf = oncePer((one: Progress) => oncePer((completionOf: CompletionOf) => toAnswer(one, completionOf)));
  serve(router, getProgress, async ({ user }) => answerOf(await progress.of(user))(await completion.of(user)));
}

const toAnswer = (progress: Progress, completionOf: CompletionOf): ProgressAnswer => ({
  total_episodes_watched: progress.totalEpisodesWatched,
  total_movies_watched: progress.totalMoviesWatched,
  total_hours_watched: progress.totalHoursWatched,
  episodes_watched_today: progress.episodesWatchedToday,
  movies_watched_today: progress.moviesWatchedToday,
  youtube_videos_watched: progress.youtubeVideosWatched,
  youtube_videos_watched_today: progress.youtubeVideosWatchedToday,
  spotify_episodes_watched: progress.spotifyEpisodesWatched,
  spotify_episodes_watched_today: progress.spotifyEpisodesWatchedToday,
  days_since_first_episode: progress.daysSinceFirstEpisode,
  weekly_trend_percentage: progress.weeklyTrendPercentage,
  daily_activity: progress.dailyActivity.map((day) => ({
    days_ago: day.daysAgo,
    minutes_watched: day.minutesWatched,
  })),
  all_time_progress: progress.allTimeProgress.map((quarter) => ({
    label: quarter.label,
    cumulative_hours: quarter.cumulativeHours,
  })),
  shows: progress.shows.map((show) => {
    const completion = completionOf(show);
    return {
      show_id: show.showId,
      name: show.name,
      artwork_url: show.artworkUrl,
      episodes_watched: show.episodesWatched,
      ...(show.minutesWatched === undefined ? {} : { minutes_watched: show.minutesWatched }),
      ...(show.folderName === undefined ? {} : { folder_name: show.folderName }),
      ...(completion === undefined ? {} : { completion_percentage: completion }),
    };
  }),
  youtube_channels: progress.youtubeChannels.map((channel) => ({
    channel_id: channel.channelId,
    channel_name: channel.channelName,
    artwork_url: channel.artworkUrl,
    videos_watched: channel.videosWatched,
  })),
  spotify_shows: progress.spotifyShows.map((show) => ({
    show_id: show.showId,
    show_name: show.showName,
    artwork_url: show.artworkUrl,
    episodes_watched: show.episodesWatched,
  })),
  movies: progress.movies.map((movie) => ({
    movie_id: movie.movieId,
    name: movie.name,
    artwork_url: movie.artworkUrl,
  })),
});
