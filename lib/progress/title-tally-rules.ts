import { DateTime } from 'luxon';
import { readEpisodeNumber } from '../shows/episode-number-rules.ts';
import type { LibraryRecord, Title } from '../titles/title-rules.ts';

/** What was watched of one film or episode on one day. Instants are epoch seconds, null where the date is unknown. */
interface Viewing {
  at: number | null;
  plays: number;
  durationSeconds: number | null;
}

/** A series of the library, without what local files say already. */
export interface ImportedSeries {
  tmdbId: number;
  tvdbId: number | null;
  name: string | null;
  posterPath: string | null;
  episodes: number;
  /** Of all viewings; not a number where a runtime is unknown. */
  seconds: number;
}

/** What imports add to what was recorded from files. */
export interface ImportedTally {
  episodes: number;
  episodesToday: number;
  movies: number;
  moviesToday: number;
  viewings: { at: number | null; seconds: number }[];
  series: ImportedSeries[];
  films: { tmdbId: number; name: string | null; posterPath: string | null }[];
}

/** Takes imported records and films' files in any order, and files of episodes after all of them. */
export interface LibraryTally {
  add(record: LibraryRecord): void;
  /** `tvdbId` is the series of the file's folder. Files of series that were not imported are not kept. */
  addEpisodeFile(tvdbId: number | null, file: EpisodeFile): void;
  addFilmFile(tmdbId: number, watchedAt: number): void;
  /** What is left when each file stands for one viewing of its twin. */
  settle(facts: { isToday: (at: number) => boolean; zone: string; fallbackSeconds: number }): ImportedTally;
}

interface EpisodeFile {
  folderName: string;
  fileName: string;
  watchedAt: number;
}

export function createLibraryTally(): LibraryTally {
  const titles = new Map<string, Title>();
  const films = new Map<number, Viewing[]>();
  /** By series, then by season and episode. */
  const series = new Map<number, Map<string, Viewing[]>>();
  /** When files of each episode of the imported series were recorded, by TVDB id and place. */
  const episodeFiles = new Map<string, number[]>();
  const filmFiles = new Map<number, number[]>();

  let imported: ReadonlySet<number | null> | undefined;
  const importedSeries = () =>
    (imported ??= new Set([...series.keys()].map((tmdbId) => titles.get(`tv ${tmdbId}`)?.tvdbId ?? null)));

  return {
    add(record) {
      if (record.type === 'title') return void titles.set(`${record.kind} ${record.tmdbId}`, record);
      const { plays, durationSeconds } = record;
      if (record.type === 'movie_session') {
        return append(films, record.tmdbId, { at: record.watchedAt, plays, durationSeconds });
      }
      let episodes = series.get(record.tmdbId);
      if (!episodes) series.set(record.tmdbId, (episodes = new Map<string, Viewing[]>()));
      append(episodes, `${record.seasonNumber}x${record.episodeNumber}`, {
        at: record.shownAt,
        plays,
        durationSeconds,
      });
    },
    addEpisodeFile(tvdbId, { folderName, fileName, watchedAt }) {
      // Reading names takes a while, and there may be 100,000 of them: only those of imported series matter.
      if (tvdbId === null || !importedSeries().has(tvdbId)) return;
      const place = readEpisodeNumber(fileName, folderName);
      for (const episode of place?.episodeNumbers ?? []) {
        append(episodeFiles, `${tvdbId} ${place?.seasonNumber ?? 1}x${episode}`, watchedAt);
      }
    },
    addFilmFile: (tmdbId, watchedAt) => append(filmFiles, tmdbId, watchedAt),

    settle({ isToday, zone, fallbackSeconds }) {
      const tally: ImportedTally = {
        episodes: 0,
        episodesToday: 0,
        movies: 0,
        moviesToday: 0,
        viewings: [],
        series: [],
        films: [],
      };
      const isNow = ({ at }: Viewing) => at !== null && isToday(at);

      for (const [tmdbId, episodes] of series) {
        const title = titles.get(`tv ${tmdbId}`);
        let unfiled = 0;
        let sum = 0;
        for (const [place, viewings] of episodes) {
          const files = episodeFiles.get(`${title?.tvdbId} ${place}`) ?? [];
          const left = withoutNearest(viewings, files);
          if (files.length === 0) unfiled += 1;
          if (left.some(isNow) && !files.some(isToday)) tally.episodesToday += 1;
          for (const { at, plays, durationSeconds } of left) {
            const known = durationSeconds || title?.durationSeconds || Number.NaN;
            sum += plays * known;
            tally.viewings.push({ at, seconds: plays * (known || fallbackSeconds) });
          }
        }
        tally.episodes += unfiled;
        const { tvdbId = null, title: name = null, posterPath = null } = title ?? {};
        tally.series.push({ tmdbId, tvdbId, name, posterPath, episodes: unfiled, seconds: sum });
      }

      for (const [tmdbId, viewings] of films) {
        const title = titles.get(`movie ${tmdbId}`);
        const files = filmFiles.get(tmdbId) ?? [];
        const left = withoutSameDay(viewings, files, zone);
        if (files.length === 0) {
          tally.movies += 1;
          tally.films.push({ tmdbId, name: title?.title ?? null, posterPath: title?.posterPath ?? null });
        }
        if (left.some(isNow) && !files.some(isToday)) tally.moviesToday += 1;
        for (const { at, plays, durationSeconds } of left) {
          tally.viewings.push({ at, seconds: plays * (durationSeconds ?? title?.durationSeconds ?? 0) });
        }
      }
      return tally;
    },
  };
}

/** Each file is the viewing nearest to it, which counts already; where no date is known, any. */
function withoutNearest(viewings: readonly Viewing[], files: readonly number[]): Viewing[] {
  if (files.length === 0) return [...viewings];
  const left = viewings.map((viewing) => ({ ...viewing }));
  for (const file of files.toSorted((a, b) => a - b)) {
    const distance = ({ at }: Viewing) => (at === null ? Infinity : Math.abs(at - file));
    const [twin] = left
      .filter(({ plays }) => plays > 0)
      .sort((a, b) => compare(distance(a), distance(b)) || compare(a.at ?? 0, b.at ?? 0));
    if (twin) twin.plays -= 1;
  }
  return left.filter(({ plays }) => plays > 0);
}

/** Each file of a film is a viewing of its day. */
function withoutSameDay(viewings: readonly Viewing[], files: readonly number[], zone: string): Viewing[] {
  if (files.length === 0) return [...viewings];
  const left = viewings.map((viewing) => ({ ...viewing }));
  const dayOf = (at: number) => DateTime.fromSeconds(at, { zone }).toISODate();
  for (const file of files) {
    const day = dayOf(file);
    const twin = left.find(({ at, plays }) => plays > 0 && at !== null && dayOf(at) === day);
    if (twin) twin.plays -= 1;
  }
  return left.filter(({ plays }) => plays > 0);
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
