import { DateTime } from 'luxon';
import type { Progress } from '../lib/progress/progress-rules.ts';
import { readEpisodeNumber } from '../lib/shows/episode-number-rules.ts';
import type { EpisodeWatch, LibraryRecord, MovieSession, Title } from '../lib/titles/title-rules.ts';
import type { TrackedRecord, WatchRecord } from '../lib/viewings/record-rules.ts';

type Of<Type extends TrackedRecord['type']> = Extract<TrackedRecord, { type: Type }>;

/**
 * A plain second implementation of the progress rules with lists, filters and local dates. `now` is in epoch
 * milliseconds.
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
  const dateOf = once((at) => DateTime.fromSeconds(at, { zone }).toISODate() ?? '');

  /**
   * An entry per play. Events with an instant less than the title's length after the previous play belong to it. The
   * session's other plays are at its instant.
   */
  const playsOf = <T extends MovieSession | EpisodeWatch>(list: T[], length: (record: T) => number): Play<T>[] => {
    const events = list
      .flatMap((record) => record.instants.map((at) => ({ record, at })))
      .filter((event): event is { record: T; at: number } => event.at !== null)
      .sort(by(({ at }) => [at]));
    const kept: Play<T>[] = [];
    for (const { record, at } of events) {
      const before = kept.at(-1)?.at ?? null;
      const isSame = before !== null && list[0] && (at === before || at - before < length(list[0]));
      if (!isSame) kept.push({ record, at, seconds: length(record) });
    }
    const bare = list.flatMap((record) => {
      const seconds = distinct(record.instants.filter((at) => at !== null)).length;
      return Array.from({ length: Math.max(0, record.plays - seconds) }, () => ({
        record,
        at: record.watchedAt,
        seconds: length(record),
      }));
    });
    return [...kept, ...bare].sort(by(({ at }) => [at]));
  };
  const filesOfFilm = (tmdbId: number) => of('movie').filter((movie) => movie.tmdbId === tmdbId);
  /** Lengths of files that another source knows better. */
  const betterSeconds = new Map<WatchRecord, number>();
  const filmPlays = distinct(films.map(({ tmdbId }) => tmdbId)).flatMap((tmdbId) => {
    const plays = playsOf(
      films.filter((film) => film.tmdbId === tmdbId),
      (film) => film.durationSeconds ?? titleOf('movie', tmdbId)?.durationSeconds ?? 0,
    );
    for (const file of filesOfFilm(tmdbId).sort(by(({ watchedAt }) => [watchedAt]))) {
      const twin = plays.findIndex(({ at }) => at !== null && dateOf(at) === dateOf(file.watchedAt));
      if (twin < 0) continue;
      const [play] = plays.splice(twin, 1);
      if (file.durationSeconds === 0 && play) betterSeconds.set(file, play.seconds);
    }
    return plays;
  });
  const placeOf = ({ tmdbId, seasonNumber, episodeNumber }: EpisodeWatch) =>
    `${tmdbId} ${seasonNumber} ${episodeNumber}`;
  const filesOfEpisode = ({ tmdbId, seasonNumber, episodeNumber }: EpisodeWatch) => {
    const tvdbId = titleOf('tv', tmdbId)?.tvdbId ?? null;
    // If two series share a TVDB id, files belong to the first.
    const namesakes = imported.filter(
      (one): one is Title => one.type === 'title' && one.kind === 'tv' && one.tvdbId === tvdbId,
    );
    if (namesakes.some((title) => title.tmdbId < tmdbId)) return [];
    return of('episode').filter(({ folderName, fileName }) => {
      const read = readEpisodeNumber(fileName, folderName);
      const isSame = read?.episodeNumbers.includes(episodeNumber) && (read.seasonNumber ?? 1) === seasonNumber;
      return isSame === true && tvdbId !== null && showOf(folderName)?.tvdbId === tvdbId;
    });
  };
  const lengthOf = (watch: EpisodeWatch) =>
    watch.durationSeconds || titleOf('tv', watch.tmdbId)?.durationSeconds || 1200;
  const sourceOf = (watch: EpisodeWatch) => {
    const usual = titleOf('tv', watch.tmdbId)?.durationSeconds ?? null;
    if (!watch.durationSeconds && !usual) return 'guess';
    return watch.durationSeconds && watch.durationSeconds !== usual ? 'episode' : 'average';
  };
  const allPlays = distinct(episodes.map(placeOf)).flatMap((place) =>
    playsOf(
      episodes.filter((watch) => placeOf(watch) === place),
      lengthOf,
    ),
  );
  /** More than four of a series on one day, with a median distance below half the median length. */
  const isTickedOff = ({ record, at }: Play<EpisodeWatch>) => {
    if (at === null) return false;
    const day = allPlays
      .filter((other) => other.record.tmdbId === record.tmdbId && other.at !== null && dateOf(other.at) === dateOf(at))
      .sort(by((play) => [play.at]));
    const distances = day.slice(1).map((play, index) => (play.at ?? 0) - (day[index]?.at ?? 0));
    return day.length > 4 && median(distances) < median(day.map(({ seconds }) => seconds)) / 2;
  };
  const twins = new Map<WatchRecord, Play<EpisodeWatch>[]>();
  const episodePlays = distinct(episodes.map(placeOf)).flatMap((place) => {
    const plays = allPlays.filter(({ record }) => placeOf(record) === place);
    const files = plays[0] ? filesOfEpisode(plays[0].record) : [];
    for (const file of files.sort(by(({ watchedAt }) => [watchedAt]))) {
      const distance = ({ at }: Play<EpisodeWatch>) => (at === null ? null : Math.abs(at - file.watchedAt));
      const [twin] = [...plays].sort(by((play) => [distance(play), play.at]));
      if (!twin) continue;
      plays.splice(plays.indexOf(twin), 1);
      twins.set(file, [...(twins.get(file) ?? []), twin]);
    }
    return plays.map((play) => (isTickedOff(play) ? { ...play, at: null } : play));
  });
  for (const [file, told] of twins) {
    if (file.type !== 'episode') continue;
    const places = readEpisodeNumber(file.fileName, file.folderName)?.episodeNumbers.length ?? 0;
    const isMeasured = Boolean(showOf(file.folderName)?.averageRuntimeSeconds);
    const isBetter = (source: string) => source === 'episode' || (source === 'average' && !isMeasured);
    if (told.length < places || !told.every(({ record }) => isBetter(sourceOf(record)))) continue;
    betterSeconds.set(
      file,
      told.reduce((sum, { seconds }) => sum + seconds, 0),
    );
  }
  const viewings = [...filmPlays, ...episodePlays];
  const newFilms = distinct(films.map(({ tmdbId }) => tmdbId)).filter((tmdbId) => filesOfFilm(tmdbId).length === 0);
  const newEpisodes = episodes.filter((watch) => filesOfEpisode(watch).length === 0);
  const countPlaces = (list: EpisodeWatch[]) => distinct(list.map(placeOf)).length;

  /** Local records and imported viewings with a date. */
  const watched: Moment[] = [
    ...records
      .filter((record): record is WatchRecord => 'watchedAt' in record)
      .map((record) => ({ watchedAt: record.watchedAt, seconds: betterSeconds.get(record) ?? secondsOf(record) })),
    ...viewings.flatMap(({ at, seconds }) => (at === null ? [] : [{ watchedAt: at, seconds }])),
  ];
  const undated = viewings.filter(({ at }) => at === null).reduce((sum, { seconds }) => sum + seconds, 0);
  const secondsOfAll = (list: Moment[]) => list.reduce((sum, { seconds }) => sum + seconds, 0);

  const localDate = (record: { watchedAt: number }) => dateOf(record.watchedAt);
  const dateDaysAgo = once(
    (days) => DateTime.fromMillis(now, { zone }).set({ hour: 12 }).minus({ days }).toISODate() ?? '',
  );
  const isPast = (record: { watchedAt: number }) => record.watchedAt * 1000 <= now;
  const isToday = (record: { watchedAt: number }) => localDate(record) === dateDaysAgo(0) && isPast(record);

  const quarterStart = once((at) =>
    DateTime.fromSeconds(at, { zone }).setZone('utc', { keepLocalTime: true }).startOf('quarter'),
  );
  const starts = watched.map((record) => quarterStart(record.watchedAt).toMillis());
  const between = (quarter: DateTime): DateTime[] =>
    quarter.toMillis() > Math.max(...starts) ? [] : [quarter, ...between(quarter.plus({ quarters: 1 }))];
  const allTimeProgress = (
    starts.length > 0 ? between(DateTime.fromMillis(Math.min(...starts), { zone: 'utc' })) : []
  ).map((quarter) => ({
    label: quarter.setLocale('en-US').toFormat('LLL yyyy'),
    cumulativeHours: Math.trunc(
      (undated + secondsOfAll(watched.filter((record) => quarterStart(record.watchedAt) <= quarter))) / 3600,
    ),
  }));

  const earliest = Math.min(...watched.map((record) => record.watchedAt));
  const days = watched.length === 0 ? 0 : Math.max(0, Math.trunc((now / 1000 - earliest) / 86_400));
  const lastWeek = watched.filter(isPast).filter((record) => record.watchedAt * 1000 > now - 7 * 24 * 60 * 60 * 1000);
  const average = (Math.trunc(secondsOfAll(watched.filter(isPast)) / 60) / days) * 7;
  const trend = ((Math.trunc(secondsOfAll(lastWeek) / 60) - average) / average) * 100;

  const titles = imported
    .filter((record): record is Title => record.type === 'title' && record.kind === 'tv')
    .sort(by((title) => [title.tmdbId]));
  const importedSeries = (): ImportedShow[] =>
    distinct(episodes.map(({ tmdbId }) => tmdbId))
      .sort(by((tmdbId) => [tmdbId]))
      .map((tmdbId) => {
        const title = titleOf('tv', tmdbId);
        const plays = episodePlays.filter(({ record }) => record.tmdbId === tmdbId);
        return {
          tmdbId,
          tvdbId: title?.tvdbId ?? null,
          name: title?.title ?? null,
          poster: title?.posterPath ?? null,
          episodes: countPlaces(newEpisodes.filter((watch) => watch.tmdbId === tmdbId)),
          seconds: plays.map(({ record, seconds }) => (sourceOf(record) === 'guess' ? null : seconds)),
        };
      });

  return {
    totalEpisodesWatched: of('episode').length + countPlaces(newEpisodes),
    totalMoviesWatched: of('movie').length + newFilms.length,
    totalHoursWatched: Math.trunc((secondsOfAll(watched) + undated) / 3600),
    episodesWatchedToday:
      of('episode').filter(isToday).length +
      countPlaces(
        episodePlays
          .filter(
            ({ record, at }) => at !== null && isToday({ watchedAt: at }) && !filesOfEpisode(record).some(isToday),
          )
          .map(({ record }) => record),
      ),
    moviesWatchedToday:
      of('movie').filter(isToday).length +
      distinct(
        filmPlays
          .filter(
            ({ record, at }) => at !== null && isToday({ watchedAt: at }) && !filesOfFilm(record.tmdbId).some(isToday),
          )
          .map(({ record }) => record.tmdbId),
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
        secondsOfAll(watched.filter(isPast).filter((record) => localDate(record) === dateDaysAgo(daysAgo))) / 60,
      ),
    })),
    allTimeProgress,
    shows: referenceShows(of('episode'), { showOf, imported: importedSeries(), titles, betterSeconds }),
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
  {
    showOf,
    imported,
    titles,
    betterSeconds,
  }: {
    showOf: (folderName: string) => Of<'show'> | undefined;
    imported: ImportedShow[];
    /** All series by id. */
    titles: Title[];
    betterSeconds: ReadonlyMap<WatchRecord, number>;
  },
): Progress['shows'] {
  const folders = distinct(episodes.map((episode) => episode.folderName)).sort(by((folder) => [folder]));
  const known = folders.flatMap((folder) => showOf(folder) ?? []);
  const count = (names: string[]) => episodes.filter((episode) => names.includes(episode.folderName)).length;

  /** The entry of folders that share an id, or of one folder without. */
  const entry = (id: number | null, same: Of<'show'>[], series: ImportedShow[] = []) => {
    const first = <T>(values: (T | null)[]) => (id === null ? null : (values.find((value) => value !== null) ?? null));
    const namesakes = titles.filter((title) => title.tvdbId === id);
    const described = namesakes.filter(
      (title) => series.some((one) => one.tmdbId === title.tmdbId) || (same.length > 0 && title === namesakes[0]),
    );
    const files = episodes.filter(({ folderName }) => same.some((show) => show.folderName === folderName));
    const seconds = [
      ...files.map((file) => betterSeconds.get(file) ?? (showOf(file.folderName)?.averageRuntimeSeconds || null)),
      ...series.flatMap((one) => one.seconds),
    ];
    const minutes = Math.trunc(seconds.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 60);
    const isKnown = seconds.every((one) => one !== null);
    return {
      showId: id === null ? null : String(id),
      name: first([...same.map((show) => show.name), ...described.map((title) => title.title)]),
      artworkUrl: first([...same.map((show) => show.image), ...described.map((title) => title.posterPath)]),
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

/** An imported series, without what files already cover. */
interface ImportedShow {
  tmdbId: number;
  tvdbId: number | null;
  name: string | null;
  poster: string | null;
  episodes: number;
  /** Per viewing; null if unknown. */
  seconds: (number | null)[];
}

interface Play<T> {
  record: T;
  at: number | null;
  seconds: number;
}

interface Moment {
  watchedAt: number;
  seconds: number;
}

const isImported = (record: TrackedRecord | LibraryRecord): record is LibraryRecord =>
  ['title', 'movie_session', 'episode_watch'].includes(record.type);

/** Remembers results, as dates take long. */
function once<T>(compute: (value: number) => T): (value: number) => T {
  const known = new Map<number, T>();
  return (value) => known.get(value) ?? known.set(value, compute(value)).get(value)!;
}

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
};

const distinct = <T>(values: T[]): T[] => values.filter((value, index) => values.indexOf(value) === index);

/** Ascending by each key in turn, nulls last. */
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
