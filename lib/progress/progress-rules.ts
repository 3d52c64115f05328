import { FALLBACK_EPISODE_SECONDS } from '../viewings/record-rules.ts';
import { createCalendar } from '../viewings/calendar-rules.ts';
import type { LibraryRecord } from '../titles/title-rules.ts';
import { createLibraryTally, type ImportedSeries } from './title-tally-rules.ts';
import type { TrackedRecord } from '../viewings/record-rules.ts';

const DAYS_OF_ACTIVITY = 7;
const DAYS_BEFORE_TREND = 14;
const DAY_SECONDS = 24 * 60 * 60;

/** A person's progress at one moment. Names follow the contract's `GET /progress`, in camel case. */
export interface Progress {
  totalEpisodesWatched: number;
  totalMoviesWatched: number;
  totalHoursWatched: number;
  episodesWatchedToday: number;
  moviesWatchedToday: number;
  youtubeVideosWatched: number;
  youtubeVideosWatchedToday: number;
  spotifyEpisodesWatched: number;
  spotifyEpisodesWatchedToday: number;
  /** Whole 24-hour periods since the earliest record. */
  daysSinceFirstEpisode: number;
  /** The last 7×24 hours against the average week, in percent; null in the first 14 days. */
  weeklyTrendPercentage: number | null;
  /** Seven entries, the oldest day first. */
  dailyActivity: { daysAgo: number; minutesWatched: number }[];
  /** One entry per calendar quarter from the first with a record to the last. */
  allTimeProgress: { label: string; cumulativeHours: number }[];
  shows: ShowProgress[];
  youtubeChannels: {
    channelId: string;
    channelName: string | null;
    artworkUrl: string | null;
    videosWatched: number;
  }[];
  spotifyShows: { showId: string; showName: string | null; artworkUrl: string | null; episodesWatched: number }[];
  movies: { movieId: string; name: string | null; artworkUrl: string | null }[];
}

/** Folders that share a TVDB id are one entry; a folder without one is an entry by its name. */
export interface ShowProgress {
  showId: string | null;
  name: string | null;
  artworkUrl: string | null;
  episodesWatched: number;
  /** Only where the runtime is known of all its folders. */
  minutesWatched?: number;
  /** Only where there is no id; null for episodes whose show is missing. */
  folderName?: string | null;
}

/** Takes records one by one, episodes of files after all others, and tells the progress at the end. */
export interface ProgressTally {
  add(record: TrackedRecord | LibraryRecord): void;
  result(): Progress;
}

/** How often, or how many seconds, something was watched, by every span that progress shows. */
interface Spans {
  total: number;
  today: number;
  lastWeek: number;
  days: number[];
  quarters: Map<number, number>;
}

/**
 * Tallies progress at `now` (epoch milliseconds), with days and quarters of `zone` (an IANA name).
 * Episodes are counted per folder and multiplied by the show's runtime at the end, so that 100,000 records need no list.
 */
export function createProgressTally({
  now,
  zone,
  posterUrl = (path) => path,
}: {
  now: number;
  zone: string;
  /** The address of a poster of TMDB. */
  posterUrl?: (path: string) => string | null;
}): ProgressTally {
  const calendar = createCalendar({ now, zone, days: DAYS_OF_ACTIVITY });
  const nowSeconds = now / 1000;
  const weekAgo = nowSeconds - 7 * DAY_SECONDS;
  const todayStart = calendar.dayStarts[0] ?? 0;

  const folders = new Map<string, Spans>();
  const shows = new Map<string, Extract<TrackedRecord, { type: 'show' }>>();
  const channels = new Map<string, Extract<TrackedRecord, { type: 'youtube_channel' }>>();
  const podcasts = new Map<string, Extract<TrackedRecord, { type: 'spotify_show' }>>();
  const videosByChannel = new Map<string, number>();
  const episodesByPodcast = new Map<string, number>();
  const movies: Progress['movies'] = [];
  const seconds = emptySpans();
  const library = createLibraryTally();
  const counts = { movie: 0, youtube_video: 0, spotify_episode: 0 };
  const today = { movie: 0, youtube_video: 0, spotify_episode: 0 };
  let earliest = Infinity;

  /** What has no date counts in no day, week or quarter. */
  const count = (spans: Spans, at: number | null, amount: number) => {
    spans.total += amount;
    if (at === null) return;
    if (at >= todayStart) spans.today += amount;
    if (at > weekAgo) spans.lastWeek += amount;
    const daysAgo = at < calendar.tomorrowStart ? calendar.dayStarts.findIndex((start) => at >= start) : -1;
    if (daysAgo >= 0) spans.days[daysAgo] = (spans.days[daysAgo] ?? 0) + amount;
    const quarter = calendar.quarterOf(at);
    spans.quarters.set(quarter, (spans.quarters.get(quarter) ?? 0) + amount);
  };

  const countMedium = (type: keyof typeof counts, at: number, durationSeconds: number) => {
    counts[type] += 1;
    if (at >= todayStart) today[type] += 1;
    count(seconds, at, durationSeconds);
  };

  return {
    add(record) {
      if (isLibraryRecord(record)) return library.add(record);
      if ('watchedAt' in record && record.watchedAt < earliest) earliest = record.watchedAt;
      switch (record.type) {
        case 'episode': {
          let spans = folders.get(record.folderName);
          if (!spans) folders.set(record.folderName, (spans = emptySpans()));
          library.addEpisodeFile(shows.get(record.folderName)?.tvdbId ?? null, record);
          return count(spans, record.watchedAt, 1);
        }
        case 'show':
          return void shows.set(record.folderName, record);
        case 'movie':
          if (record.tmdbId !== null) library.addFilmFile(record.tmdbId, record.watchedAt);
          movies.push({ movieId: record.fileName, name: record.name, artworkUrl: record.image });
          return countMedium('movie', record.watchedAt, record.durationSeconds);
        case 'youtube_video':
          increment(videosByChannel, record.channelId);
          return countMedium('youtube_video', record.watchedAt, record.durationSeconds);
        case 'spotify_episode':
          increment(episodesByPodcast, record.showId);
          return countMedium('spotify_episode', record.watchedAt, record.durationSeconds);
        case 'youtube_channel':
          return void channels.set(record.channelId, record);
        case 'spotify_show':
          return void podcasts.set(record.showId, record);
      }
    },

    result() {
      const all = emptySpans();
      addTimes(all, seconds, 1);
      const imported = library.settle({
        isToday: (at) => at >= todayStart,
        zone,
        fallbackSeconds: FALLBACK_EPISODE_SECONDS,
      });
      let first = earliest;
      for (const { at, seconds: amount } of imported.viewings) {
        count(all, at, amount);
        if (at !== null && at < first) first = at;
      }
      let episodes = imported.episodes;
      let episodesToday = imported.episodesToday;
      for (const [folderName, spans] of folders) {
        addTimes(all, spans, shows.get(folderName)?.averageRuntimeSeconds || FALLBACK_EPISODE_SECONDS);
        episodes += spans.total;
        episodesToday += spans.today;
      }
      const days = Number.isFinite(first) ? Math.max(0, Math.floor((nowSeconds - first) / DAY_SECONDS)) : 0;
      return {
        totalEpisodesWatched: episodes,
        totalMoviesWatched: counts.movie + imported.movies,
        totalHoursWatched: wholeHours(all.total),
        episodesWatchedToday: episodesToday,
        moviesWatchedToday: today.movie + imported.moviesToday,
        youtubeVideosWatched: counts.youtube_video,
        youtubeVideosWatchedToday: today.youtube_video,
        spotifyEpisodesWatched: counts.spotify_episode,
        spotifyEpisodesWatchedToday: today.spotify_episode,
        daysSinceFirstEpisode: days,
        weeklyTrendPercentage: weeklyTrend(days, wholeMinutes(all.lastWeek), wholeMinutes(all.total)),
        dailyActivity: all.days
          .map((daySeconds, daysAgo) => ({ daysAgo, minutesWatched: wholeMinutes(daySeconds) }))
          .toReversed(),
        allTimeProgress: quarterlyTotals(all.quarters).map(([quarter, total]) => ({
          label: calendar.quarterLabel(quarter),
          cumulativeHours: wholeHours(total),
        })),
        shows: groupShows(folders, shows, { series: imported.series, posterUrl }),
        youtubeChannels: [...videosByChannel]
          .map(([channelId, videosWatched]) => ({
            channelId,
            channelName: channels.get(channelId)?.title ?? null,
            artworkUrl: channels.get(channelId)?.artworkUrl ?? null,
            videosWatched,
          }))
          .sort(
            (a, b) =>
              b.videosWatched - a.videosWatched ||
              compareNames(a.channelName, b.channelName) ||
              compareNames(a.channelId, b.channelId),
          ),
        spotifyShows: [...episodesByPodcast]
          .map(([showId, episodesWatched]) => ({
            showId,
            showName: podcasts.get(showId)?.name ?? null,
            artworkUrl: podcasts.get(showId)?.artworkUrl ?? null,
            episodesWatched,
          }))
          .sort(
            (a, b) =>
              b.episodesWatched - a.episodesWatched ||
              compareNames(a.showName, b.showName) ||
              compareNames(a.showId, b.showId),
          ),
        movies: [
          ...movies,
          ...imported.films.map(({ tmdbId, name, posterPath }) => ({
            movieId: `tmdb:${tmdbId}`,
            name,
            artworkUrl: posterPath === null ? null : posterUrl(posterPath),
          })),
        ].sort((a, b) => compareNames(a.name, b.name) || compareNames(a.movieId, b.movieId)),
      };
    },
  };
}

const isLibraryRecord = (record: TrackedRecord | LibraryRecord): record is LibraryRecord =>
  record.type === 'title' || record.type === 'movie_session' || record.type === 'episode_watch';

/** The trend as the original service computes it: whole minutes of the last week against the average week of all days. */
function weeklyTrend(days: number, lastWeekMinutes: number, totalMinutes: number): number | null {
  if (days < DAYS_BEFORE_TREND) return null;
  const average = (totalMinutes / days) * 7;
  return average === 0 ? null : ((lastWeekMinutes - average) / average) * 100;
}

/** Running totals per quarter, with the quarters between in which nothing was watched. */
function quarterlyTotals(quarters: Map<number, number>): [quarter: number, cumulativeSeconds: number][] {
  if (quarters.size === 0) return [];
  const first = Math.min(...quarters.keys());
  const last = Math.max(...quarters.keys());
  let total = 0;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    total += quarters.get(first + index) ?? 0;
    return [first + index, total];
  });
}

function groupShows(
  folders: Map<string, Spans>,
  shows: Map<string, Extract<TrackedRecord, { type: 'show' }>>,
  { series, posterUrl }: { series: readonly ImportedSeries[]; posterUrl: (path: string) => string | null },
): ShowProgress[] {
  const groups = new Map<string, ShowProgress>();
  const seconds = new Map<ShowProgress, number>();
  // By folder name, so that the first known name of a shared id does not hang on the order of the records.
  for (const [folderName, spans] of [...folders].sort(([a], [b]) => compareNames(a, b))) {
    const show = shows.get(folderName);
    const key = !show ? 'missing' : show.tvdbId === null ? `folder ${folderName}` : `tvdb ${show.tvdbId}`;
    const group = groups.get(key) ?? {
      showId: show?.tvdbId?.toString() ?? null,
      name: null,
      artworkUrl: null,
      episodesWatched: 0,
      ...(show?.tvdbId == null ? { folderName: show?.folderName ?? null } : {}),
    };
    if (show && show.tvdbId !== null) {
      group.name ??= show.name;
      group.artworkUrl ??= show.image;
    }
    group.episodesWatched += spans.total;
    groups.set(key, group);
    // An unknown runtime makes the sum of the group unknown: NaN stays.
    seconds.set(group, (seconds.get(group) ?? 0) + spans.total * (show?.averageRuntimeSeconds || Number.NaN));
  }
  // By id, as folders are by name: the first known name counts.
  for (const one of series.toSorted((a, b) => a.tmdbId - b.tmdbId)) {
    const key = one.tvdbId === null ? `tmdb ${one.tmdbId}` : `tvdb ${one.tvdbId}`;
    const group: ShowProgress = groups.get(key) ?? {
      showId: one.tvdbId?.toString() ?? null,
      name: null,
      artworkUrl: null,
      episodesWatched: 0,
    };
    group.name ??= one.name;
    group.artworkUrl ??= one.posterPath === null ? null : posterUrl(one.posterPath);
    group.episodesWatched += one.episodes;
    groups.set(key, group);
    seconds.set(group, (seconds.get(group) ?? 0) + one.seconds);
  }
  for (const [group, sum] of seconds) if (!Number.isNaN(sum)) group.minutesWatched = wholeMinutes(sum);
  return [...groups.values()].sort(
    (a, b) =>
      b.episodesWatched - a.episodesWatched ||
      compareNames(a.name, b.name) ||
      compareNames(a.showId ?? a.folderName ?? null, b.showId ?? b.folderName ?? null),
  );
}

function addTimes(sum: Spans, spans: Spans, factor: number): void {
  sum.total += spans.total * factor;
  sum.today += spans.today * factor;
  sum.lastWeek += spans.lastWeek * factor;
  for (const [index, amount] of spans.days.entries()) sum.days[index] = (sum.days[index] ?? 0) + amount * factor;
  for (const [quarter, amount] of spans.quarters) {
    sum.quarters.set(quarter, (sum.quarters.get(quarter) ?? 0) + amount * factor);
  }
}

const emptySpans = (): Spans => ({
  total: 0,
  today: 0,
  lastWeek: 0,
  days: Array.from({ length: DAYS_OF_ACTIVITY }, () => 0),
  quarters: new Map(),
});

const increment = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const wholeHours = (seconds: number): number => Math.floor(seconds / 3600);
const wholeMinutes = (seconds: number): number => Math.floor(seconds / 60);

/** Ascending by code units, unknown names last. */
function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
