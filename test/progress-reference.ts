import { DateTime } from 'luxon';
import type { Progress } from '../lib/domain/progress.ts';
import type { TrackedRecord, WatchRecord } from '../lib/domain/records.ts';

type Of<Type extends TrackedRecord['type']> = Extract<TrackedRecord, { type: Type }>;

/**
 * The progress rules written a second time, as plainly as they read: lists, filters and local dates, nothing counted along the way.
 * `now` is in epoch milliseconds.
 */
export function referenceProgress(records: readonly TrackedRecord[], now: number, zone: string): Progress {
  const of = <Type extends TrackedRecord['type']>(type: Type) =>
    records.filter((record): record is Of<Type> => record.type === type);
  const shows = of('show');
  const showOf = (folderName: string) => shows.findLast((show) => show.folderName === folderName);

  const watched = records.filter((record): record is WatchRecord => 'watchedAt' in record);
  const secondsOf = (record: WatchRecord): number => {
    if (record.type !== 'episode') return record.durationSeconds;
    return showOf(record.folderName)?.averageRuntimeSeconds || 1200;
  };
  const secondsOfAll = (list: WatchRecord[]) => list.reduce((sum, record) => sum + secondsOf(record), 0);

  const localDate = (record: WatchRecord) => DateTime.fromSeconds(record.watchedAt, { zone }).toISODate() ?? '';
  const dateDaysAgo = (days: number) =>
    DateTime.fromMillis(now, { zone }).set({ hour: 12 }).minus({ days }).toISODate() ?? '';
  const isToday = (record: WatchRecord) => localDate(record) >= dateDaysAgo(0);

  const quarterStart = (record: WatchRecord) =>
    DateTime.fromSeconds(record.watchedAt, { zone }).setZone('utc', { keepLocalTime: true }).startOf('quarter');
  const starts = watched.map((record) => quarterStart(record).toMillis());
  const between = (quarter: DateTime): DateTime[] =>
    quarter.toMillis() > Math.max(...starts) ? [] : [quarter, ...between(quarter.plus({ quarters: 1 }))];
  const allTimeProgress = (
    starts.length > 0 ? between(DateTime.fromMillis(Math.min(...starts), { zone: 'utc' })) : []
  ).map((quarter) => ({
    label: quarter.setLocale('en-US').toFormat('LLL yyyy'),
    cumulativeHours: Math.trunc(secondsOfAll(watched.filter((record) => quarterStart(record) <= quarter)) / 3600),
  }));

  const earliest = Math.min(...watched.map((record) => record.watchedAt));
  const days = watched.length === 0 ? 0 : Math.max(0, Math.trunc((now / 1000 - earliest) / 86_400));
  const lastWeek = watched.filter((record) => record.watchedAt * 1000 > now - 7 * 24 * 60 * 60 * 1000);
  const average = (Math.trunc(secondsOfAll(watched) / 60) / days) * 7;
  const trend = ((Math.trunc(secondsOfAll(lastWeek) / 60) - average) / average) * 100;

  return {
    totalEpisodesWatched: of('episode').length,
    totalMoviesWatched: of('movie').length,
    totalHoursWatched: Math.trunc(secondsOfAll(watched) / 3600),
    episodesWatchedToday: of('episode').filter(isToday).length,
    moviesWatchedToday: of('movie').filter(isToday).length,
    youtubeVideosWatched: of('youtube_video').length,
    youtubeVideosWatchedToday: of('youtube_video').filter(isToday).length,
    spotifyEpisodesWatched: of('spotify_episode').length,
    spotifyEpisodesWatchedToday: of('spotify_episode').filter(isToday).length,
    daysSinceFirstEpisode: days,
    weeklyTrendPercentage: days < 14 || average === 0 ? null : trend,
    dailyActivity: [6, 5, 4, 3, 2, 1, 0].map((daysAgo) => ({
      daysAgo,
      minutesWatched: Math.trunc(
        secondsOfAll(watched.filter((record) => localDate(record) === dateDaysAgo(daysAgo))) / 60,
      ),
    })),
    allTimeProgress,
    shows: referenceShows(of('episode'), showOf),
    youtubeChannels: distinct(of('youtube_video').map((video) => video.channelId))
      .map((channelId) => {
        const channel = of('youtube_channel').findLast((one) => one.channelId === channelId);
        return {
          channelId,
          channelName: channel?.title ?? null,
          artworkUrl: channel?.artworkUrl ?? null,
          videosWatched: of('youtube_video').filter((video) => video.channelId === channelId).length,
        };
      })
      .sort(by((one) => [-one.videosWatched, one.channelName, one.channelId])),
    spotifyShows: distinct(of('spotify_episode').map((episode) => episode.showId))
      .map((showId) => {
        const show = of('spotify_show').findLast((one) => one.showId === showId);
        return {
          showId,
          showName: show?.name ?? null,
          artworkUrl: show?.artworkUrl ?? null,
          episodesWatched: of('spotify_episode').filter((episode) => episode.showId === showId).length,
        };
      })
      .sort(by((one) => [-one.episodesWatched, one.showName, one.showId])),
    movies: of('movie')
      .map((movie) => ({ movieId: movie.fileName, name: movie.name, artworkUrl: movie.image }))
      .sort(by((one) => [one.name, one.movieId])),
  };
}

function referenceShows(
  episodes: Of<'episode'>[],
  showOf: (folderName: string) => Of<'show'> | undefined,
): Progress['shows'] {
  const folders = distinct(episodes.map((episode) => episode.folderName)).sort(by((folder) => [folder]));
  const known = folders.flatMap((folder) => showOf(folder) ?? []);
  const count = (names: string[]) => episodes.filter((episode) => names.includes(episode.folderName)).length;

  /** The entry of the folders that share an id, or of the one folder that has none. */
  const entry = (id: number | null, same: Of<'show'>[]) => {
    const first = <T>(values: (T | null)[]) => (id === null ? null : (values.find((value) => value !== null) ?? null));
    const minutes = Math.trunc(
      same.reduce((sum, show) => sum + count([show.folderName]) * (show.averageRuntimeSeconds ?? 0), 0) / 60,
    );
    return {
      showId: id === null ? null : String(id),
      name: first(same.map((show) => show.name)),
      artworkUrl: first(same.map((show) => show.image)),
      episodesWatched: count(same.map((show) => show.folderName)),
      ...(same.every((show) => show.averageRuntimeSeconds) ? { minutesWatched: minutes } : {}),
      ...(id === null ? { folderName: same[0]?.folderName ?? null } : {}),
    };
  };
  const ids = distinct(known.flatMap((show) => show.tvdbId ?? []));
  const byId = ids.map((id) =>
    entry(
      id,
      known.filter((show) => show.tvdbId === id),
    ),
  );
  const byFolder = known.filter((show) => show.tvdbId === null).map((show) => entry(null, [show]));
  const orphans = folders.filter((folder) => showOf(folder) === undefined);
  const missing = { showId: null, name: null, artworkUrl: null, episodesWatched: count(orphans), folderName: null };

  return [...byId, ...byFolder, ...(orphans.length > 0 ? [missing] : [])].sort(
    by((show) => [-show.episodesWatched, show.name, show.showId ?? ('folderName' in show ? show.folderName : null)]),
  );
}

const distinct = <T>(values: T[]): T[] => values.filter((value, index) => values.indexOf(value) === index);

/** Ascending by each of the keys in turn, nulls last. */
const by =
  <T>(keys: (value: T) => (number | string | null)[]) =>
  (a: T, b: T): number => {
    const [left, right] = [keys(a), keys(b)];
    for (const [index, x] of left.entries()) {
      const y = right[index] ?? null;
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y ? -1 : 1;
    }
    return 0;
  };
