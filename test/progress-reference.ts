import { DateTime } from 'luxon';
import type { Progress } from '../lib/progress/progress-rules.ts';
import { readEpisodeNumber } from '../lib/shows/episode-number-rules.ts';
import type { EpisodeWatch, LibraryRecord, MovieSession, Title } from '../lib/titles/title-rules.ts';
import type { TrackedRecord, WatchRecord } from '../lib/viewings/record-rules.ts';

type Of<Type extends TrackedRecord['type']> = Extract<TrackedRecord, { type: Type }>;

/**
 * The progress rules written a second time, as plainly as they read: lists, filters and local dates, nothing counted along the way.
 * `now` is in epoch milliseconds.
 */
export function referenceProgress(
  all: readonly (TrackedRecord | LibraryRecord)[],
  now: number,
  zone: string,
): Progress {
  const records = all.filter((record): record is TrackedRecord => !isImported(record));
  const imported = all.filter(isImported);
  const of = <Type extends TrackedRecord['type']>(type: Type) =>
    records.filter((record): record is Of<Type> => record.type === type);
  const shows = of('show');
  const showOf = (folderName: string) => shows.findLast((show) => show.folderName === folderName);

  const secondsOf = (record: WatchRecord): number => {
    if (record.type !== 'episode') return record.durationSeconds;
    return showOf(record.folderName)?.averageRuntimeSeconds || 1200;
  };
  const films = imported.filter((record): record is MovieSession => record.type === 'movie_session');
  const episodes = imported.filter((record): record is EpisodeWatch => record.type === 'episode_watch');
  const titleOf = (kind: Title['kind'], tmdbId: number) =>
    imported.findLast(
      (record): record is Title => record.type === 'title' && record.kind === kind && record.tmdbId === tmdbId,
    );
  const dateOf = (at: number) => DateTime.fromSeconds(at, { zone }).toISODate() ?? '';

  /** One entry for each time that something was watched, however often on one day. */
  const playsOf = <T extends MovieSession | EpisodeWatch>(list: T[]) =>
    list.flatMap((record) => Array.from({ length: record.plays }, () => record));
  const filesOfFilm = (tmdbId: number) => of('movie').filter((movie) => movie.tmdbId === tmdbId);
  const filmPlays = distinct(films.map(({ tmdbId }) => tmdbId)).flatMap((tmdbId) => {
    const plays = playsOf(films.filter((film) => film.tmdbId === tmdbId));
    for (const file of filesOfFilm(tmdbId)) {
      const twin = plays.findIndex(
        ({ watchedAt }) => watchedAt !== null && dateOf(watchedAt) === dateOf(file.watchedAt),
      );
      if (twin >= 0) plays.splice(twin, 1);
    }
    return plays;
  });
  const placeOf = ({ tmdbId, seasonNumber, episodeNumber }: EpisodeWatch) =>
    `${tmdbId} ${seasonNumber} ${episodeNumber}`;
  const filesOfEpisode = ({ tmdbId, seasonNumber, episodeNumber }: EpisodeWatch) => {
    const tvdbId = titleOf('tv', tmdbId)?.tvdbId ?? null;
    return of('episode').filter(({ folderName, fileName }) => {
      const read = readEpisodeNumber(fileName, folderName);
      const isSame = read?.episodeNumbers.includes(episodeNumber) && (read.seasonNumber ?? 1) === seasonNumber;
      return isSame === true && tvdbId !== null && showOf(folderName)?.tvdbId === tvdbId;
    });
  };
  const episodePlays = distinct(episodes.map(placeOf)).flatMap((place) => {
    const plays = playsOf(episodes.filter((watch) => placeOf(watch) === place));
    const files = plays[0] ? filesOfEpisode(plays[0]) : [];
    for (const { watchedAt: file } of files.sort(by(({ watchedAt }) => [watchedAt]))) {
      const distance = ({ shownAt }: EpisodeWatch) => (shownAt === null ? null : Math.abs(shownAt - file));
      const [twin] = [...plays].sort(by((play) => [distance(play), play.shownAt]));
      if (twin) plays.splice(plays.indexOf(twin), 1);
    }
    return plays;
  });
  const viewings = [
    ...filmPlays.map((play) => ({
      at: play.watchedAt,
      seconds: play.durationSeconds ?? titleOf('movie', play.tmdbId)?.durationSeconds ?? 0,
    })),
    ...episodePlays.map((play) => ({
      at: play.shownAt,
      seconds: play.durationSeconds || titleOf('tv', play.tmdbId)?.durationSeconds || 1200,
    })),
  ];
  const newFilms = distinct(films.map(({ tmdbId }) => tmdbId)).filter((tmdbId) => filesOfFilm(tmdbId).length === 0);
  const newEpisodes = episodes.filter((watch) => filesOfEpisode(watch).length === 0);
  const countPlaces = (list: EpisodeWatch[]) => distinct(list.map(placeOf)).length;

  /** Everything that has a moment: local records and imported viewings with a date. */
  const watched: Moment[] = [
    ...records
      .filter((record): record is WatchRecord => 'watchedAt' in record)
      .map((record) => ({ watchedAt: record.watchedAt, seconds: secondsOf(record) })),
    ...viewings.flatMap(({ at, seconds }) => (at === null ? [] : [{ watchedAt: at, seconds }])),
  ];
  const undated = viewings.filter(({ at }) => at === null).reduce((sum, { seconds }) => sum + seconds, 0);
  const secondsOfAll = (list: Moment[]) => list.reduce((sum, { seconds }) => sum + seconds, 0);

  const localDate = (record: { watchedAt: number }) => dateOf(record.watchedAt);
  const dateDaysAgo = (days: number) =>
    DateTime.fromMillis(now, { zone }).set({ hour: 12 }).minus({ days }).toISODate() ?? '';
  const isToday = (record: { watchedAt: number }) => localDate(record) >= dateDaysAgo(0);

  const quarterStart = (record: { watchedAt: number }) =>
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
  const average = (Math.trunc((secondsOfAll(watched) + undated) / 60) / days) * 7;
  const trend = ((Math.trunc(secondsOfAll(lastWeek) / 60) - average) / average) * 100;

  const importedSeries = (): ImportedShow[] =>
    distinct(episodes.map(({ tmdbId }) => tmdbId))
      .sort(by((tmdbId) => [tmdbId]))
      .map((tmdbId) => {
        const title = titleOf('tv', tmdbId);
        const plays = episodePlays.filter((play) => play.tmdbId === tmdbId);
        return {
          tmdbId,
          tvdbId: title?.tvdbId ?? null,
          name: title?.title ?? null,
          poster: title?.posterPath ?? null,
          episodes: countPlaces(newEpisodes.filter((watch) => watch.tmdbId === tmdbId)),
          seconds: plays.map((play) => play.durationSeconds || title?.durationSeconds || null),
        };
      });

  return {
    totalEpisodesWatched: of('episode').length + countPlaces(newEpisodes),
    totalMoviesWatched: of('movie').length + newFilms.length,
    totalHoursWatched: Math.trunc((secondsOfAll(watched) + undated) / 3600),
    episodesWatchedToday:
      of('episode').filter(isToday).length +
      countPlaces(
        episodePlays.filter(
          (play) =>
            play.shownAt !== null && isToday({ watchedAt: play.shownAt }) && !filesOfEpisode(play).some(isToday),
        ),
      ),
    moviesWatchedToday:
      of('movie').filter(isToday).length +
      distinct(
        filmPlays
          .filter(
            ({ tmdbId, watchedAt }) =>
              watchedAt !== null && isToday({ watchedAt }) && !filesOfFilm(tmdbId).some(isToday),
          )
          .map(({ tmdbId }) => tmdbId),
      ).length,
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
    shows: referenceShows(of('episode'), showOf, importedSeries()),
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
    movies: [
      ...of('movie').map((movie) => ({ movieId: movie.fileName, name: movie.name, artworkUrl: movie.image })),
      ...newFilms.map((tmdbId) => ({
        movieId: `tmdb:${tmdbId}`,
        name: titleOf('movie', tmdbId)?.title ?? null,
        artworkUrl: titleOf('movie', tmdbId)?.posterPath ?? null,
      })),
    ].sort(by((one) => [one.name, one.movieId])),
  };
}

function referenceShows(
  episodes: Of<'episode'>[],
  showOf: (folderName: string) => Of<'show'> | undefined,
  imported: ImportedShow[],
): Progress['shows'] {
  const folders = distinct(episodes.map((episode) => episode.folderName)).sort(by((folder) => [folder]));
  const known = folders.flatMap((folder) => showOf(folder) ?? []);
  const count = (names: string[]) => episodes.filter((episode) => names.includes(episode.folderName)).length;

  /** The entry of the folders that share an id, or of the one folder that has none. */
  const entry = (id: number | null, same: Of<'show'>[], series: ImportedShow[] = []) => {
    const first = <T>(values: (T | null)[]) => (id === null ? null : (values.find((value) => value !== null) ?? null));
    const seconds = [
      ...same.map((show) => count([show.folderName]) * (show.averageRuntimeSeconds ?? 0)),
      ...series.flatMap((one) => one.seconds.map((play) => play ?? 0)),
    ];
    const minutes = Math.trunc(seconds.reduce((sum, one) => sum + one, 0) / 60);
    const isKnown =
      same.every((show) => show.averageRuntimeSeconds) &&
      series.every((one) => one.seconds.every((play) => play !== null));
    return {
      showId: id === null ? null : String(id),
      name: first([...same.map((show) => show.name), ...series.map((one) => one.name)]),
      artworkUrl: first([...same.map((show) => show.image), ...series.map((one) => one.poster)]),
      episodesWatched: count(same.map((show) => show.folderName)) + series.reduce((sum, one) => sum + one.episodes, 0),
      ...(isKnown ? { minutesWatched: minutes } : {}),
      ...(id === null ? { folderName: same[0]?.folderName ?? null } : {}),
    };
  };
  const ids = distinct([...known, ...imported].flatMap((show) => show.tvdbId ?? []));
  const byId = ids.map((id) =>
    entry(
      id,
      known.filter((show) => show.tvdbId === id),
      imported.filter((one) => one.tvdbId === id),
    ),
  );
  const withoutId = imported
    .filter(({ tvdbId }) => tvdbId === null)
    .map((one) => {
      const { folderName: _, ...rest } = { folderName: null, ...entry(null, [], [one]) };
      return { ...rest, name: one.name, artworkUrl: one.poster };
    });
  const byFolder = known.filter((show) => show.tvdbId === null).map((show) => entry(null, [show]));
  const orphans = folders.filter((folder) => showOf(folder) === undefined);
  const missing = { showId: null, name: null, artworkUrl: null, episodesWatched: count(orphans), folderName: null };

  return [...byId, ...byFolder, ...(orphans.length > 0 ? [missing] : []), ...withoutId].sort(
    by((show) => [-show.episodesWatched, show.name, show.showId ?? ('folderName' in show ? show.folderName : null)]),
  );
}

/** An imported series with what no file says already. */
interface ImportedShow {
  tmdbId: number;
  tvdbId: number | null;
  name: string | null;
  poster: string | null;
  episodes: number;
  /** Of each viewing; null where that is not known. */
  seconds: (number | null)[];
}

interface Moment {
  watchedAt: number;
  seconds: number;
}

const isImported = (record: TrackedRecord | LibraryRecord): record is LibraryRecord =>
  ['title', 'movie_session', 'episode_watch'].includes(record.type);

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
